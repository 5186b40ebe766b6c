//! Several tasks: SNS posts a status to one of them, and the watchers of all of them see it.

use receipt::{ImageId, Status};
use serde_json::{Value, json};
use testbed::eventually;
use tokio::net::TcpListener;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use crate::{
    fleet::{Fleet, channel},
    redis_server::RedisServer,
    test_app::{TestApp, Visitor, Watcher},
};

fn told(status: &str, version: u64) -> (String, u64) {
    (status.to_owned(), version)
}

async fn readyz(app: &TestApp) -> Value {
    let ready = app.browser.get("/readyz").await;
    assert_eq!(ready.status(), 200);
    ready.json().await.unwrap()
}

async fn becomes(app: &TestApp, relay: &str) {
    eventually(relay, async || (readyz(app).await["statusRelay"] == relay).then_some(())).await;
}

/// Plays the worker to the end, and both watchers see the end.
async fn conclude(fleet: &Fleet, id: ImageId, watchers: &mut [Watcher; 2]) {
    let app = &fleet.app;
    let image = Box::pin(app.take(id)).await;
    let image = Box::pin(app.detected(&image)).await;
    let image = Box::pin(app.concluded(&image)).await;
    Box::pin(app.publish(&image)).await;
    for watcher in watchers {
        let last = loop {
            let frame = watcher.frame().await;
            if frame["status"] == "accepted" {
                break frame;
            }
        };
        assert_eq!(last["version"], 4);
        assert_eq!(last["receipt"]["total"]["value"], "9.00");
        assert_eq!(watcher.close().await, CloseCode::Normal);
    }
}

#[tokio::test]
async fn a_status_that_reaches_one_task_is_seen_on_both() {
    let fleet = Fleet::start().await;
    // The balancer gives each post to either task: eight times two, so that each task gets some.
    for _ in 0..8 {
        let visitor = fleet.visitor().await;
        let id = visitor.upload().await;
        let mut watchers = fleet.watchers(&visitor, id).await;
        for (status, name, version) in [(Status::Started, "started", 2), (Status::TextDetected, "text_detected", 3)] {
            fleet.publish_unwritten(id, status, version).await;
            for watcher in &mut watchers {
                assert_eq!(watcher.status_and_version().await, told(name, version));
            }
        }
        conclude(&fleet, id, &mut watchers).await;
    }
}

#[tokio::test]
async fn a_relay_that_dies_and_comes_back_costs_time_and_no_truth() {
    let mut fleet = Fleet::start().await;
    let visitor = fleet.visitor().await;
    let (early, late) = (visitor.upload().await, visitor.upload().await);
    let mut early_watchers = fleet.watchers(&visitor, early).await;
    let mut late_watchers = fleet.watchers(&visitor, late).await;

    fleet.redis.kill().await;
    fleet.relay_is("down").await;
    conclude(&fleet, early, &mut early_watchers).await;

    fleet.redis.start_again().await;
    fleet.relay_is("connected").await;
    // Who watched all the time is subscribed to again.
    fleet.publish_unwritten(late, Status::Started, 2).await;
    for watcher in &mut late_watchers {
        assert_eq!(watcher.status_and_version().await, told("started", 2));
    }
    conclude(&fleet, late, &mut late_watchers).await;
}

#[tokio::test]
async fn a_relay_that_was_never_there_is_waited_for() {
    let mut fleet = Fleet::around(RedisServer::at_first_stopped(None).await).await;
    fleet.relay_is("down").await;
    let visitor = fleet.visitor().await;
    let (early, late) = (visitor.upload().await, visitor.upload().await);
    let mut watchers = fleet.watchers(&visitor, early).await;
    conclude(&fleet, early, &mut watchers).await;

    fleet.redis.start_again().await;
    fleet.relay_is("connected").await;
    let mut watchers = fleet.watchers(&visitor, late).await;
    fleet.publish_unwritten(late, Status::Started, 2).await;
    for watcher in &mut watchers {
        assert_eq!(watcher.status_and_version().await, told("started", 2));
    }
}

#[tokio::test]
async fn a_relay_that_freezes_holds_nobody_up() {
    let mut fleet = Fleet::start().await;
    fleet.redis.freeze().await;
    let visitor = fleet.visitor().await;
    // Nobody has noticed yet.
    for _ in 0..3 {
        let id = visitor.upload().await;
        let mut watchers = fleet.watchers(&visitor, id).await;
        conclude(&fleet, id, &mut watchers).await;
    }
    fleet.relay_is("down").await;
    fleet.redis.kill().await;
    fleet.redis.start_again().await;
    fleet.relay_is("connected").await;
}

#[tokio::test]
async fn an_address_that_takes_connections_and_says_nothing_is_no_relay() {
    let mute = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("redis://{}", mute.local_addr().unwrap());
    let app = TestApp::with(|config| config.status_relay_url = Some(url.parse().unwrap())).await;
    let visitor = Visitor::new(&app).await;
    let id = visitor.upload().await;
    let mut watcher = Watcher::open(&app, &visitor.cookie, id).await;
    let image = app.take(id).await;
    app.concluded(&image).await;
    while watcher.frame().await["status"] != "accepted" {}
    assert_eq!(readyz(&app).await["statusRelay"], "down");
}

#[tokio::test]
async fn a_channel_lives_as_long_as_its_image_is_watched() {
    let fleet = Fleet::start().await;
    let visitor = fleet.visitor().await;
    let (left, ended) = (visitor.upload().await, visitor.upload().await);
    let watchers_of_left = fleet.watchers(&visitor, left).await;
    let mut watchers_of_ended = fleet.watchers(&visitor, ended).await;
    let are_heard_by = async |listeners: [u64; 2]| {
        eventually(&format!("listeners {listeners:?}"), async || {
            let now = [fleet.redis.listeners(&channel(left)).await, fleet.redis.listeners(&channel(ended)).await];
            (now == listeners).then_some(())
        })
        .await;
    };
    are_heard_by([2, 2]).await;
    drop(watchers_of_left);
    are_heard_by([0, 2]).await;
    conclude(&fleet, ended, &mut watchers_of_ended).await;
    are_heard_by([0, 0]).await;
    // Who comes again is subscribed again.
    let _watchers = fleet.watchers(&visitor, left).await;
    are_heard_by([2, 0]).await;
}

#[tokio::test]
async fn what_strangers_write_on_the_relay_changes_nothing() {
    let fleet = Fleet::start().await;
    let visitor = fleet.visitor().await;
    let (mine, other) = (visitor.upload().await, visitor.upload().await);
    let mut watchers = fleet.watchers(&visitor, mine).await;
    let mut overheard = fleet.redis.overhear(&channel(other)).await;
    let taken = fleet.app.take(other).await;
    fleet.app.publish(&taken).await;
    let genuine = overheard.next().await;

    let lie = |version: u64, status: &str| json!({ "imageId": mine, "status": status, "version": version, "at": "2026-01-01T00:00:00Z" });
    eventually("both tasks hear", async || (fleet.redis.listeners(&channel(mine)).await == 2).then_some(())).await;
    let lies = [
        b"".to_vec(),
        vec![0xff; 100_000],
        lie(u64::MAX, "text_detected").to_string().into_bytes(),
        lie(7, "accepted").to_string().into_bytes(),
        format!("AAAA.{}", lie(u64::MAX, "started")).into_bytes(),
        genuine,
    ];
    for lie in &lies {
        assert_eq!(fleet.redis.publish(&channel(mine), lie).await, 2, "both tasks are told");
    }
    // Had a lie been believed, it would come first.
    fleet.publish_unwritten(mine, Status::Started, 2).await;
    for watcher in &mut watchers {
        assert_eq!(watcher.status_and_version().await, told("started", 2));
    }
    conclude(&fleet, mine, &mut watchers).await;
}

#[tokio::test]
async fn a_status_travels_once_and_without_the_receipt() {
    let fleet = Fleet::start().await;
    let visitor = fleet.visitor().await;
    let id = visitor.upload().await;
    let mut overheard = fleet.redis.overhear(&channel(id)).await;
    let watchers = fleet.watchers(&visitor, id).await;
    let image = fleet.app.take(id).await;
    let image = fleet.app.concluded(&image).await;
    fleet.app.publish(&image).await;
    for mut watcher in watchers {
        while watcher.frame().await["status"] != "accepted" {}
        assert_eq!(watcher.close().await, CloseCode::Normal);
    }
    let message = String::from_utf8(overheard.next().await).unwrap();
    let (_seal, status) = message.split_once('.').unwrap();
    assert_eq!(status, serde_json::to_string(&image.image_status()).unwrap());
    // Neither task has passed on what it got from the relay.
    fleet.redis.publish(&channel(id), b"the next").await;
    assert_eq!(overheard.next().await, b"the next");
}

#[tokio::test]
async fn a_relay_with_a_password_is_opened_by_it() {
    let redis = RedisServer::start_with(Some("open-sesame")).await;
    let with = async |url: String| TestApp::with(|config| config.status_relay_url = Some(url.parse().unwrap())).await;
    let app = with(redis.url()).await;
    becomes(&app, "connected").await;
    let app = with(redis.url().replace("open-sesame", "wrong")).await;
    becomes(&app, "down").await;
}

#[tokio::test]
async fn what_is_no_address_of_a_relay_is_refused_at_the_start_without_its_password() {
    for url in ["http://:secret@127.0.0.1/", "redis://:secret@", ":secret", "unix:///secret"] {
        let app = TestApp::with(|config| config.status_relay_url = Some(url.parse().unwrap())).await;
        let error = app.served.await.unwrap().unwrap_err();
        let said = format!("{error:#} {error:?}");
        assert!(said.contains("STATUS_RELAY_URL") && !said.contains("secret"), "{said}");
    }
}

#[tokio::test]
async fn a_service_without_a_relay_says_so() {
    let app = TestApp::at_once().await;
    assert_eq!(readyz(&app).await["statusRelay"], "off");
    let app = TestApp::with(|config| config.status_relay_url = Some("".parse().unwrap())).await;
    assert_eq!(readyz(&app).await["statusRelay"], "off");
}
