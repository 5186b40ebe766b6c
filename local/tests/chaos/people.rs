//! People who send photos, with retries, and watch their images, with reconnects.

use std::time::Duration;

use futures_util::StreamExt as _;
use receipt::ImageId;
use reqwest::multipart::{Form, Part};
use serde_json::Value;
use tokio_tungstenite::{
    connect_async,
    tungstenite::{Message, client::IntoClientRequest as _, protocol::frame::coding::CloseCode},
};

/// The pause before a retry.
const SOON: Duration = Duration::from_millis(100);

#[derive(Clone)]
pub(crate) struct Person {
    http: reqwest::Client,
    base: String,
    cookie: String,
}

impl Person {
    pub(crate) async fn new(base: &str) -> Self {
        let http = reqwest::Client::new();
        let visit = http.get(base).send().await.unwrap();
        let cookie = visit.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        Self { http, base: base.to_owned(), cookie }
    }

    /// Sends a photo until it is accepted; the idempotency key ensures that it is accepted once.
    pub(crate) async fn upload(&self, photo: Vec<u8>, key: usize) -> ImageId {
        loop {
            let form = Form::new().part("image", Part::bytes(photo.clone()).file_name("receipt.jpg"));
            let request = self.http.post(format!("{}/upload", self.base)).header("cookie", &self.cookie);
            let response = request.header("idempotency-key", format!("photo-{key}")).multipart(form).send().await;
            match response {
                Ok(response) if response.status() == 202 => {
                    let body: Value = response.json().await.unwrap();
                    return body["imageId"].as_str().unwrap().parse().unwrap();
                }
                Ok(response) => {
                    let (status, said) = (response.status(), response.text().await.unwrap());
                    assert!([409, 500, 503].contains(&status.as_u16()), "{status}: {said}");
                }
                Err(error) => panic!("the upload was cut off: {error}"),
            }
            tokio::time::sleep(SOON).await;
        }
    }

    /// Watches until the server closes the feed, and checks the order of all frames. Returns the last frame.
    pub(crate) async fn watch(&self, id: ImageId) -> Value {
        let mut last = Value::Null;
        loop {
            if self.watch_until_cut(id, &mut last).await {
                return last;
            }
            tokio::time::sleep(SOON).await;
        }
    }

    /// True after the last frame.
    async fn watch_until_cut(&self, id: ImageId, last: &mut Value) -> bool {
        let url = format!("{}/imageStatus/{id}/ws", self.base.replacen("http", "ws", 1));
        let mut request = url.into_client_request().unwrap();
        request.headers_mut().insert("cookie", self.cookie.parse().unwrap());
        let Ok((mut socket, _)) = connect_async(request).await else { return false };
        let mut is_first = true;
        while let Some(Ok(message)) = socket.next().await {
            match message {
                Message::Text(text) => {
                    let frame: Value = serde_json::from_str(&text).unwrap();
                    let (before, now) = (last["version"].as_u64().unwrap_or(0), frame["version"].as_u64().unwrap());
                    // After a reconnect the first frame is the current state.
                    assert!(if is_first { now >= before } else { now > before }, "{frame} after {last}");
                    is_first = false;
                    *last = frame;
                }
                Message::Close(Some(close)) if close.code == CloseCode::Normal => return true,
                Message::Close(_) => return false,
                Message::Ping(_) | Message::Pong(_) | Message::Binary(_) | Message::Frame(_) => {}
            }
        }
        false
    }
}
