//! `Idempotency-Key`: sent twice, done once.

use jiff::Timestamp;
use ledger::{HeldKey, KEY_LEASE, KeyClaim};
use local::{CallFault, Service, When};
use receipt::ImageId;
use reqwest::{Method, Response};
use serde_json::Value;
use testbed::{a_jpeg, eventually};

use crate::{
    raw_upload::{END, FIELD, RawUpload},
    test_app::{TestApp, Visitor, picture, problem, queued},
};

async fn post(visitor: &Visitor, key: &str, bytes: Vec<u8>) -> Response {
    let request = visitor.request(Method::POST, "/upload").header("idempotency-key", key);
    request.multipart(picture("image", bytes)).send().await.unwrap()
}

async fn taken(response: Response) -> ImageId {
    assert_eq!(response.status(), 202);
    let body: Value = response.json().await.unwrap();
    assert_eq!((body["status"].as_str(), body["version"].as_u64()), (Some("uploaded"), Some(1)));
    body["imageId"].as_str().unwrap().parse().unwrap()
}

async fn receipts(visitor: &Visitor) -> usize {
    visitor.json("/receipts").await["receipts"].as_array().unwrap().len()
}

#[tokio::test]
async fn a_second_try_gets_the_first_ones_answer_and_stores_nothing() {
    let app = TestApp::at_once().await;
    let visitor = Visitor::new(&app).await;
    for (key, bytes) in [("small", 5000), ("in-parts", 6_000_000)] {
        let id = taken(post(&visitor, key, a_jpeg(bytes)).await).await;
        assert_eq!(taken(post(&visitor, key, a_jpeg(bytes)).await).await, id);
        let image = app.take(id).await;
        app.concluded(&image).await;
        assert_eq!(taken(post(&visitor, key, a_jpeg(bytes)).await).await, id, "also when it has gone on");
    }
    assert_eq!(app.objects().await.len(), 2);
    assert_eq!(app.unfinished_uploads(), Vec::<String>::new());
    assert_eq!(receipts(&visitor).await, 2);
    queued(&app, 2).await;
}

#[tokio::test]
async fn another_picture_under_the_same_key_is_refused_and_not_stored() {
    let app = TestApp::at_once().await;
    let visitor = Visitor::new(&app).await;
    let id = taken(post(&visitor, "key", a_jpeg(5000)).await).await;
    for bytes in [5001, 6_000_000] {
        assert_eq!(problem(post(&visitor, "key", a_jpeg(bytes)).await, 422).await, "idempotency_mismatch");
    }
    assert_eq!(problem(post(&visitor, "key", Vec::new()).await, 400).await, "empty_image");
    assert_eq!(app.objects().await, [format!("uploads/{id}/image.jpg")]);
    assert_eq!(taken(post(&visitor, "key", a_jpeg(5000)).await).await, id);
    let other = taken(post(&visitor, "other", a_jpeg(5001)).await).await;
    assert_ne!(other, id);
    let stranger = Visitor::new(&app).await;
    assert_ne!(taken(post(&stranger, "key", a_jpeg(5000)).await).await, id, "keys are a person's own");
}

#[tokio::test]
async fn keys_that_are_none_are_refused() {
    let app = TestApp::at_once().await;
    let visitor = Visitor::new(&app).await;
    for key in ["", "two words", &"x".repeat(256)] {
        assert_eq!(problem(post(&visitor, key, a_jpeg(10)).await, 400).await, "bad_request", "{key}");
    }
    let twice = visitor.request(Method::POST, "/upload").header("idempotency-key", "a").header("idempotency-key", "b");
    let response = twice.multipart(picture("image", a_jpeg(10))).send().await.unwrap();
    assert_eq!(problem(response, 400).await, "bad_request");
    taken(post(&visitor, &"x".repeat(255), a_jpeg(10)).await).await;
}

/// Begins an upload under the key, and returns once a part of it is in the bucket.
async fn half_sent(app: &TestApp, visitor: &Visitor, photo: &[u8]) -> RawUpload {
    let headers = format!("cookie: {}\r\nidempotency-key: key\r\n", visitor.cookie);
    let length = FIELD.len() + photo.len() + END.len();
    let mut upload = RawUpload::of_length(app, length, &headers).await;
    upload.send(FIELD).await;
    upload.send(&photo[..5_800_000]).await;
    eventually("a part in the bucket", async || (!app.unfinished_uploads().is_empty()).then_some(())).await;
    upload
}

#[tokio::test]
async fn while_the_first_try_runs_the_second_is_asked_to_come_again() {
    let app = TestApp::at_once().await;
    let visitor = Visitor::new(&app).await;
    let photo = a_jpeg(6_000_000);
    let mut first = half_sent(&app, &visitor, &photo).await;
    let second = post(&visitor, "key", photo.clone()).await;
    assert!(second.headers()["retry-after"].to_str().unwrap().parse::<u32>().unwrap() > 0);
    assert_eq!(problem(second, 409).await, "idempotency_in_progress");
    first.send(&photo[5_800_000..]).await;
    first.send(END).await;
    let (status, text) = first.answer().await.unwrap();
    assert_eq!(status, 202);
    let id = taken(post(&visitor, "key", photo).await).await;
    assert!(text.contains(&id.to_string()), "{text}");
    assert_eq!(app.objects().await.len(), 1);
}

#[tokio::test]
async fn a_client_that_vanishes_leaves_its_key_free() {
    let app = TestApp::at_once().await;
    let visitor = Visitor::new(&app).await;
    let photo = a_jpeg(6_000_000);
    drop(half_sent(&app, &visitor, &photo).await);
    let id = eventually("a free key", async || {
        let response = post(&visitor, "key", photo.clone()).await;
        if response.status() == 409 { None } else { Some(taken(response).await) }
    })
    .await;
    assert_eq!(app.objects().await, [format!("uploads/{id}/image.jpg")]);
    assert_eq!(app.unfinished_uploads(), Vec::<String>::new());
}

#[tokio::test]
async fn an_upload_that_failed_leaves_its_key_free_and_nothing_else() {
    let app = TestApp::at_once().await;
    let visitor = Visitor::new(&app).await;
    let refused = post(&visitor, "key", b"<html>".to_vec()).await;
    assert_eq!(problem(refused, 415).await, "unsupported_format");
    let refused = post(&visitor, "key", a_jpeg(11_000_000)).await;
    assert_eq!(problem(refused, 413).await, "image_too_large");
    for calls in [
        (Service::DynamoDb, "PutItem"),
        (Service::S3, "PutObject"),
        (Service::DynamoDb, "TransactWriteItems"),
        (Service::Sns, "Publish"),
    ] {
        app.testbed.aws.faults().on_calls(calls, CallFault::Error(503), When::Always);
        let refused = post(&visitor, "key", a_jpeg(5000)).await;
        assert_eq!(problem(refused, 503).await, "unavailable", "{calls:?}");
        app.testbed.aws.faults().clear();
        assert_eq!(app.objects().await, Vec::<String>::new(), "{calls:?}");
        assert_eq!(receipts(&visitor).await, 0, "{calls:?}");
    }
    taken(post(&visitor, "key", a_jpeg(5000)).await).await;
    assert_eq!((app.objects().await.len(), receipts(&visitor).await), (1, 1));
}

#[tokio::test]
async fn whichever_answer_is_lost_there_is_one_image() {
    let app = TestApp::at_once().await;
    let visitor = Visitor::new(&app).await;
    let lost = [
        (Service::DynamoDb, "PutItem"),
        (Service::S3, "PutObject"),
        (Service::DynamoDb, "TransactWriteItems"),
        (Service::Sns, "Publish"),
    ];
    for (n, calls) in lost.into_iter().enumerate() {
        app.testbed.aws.faults().on_calls(calls, CallFault::LoseAnswer, When::Next(1));
        let key = format!("once-{n}");
        let id = taken(post(&visitor, &key, a_jpeg(5000)).await).await;
        assert_eq!(taken(post(&visitor, &key, a_jpeg(5000)).await).await, id, "{calls:?}");
        assert_eq!((app.objects().await.len(), receipts(&visitor).await), (n + 1, n + 1), "{calls:?}");
    }
    // Every answer of the ledger's is lost, and yet it wrote: the image stays, and the second try finds it.
    let calls = (Service::DynamoDb, "TransactWriteItems");
    app.testbed.aws.faults().on_calls(calls, CallFault::LoseAnswer, When::Next(3));
    app.testbed.aws.faults().on_calls(calls, CallFault::Error(503), When::Always);
    let refused = post(&visitor, "for-ever", a_jpeg(5000)).await;
    assert_eq!(problem(refused, 503).await, "unavailable");
    app.testbed.aws.faults().clear();
    taken(post(&visitor, "for-ever", a_jpeg(5000)).await).await;
    assert_eq!((app.objects().await.len(), receipts(&visitor).await), (5, 5));
}

#[tokio::test]
async fn of_many_tries_at_once_one_is_taken() {
    let app = TestApp::at_once().await;
    let visitor = Visitor::new(&app).await;
    let tries = (0..8).map(|_| post(&visitor, "key", a_jpeg(300_000)));
    let mut ids = Vec::new();
    for response in futures_util::future::join_all(tries).await {
        if response.status() == 409 {
            assert_eq!(problem(response, 409).await, "idempotency_in_progress");
        } else {
            ids.push(taken(response).await);
        }
    }
    ids.dedup();
    assert_eq!(ids.len(), 1);
    assert_eq!((app.objects().await.len(), receipts(&visitor).await), (1, 1));
}

#[tokio::test]
async fn an_upload_that_has_lost_its_key_to_another_is_undone() {
    let app = TestApp::at_once().await;
    let visitor = Visitor::new(&app).await;
    let owner = app.ledger.get(visitor.upload().await).await.unwrap().unwrap().owner;
    let photo = a_jpeg(6_000_000);
    let mut slow = half_sent(&app, &visitor, &photo).await;
    // As if it had not renewed its claim for long.
    let other = HeldKey { owner, key: "key".parse().unwrap(), image_id: ImageId::new() };
    let claim = app.ledger.claim_key(&other, Timestamp::now() + KEY_LEASE + KEY_LEASE).await.unwrap();
    assert!(matches!(claim, KeyClaim::Ours { abandoned: Some(_) }), "{claim:?}");
    slow.send(&photo[5_800_000..]).await;
    slow.send(END).await;
    assert_eq!(slow.answer().await.unwrap().0, 503);
    assert_eq!((app.objects().await.len(), receipts(&visitor).await), (1, 1));
    assert_eq!(app.unfinished_uploads(), Vec::<String>::new());
    let again = app.ledger.claim_key(&other, Timestamp::now()).await.unwrap();
    assert_eq!(again, KeyClaim::Ours { abandoned: None }, "the other one still has the key");
}

#[tokio::test]
async fn a_second_try_after_the_deletion_is_told_of_it_and_brings_nothing_back() {
    let app = TestApp::at_once().await;
    let visitor = Visitor::new(&app).await;
    let id = taken(post(&visitor, "key", a_jpeg(5000)).await).await;
    let deleted = visitor.request(Method::DELETE, &format!("/receipts/{id}")).send().await.unwrap();
    assert_eq!(deleted.status(), 204);
    for bytes in [5000, 6_000_000] {
        assert_eq!(problem(post(&visitor, "key", a_jpeg(bytes)).await, 410).await, "receipt_deleted");
    }
    assert_eq!((app.objects().await.len(), receipts(&visitor).await), (0, 0));
    taken(post(&visitor, "another", a_jpeg(5000)).await).await;
}

#[tokio::test]
async fn a_task_that_died_with_a_key_loses_it_and_its_picture() {
    let app = TestApp::at_once().await;
    let visitor = Visitor::new(&app).await;
    let owner = app.ledger.get(visitor.upload().await).await.unwrap().unwrap().owner;
    let dead = HeldKey { owner, key: "key".parse().unwrap(), image_id: ImageId::new() };
    app.put_object(format!("uploads/{}/image.png", dead.image_id), b"half".to_vec()).await;
    let claim = app.ledger.claim_key(&dead, Timestamp::now() - KEY_LEASE).await.unwrap();
    assert_eq!(claim, KeyClaim::Ours { abandoned: None });
    taken(post(&visitor, "key", a_jpeg(5000)).await).await;
    let objects = app.objects().await;
    assert_eq!(objects.len(), 2);
    assert!(objects.iter().all(|key| !key.contains(&dead.image_id.to_string())), "{objects:?}");
}
