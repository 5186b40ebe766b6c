//! One persistent HTTP/1.1 connection. Requests are bytes made beforehand, so that sending costs next to nothing.

use std::net::IpAddr;

use anyhow::{Context as _, bail};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::target::Target;

#[derive(Debug)]
pub(crate) struct Connection {
    target: Target,
    source: IpAddr,
    stream: Option<TcpStream>,
    received: Vec<u8>,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) set_cookie: Option<String>,
    pub(crate) body: Vec<u8>,
}

impl Connection {
    /// From the client address `source`.
    pub(crate) fn new(target: Target, source: IpAddr) -> Self {
        Self { target, source, stream: None, received: Vec::with_capacity(4096) }
    }

    /// Sends a request, given in pieces, and reads its answer. After an error the next request has a new connection.
    pub(crate) async fn send(&mut self, request: &[&[u8]]) -> anyhow::Result<Answer> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => self.target.connect(self.source, None).await?,
        };
        for piece in request {
            stream.write_all(piece).await.context("send a request")?;
        }
        self.received.clear();
        let head = loop {
            if let Some(head) = Head::parse(&self.received)? {
                break head;
            }
            read_more(&mut stream, &mut self.received).await?;
        };
        let end = head.bytes + head.body_bytes;
        while self.received.len() < end {
            read_more(&mut stream, &mut self.received).await?;
        }
        if head.stays_open {
            self.stream = Some(stream);
        }
        Ok(Answer { status: head.status, set_cookie: head.set_cookie, body: self.received[head.bytes..end].to_vec() })
    }
}

async fn read_more(stream: &mut TcpStream, received: &mut Vec<u8>) -> anyhow::Result<()> {
    if stream.read_buf(received).await.context("read an answer")? == 0 {
        bail!("the connection was closed in place of an answer");
    }
    Ok(())
}

/// The parts of a response's head that matter here.
struct Head {
    bytes: usize,
    status: u16,
    body_bytes: usize,
    stays_open: bool,
    set_cookie: Option<String>,
}

impl Head {
    /// `None` while it is not complete.
    fn parse(received: &[u8]) -> anyhow::Result<Option<Self>> {
        let mut headers = [httparse::EMPTY_HEADER; 32];
        let mut response = httparse::Response::new(&mut headers);
        let httparse::Status::Complete(bytes) = response.parse(received).context("understand an answer")? else {
            return Ok(None);
        };
        let header = |name: &str| {
            let header = response.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name))?;
            std::str::from_utf8(header.value).ok()
        };
        if header("transfer-encoding").is_some() {
            bail!("an answer without a length");
        }
        Ok(Some(Self {
            bytes,
            status: response.code.unwrap_or_default(),
            body_bytes: header("content-length").unwrap_or("0").parse().context("understand a length")?,
            stays_open: !header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close")),
            set_cookie: header("set-cookie").map(str::to_owned),
        }))
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn an_answer_may_come_in_pieces_and_the_connection_stays() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let target: Target = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
        let server = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = [0; 4];
            for _ in 0..2 {
                stream.read_exact(&mut request).await.unwrap();
                for piece in
                    ["HTTP/1.1 202 Accepted\r\nSet-Coo", "kie: a=b; Path=/\r\ncontent-length: 4\r\n\r\nbo", "dy"]
                {
                    stream.write_all(piece.as_bytes()).await.unwrap();
                    tokio::task::yield_now().await;
                }
            }
        });
        let mut connection = Connection::new(target, target.source(1));
        for _ in 0..2 {
            let answer = connection.send(&[b"PI", b"NG"]).await.unwrap();
            let set_cookie = Some("a=b; Path=/".to_owned());
            assert_eq!(answer, Answer { status: 202, set_cookie, body: b"body".to_vec() });
        }
        server.await.unwrap();
    }
}
