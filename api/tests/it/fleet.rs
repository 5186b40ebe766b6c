//! Two tasks of the service with a relay between them, behind a balancer that sends each request to either.

use receipt::{ImageId, Status};
use serde_json::Value;
use testbed::{PATIENCE, eventually};

use crate::{
    balancer::Balancer,
    redis_server::RedisServer,
    test_app::{TestApp, Visitor, Watcher},
};

pub(crate) struct Fleet {
    pub(crate) app: TestApp,
    pub(crate) redis: RedisServer,
    /// Where each task is reached.
    pub(crate) tasks: [String; 2],
    balancer: Balancer,
}

impl Fleet {
    pub(crate) async fn start() -> Self {
        let fleet = Self::around(RedisServer::start().await).await;
        fleet.relay_is("connected").await;
        fleet
    }

    /// SNS knows the balancer's address and posts there.
    pub(crate) async fn around(redis: RedisServer) -> Self {
        let balancer = Balancer::start().await;
        let change = |config: &mut api::Config| {
            config.public_base_url = Some(balancer.url.parse().unwrap());
            config.status_relay_url = Some(redis.url().parse().unwrap());
        };
        let app = TestApp::with(change).await;
        let second = app.another_task(change).await;
        let bases = [app.base.clone(), second];
        balancer.send_to(&bases);
        tokio::time::timeout(PATIENCE, app.testbed.aws.first_subscription()).await.unwrap();
        Self { app, redis, tasks: bases, balancer }
    }

    /// Waits until both tasks say so of their relay.
    pub(crate) async fn relay_is(&self, wanted: &str) {
        for task in &self.tasks {
            eventually(&format!("{task}: the relay is {wanted}"), async || {
                let ready = reqwest::get(format!("{task}/readyz")).await.unwrap();
                assert_eq!(ready.status(), 200);
                (ready.json::<Value>().await.unwrap()["statusRelay"] == wanted).then_some(())
            })
            .await;
        }
    }

    pub(crate) async fn visitor(&self) -> Visitor {
        Visitor::at(&self.balancer.url).await
    }

    /// A watcher on each task, and both have seen the first state.
    pub(crate) async fn watchers(&self, visitor: &Visitor, id: ImageId) -> [Watcher; 2] {
        let [first, second] = &self.tasks;
        let mut both = [
            Watcher::try_open_at(first, &visitor.cookie, id).await.unwrap(),
            Watcher::try_open_at(second, &visitor.cookie, id).await.unwrap(),
        ];
        for watcher in &mut both {
            assert_eq!(watcher.status_and_version().await, ("uploaded".to_owned(), 1));
        }
        both
    }

    /// Tells the topic of a state that is not in the ledger: who sees it cannot have it from there. The image must be
    /// watched on both tasks.
    pub(crate) async fn publish_unwritten(&self, id: ImageId, status: Status, version: u64) {
        // On a busy machine a feed may be open before its subscription is confirmed.
        eventually("both tasks hear", async || (self.redis.listeners(&channel(id)).await == 2).then_some(())).await;
        let mut image = self.app.ledger.get(id).await.unwrap().unwrap();
        (image.status, image.version) = (status, version);
        self.app.publish(&image).await;
    }
}

pub(crate) fn channel(id: ImageId) -> String {
    format!("receipts:status:{id}")
}
