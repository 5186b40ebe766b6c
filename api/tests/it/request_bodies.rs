//! Bodies that stop, never end, or are too many: each is refused, and nobody else's is.

use std::time::Duration;

use testbed::eventually;

use crate::{
    raw_connection::{RawConnection, STRANGER},
    test_app::{TestApp, problem},
};

/// One that is read and is no message.
async fn post_from(app: &TestApp, address: &str, bytes: usize) -> Option<u16> {
    let mut connection = RawConnection::from(app, address).await;
    connection.post(&format!("content-length: {bytes}\r\n"), &vec![b'x'; bytes]).await;
    connection.status().await
}

#[tokio::test]
async fn a_body_that_stops_is_told_that_it_was_too_slow_and_its_connection_ends() {
    let app = TestApp::with(|config| config.http.bodies.start = Duration::from_millis(300)).await;
    for headers in ["content-length: 1000\r\n", "transfer-encoding: chunked\r\n"] {
        let mut connection = RawConnection::open(&app).await;
        connection.post(headers, b"1").await;
        assert_eq!(connection.status().await, Some(408));
        assert!(connection.text().await.contains("too_slow"));
    }
}

#[tokio::test]
async fn a_body_that_is_longer_than_any_message_is_refused_whether_or_not_it_says_so() {
    let app = TestApp::at_once().await;
    let longest = config_longest();
    let url = app.url("/imageStatus");
    let declared = app.browser.http.post(&url).body(vec![b'x'; longest + 1]).send().await.unwrap();
    assert_eq!(problem(declared, 413).await, "body_too_large");
    let mut chunked = RawConnection::open(&app).await;
    chunked.post("transfer-encoding: chunked\r\n", format!("{:x}\r\n", longest + 1).as_bytes()).await;
    chunked.send(&vec![b'x'; longest + 1]).await;
    assert_eq!(chunked.status().await, Some(413));
    let fits = app.browser.http.post(&url).body(vec![b'x'; longest]).send().await.unwrap();
    assert_eq!(problem(fits, 400).await, "bad_request");
}

fn config_longest() -> usize {
    api::HttpLimits::default().bodies.longest
}

#[tokio::test]
async fn a_packed_body_is_refused_on_every_route_and_its_connection_ends() {
    let app = TestApp::at_once().await;
    for path in ["/imageStatus", "/upload", "/receipts/x", "/nothing/here", "/livez"] {
        for (coding, status, code) in [
            ("content-encoding: gzip\r\ncontent-length: 3", 415, "unsupported_content_encoding"),
            ("content-encoding: gzip\r\ntransfer-encoding: chunked", 415, "unsupported_content_encoding"),
            ("transfer-encoding: gzip, chunked", 501, "unsupported_transfer_encoding"),
        ] {
            let mut connection = RawConnection::open(&app).await;
            let body = if coding.contains("chunked") { "3\r\nabc\r\n0\r\n\r\n" } else { "abc" };
            let head = format!("POST {path} HTTP/1.1\r\nhost: x\r\n{coding}\r\n\r\n");
            connection.send(format!("{head}{body}GET /livez HTTP/1.1\r\nhost: x\r\n\r\n").as_bytes()).await;
            assert_eq!(connection.status().await, Some(status), "{path} {coding}");
            let rest = connection.text().await;
            assert!(rest.contains(code) && !rest.contains("HTTP/1.1"), "{path} {coding}: {rest}");
        }
    }
    let accepted = app.browser.http.post(app.url("/imageStatus")).header("content-encoding", "gzip");
    assert_eq!(accepted.body("{}").send().await.unwrap().headers()["accept-encoding"], "identity");
    let plain = app.browser.http.post(app.url("/imageStatus")).header("content-encoding", "identity");
    assert_eq!(plain.body("{}").send().await.unwrap().status(), 400, "it is read, and no message");
}

/// A proxy that goes by the length would take what follows the chunks for a part of the body, and we for a request.
#[tokio::test]
async fn of_chunks_and_a_length_at_once_the_chunks_are_read_and_nothing_after_them() {
    let app = TestApp::at_once().await;
    for both in [
        "content-length: 90\r\ntransfer-encoding: chunked",
        "transfer-encoding: chunked\r\ncontent-length: 90",
        "content-length: 90\r\ntransfer-encoding: chunked\r\nconnection: keep-alive",
    ] {
        let mut connection = RawConnection::open(&app).await;
        let message = format!("POST /imageStatus HTTP/1.1\r\nhost: x\r\n{both}\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
        let smuggled = "GET /livez HTTP/1.1\r\nhost: x\r\n\r\n";
        connection.send(format!("{message}{smuggled}{smuggled}").as_bytes()).await;
        assert_eq!(connection.status().await, Some(400), "{both}");
        assert!(!connection.text().await.contains("HTTP/1.1"), "{both}: it was answered");
    }
}

#[tokio::test]
async fn what_one_address_has_half_sent_leaves_room_for_others_and_is_given_back() {
    let app = TestApp::with(|config| {
        (config.http.bodies.in_all, config.http.bodies.for_each_address) = (400_000, 100_000);
    })
    .await;
    let mut half_sent = RawConnection::from(&app, STRANGER).await;
    half_sent.post("content-length: 90001\r\n", &vec![b'x'; 90_000]).await;
    eventually("its share is taken", async || (post_from(&app, STRANGER, 50_000).await == Some(429)).then_some(()))
        .await;
    assert_eq!(post_from(&app, "127.0.0.3", 50_000).await, Some(400), "others have theirs");
    half_sent.send(b"x").await;
    assert_eq!(half_sent.status().await, Some(400));
    assert_eq!(post_from(&app, STRANGER, 50_000).await, Some(400), "what was held is given back with the answer");
}

#[tokio::test]
async fn when_all_room_is_taken_nobody_is_kept_waiting() {
    let app = TestApp::with(|config| config.http.bodies.in_all = 150_000).await;
    let mut half_sent = RawConnection::from(&app, STRANGER).await;
    half_sent.post("content-length: 140001\r\n", &vec![b'x'; 140_000]).await;
    eventually("no room is left", async || (post_from(&app, "127.0.0.3", 50_000).await == Some(503)).then_some(()))
        .await;
    assert_eq!(app.browser.get("/receipts").await.status(), 200, "what has no body needs no room");
}

#[tokio::test]
async fn what_is_declared_and_has_not_come_takes_no_room() {
    let app = TestApp::at_once().await;
    let mut silent = Vec::new();
    for _ in 0..40 {
        let mut connection = RawConnection::from(&app, STRANGER).await;
        connection.post("content-length: 500000\r\n", b"x").await;
        silent.push(connection);
    }
    assert_eq!(post_from(&app, STRANGER, 200_000).await, Some(400));
}
