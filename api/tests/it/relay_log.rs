//! What the log tells of the relay: enough for who reads it, and not more for who floods it.

use receipt::{ImageId, Status};
use serde_json::Value;
use testbed::{Testbed, eventually};

use crate::{
    balancer::Balancer,
    description,
    fleet::channel,
    process::Process,
    redis_server::RedisServer,
    test_app::{Visitor, Watcher, a_page},
    worker::Worker,
};

const UP: &str = "connected to the status relay";
const DOWN: &str = "the status relay is down";
const IGNORED: &str = "messages on the status relay were ignored";

async fn relay_is(process: &Process, wanted: &str) {
    eventually(wanted, async || {
        let ready: Value = reqwest::get(format!("{}/readyz", process.base)).await.unwrap().json().await.unwrap();
        (ready["statusRelay"] == wanted).then_some(())
    })
    .await;
}

async fn logs(process: &Process, message: &str, times: usize) {
    eventually(message, async || (process.log.count(message) >= times).then_some(())).await;
}

#[tokio::test]
async fn an_outage_is_logged_when_it_begins_and_when_it_ends() {
    let (testbed, mut redis, page) = (Testbed::start().await, RedisServer::start().await, a_page());
    let process = Process::start(&testbed, page.path(), &[("STATUS_RELAY_URL", &redis.url())]).await;
    relay_is(&process, "connected").await;
    redis.kill().await;
    relay_is(&process, "down").await;
    redis.break_connections(5).await;
    redis.start_again().await;
    logs(&process, UP, 2).await;
    redis.kill().await;
    logs(&process, DOWN, 2).await;
    // The lines come in their order: had the five vain tries been told, that would have been before.
    assert_eq!((process.log.count(UP), process.log.count(DOWN)), (2, 2));
}

#[tokio::test]
async fn a_flood_of_forged_messages_is_one_line() {
    let (testbed, mut redis, page) = (Testbed::start().await, RedisServer::start().await, a_page());
    let balancer = Balancer::start().await;
    let variables = [("PUBLIC_BASE_URL", balancer.url.as_str()), ("STATUS_RELAY_URL", &redis.url())];
    let process = Process::start(&testbed, page.path(), &variables).await;
    balancer.send_to(std::slice::from_ref(&process.base));
    relay_is(&process, "connected").await;
    testbed.aws.first_subscription().await;
    description::learn(&process.base).await;

    let (worker, visitor) = (Worker::on(&testbed), Visitor::at(&process.base).await);
    let id: ImageId = visitor.upload().await;
    let mut watcher = Watcher::try_open_at(&process.base, &visitor.cookie, id).await.unwrap();
    watcher.frame().await;
    eventually("the relay is heard", async || (redis.listeners_of(id).await == 1).then_some(())).await;
    assert_eq!(redis.flood(&channel(id), b"AAAA.{}", 10_000).await, 10_000, "the process is told");
    // A genuine status that is in no ledger comes through behind them.
    let mut image = worker.ledger.get(id).await.unwrap().unwrap();
    (image.status, image.version) = (Status::Started, 2);
    worker.publish(&image).await;
    assert_eq!(watcher.status_and_version().await, ("started".to_owned(), 2));
    redis.kill().await;
    logs(&process, DOWN, 1).await;
    assert_eq!(process.log.count(IGNORED), 1);
}
