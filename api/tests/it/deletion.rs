//! `DELETE /receipts/{id}`

use local::{CallFault, Service, When};
use receipt::ImageId;
use reqwest::{Method, Response};
use serde_json::json;
use testbed::eventually;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use crate::test_app::{TestApp, Visitor, Watcher, problem};

/// The picture, and what workers may make of it.
const FILES: usize = 23;

async fn delete(visitor: &Visitor, id: ImageId) -> Response {
    visitor.request(Method::DELETE, &format!("/receipts/{id}")).send().await.unwrap()
}

/// Uploads a picture and puts beside it what a worker makes of it.
async fn with_files(app: &TestApp, visitor: &Visitor) -> ImageId {
    let id = visitor.upload().await;
    let image = app.ledger.get(id).await.unwrap().unwrap();
    for key in image.image_id.kept_by_workers() {
        app.put_object(key, b"{}".to_vec()).await;
    }
    assert_eq!(app.objects().await.len(), FILES);
    id
}

async fn is_gone(visitor: &Visitor, id: ImageId) {
    for path in [format!("/receipts/{id}"), format!("/receipts/{id}/image")] {
        let response = visitor.request(Method::GET, &path).send().await.unwrap();
        assert_eq!(problem(response, 404).await, "not_found", "{path}");
    }
    assert_eq!(visitor.json("/receipts").await["receipts"], json!([]));
}

#[tokio::test]
async fn a_deleted_receipt_is_gone_with_all_its_files() {
    let app = TestApp::at_once().await;
    let visitor = Visitor::new(&app).await;
    let id = with_files(&app, &visitor).await;
    let deleted = delete(&visitor, id).await;
    assert_eq!(deleted.status(), 204);
    assert!(deleted.bytes().await.unwrap().is_empty());
    is_gone(&visitor, id).await;
    assert_eq!(app.objects().await, Vec::<String>::new());
    assert!(app.ledger.removals(10).await.unwrap().is_empty());
    assert_eq!(problem(delete(&visitor, id).await, 404).await, "not_found");
    // Without an analysis there is only the picture.
    let id = visitor.upload().await;
    assert_eq!(delete(&visitor, id).await.status(), 204);
    assert_eq!(app.objects().await, Vec::<String>::new());
}

#[tokio::test]
async fn only_its_owner_can_delete_a_receipt() {
    let app = TestApp::at_once().await;
    let (owner, stranger) = (Visitor::new(&app).await, Visitor::new(&app).await);
    let id = with_files(&app, &owner).await;
    assert_eq!(problem(delete(&stranger, id).await, 404).await, "not_found");
    assert_eq!(problem(delete(&owner, ImageId::new()).await, 404).await, "not_found");
    assert_eq!(owner.json(&format!("/receipts/{id}")).await["imageId"], id.to_string());
    assert_eq!(app.objects().await.len(), FILES);
}

#[tokio::test]
async fn what_was_earned_stays_when_the_receipt_goes() {
    let app = TestApp::at_once().await;
    let visitor = Visitor::new(&app).await;
    let id = visitor.upload().await;
    let image = app.take(id).await;
    app.concluded(&image).await;
    let earned = visitor.json("/receipts").await["earned"].clone();
    assert_eq!(earned[0]["amount"], "0.25");
    assert_eq!(delete(&visitor, id).await.status(), 204);
    assert_eq!(visitor.json("/receipts").await["earned"], earned);
}

#[tokio::test]
async fn watchers_of_a_deleted_image_are_told_at_once() {
    let app = TestApp::at_once().await;
    let visitor = Visitor::new(&app).await;
    let id = visitor.upload().await;
    let mut watcher = Watcher::open(&app, &visitor.cookie, id).await;
    watcher.frame().await;
    assert_eq!(delete(&visitor, id).await.status(), 204);
    assert_eq!(watcher.close().await, CloseCode::Library(4404));
    assert_eq!(Watcher::try_open(&app, &visitor.cookie, id).await.err(), Some(404));
}

#[tokio::test]
async fn a_worker_that_has_the_image_in_hand_brings_nothing_back() {
    let app = TestApp::at_once().await;
    let visitor = Visitor::new(&app).await;
    let id = visitor.upload().await;
    let image = app.take(id).await;
    assert_eq!(delete(&visitor, id).await.status(), 204);
    let step = app.ledger.advance(&image, receipt::Status::TextDetected, None, jiff::Timestamp::now()).await;
    assert!(matches!(step, Err(ledger::Error::OutOfDate)));
    is_gone(&visitor, id).await;
}

#[tokio::test]
async fn files_that_the_bucket_would_not_let_go_go_with_the_next_try() {
    let app = TestApp::at_once().await;
    let visitor = Visitor::new(&app).await;
    let id = with_files(&app, &visitor).await;
    app.testbed.aws.faults().on_calls((Service::S3, "DeleteObject"), CallFault::Error(503), When::Always);
    assert_eq!(delete(&visitor, id).await.status(), 204);
    is_gone(&visitor, id).await;
    assert_eq!(app.objects().await.len(), FILES);
    app.testbed.aws.faults().clear();
    assert_eq!(delete(&visitor, id).await.status(), 204);
    assert_eq!(app.objects().await, Vec::<String>::new());
    assert_eq!(problem(delete(&visitor, id).await, 404).await, "not_found");
}

#[tokio::test]
async fn files_of_a_deletion_that_died_go_with_the_sweep() {
    let app = TestApp::at_once().await;
    let visitor = Visitor::new(&app).await;
    let id = with_files(&app, &visitor).await;
    let owner = app.ledger.get(id).await.unwrap().unwrap().owner;
    app.ledger.remove(&owner, id, jiff::Timestamp::now()).await.unwrap().unwrap();
    eventually("an empty bucket", async || app.objects().await.is_empty().then_some(())).await;
    eventually("no note", async || app.ledger.removals(10).await.unwrap().is_empty().then_some(())).await;
}

#[tokio::test]
async fn a_ledger_that_does_not_answer_changes_nothing_and_a_lost_answer_all() {
    let app = TestApp::at_once().await;
    let visitor = Visitor::new(&app).await;
    let id = with_files(&app, &visitor).await;
    let calls = (Service::DynamoDb, "TransactWriteItems");
    app.testbed.aws.faults().on_calls(calls, CallFault::Error(503), When::Always);
    assert_eq!(problem(delete(&visitor, id).await, 503).await, "unavailable");
    app.testbed.aws.faults().clear();
    assert_eq!(visitor.json(&format!("/receipts/{id}")).await["imageId"], id.to_string());
    assert_eq!(app.objects().await.len(), FILES);

    app.testbed.aws.faults().on_calls(calls, CallFault::LoseAnswer, When::Next(1));
    assert_eq!(delete(&visitor, id).await.status(), 204);
    is_gone(&visitor, id).await;
    assert_eq!(app.objects().await, Vec::<String>::new());
}
