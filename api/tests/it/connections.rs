//! Connections and requests: nobody has them all, nobody keeps one for nothing, and health checks are always answered.

use std::{num::NonZeroU32, time::Duration};

use serde_json::Value;
use testbed::{PATIENCE, a_jpeg, eventually};

use crate::{
    raw_connection::{RawConnection, STRANGER},
    test_app::{TestApp, Visitor, picture, problem},
};

async fn get_from(app: &TestApp, address: &str, path: &str) -> Option<u16> {
    let mut connection = RawConnection::from(app, address).await;
    connection.get(path).await;
    connection.status().await
}

async fn several_from(app: &TestApp, address: &str, count: usize) -> Vec<RawConnection> {
    let mut all = Vec::new();
    for _ in 0..count {
        all.push(RawConnection::from(app, address).await);
    }
    all
}

async fn connections(app: &TestApp) -> u64 {
    let figures: Value = app.browser.get("/readyz").await.json().await.unwrap();
    figures["connections"]["taken"].as_u64().unwrap()
}

#[tokio::test]
async fn an_address_with_its_share_of_connections_is_told_so_and_leaves_the_rest_to_others() {
    let app = TestApp::with(|config| config.http.connections.for_each_address = 10).await;
    let open = several_from(&app, STRANGER, 10).await;
    assert_eq!(get_from(&app, STRANGER, "/receipts").await, Some(429));
    assert_eq!(get_from(&app, STRANGER, "/livez").await, Some(200));
    assert_eq!(get_from(&app, "127.0.0.3", "/receipts").await, Some(200));
    drop(open);
    eventually("its places are free", async || {
        (get_from(&app, STRANGER, "/receipts").await == Some(200)).then_some(())
    })
    .await;
}

#[tokio::test]
async fn health_checks_are_answered_when_all_connections_are_taken_and_nobody_hangs() {
    let app = TestApp::with(|config| {
        let limits = &mut config.http.connections;
        (limits.in_all, limits.for_each_address, limits.reserve_for_each_address) = (30, 30, 2);
        limits.idle_within_when_short = PATIENCE;
    })
    .await;
    let open = several_from(&app, STRANGER, 30).await;
    for path in ["/livez", "/readyz"] {
        assert_eq!(get_from(&app, "127.0.0.3", path).await, Some(200), "{path}");
        assert_eq!(get_from(&app, "127.0.0.1", path).await, Some(200), "{path} from this machine");
    }
    assert_eq!(get_from(&app, "127.0.0.3", "/receipts").await, Some(503));
    let mut reserved = several_from(&app, STRANGER, 3).await;
    assert_eq!(reserved[2].status().await, None, "the reserve has shares, too");
    assert_eq!(get_from(&app, "127.0.0.3", "/livez").await, Some(200));
    drop(open);
    eventually("places are free", async || (get_from(&app, "127.0.0.3", "/receipts").await == Some(200)).then_some(()))
        .await;
}

#[tokio::test]
async fn where_places_are_short_idle_connections_make_way_and_busy_ones_stay() {
    let app = TestApp::with(|config| {
        let limits = &mut config.http.connections;
        (limits.in_all, limits.for_each_address) = (30, 30);
        limits.idle_within_when_short = Duration::from_millis(300);
    })
    .await;
    let mut open = several_from(&app, STRANGER, 30).await;
    let (busy, idle) = open.split_at_mut(1);
    busy[0].post("content-length: 2\r\n", b"1").await;
    for used in &mut idle[..10] {
        used.get("/livez").await;
        assert_eq!(used.status().await, Some(200));
    }
    eventually("others find a place", async || {
        (get_from(&app, "127.0.0.3", "/receipts").await == Some(200)).then_some(())
    })
    .await;
    busy[0].send(b"1").await;
    assert_eq!(busy[0].status().await, Some(400), "it was read, and is no message");
}

#[tokio::test]
async fn a_head_that_does_not_end_is_not_waited_for_and_an_idle_connection_stays() {
    let app = TestApp::with(|config| config.http.connections.head_within = Duration::from_millis(300)).await;
    let (mut idle, mut unfinished) = (RawConnection::open(&app).await, RawConnection::open(&app).await);
    idle.get("/livez").await;
    assert_eq!(idle.status().await, Some(200));
    unfinished.send(b"GET /livez HTT").await;
    assert_eq!(unfinished.status().await, None);
    assert!(idle.send(b"GET /version HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await);
    assert!(idle.text().await.contains("HTTP/1.1 200"));
}

#[tokio::test]
async fn an_answer_that_is_not_read_is_given_up() {
    let app = TestApp::with(|config| config.http.connections.unread_within = Duration::from_millis(500)).await;
    let visitor = Visitor::new(&app).await;
    let form = picture("image", a_jpeg(9_000_000));
    let uploaded = visitor.request(reqwest::Method::POST, "/upload").multipart(form).send().await.unwrap();
    let id = uploaded.json::<Value>().await.unwrap()["imageId"].as_str().unwrap().to_owned();
    let before = eventually("connections are at rest", async || {
        let now = connections(&app).await;
        (connections(&app).await == now).then_some(now)
    })
    .await;
    let mut lazy = RawConnection::from(&app, STRANGER).await;
    let head = format!("GET /receipts/{id}/image HTTP/1.1\r\nhost: x\r\ncookie: {}\r\n\r\n", visitor.cookie);
    lazy.send(head.as_bytes()).await;
    assert_eq!(lazy.status().await, Some(200));
    eventually("it is given up", async || (connections(&app).await <= before).then_some(())).await;
    assert!(lazy.rest().await.len() < 9_000_000);
}

#[tokio::test]
async fn behind_a_proxy_an_address_has_a_share_of_the_requests_in_flight() {
    let app = TestApp::with(|config| {
        (config.trusted_proxy_hops, config.http.connections.for_each_address) = (1, 1);
    })
    .await;
    let get = async |path: &str, address: &str| {
        let request = app.browser.http.get(app.url(path)).header("x-forwarded-for", address);
        request.send().await.unwrap()
    };
    let mut half_sent = RawConnection::open(&app).await;
    half_sent.post("x-forwarded-for: 203.0.113.9\r\ncontent-length: 2\r\n", b"1").await;
    let refused = eventually("its share is taken", async || {
        let answer = get("/receipts", "203.0.113.9").await;
        (answer.status() == 429).then_some(answer)
    })
    .await;
    assert_eq!(problem(refused, 429).await, "too_many_at_once");
    assert_eq!(get("/livez", "203.0.113.9").await.status(), 200);
    assert_eq!(get("/receipts", "203.0.113.10").await.status(), 200);
    half_sent.send(b"1").await;
    assert_eq!(half_sent.status().await, Some(400));
    eventually("it is given back", async || (get("/receipts", "203.0.113.9").await.status() == 200).then_some(()))
        .await;
}

#[tokio::test]
async fn an_owner_has_a_share_of_the_requests_in_flight() {
    let app = TestApp::with(|config| config.http.requests_for_each_owner = 1).await;
    let (visitor, other) = (Visitor::new(&app).await, Visitor::new(&app).await);
    let list = async |visitor: &Visitor| visitor.request(reqwest::Method::GET, "/receipts").send().await.unwrap();
    let mut half_sent = RawConnection::from(&app, STRANGER).await;
    let path = format!("/receipts/{}", receipt::ImageId::new());
    let head = format!(
        "PATCH {path} HTTP/1.1\r\nhost: x\r\ncookie: {}\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{{",
        visitor.cookie
    );
    half_sent.send(head.as_bytes()).await;
    eventually("the share is taken", async || (list(&visitor).await.status() == 429).then_some(())).await;
    assert_eq!(list(&other).await.status(), 200);
    half_sent.send(b"}").await;
    assert!(half_sent.status().await.is_some());
    eventually("it is given back", async || (list(&visitor).await.status() == 200).then_some(())).await;
}

#[tokio::test]
async fn what_costs_a_look_into_the_ledger_is_counted_by_address() {
    let app = TestApp::with(|config| config.http.reads_per_minute = NonZeroU32::new(3).unwrap()).await;
    let visitor = Visitor::new(&app).await;
    for _ in 0..4 {
        visitor.upload().await;
    }
    let list = async || visitor.request(reqwest::Method::GET, "/receipts").send().await.unwrap();
    for _ in 0..2 {
        assert_eq!(list().await.status(), 200);
    }
    let refused = list().await;
    assert!(refused.headers().contains_key("retry-after"));
    assert_eq!(problem(refused, 429).await, "too_many_requests");
    let told = app.browser.http.post(app.url("/imageStatus")).body("{}").send().await.unwrap();
    assert_ne!(told.status(), 429, "SNS is not counted");
    visitor.upload().await;
}

#[tokio::test]
async fn an_address_has_a_share_of_the_long_heads_that_do_not_end() {
    let app = TestApp::with(|config| config.http.connections.long_heads_for_each_address = 1).await;
    let long = format!("GET /livez HTTP/1.1\r\nhost: x\r\nx-long: {}", "x".repeat(10_000));
    let (mut first, mut second) =
        (RawConnection::from(&app, STRANGER).await, RawConnection::from(&app, STRANGER).await);
    first.send(long.as_bytes()).await;
    second.send(long.as_bytes()).await;
    let refused_first = tokio::select! {
        end = first.status() => end.is_none(),
        end = second.status() => end.is_some(),
    };
    let (mut refused, mut kept) = if refused_first { (first, second) } else { (second, first) };
    assert_eq!(refused.status().await, None);
    assert_eq!(get_from(&app, STRANGER, "/livez").await, Some(200), "short ones are not counted");
    let mut other = RawConnection::from(&app, "127.0.0.3").await;
    other.send(long.as_bytes()).await;
    other.send(b"\r\n\r\n").await;
    assert_eq!(other.status().await, Some(200));
    kept.send(b"\r\n\r\n").await;
    assert_eq!(kept.status().await, Some(200));
}

#[tokio::test]
async fn little_is_kept_of_what_is_sent_and_not_read() {
    let app = TestApp::with(|config| config.http.connections.unread_within = Duration::from_secs(2)).await;
    let visitor = Visitor::new(&app).await;
    let form = picture("image", a_jpeg(9_000_000));
    let uploaded = visitor.request(reqwest::Method::POST, "/upload").multipart(form).send().await.unwrap();
    let id = uploaded.json::<Value>().await.unwrap()["imageId"].as_str().unwrap().to_owned();
    let mut unread = RawConnection::from(&app, STRANGER).await;
    let head = format!("GET /receipts/{id}/image HTTP/1.1\r\nhost: x\r\ncookie: {}\r\n\r\n", visitor.cookie);
    unread.send(head.as_bytes()).await;
    assert_eq!(unread.status().await, Some(200));
    let taken = unread.taken_of(&[b'x'; 16 * 1024]).await;
    assert!(taken < 1024 * 1024, "{taken}");
}

#[tokio::test]
async fn an_address_that_asks_without_end_waits_and_others_do_not() {
    let app = TestApp::with(|config| {
        (config.http.connections.answers_a_second, config.http.connections.answers_at_once) = (1, 10);
    })
    .await;
    let mut greedy = [RawConnection::from(&app, STRANGER).await, RawConnection::from(&app, STRANGER).await];
    for connection in &mut greedy {
        // Without bodies, so that one head follows the other.
        connection.send("HEAD /livez HTTP/1.1\r\nhost: x\r\n\r\n".repeat(100).as_bytes()).await;
    }
    let mut answered = 0;
    for connection in &mut greedy {
        while let Ok(status) = tokio::time::timeout(Duration::from_millis(500), connection.status()).await {
            assert_eq!(status, Some(200));
            answered += 1;
        }
    }
    assert!((10..20).contains(&answered), "{answered} answers on both connections");
    for address in ["127.0.0.1", "127.0.0.3"] {
        let mut other = RawConnection::from(&app, address).await;
        other.get("/version").await;
        assert_eq!(other.status().await, Some(200), "{address}");
    }
}

#[tokio::test]
async fn what_is_counted_elsewhere_costs_no_turn() {
    let app = TestApp::with(|config| {
        (config.http.connections.answers_a_second, config.http.connections.answers_at_once) = (1, 3);
    })
    .await;
    let visitor = Visitor::new(&app).await;
    for _ in 0..20 {
        visitor.upload().await;
    }
}
