//! The AWS services that `image-handler` calls, answered with as little work as possible: every message is a new image,
//! every image waits for a worker, every write succeeds, and nothing is stored.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::Context as _;
use axum::{
    Router,
    body::Bytes,
    extract::{Request, State},
    http::{Method, StatusCode, header},
    response::{IntoResponse as _, Response},
    serve::ListenerExt as _,
};
use jiff::Timestamp;
use receipt::{ImageId, ObjectKey, PictureFormat};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::Notify};

use super::photo::textract_answer;
use crate::{latencies::Latencies, null::answers};

pub(super) const TABLE: &str = "load";
const OWNER: &str = "00000000-0000-4000-8000-000000000000";
/// The longest wait of a receive that finds no message.
const POLL: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(super) struct Aws {
    textract_takes: Duration,
    textract_says: Bytes,
    /// A receive has come.
    pub(super) polled: Notify,
    /// A message was deleted.
    pub(super) progress: Notify,
    opened: Notify,
    accepted: AtomicUsize,
    calls: AtomicUsize,
    most_calls: AtomicUsize,
    queue: Mutex<Queue>,
    number: usize,
}

#[derive(Debug, Default)]
struct Queue {
    /// Not handed out yet.
    left: usize,
    in_flight: HashMap<String, Instant>,
    took: Latencies,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Receive {
    max_number_of_messages: usize,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Delete {
    receipt_handle: String,
}

pub(super) async fn serve(listener: TcpListener, aws: Arc<Aws>) -> anyhow::Result<()> {
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    axum::serve(listener, Router::new().fallback(answer).with_state(aws)).await.context("serve")
}

impl Aws {
    /// With a queue that seems empty until it is opened.
    pub(super) fn new(number: usize, textract_takes: Duration) -> anyhow::Result<Self> {
        Ok(Self {
            textract_takes,
            textract_says: serde_json::to_vec(&textract_answer())?.into(),
            polled: Notify::new(),
            progress: Notify::new(),
            opened: Notify::new(),
            accepted: AtomicUsize::new(0),
            calls: AtomicUsize::new(0),
            most_calls: AtomicUsize::new(0),
            queue: Mutex::default(),
            number,
        })
    }

    pub(super) fn open(&self) {
        self.queue().left = self.number;
        self.opened.notify_waiters();
    }

    /// How many messages were handed out and deleted.
    pub(super) fn ended(&self) -> usize {
        self.queue().took.len()
    }

    pub(super) fn accepted(&self) -> usize {
        self.accepted.load(Ordering::Relaxed)
    }

    pub(super) fn most_calls(&self) -> usize {
        self.most_calls.load(Ordering::Relaxed)
    }

    /// From the receive to the deletion of each message.
    pub(super) fn latencies(&self) -> Latencies {
        std::mem::take(&mut self.queue().took)
    }

    async fn receive(&self, most: usize) -> Value {
        self.polled.notify_one();
        let opened = self.opened.notified();
        let mut messages = self.hand_out(most);
        if messages.is_empty() {
            // In time or not, the receive is answered with the messages that there are.
            let _ = tokio::time::timeout(POLL, opened).await;
            messages = self.hand_out(most);
        }
        json!({ "Messages": messages })
    }

    fn hand_out(&self, most: usize) -> Vec<Value> {
        let mut queue = self.queue();
        let number = most.min(queue.left);
        queue.left -= number;
        let ids = (0..number).map(|_| ImageId::new());
        ids.map(|id| {
            queue.in_flight.insert(id.to_string(), Instant::now());
            message(id)
        })
        .collect()
    }

    fn delete(&self, handle: &str) {
        let mut queue = self.queue();
        if let Some(since) = queue.in_flight.remove(handle) {
            queue.took.push(since.elapsed());
            self.progress.notify_one();
        }
    }

    async fn detect(&self) -> Bytes {
        let calls = self.calls.fetch_add(1, Ordering::Relaxed) + 1;
        self.most_calls.fetch_max(calls, Ordering::Relaxed);
        tokio::time::sleep(self.textract_takes).await;
        self.calls.fetch_sub(1, Ordering::Relaxed);
        self.textract_says.clone()
    }

    async fn call(&self, target: &str, body: &[u8]) -> Option<Bytes> {
        let done = match target {
            "AmazonSQS.ReceiveMessage" => {
                let Receive { max_number_of_messages } = serde_json::from_slice(body).ok()?;
                self.receive(max_number_of_messages).await
            }
            "AmazonSQS.DeleteMessage" => {
                let Delete { receipt_handle } = serde_json::from_slice(body).ok()?;
                self.delete(&receipt_handle);
                json!({})
            }
            "Textract.DetectDocumentText" => return Some(self.detect().await),
            "DynamoDB_20120810.GetItem" => {
                let call: Value = serde_json::from_slice(body).ok()?;
                let id = call["Key"]["pk"]["S"].as_str()?.strip_prefix("image#")?.parse().ok()?;
                json!({ "Item": item(id) })
            }
            "DynamoDB_20120810.BatchGetItem" => {
                let call: Value = serde_json::from_slice(body).ok()?;
                json!({ "Responses": { TABLE: full_shards(&call) }, "UnprocessedKeys": {} })
            }
            "DynamoDB_20120810.Query" => json!({ "Items": [], "Count": 0, "ScannedCount": 0 }),
            "DynamoDB_20120810.TransactWriteItems" => {
                self.accepted.fetch_add(1, Ordering::Relaxed);
                json!({})
            }
            "DynamoDB_20120810.UpdateItem" | "AmazonSQS.ChangeMessageVisibility" => json!({}),
            _ => return None,
        };
        Some(done.to_string().into())
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn answer(State(aws): State<Arc<Aws>>, request: Request) -> Response {
    const MOST_BYTES: usize = 1024 * 1024;
    let (head, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, MOST_BYTES).await else { return StatusCode::BAD_REQUEST.into_response() };
    if let Some(target) = head.headers.get("x-amz-target").and_then(|target| target.to_str().ok()) {
        return match aws.call(target, &body).await {
            Some(answer) => ([(header::CONTENT_TYPE, "application/x-amz-json-1.0")], answer).into_response(),
            None => (StatusCode::NOT_IMPLEMENTED, target.to_owned()).into_response(),
        };
    }
    match head.method {
        Method::POST => answers::sns(&body),
        // Textract was asked for no picture before.
        Method::GET => (StatusCode::NOT_FOUND, "<Error><Code>NoSuchKey</Code></Error>").into_response(),
        method => answers::s3(&method, head.uri.query().unwrap_or_default()),
    }
}

/// Of the items that a call asks for, the shards of the day's budget are there, and never used up.
fn full_shards(call: &Value) -> Vec<Value> {
    let keys = call["RequestItems"][TABLE]["Keys"].as_array().into_iter().flatten();
    let shards = keys.filter(|key| key["sk"]["S"].as_str().is_some_and(|sort| sort.starts_with("shard#")));
    shards.map(|key| json!({ "pk": key["pk"], "sk": key["sk"], "amount": { "N": "1000000" } })).collect()
}

/// As SNS puts it into the queue.
fn message(id: ImageId) -> Value {
    let key = ObjectKey::new(id, PictureFormat::Jpeg);
    let new_image = json!({ "imageId": id, "owner": OWNER, "key": key }).to_string();
    let envelope = json!({ "Type": "Notification", "Message": new_image });
    json!({
        "MessageId": id,
        "ReceiptHandle": id,
        "Body": envelope.to_string(),
        "Attributes": { "ApproximateReceiveCount": "1" },
    })
}

/// As `api` writes an image down.
fn item(id: ImageId) -> Value {
    let now = Timestamp::now();
    let at = json!({ "S": now });
    json!({
        "pk": { "S": format!("image#{id}") },
        "sk": { "S": "image" },
        "unfinished": { "S": "0" },
        "unfinished_since": { "S": format!("{now:.3}") },
        "image_id": { "S": id },
        "owner": { "S": OWNER },
        "key": { "S": ObjectKey::new(id, PictureFormat::Jpeg).to_string() },
        "size_bytes": { "N": "500000" },
        "sha256": { "S": "0".repeat(64) },
        "orientation": { "N": "1" },
        "status": { "S": "uploaded" },
        "version": { "N": "1" },
        "created_at": at,
        "updated_at": at,
        "history": { "L": [{ "M": { "status": { "S": "uploaded" }, "version": { "N": "1" }, "at": at } }] },
    })
}

#[cfg(test)]
mod tests {
    use receipt::NewImage;

    use super::*;

    #[tokio::test]
    async fn each_message_is_handed_out_once_and_counts_when_it_is_deleted() {
        let aws = Aws::new(3, Duration::ZERO).unwrap();
        aws.open();
        let received = aws.receive(2).await;
        assert_eq!(received["Messages"].as_array().unwrap().len(), 2);
        assert_eq!(aws.receive(2).await["Messages"].as_array().unwrap().len(), 1);
        let first = &received["Messages"][0];
        let envelope: Value = serde_json::from_str(first["Body"].as_str().unwrap()).unwrap();
        let new_image: NewImage = serde_json::from_str(envelope["Message"].as_str().unwrap()).unwrap();
        assert_eq!(new_image.image_id.to_string(), first["ReceiptHandle"]);
        for _ in 0..2 {
            aws.delete(first["ReceiptHandle"].as_str().unwrap());
        }
        assert_eq!(aws.ended(), 1);
    }
}
