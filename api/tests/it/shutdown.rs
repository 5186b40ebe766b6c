//! What happens when the service is told to stop.

use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use testbed::{a_jpeg, eventually};

use crate::{
    raw_upload::{END, FIELD, RawUpload},
    test_app::{TestApp, Visitor, Watcher},
};

#[tokio::test]
async fn sockets_are_told_to_come_again_elsewhere() {
    let app = TestApp::at_once().await;
    let visitor = Visitor::new(&app).await;
    let id = visitor.upload().await;
    let mut watcher = Watcher::open(&app, &visitor.cookie, id).await;
    watcher.frame().await;
    app.stop.cancel();
    assert_eq!(watcher.close().await, CloseCode::Away);
    drop(watcher);
    app.served.await.unwrap().unwrap();
}

#[tokio::test]
async fn an_upload_in_flight_is_taken_to_its_end() {
    let app = TestApp::at_once().await;
    let picture = a_jpeg(200_000);
    let (first, rest) = picture.split_at(150_000);
    let mut upload = RawUpload::of_length(&app, FIELD.len() + picture.len() + END.len(), "").await;
    upload.send(FIELD).await;
    upload.send(first).await;
    // On a connection that stays open, as a load balancer asks.
    let readiness = reqwest::Client::new();
    assert_eq!(readiness.get(app.url("/readyz")).send().await.unwrap().status(), 200);
    app.stop.cancel();
    upload.send(rest).await;
    upload.send(END).await;
    let (status, answer) = upload.answer().await.unwrap();
    assert_eq!(status, 202, "{answer}");
    app.served.await.unwrap().unwrap();
    let id = answer.split("\"imageId\":\"").nth(1).unwrap().split('"').next().unwrap().parse().unwrap();
    assert_eq!(app.ledger.get(id).await.unwrap().unwrap().size_bytes, 200_000);
}

#[tokio::test]
async fn a_task_that_stops_says_that_it_is_not_ready() {
    let app = TestApp::at_once().await;
    // A connection that was open before: new ones are not taken any more.
    let mut upload = RawUpload::of_length(&app, 1000, "").await;
    upload.send(FIELD).await;
    let balancer = reqwest::Client::builder().pool_max_idle_per_host(1).build().unwrap();
    assert_eq!(balancer.get(app.url("/readyz")).send().await.unwrap().status(), 200);
    app.stop.cancel();
    eventually("an answer other than ready", async || match balancer.get(app.url("/readyz")).send().await {
        Ok(answer) => (answer.status() == 503).then_some(()),
        Err(_) => Some(()),
    })
    .await;
}
