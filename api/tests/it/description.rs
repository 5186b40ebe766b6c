//! `GET /openapi.json` and `GET /frame.schema.json`: what is said of the API is so.

use std::{
    collections::BTreeSet,
    sync::{LazyLock, OnceLock},
};

use jsonschema::Validator;
use receipt::{ImageId, PictureFormat};
use serde_json::Value;

use crate::test_app::TestApp;

static FRAMES: OnceLock<Value> = OnceLock::new();
static VALIDATOR: LazyLock<Validator> = LazyLock::new(|| {
    let schema = FRAMES.get().expect("an app was started before a frame is looked at");
    jsonschema::validator_for(schema).unwrap()
});

/// Asks an app what its frames look like: every frame of every test is held to it.
pub(crate) async fn learn(base: &str) {
    if FRAMES.get().is_none() {
        let schema: Value = reqwest::get(format!("{base}/frame.schema.json")).await.unwrap().json().await.unwrap();
        let _ = FRAMES.set(schema);
    }
}

/// A frame, which must be what the schema says.
pub(crate) fn conforming(frame: &str) -> Value {
    let frame: Value = serde_json::from_str(frame).unwrap();
    let faults: Vec<_> = VALIDATOR.iter_errors(&frame).map(|error| error.to_string()).collect();
    assert!(faults.is_empty(), "{faults:?} in {frame}");
    frame
}

#[tokio::test]
async fn the_schema_of_frames_tells_a_frame_from_what_is_none() {
    let _app = TestApp::at_once().await;
    let right = r#"{"imageId": "0190163d-8694-739b-aea5-966c26f8ad91", "status": "started", "version": 2,
                    "at": "2026-01-01T00:00:00Z"}"#;
    conforming(right);
    for (name, wrong) in [("status", "\"begun\""), ("version", "\"2\""), ("imageId", "7"), ("receipt", "\"x\"")] {
        let mut frame: Value = serde_json::from_str(right).unwrap();
        frame[name] = serde_json::from_str(wrong).unwrap();
        assert!(!VALIDATOR.is_valid(&frame), "{frame}");
    }
}

#[tokio::test]
async fn every_format_of_pictures_is_described() {
    let app = TestApp::at_once().await;
    let document: Value = app.browser.get("/openapi.json").await.json().await.unwrap();
    let answer = &document["paths"]["/receipts/{id}/image"]["get"]["responses"]["200"]["content"];
    let described: BTreeSet<&str> = answer.as_object().unwrap().keys().map(String::as_str).collect();
    let taken: BTreeSet<&str> = PictureFormat::ALL.map(PictureFormat::content_type).into();
    assert_eq!(described, taken);
}

#[tokio::test]
async fn every_described_operation_is_served() {
    let app = TestApp::at_once().await;
    let document: Value = app.browser.get("/openapi.json").await.json().await.unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    let mut operations = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        let url = app.url(&path.replace("{id}", &ImageId::new().to_string()));
        for method in methods.as_object().unwrap().keys() {
            let name = method.to_uppercase().parse().unwrap();
            let answer = app.browser.http.request(name, &url).send().await.unwrap();
            // Paths of no room are the page's.
            let kind = answer.headers().get("content-type").map(|kind| kind.to_str().unwrap().to_owned());
            assert_ne!(answer.status(), 405, "{method} {path}");
            assert_ne!(kind.as_deref(), Some("text/html"), "{method} {path}");
            operations += 1;
        }
    }
    assert!(operations > 8, "{operations}");
}

#[tokio::test]
async fn people_can_read_the_description() {
    let app = TestApp::at_once().await;
    let page = app.browser.get("/docs").await;
    assert!(page.headers()["content-security-policy"].to_str().unwrap().starts_with("default-src 'none'"));
    let page = page.text().await.unwrap();
    assert!(page.contains("/receipts/{id}/image") && page.contains("application/problem+json"), "{page}");
}
