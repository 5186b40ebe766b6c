//! Clients of a feed that talk, and that talk without listening: each loses its socket soon, and nobody else does.

use std::time::Duration;

use api::SocketLimits;
use testbed::{PATIENCE, eventually};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
};
use tokio_tungstenite::tungstenite::{Message, protocol::frame::coding::CloseCode};

use crate::test_app::{TestApp, Visitor, Watcher};

/// A masked ping with as much in it as one may have, by a mask of zeros.
fn a_ping() -> Vec<u8> {
    [&[0x89, 0xFD, 0, 0, 0, 0][..], &[b'x'; 125]].concat()
}

/// An open feed as bytes, behind the handshake.
async fn raw(app: &TestApp, visitor: &Visitor, id: receipt::ImageId) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let mut stream = socket.connect(app.address()).await.unwrap();
    let head = format!(
        "GET /imageStatus/{id}/ws HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
         sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\ncookie: {}\r\n\r\n",
        visitor.cookie
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        answer.push(stream.read_u8().await.unwrap());
    }
    assert!(answer.starts_with(b"HTTP/1.1 101"));
    stream
}

/// How many bytes are taken of what is sent without end. The connection must break.
async fn taken_of(stream: &mut TcpStream, bytes: &[u8]) -> usize {
    let mut taken = 0;
    let sending = async {
        while let Ok(more @ 1..) = stream.write(bytes).await {
            taken += more;
        }
    };
    tokio::time::timeout(PATIENCE, sending).await.expect("the connection breaks");
    taken
}

/// What the kernels of both sides keep is part of what seems to be taken.
const KERNELS_BYTES: usize = 12 * 1024 * 1024;

async fn with_one_place() -> (TestApp, Visitor, receipt::ImageId) {
    let app = TestApp::with(|config| {
        config.sockets = SocketLimits { most: 1, slow_after: Duration::from_millis(500), ..SocketLimits::default() };
    })
    .await;
    let visitor = Visitor::new(&app).await;
    let id = visitor.upload().await;
    (app, visitor, id)
}

/// Its place is free again, for somebody who gets the truth.
async fn is_gone(app: &TestApp, visitor: &Visitor, id: receipt::ImageId) {
    let mut next = eventually("a free place", async || Watcher::try_open(app, &visitor.cookie, id).await.ok()).await;
    assert_eq!(next.status_and_version().await, ("uploaded".to_owned(), 1));
}

#[tokio::test]
async fn a_client_that_pings_and_never_reads_is_cut_off_before_much_is_taken() {
    let (app, visitor, id) = with_one_place().await;
    let mut stream = raw(&app, &visitor, id).await;
    let taken = taken_of(&mut stream, &a_ping().repeat(100)).await;
    assert!(taken < KERNELS_BYTES, "{taken}");
    is_gone(&app, &visitor, id).await;
}

#[tokio::test]
async fn fragments_that_make_no_message_are_talk_too() {
    let (app, visitor, id) = with_one_place().await;
    let mut stream = raw(&app, &visitor, id).await;
    stream.write_all(&[0x01, 0x80, 0, 0, 0, 0]).await.unwrap();
    let taken = taken_of(&mut stream, &[0x00, 0x80, 0, 0, 0, 0].repeat(1000)).await;
    assert!(taken < KERNELS_BYTES, "{taken}");
    is_gone(&app, &visitor, id).await;
}

#[tokio::test]
async fn a_client_that_talks_is_told_so_and_closed() {
    let app = TestApp::at_once().await;
    let visitor = Visitor::new(&app).await;
    let id = visitor.upload().await;
    let (empty, long) = (Message::Text("".into()), Message::Text("x".repeat(1000).into()));
    let pong = Message::Pong(b"unasked".as_slice().into());
    for message in [empty, long, pong, Message::Ping(b"?".as_slice().into()), Message::Binary(vec![0; 9].into())] {
        let mut watcher = Watcher::open(&app, &visitor.cookie, id).await;
        watcher.frame().await;
        for _ in 0..40 {
            watcher.say(message.clone()).await;
        }
        assert_eq!(watcher.close().await, CloseCode::Policy, "{message}");
    }
}

#[tokio::test]
async fn a_client_that_says_a_little_and_answers_pings_is_served_to_the_end() {
    let app = TestApp::with(|config| {
        config.sockets.ping_every = Duration::from_millis(20);
    })
    .await;
    app.testbed.aws.first_subscription().await;
    let visitor = Visitor::new(&app).await;
    let id = visitor.upload().await;
    let mut watcher = Watcher::open(&app, &visitor.cookie, id).await;
    watcher.frame().await;
    for _ in 0..8 {
        watcher.say(Message::Ping(b"mine".as_slice().into())).await;
    }
    // Each is answered by the client: many more than it might say by itself.
    for _ in 0..50 {
        watcher.ping().await;
    }
    let image = app.take(id).await;
    app.publish(&app.concluded(&image).await).await;
    while watcher.status_and_version().await.0 != "accepted" {}
    assert_eq!(watcher.close().await, CloseCode::Normal);
}

#[tokio::test]
async fn a_talker_is_not_listened_to_for_long_after_its_feed_has_ended() {
    let a_text = [&[0x81, 0xFE, 3, 232, 0, 0, 0, 0][..], &[b'x'; 1000]].concat();
    for message in [a_ping(), a_text] {
        let (app, visitor, id) = with_one_place().await;
        let image = app.take(id).await;
        app.concluded(&image).await;
        let mut stream = raw(&app, &visitor, id).await;
        let taken = taken_of(&mut stream, &message.repeat(100)).await;
        assert!(taken < KERNELS_BYTES, "{taken}");
    }
}
