//! An upload byte by byte, for senders that no HTTP library would make.

use testbed::PATIENCE;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
};

use crate::test_app::TestApp;

pub(crate) const FIELD: &[u8] = b"--x\r\ncontent-disposition: form-data; name=\"image\"; filename=\"a\"\r\n\r\n";
pub(crate) const END: &[u8] = b"\r\n--x--\r\n";

pub(crate) struct RawUpload(TcpStream);

impl RawUpload {
    /// Sends the head with these headers beside the necessary ones, each ended by `\r\n`.
    pub(crate) async fn begin(app: &TestApp, headers: &str) -> Self {
        Self::of_boundary(app, "x", headers).await
    }

    pub(crate) async fn of_boundary(app: &TestApp, boundary: &str, headers: &str) -> Self {
        Self::over(TcpStream::connect(app.address()).await.unwrap(), boundary, headers).await
    }

    /// As [`RawUpload::of_length`], from another of this machine's addresses.
    pub(crate) async fn from_address(app: &TestApp, address: [u8; 4], bytes: usize) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind((address, 0).into()).unwrap();
        let socket = socket.connect(app.address()).await.unwrap();
        Self::over(socket, "x", &format!("content-length: {bytes}\r\n")).await
    }

    async fn over(mut socket: TcpStream, boundary: &str, headers: &str) -> Self {
        let form = format!("content-type: multipart/form-data; boundary={boundary}");
        let head = format!("POST /upload HTTP/1.1\r\nhost: x\r\n{form}\r\n{headers}\r\n");
        socket.write_all(head.as_bytes()).await.unwrap();
        Self(socket)
    }

    /// As [`RawUpload::begin`], with the length of the whole form.
    pub(crate) async fn of_length(app: &TestApp, bytes: usize, headers: &str) -> Self {
        Self::begin(app, &format!("content-length: {bytes}\r\n{headers}")).await
    }

    pub(crate) async fn send(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).await.unwrap();
    }

    /// Sends as much of it as is taken.
    pub(crate) async fn try_send(&mut self, bytes: &[u8]) {
        // A refused sender may find its connection closed.
        let _ = self.0.write_all(bytes).await;
    }

    /// Sends nothing more, and still listens.
    pub(crate) async fn shut(&mut self) {
        self.0.shutdown().await.unwrap();
    }

    /// The answer's status and text; `None` where the connection was closed without one.
    pub(crate) async fn answer(&mut self) -> Option<(u16, String)> {
        let mut text = Vec::new();
        let mut chunk = [0; 4096];
        let reading = async {
            while !text.ends_with(b"}") {
                match self.0.read(&mut chunk).await {
                    Ok(read @ 1..) => text.extend_from_slice(&chunk[..read]),
                    Ok(0) | Err(_) => break,
                }
            }
        };
        tokio::time::timeout(PATIENCE, reading).await.expect("an answer comes");
        let text = String::from_utf8(text).unwrap();
        let status = text.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().unwrap();
        Some((status, text))
    }
}
