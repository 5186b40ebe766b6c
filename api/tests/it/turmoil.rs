//! Whatever happens to the statuses on their way, every watcher ends at the truth and never goes back.

use std::time::Duration;

use futures_util::future::join_all;
use local::{Channel, DeliveryFault, When};
use receipt::ImageId;
use serde_json::Value;

use crate::{
    events::Events,
    test_app::{TestApp, Visitor, Watcher},
};

const IMAGES: usize = 12;

async fn check(fault: DeliveryFault, when: When) {
    let app = TestApp::start().await;
    app.testbed.aws.faults().on_deliveries(Channel::Http, fault, when);
    let visitor = Visitor::new(&app).await;
    let mut ids = Vec::new();
    for _ in 0..IMAGES {
        ids.push(visitor.upload().await);
    }
    let watching = ids.iter().map(|id| async {
        tokio::join!(watch_a_socket(&app, &visitor.cookie, *id), watch_events(&app, &visitor.cookie, *id))
    });
    let working = ids.iter().map(|id| work(&app, *id));
    let (seen, truth) = tokio::join!(join_all(watching), join_all(working));
    for ((socket, events), version) in seen.into_iter().zip(truth) {
        for frames in [socket, events] {
            let versions: Vec<_> = frames.iter().map(|frame| frame["version"].as_u64().unwrap()).collect();
            assert!(versions.is_sorted_by(|a, b| a < b), "{fault:?}: {versions:?}");
            assert_eq!(
                (frames.last().unwrap()["status"].as_str(), versions.last()),
                (Some("accepted"), Some(&version))
            );
        }
    }
}

/// Plays the worker on one image, and tells the topic of every step. The last version.
async fn work(app: &TestApp, id: ImageId) -> u64 {
    let mut image = app.take(id).await;
    app.publish(&image).await;
    for _ in 0..2 {
        image = app.waiting(&image).await;
        app.publish(&image).await;
    }
    image = app.detected(&image).await;
    app.publish(&image).await;
    let image = app.concluded(&image).await;
    app.publish(&image).await;
    image.version
}

async fn watch_a_socket(app: &TestApp, cookie: &str, id: ImageId) -> Vec<Value> {
    let mut watcher = Watcher::open(app, cookie, id).await;
    let mut frames = Vec::new();
    loop {
        frames.push(watcher.frame().await);
        if frames.last().unwrap()["verdict"].is_object() {
            return frames;
        }
    }
}

async fn watch_events(app: &TestApp, cookie: &str, id: ImageId) -> Vec<Value> {
    let mut events = Events::open(app, cookie, id, None).await;
    let mut frames = Vec::new();
    while let Some((_, frame)) = events.next().await {
        frames.push(frame);
    }
    frames
}

#[tokio::test]
async fn when_every_status_is_lost() {
    check(DeliveryFault::Lose, When::Always).await;
}

#[tokio::test]
async fn when_every_other_status_is_lost() {
    check(DeliveryFault::Lose, When::Every(2)).await;
}

#[tokio::test]
async fn when_every_status_comes_twice() {
    check(DeliveryFault::Double, When::Always).await;
}

#[tokio::test]
async fn when_every_third_status_is_late() {
    check(DeliveryFault::Delay(Duration::from_secs(3)), When::Every(3)).await;
}

#[tokio::test]
async fn when_statuses_overtake_each_other() {
    check(DeliveryFault::Reorder, When::Every(2)).await;
}
