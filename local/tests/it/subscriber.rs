//! A subscriber over HTTP that records its requests and answers as a test sets it.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{Router, body::Bytes, extract::State, routing::post};
use http::{HeaderMap, StatusCode};
use serde_json::Value;
use tokio::{net::TcpListener, sync::mpsc, task::JoinHandle};

#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }

    pub(crate) fn text(&self, field: &str) -> &str {
        self.body[field].as_str().unwrap()
    }
}

pub(crate) struct Subscriber {
    pub(crate) url: String,
    received: mpsc::UnboundedReceiver<Received>,
    inbox: Inbox,
    server: JoinHandle<()>,
}

#[derive(Clone)]
struct Inbox {
    sender: mpsc::UnboundedSender<Received>,
    answers: Arc<Mutex<VecDeque<StatusCode>>>,
}

impl Subscriber {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/imageStatus", listener.local_addr().unwrap());
        let (sender, received) = mpsc::unbounded_channel();
        let inbox = Inbox { sender, answers: Arc::default() };
        let app = Router::new().route("/imageStatus", post(take)).with_state(inbox.clone());
        let server = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { url, received, inbox, server }
    }

    /// The next requests are answered like this, those after them with 200.
    pub(crate) fn answer_next(&self, status: StatusCode) {
        self.inbox.answers.lock().unwrap().push_back(status);
    }

    pub(crate) async fn next(&mut self) -> Received {
        tokio::time::timeout(Duration::from_secs(10), self.received.recv()).await.expect("nothing came").unwrap()
    }

    pub(crate) fn has_nothing_more(&mut self) -> bool {
        self.received.try_recv().is_err()
    }
}

impl Drop for Subscriber {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn take(State(inbox): State<Inbox>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let body = serde_json::from_slice(&body).unwrap();
    inbox.sender.send(Received { headers, body }).unwrap();
    inbox.answers.lock().unwrap().pop_front().unwrap_or(StatusCode::OK)
}
