//! Peers that do not read, and peers that are not there any more: each loses its socket, and nobody else does.

use std::time::Duration;

use api::{Config, SocketLimits};
use futures_util::StreamExt;
use ledger::Image;
use receipt::ImageId;
use testbed::{PATIENCE, eventually};
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Message, client::IntoClientRequest, protocol::frame::coding::CloseCode},
};

use crate::{
    description,
    redis_server::RedisServer,
    test_app::{TestApp, Visitor, Watcher},
};

/// More than the kernel keeps for a socket whose peer reads nothing.
const DETAIL_BYTES: usize = 200_000;

/// A feed whose kernel takes little in advance. It reads only when it is told to.
async fn lazy(app: &TestApp, cookie: &str, id: ImageId) -> WebSocketStream<TcpStream> {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let stream = socket.connect(app.address()).await.unwrap();
    let mut request =
        app.url(&format!("/imageStatus/{id}/ws")).replacen("http", "ws", 1).into_client_request().unwrap();
    request.headers_mut().insert("cookie", cookie.parse().unwrap());
    client_async(request, stream).await.unwrap().0
}

/// Makes a step of which much is to be told.
async fn long_step(app: &TestApp, image: &Image) -> Image {
    let image = app.waiting(image).await;
    app.publish(&Image { detail: Some("x".repeat(DETAIL_BYTES)), ..image.clone() }).await;
    image
}

fn in_a_hurry(config: &mut Config) {
    config.sockets = SocketLimits { slow_after: Duration::from_millis(500), ..SocketLimits::default() };
}

#[tokio::test]
async fn a_peer_that_takes_no_frames_is_told_to_come_again_and_then_sees_the_truth() {
    let redis = RedisServer::start().await;
    let app = TestApp::with(|config| {
        in_a_hurry(config);
        config.status_relay_url = Some(redis.url().parse().unwrap());
    })
    .await;
    app.testbed.aws.first_subscription().await;
    let visitor = Visitor::new(&app).await;
    let id = visitor.upload().await;
    let mut slow = lazy(&app, &visitor.cookie, id).await;
    let mut image = app.take(id).await;
    eventually("it is watched", async || (redis.listeners_of(id).await == 1).then_some(())).await;
    // Until it is given up: then nobody watches the image any more.
    let giving_up = async {
        while redis.listeners_of(id).await == 1 {
            image = long_step(&app, &image).await;
        }
    };
    tokio::time::timeout(PATIENCE, giving_up).await.expect("a slow peer is given up");

    let mut seen = 0;
    let close = loop {
        match tokio::time::timeout(PATIENCE, slow.next()).await.unwrap().unwrap().unwrap() {
            Message::Text(text) => {
                let version = description::conforming(&text)["version"].as_u64().unwrap();
                assert!(version > seen, "{version} after {seen}");
                seen = version;
            }
            Message::Close(close) => break close.unwrap().code,
            other => assert!(other.is_ping(), "{other:?}"),
        }
    };
    assert_eq!(close, CloseCode::Again);
    assert!(seen < image.version, "it did not see everything");
    let mut again = Watcher::open(&app, &visitor.cookie, id).await;
    assert_eq!(again.status_and_version().await, ("started".to_owned(), image.version));
    app.publish(&app.concluded(&image).await).await;
    assert_eq!(again.status_and_version().await, ("accepted".to_owned(), image.version + 1));
}

#[tokio::test]
async fn a_peer_that_never_reads_again_is_cut_off_and_leaves_its_place() {
    let app = TestApp::with(|config| {
        in_a_hurry(config);
        config.sockets.most = 1;
    })
    .await;
    app.testbed.aws.first_subscription().await;
    let visitor = Visitor::new(&app).await;
    let id = visitor.upload().await;
    let slow = lazy(&app, &visitor.cookie, id).await;
    assert_eq!(Watcher::try_open(&app, &visitor.cookie, id).await.err(), Some(503), "the only place is taken");
    let mut image = app.take(id).await;
    let mut again = eventually("a free place", async || {
        image = long_step(&app, &image).await;
        Watcher::try_open(&app, &visitor.cookie, id).await.ok()
    })
    .await;
    assert_eq!(again.status_and_version().await, ("started".to_owned(), image.version));
    drop(slow);
}

#[tokio::test]
async fn a_peer_that_answers_no_ping_is_dropped_and_one_that_does_stays() {
    let (ping_every, dead_after) = (Duration::from_millis(200), Duration::from_secs(2));
    let app = TestApp::with(|config| {
        config.sockets = SocketLimits { most: 2, ping_every, dead_after, ..SocketLimits::default() };
    })
    .await;
    app.testbed.aws.first_subscription().await;
    let visitor = Visitor::new(&app).await;
    let id = visitor.upload().await;
    let mut alive = Watcher::open(&app, &visitor.cookie, id).await;
    assert_eq!(alive.status_and_version().await.1, 1);
    let alive = tokio::spawn(async move { (alive.status_and_version().await, alive) });
    let mut dead = Watcher::open(&app, &visitor.cookie, id).await;
    dead.frame().await;
    // What is not read answers no ping.
    let mut refused = 0;
    let mut third = eventually("a free place", async || {
        let third = Watcher::try_open(&app, &visitor.cookie, id).await;
        refused += usize::from(third.as_ref().err() == Some(&503));
        third.ok()
    })
    .await;
    assert!(refused > 0, "both places were taken");
    third.frame().await;
    dead.broken().await;
    let image = app.take(id).await;
    app.publish(&image).await;
    let (told, _alive) = alive.await.unwrap();
    assert_eq!(told, ("started".to_owned(), 2), "who answers pings is still there");
}
