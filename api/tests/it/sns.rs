//! `POST /imageStatus`: only SNS, with a valid signature and our topic, changes what a feed shows.

use axum::{Router, extract::State, routing};
use receipt::ImageStatus;
use reqwest::StatusCode;
use serde_json::{Value, json};
use testbed::{PATIENCE, eventually};
use tokio::{net::TcpListener, sync::mpsc};

use crate::{
    process::Process,
    test_app::{TestApp, Visitor, Watcher, a_page},
};

async fn post(app: &TestApp, message: &Value) -> StatusCode {
    post_to(&app.browser.http, &app.base, message).await
}

async fn post_to(http: &reqwest::Client, base: &str, message: &Value) -> StatusCode {
    let request = http.post(format!("{base}/imageStatus")).header("content-type", "text/plain; charset=UTF-8");
    request.body(message.to_string()).send().await.unwrap().status()
}

/// A second subscriber, which hands on what SNS really posts.
async fn genuine_messages(app: &TestApp) -> mpsc::Receiver<Value> {
    async fn take(State(sender): State<mpsc::Sender<Value>>, body: String) {
        let _ = sender.send(serde_json::from_str(&body).unwrap()).await;
    }
    let (sender, mut receiver) = mpsc::channel(16);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(axum::serve(listener, Router::new().route("/", routing::post(take)).with_state(sender)).into_future());
    let topic = &app.testbed.aws.resources().image_status_topic;
    app.sns.subscribe().topic_arn(topic).protocol("http").endpoint(endpoint).send().await.unwrap();
    let confirmation = tokio::time::timeout(PATIENCE, receiver.recv()).await.unwrap().unwrap();
    let token = confirmation["Token"].as_str().unwrap();
    app.sns.confirm_subscription().topic_arn(topic).token(token).send().await.unwrap();
    receiver
}

async fn a_genuine_message(app: &TestApp) -> Value {
    let mut messages = genuine_messages(app).await;
    let visitor = Visitor::new(app).await;
    let id = visitor.upload().await;
    let image = app.take(id).await;
    app.publish(&image).await;
    tokio::time::timeout(PATIENCE, messages.recv()).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_genuine_message_is_taken_again_and_again() {
    let app = TestApp::at_once().await;
    let message = a_genuine_message(&app).await;
    assert_eq!(message["SignatureVersion"], "2");
    for _ in 0..3 {
        assert_eq!(post(&app, &message).await, StatusCode::OK);
    }
}

#[tokio::test]
async fn signature_version_1_is_taken_too() {
    let app = TestApp::at_once().await;
    let topic = &app.testbed.aws.resources().image_status_topic;
    let set = app.sns.set_topic_attributes().topic_arn(topic).attribute_name("SignatureVersion").attribute_value("1");
    set.send().await.unwrap();
    let message = a_genuine_message(&app).await;
    assert_eq!(message["SignatureVersion"], "1");
    assert_eq!(post(&app, &message).await, StatusCode::OK);
    let mut forged = message.clone();
    forged["Message"] = json!("{}");
    assert_eq!(post(&app, &forged).await, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn whatever_is_changed_on_a_message_it_is_refused() {
    let app = TestApp::at_once().await;
    let genuine = a_genuine_message(&app).await;
    let status: ImageStatus = serde_json::from_str(genuine["Message"].as_str().unwrap()).unwrap();
    let lie = ImageStatus { status: receipt::Status::Accepted, version: 99, ..status };
    let changes = [
        ("Message", json!(serde_json::to_string(&lie).unwrap())),
        ("MessageId", json!("another")),
        ("Timestamp", json!("2020-01-01T00:00:00.000Z")),
        ("Subject", json!("added")),
        ("TopicArn", json!("arn:aws:sns:us-east-1:111111111111:imageStatus")),
        ("Type", json!("UnsubscribeConfirmation")),
        ("SignatureVersion", json!("1")),
        ("Signature", json!("AAAA")),
        ("Signature", json!("not base64")),
    ];
    for (field, value) in changes {
        let mut forged = genuine.clone();
        forged[field] = value;
        assert_eq!(post(&app, &forged).await, StatusCode::FORBIDDEN, "{field}");
    }
}

#[tokio::test]
async fn a_certificate_from_elsewhere_is_not_even_fetched() {
    let app = TestApp::at_once().await;
    let genuine = a_genuine_message(&app).await;
    let url = genuine["SigningCertURL"].as_str().unwrap();
    let (origin, path) = url.split_at(url.rfind('/').unwrap());
    let elsewhere = [
        format!("https://sns.us-east-1.amazonaws.com{path}"),
        format!("http://sns.us-east-1.amazonaws.com.evil.example{path}"),
        format!("http://localhost:{}{path}", origin.rsplit(':').next().unwrap()),
        format!("{origin}/receipt-uploads/SimpleNotificationService-1.pem"),
        format!("{origin}/SimpleNotificationService-../x.pem"),
        format!("{url}?x=1"),
        format!("http://user@{}{path}", origin.strip_prefix("http://").unwrap()),
        format!("{origin}/SimpleNotificationService-0000.pem"),
        "not an address".to_owned(),
    ];
    for url in elsewhere {
        let mut forged = genuine.clone();
        forged["SigningCertURL"] = json!(url);
        assert_eq!(post(&app, &forged).await, StatusCode::FORBIDDEN, "{url}");
    }
}

#[tokio::test]
async fn what_is_refused_changes_nothing() {
    let app = TestApp::start().await;
    let visitor = Visitor::new(&app).await;
    let id = visitor.upload().await;
    let mut watcher = Watcher::open(&app, &visitor.cookie, id).await;
    watcher.frame().await;
    let mut genuine = genuine_messages(&app).await;
    let image = app.take(id).await;
    app.publish(&image).await;
    let message = tokio::time::timeout(PATIENCE, genuine.recv()).await.unwrap().unwrap();
    assert_eq!(watcher.status_and_version().await.1, 2);

    let lie = ImageStatus { status: receipt::Status::TextDetected, version: 3, ..image.image_status() };
    let mut forged = message.clone();
    forged["Message"] = json!(serde_json::to_string(&lie).unwrap());
    assert_eq!(post(&app, &forged).await, StatusCode::FORBIDDEN);
    // Had the lie been believed, it would come first.
    let image = app.concluded(&image).await;
    app.publish(&image).await;
    assert_eq!(watcher.status_and_version().await, ("accepted".to_owned(), 3));
}

#[tokio::test]
async fn a_reason_that_we_do_not_know_leaves_the_status_and_its_sentence() {
    let app = TestApp::start().await;
    let visitor = Visitor::new(&app).await;
    let id = visitor.upload().await;
    let mut watcher = Watcher::open(&app, &visitor.cookie, id).await;
    // One version ahead of the ledger, so that nothing but the topic can tell of it.
    let mut status = serde_json::to_value(app.take(id).await.image_status()).unwrap();
    (status["version"], status["reason"]) = (json!(3), json!("eaten_by_the_dog"));
    status["detail"] = json!("It was eaten.");
    let topic = &app.testbed.aws.resources().image_status_topic;
    app.sns.publish().topic_arn(topic).message(status.to_string()).send().await.unwrap();
    let mut frame = watcher.frame().await;
    while frame["version"] != 3 {
        frame = watcher.frame().await;
    }
    assert_eq!((&frame["status"], &frame["detail"]), (&json!("started"), &json!("It was eaten.")));
    assert_eq!(frame.get("reason"), None);
}

#[tokio::test]
async fn what_is_no_message_is_a_bad_request() {
    let app = TestApp::at_once().await;
    for body in ["", "{}", "[]", "null", "{\"Type\":\"Notification\"}"] {
        let response = app.browser.http.post(app.url("/imageStatus")).body(body).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{body}");
    }
}

#[tokio::test]
async fn the_service_subscribes_itself() {
    let app = TestApp::start().await;
    eventually("the subscription", async || {
        let ready: Value = app.browser.get("/readyz").await.json().await.unwrap();
        (ready["imageStatusSubscription"] == "confirmed").then_some(())
    })
    .await;
}

#[tokio::test]
async fn it_tries_again_where_sns_does_not_answer() {
    use local::{CallFault, Service, When};
    let app = TestApp::at_once().await;
    app.testbed.aws.faults().on_calls((Service::Sns, "ConfirmSubscription"), CallFault::Error(500), When::Next(1));
    tokio::time::timeout(PATIENCE, app.testbed.aws.first_subscription()).await.unwrap();
}

#[tokio::test]
async fn ten_thousand_forged_repeated_and_broken_messages_change_nothing() {
    let app = TestApp::at_once().await;
    let genuine = a_genuine_message(&app).await;
    // In a process of its own, so that its memory is not that of other tests.
    let page = a_page();
    let process = Process::start(&app.testbed, page.path(), &[]).await;
    let visitor = Visitor::at(&process.base).await;
    let id = visitor.upload().await;
    let mut watcher = Watcher::try_open_at(&process.base, &visitor.cookie, id).await.unwrap();
    watcher.frame().await;
    let post = async |message: &Value| post_to(&app.browser.http, &process.base, message).await;
    assert_eq!(post(&genuine).await, StatusCode::OK);
    let lie = json!({ "imageId": id, "status": "accepted", "version": 99, "at": "2026-01-01T00:00:00Z" }).to_string();
    let before = process.resident_kib();
    for round in 0..2_500_u32 {
        let mut forged = genuine.clone();
        forged["Message"] = json!(lie);
        let mut elsewhere = genuine.clone();
        elsewhere["SigningCertURL"] = json!(format!("{}/SimpleNotificationService-{round}.pem", process.base));
        let broken = json!({ "Type": "Notification", "MessageId": round });
        let outcomes = tokio::join!(post(&forged), post(&elsewhere), post(&broken), post(&genuine));
        let refused = [outcomes.0, outcomes.1, outcomes.2];
        assert!(refused.iter().all(StatusCode::is_client_error), "{outcomes:?}");
        assert_eq!(outcomes.3, StatusCode::OK);
    }
    let grown = process.resident_kib().saturating_sub(before);
    assert!(grown < 16 * 1024, "{grown} KiB more in use");

    app.take(id).await;
    assert_eq!(watcher.status_and_version().await, ("started".to_owned(), 2));
}
