//! `GET /imageStatus/{id}/events`: the feed without a WebSocket.

use std::time::Duration;

use receipt::ImageId;
use serde_json::Value;
use testbed::{PATIENCE, eventually};

use crate::{
    description,
    test_app::{TestApp, Visitor, problem},
};

/// An open stream of server-sent events.
pub(crate) struct Events {
    response: reqwest::Response,
    read: String,
}

async fn get(app: &TestApp, cookie: &str, id: ImageId, last_event_id: Option<&str>) -> reqwest::Response {
    let mut request =
        reqwest::Client::new().get(app.url(&format!("/imageStatus/{id}/events"))).header("cookie", cookie);
    if let Some(last) = last_event_id {
        request = request.header("last-event-id", last);
    }
    request.send().await.unwrap()
}

impl Events {
    pub(crate) async fn open(app: &TestApp, cookie: &str, id: ImageId, last_event_id: Option<&str>) -> Self {
        let response = get(app, cookie, id, last_event_id).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["cache-control"], "no-store");
        Self { response, read: String::new() }
    }

    /// The next event's id and frame; nothing at the end.
    pub(crate) async fn next(&mut self) -> Option<(u64, Value)> {
        loop {
            if let Some((event, rest)) = self.read.split_once("\n\n") {
                let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
                let found = field("id:").map(|id| id.parse().unwrap()).zip(field("data:"));
                let found = found.map(|(id, data)| (id, description::conforming(data)));
                self.read = String::from(rest);
                if found.is_some() {
                    return found;
                }
                continue;
            }
            let chunk = tokio::time::timeout(PATIENCE, self.response.chunk()).await.expect("an event comes");
            self.read += std::str::from_utf8(&chunk.unwrap()?).unwrap();
        }
    }

    async fn status(&mut self) -> (u64, String) {
        let (id, frame) = self.next().await.unwrap();
        assert_eq!(frame["version"], id);
        (id, frame["status"].as_str().unwrap().to_owned())
    }
}

#[tokio::test]
async fn every_state_comes_then_the_result_then_the_end() {
    let app = TestApp::start().await;
    let visitor = Visitor::new(&app).await;
    let id = visitor.upload().await;
    let mut events = Events::open(&app, &visitor.cookie, id, None).await;
    assert_eq!(events.status().await, (1, "uploaded".to_owned()));
    let image = app.take(id).await;
    app.publish(&image).await;
    assert_eq!(events.status().await, (2, "started".to_owned()));
    let image = app.concluded(&image).await;
    app.publish(&image).await;
    let (version, last) = events.next().await.unwrap();
    assert_eq!((version, &last["status"], &last["receipt"]["total"]["value"]), (3, &"accepted".into(), &"9.00".into()));
    assert_eq!(events.next().await, None);
}

#[tokio::test]
async fn whoever_comes_back_hears_only_what_is_newer() {
    let app = TestApp::start().await;
    let visitor = Visitor::new(&app).await;
    let id = visitor.upload().await;
    let image = app.take(id).await;
    let mut events = Events::open(&app, &visitor.cookie, id, Some("2")).await;
    let image = app.concluded(&image).await;
    app.publish(&image).await;
    assert_eq!(events.status().await, (3, "accepted".to_owned()));

    // An id that no frame had is none.
    for odd in ["x", "-1", ""] {
        let mut events = Events::open(&app, &visitor.cookie, id, Some(odd)).await;
        assert_eq!(events.status().await.0, 3, "{odd}");
    }
    assert_eq!(get(&app, &visitor.cookie, id, Some("3")).await.status(), 204);
    assert_eq!(get(&app, &visitor.cookie, id, Some("99")).await.status(), 204);
}

#[tokio::test]
async fn somebody_elses_feed_looks_like_none() {
    let app = TestApp::at_once().await;
    let (owner, stranger) = (Visitor::new(&app).await, Visitor::new(&app).await);
    let id = owner.upload().await;
    assert_eq!(problem(get(&app, &stranger.cookie, id, None).await, 404).await, "not_found");
}

#[tokio::test]
async fn a_stream_ends_after_a_while_and_leaves_its_place_to_whoever_comes_back() {
    let app = TestApp::with(|config| {
        (config.sockets.most, config.sockets.events_end_after) = (1, Duration::from_secs(2));
    })
    .await;
    let visitor = Visitor::new(&app).await;
    let id = visitor.upload().await;
    // This one never reads.
    let first = get(&app, &visitor.cookie, id, None).await;
    assert_eq!(first.status(), 200);
    assert_eq!(problem(get(&app, &visitor.cookie, id, None).await, 503).await, "busy", "the only place is taken");
    let again = eventually("a place", async || {
        Some(get(&app, &visitor.cookie, id, Some("1")).await).filter(|answer| answer.status() == 200)
    })
    .await;
    assert!(!again.text().await.unwrap().contains("data:"), "it ends too, and had nothing newer to say");
    drop(first);
}

#[tokio::test]
async fn a_stream_ends_when_the_service_stops() {
    let app = TestApp::at_once().await;
    let visitor = Visitor::new(&app).await;
    let id = visitor.upload().await;
    let mut events = Events::open(&app, &visitor.cookie, id, None).await;
    events.status().await;
    app.stop.cancel();
    assert_eq!(events.next().await, None);
    app.served.await.unwrap().unwrap();
}
