//! `PATCH /receipts/{id}`: what is refused, and that nothing comes of it.

use jiff::{Timestamp, ToSpan, tz::TimeZone};
use receipt::{ImageId, Status};
use reqwest::Method;
use serde_json::{Value, json};
use testbed::PATIENCE;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    corrections::{MERGE_PATCH, accepted, done, send, values},
    test_app::{TestApp, Visitor, problem},
};

#[tokio::test]
async fn what_cannot_be_said_is_refused_with_its_name_and_changes_nothing() {
    let fixture = accepted().await;
    let before = fixture.receipt().await;
    let day = |days: i64| (Timestamp::now().to_zoned(TimeZone::UTC).date() + days.days()).to_string();
    let wrong = [
        ("merchant", json!("  "), "invalid_member"),
        ("merchant", json!("x".repeat(201)), "invalid_member"),
        ("merchant", json!("a\u{7}b"), "invalid_member"),
        ("merchant", json!(["A"]), "invalid_member"),
        ("date", json!("1989-12-31"), "invalid_member"),
        ("date", json!(day(3)), "invalid_member"),
        ("date", json!("24.12.2018"), "invalid_member"),
        ("total", json!("-1"), "invalid_member"),
        ("total", json!("1000000000"), "invalid_member"),
        ("total", json!("0.00001"), "invalid_member"),
        ("total", json!(9.0), "invalid_member"),
        ("currency", json!("RM"), "invalid_member"),
        ("currency", json!("ZZZ"), "invalid_member"),
        ("contested", json!("true"), "invalid_member"),
        ("verdict", json!({ "outcome": "accepted" }), "unknown_member"),
        ("rebate", json!(null), "unknown_member"),
        ("status", json!("accepted"), "unknown_member"),
    ];
    for (member, said, code) in wrong {
        // What could be said beside it is not done either.
        let mut body = json!({ "total": "1.00", "merchant": "A" });
        body[member] = said;
        let refused = fixture.patch(&body).await;
        assert_eq!(refused.headers()["content-type"], "application/problem+json");
        let refused: Value = refused.json().await.unwrap();
        assert_eq!(
            (&refused["status"], &refused["code"], &refused["member"]),
            (&json!(422), &json!(code), &json!(member))
        );
        assert!(refused["detail"].as_str().unwrap().contains(member), "{refused}");
    }
    assert_eq!(fixture.receipt().await, before);
    let tomorrow = fixture.patched(&json!({ "date": day(1), "merchant": "店".repeat(200) })).await;
    assert_eq!(tomorrow["version"], 4);
}

#[tokio::test]
async fn a_body_that_is_no_patch_is_refused() {
    let fixture = accepted().await;
    let path = format!("/receipts/{}", fixture.id);
    let send = async |kind: Option<&str>, body: String| {
        let request = fixture.owner.request(Method::PATCH, &path).body(body);
        kind.map_or(request.try_clone().unwrap(), |kind| request.header("content-type", kind)).send().await.unwrap()
    };
    for body in ["", "{", "null", "[]", "\"total\"", "{\"merchant\": \"\\ud800\"}"] {
        assert_eq!(problem(send(Some(MERGE_PATCH), body.to_owned()).await, 400).await, "malformed_patch", "{body}");
    }
    let right = json!({ "total": "1" }).to_string();
    for kind in [None, Some("text/plain"), Some("application/json-patch+json"), Some("multipart/form-data")] {
        assert_eq!(problem(send(kind, right.clone()).await, 415).await, "unsupported_media_type", "{kind:?}");
    }
    for bytes in [9_000, 500_000] {
        let long = json!({ "merchant": "x".repeat(bytes) }).to_string();
        assert_eq!(problem(send(Some(MERGE_PATCH), long).await, 413).await, "patch_too_large");
    }
    assert_eq!(fixture.receipt().await["version"], 3);
    for kind in ["application/json", "Application/Merge-Patch+JSON; charset=utf-8"] {
        assert_eq!(values(&done(send(Some(kind), right.clone()).await).await), json!({ "total": "1" }), "{kind}");
    }
}

#[tokio::test]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let fixture = accepted().await;
    let mut stream = TcpStream::connect(fixture.app.address()).await.unwrap();
    let head = format!(
        "PATCH /receipts/{} HTTP/1.1\r\nhost: {}\r\ncookie: {}\r\ncontent-type: {MERGE_PATCH}\r\ncontent-length: 20\r\n\r\n{{",
        fixture.id,
        fixture.app.address(),
        fixture.owner.cookie
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    tokio::time::timeout(PATIENCE, stream.read_exact(&mut answer)).await.unwrap().unwrap();
    assert_eq!(&answer, b"HTTP/1.1 408");
}

#[tokio::test]
async fn only_what_was_accepted_or_rejected_can_be_corrected() {
    let app = TestApp::at_once().await;
    let owner = Visitor::new(&app).await;
    let id = owner.upload().await;
    let refused = async || {
        let response = send(&owner, id, &json!({ "total": "1" }), &[]).await;
        assert_eq!(problem(response, 409).await, "not_finished");
    };
    refused().await;
    let image = app.take(id).await;
    refused().await;
    let image = app.detected(&image).await;
    refused().await;
    let failed = app.ledger.advance(&image, Status::Failed, None, Timestamp::now()).await.unwrap();
    refused().await;
    assert_eq!(app.ledger.get(id).await.unwrap().unwrap(), failed);
}

#[tokio::test]
async fn somebody_elses_receipt_cannot_be_corrected_and_looks_like_none() {
    let fixture = accepted().await;
    let stranger = Visitor::new(&fixture.app).await;
    let said = json!({ "total": "1" });
    for id in [fixture.id.to_string(), ImageId::new().to_string(), "x".to_owned()] {
        assert_eq!(problem(send(&stranger, &id, &said, &[]).await, 404).await, "not_found", "{id}");
    }
    let nobody = reqwest::Client::new().patch(fixture.app.url(&format!("/receipts/{}", fixture.id))).json(&said);
    assert_eq!(problem(nobody.send().await.unwrap(), 404).await, "not_found");
    assert_eq!(fixture.receipt().await["version"], 3);
}

#[tokio::test]
async fn a_change_that_is_meant_for_another_version_is_refused() {
    let fixture = accepted().await;
    let refused = fixture.patch_if("\"2\"", &json!({ "total": "1" })).await;
    assert_eq!(problem(refused, 412).await, "version_mismatch");
    let after = done(fixture.patch_if("\"3\"", &json!({ "total": "1" })).await).await;
    assert_eq!(after["version"], 4);
    for stale in ["\"3\"", "W/\"4\"", "\"x\""] {
        let refused = fixture.patch_if(stale, &json!({ "total": "2" })).await;
        assert_eq!(problem(refused, 412).await, "version_mismatch", "{stale}");
    }
    assert_eq!(problem(fixture.patch_if("4", &json!({ "total": "2" })).await, 400).await, "bad_request");
    // Sent again by a browser that has not heard the answer.
    assert_eq!(done(fixture.patch_if("\"3\"", &json!({ "total": "1" })).await).await, after);
    for right in ["\"4\", \"9\"", "*"] {
        done(fixture.patch_if(right, &json!({ "total": right.len().to_string() })).await).await;
    }
    assert_eq!(fixture.receipt().await["version"], 6);
}

#[tokio::test]
async fn more_than_sixty_in_a_minute_are_refused_and_others_are_not() {
    let fixture = accepted().await;
    let mut refused = None;
    for n in 0..90 {
        let response = fixture.patch(&json!({ "total": n.to_string() })).await;
        if response.status() != 200 {
            refused = Some((n, response));
            break;
        }
    }
    let (after, refused) = refused.unwrap();
    assert!(after >= 60, "{after}");
    let wait: u64 = refused.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=2).contains(&wait), "{wait}");
    assert_eq!(problem(refused, 429).await, "too_many_corrections");
    assert_eq!(fixture.receipt().await["version"], 3 + after);

    let another = Visitor::new(&fixture.app).await;
    let id = another.upload().await;
    assert_eq!(problem(send(&another, id, &json!({}), &[]).await, 409).await, "not_finished");
}

#[tokio::test]
async fn a_page_of_another_origin_corrects_nothing() {
    const ALLOWED: &str = "https://receipts.example";
    let app = TestApp::with(|config| config.allowed_origins = ALLOWED.parse().unwrap()).await;
    let owner = Visitor::new(&app).await;
    let id = owner.upload().await;
    app.concluded(&app.take(id).await).await;
    let said = json!({ "total": "1" });
    let refused = send(&owner, id, &said, &[("origin", "https://evil.example")]).await;
    assert_eq!(problem(refused, 403).await, "origin_not_allowed");
    let allowed = send(&owner, id, &said, &[("origin", ALLOWED)]).await;
    assert!(allowed.headers()["access-control-expose-headers"].to_str().unwrap().contains("etag"));
    assert_eq!(done(allowed).await["version"], 4);
    let preflight = owner.request(Method::OPTIONS, &format!("/receipts/{id}")).header("origin", ALLOWED);
    let preflight = preflight
        .header("access-control-request-method", "PATCH")
        .header("access-control-request-headers", "content-type,if-match");
    let preflight = preflight.send().await.unwrap();
    assert!(preflight.headers()["access-control-allow-methods"].to_str().unwrap().contains("PATCH"));
    assert!(preflight.headers()["access-control-allow-headers"].to_str().unwrap().contains("if-match"));
}
