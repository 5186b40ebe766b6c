//! A connection byte by byte, from an address of one's choice.

use std::net::SocketAddr;

use testbed::PATIENCE;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
};

use crate::test_app::TestApp;

/// All of 127.0.0.0/8 are this machine's.
pub(crate) const STRANGER: &str = "127.0.0.2";

pub(crate) struct RawConnection(TcpStream);

impl RawConnection {
    pub(crate) async fn open(app: &TestApp) -> Self {
        Self::from(app, "127.0.0.1").await
    }

    pub(crate) async fn from(app: &TestApp, address: &str) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        // What a lazy peer's kernel takes in advance is little.
        socket.set_recv_buffer_size(4096).unwrap();
        socket.set_send_buffer_size(64 * 1024).unwrap();
        socket.bind(SocketAddr::new(address.parse().unwrap(), 0)).unwrap();
        Self(socket.connect(app.address()).await.unwrap())
    }

    /// Whether it could be sent: the other side may have closed already.
    pub(crate) async fn send(&mut self, bytes: &[u8]) -> bool {
        self.0.write_all(bytes).await.is_ok()
    }

    /// The head of a message to the webhook, with these headers, each ended by `\r\n`, and the beginning of its body.
    pub(crate) async fn post(&mut self, headers: &str, body: &[u8]) {
        self.send(&[format!("POST /imageStatus HTTP/1.1\r\nhost: x\r\n{headers}\r\n").as_bytes(), body].concat()).await;
    }

    /// Asks for a path.
    pub(crate) async fn get(&mut self, path: &str) {
        self.send(format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n").as_bytes()).await;
    }

    /// The status of the answer that begins next; `None` where the connection is closed without one.
    pub(crate) async fn status(&mut self) -> Option<u16> {
        let mut head = Vec::new();
        let reading = async {
            while !head.ends_with(b"\r\n\r\n") {
                match self.0.read_u8().await {
                    Ok(byte) => head.push(byte),
                    Err(_) => return None,
                }
            }
            std::str::from_utf8(&head).ok()?.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()
        };
        tokio::time::timeout(PATIENCE, reading).await.expect("an answer or an end comes")
    }

    /// How many bytes are taken of these, sent until the connection breaks.
    pub(crate) async fn taken_of(&mut self, bytes: &[u8]) -> usize {
        let mut taken = 0;
        let sending = async {
            while let Ok(more @ 1..) = self.0.write(bytes).await {
                taken += more;
            }
        };
        tokio::time::timeout(PATIENCE, sending).await.expect("the connection breaks");
        taken
    }

    /// Everything until the connection ends.
    pub(crate) async fn rest(&mut self) -> Vec<u8> {
        let (mut all, mut piece) = (Vec::new(), [0; 4096]);
        let reading = async {
            while let Ok(read @ 1..) = self.0.read(&mut piece).await {
                all.extend_from_slice(&piece[..read]);
            }
        };
        tokio::time::timeout(PATIENCE, reading).await.expect("the connection ends");
        all
    }

    pub(crate) async fn text(&mut self) -> String {
        String::from_utf8(self.rest().await).unwrap()
    }
}
