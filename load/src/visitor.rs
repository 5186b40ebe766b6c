//! One visitor with a session cookie, who uploads.

use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use bytes::Bytes;
use receipt::ImageId;
use serde::Deserialize;
use tokio::task::JoinSet;

use crate::{connection::Connection, target::Target};

#[derive(Debug)]
pub(crate) struct Visitor {
    pub(crate) target: Target,
    /// The client address.
    pub(crate) source: IpAddr,
    pub(crate) cookie: String,
}

/// The bytes of an upload request, which can be sent many times.
#[derive(Debug, Clone)]
pub(crate) struct Upload {
    before: Bytes,
    picture: Bytes,
}

const STARTED_WITHIN: Duration = Duration::from_secs(5);

impl Visitor {
    /// The first request, which brings the cookie. Waits for a server that has just been started.
    pub(crate) async fn arrive(target: Target, source: IpAddr) -> anyhow::Result<Self> {
        let request = format!("GET /receipts?limit=1 HTTP/1.1\r\nHost: {}\r\n\r\n", target.address());
        let visit = async || Connection::new(target, source).send(&[request.as_bytes()]).await;
        let patient = Instant::now() + STARTED_WITHIN;
        let answer = loop {
            match visit().await {
                Err(_) if Instant::now() < patient => tokio::time::sleep(Duration::from_millis(20)).await,
                answer => break answer.context("visit the server")?,
            }
        };
        let cookie = answer.set_cookie.context("the first answer brings no cookie")?;
        let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        Ok(Self { target, source, cookie })
    }

    pub(crate) fn upload(&self, picture: Bytes) -> Upload {
        let part = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"image\"; filename=\"receipt.jpg\"\r\nContent-Type: \
             image/jpeg\r\n\r\n"
        );
        let length = part.len() + picture.len() + AFTER.len();
        let before = format!(
            "POST /upload HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\nContent-Type: multipart/form-data; \
             boundary={BOUNDARY}\r\nContent-Length: {length}\r\n\r\n{part}",
            self.target.address(),
            self.cookie
        );
        Upload { before: before.into(), picture }
    }

    /// Uploads so many small pictures, for their ids.
    pub(crate) async fn images(&self, count: usize) -> anyhow::Result<Vec<ImageId>> {
        const AT_ONCE: usize = 8;
        let upload = self.upload(crate::picture::jpeg(1000));
        let left = Arc::new(AtomicUsize::new(count));
        let mut senders = JoinSet::new();
        for _ in 0..AT_ONCE {
            let (upload, left, mut connection) =
                (upload.clone(), left.clone(), Connection::new(self.target, self.source));
            senders.spawn(async move {
                let mut ids = Vec::new();
                while take(&left) {
                    ids.push(upload.send(&mut connection).await?);
                }
                anyhow::Ok(ids)
            });
        }
        let mut ids = Vec::with_capacity(count);
        while let Some(sender) = senders.join_next().await {
            ids.extend(sender??);
        }
        Ok(ids)
    }
}

impl Upload {
    /// Returns the image's id.
    pub(crate) async fn send(&self, connection: &mut Connection) -> anyhow::Result<ImageId> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Accepted {
            image_id: ImageId,
        }
        let answer = connection.send(&[&self.before, &self.picture, AFTER.as_bytes()]).await?;
        if answer.status != 202 {
            bail!("an upload was answered with {}: {}", answer.status, String::from_utf8_lossy(&answer.body));
        }
        let accepted: Accepted = serde_json::from_slice(&answer.body).context("find the image's id")?;
        Ok(accepted.image_id)
    }
}

/// Takes one from the counter, if there is one left.
pub(crate) fn take(left: &AtomicUsize) -> bool {
    left.try_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok()
}

const BOUNDARY: &str = "----load7d3f1c";
const AFTER: &str = "\r\n------load7d3f1c--\r\n";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upload_declares_its_length() {
        let target: Target = "http://127.0.0.1:1".parse().unwrap();
        let upload = Visitor { target, source: target.source(0), cookie: "session=x".to_owned() }
            .upload(Bytes::from_static(b"12345"));
        let before = String::from_utf8(upload.before.to_vec()).unwrap();
        let (head, part) = before.split_once("\r\n\r\n").unwrap();
        let declared = format!("Content-Length: {}", part.len() + 5 + AFTER.len());
        assert!(head.contains(&declared), "{head}");
        assert_eq!(AFTER, format!("\r\n--{BOUNDARY}--\r\n"));
    }

    #[test]
    fn what_is_left_ends() {
        let left = AtomicUsize::new(2);
        assert_eq!([take(&left), take(&left), take(&left)], [true, true, false]);
    }
}
