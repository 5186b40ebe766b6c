//! SQS over AWS JSON 1.0: the operations that our programs and their tests call.

mod calls;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use axum::response::Response;
use bytes::Bytes;
use http::StatusCode;
use s3s::crypto::{Checksum as _, Md5};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::{sync::watch, time::Instant};
use tokio_util::sync::CancellationToken;

use self::calls::{
    ChangeMessageVisibility, DeleteEntry, DeleteMessage, DeleteMessageBatch, GetQueueAttributes, GetQueueUrl,
    ReceiveMessage, ReceivedMessage, SendMessage,
};
use crate::{
    Faults, Service,
    faults::{Channel, DeliveryFault},
    message_store::{Change, InFlightMessage, MessageStore, QueueSettings, ReceiptHandle},
    protocol::AwsError,
};

#[derive(Debug)]
pub(crate) struct Sqs {
    pub(crate) messages: Arc<MessageStore>,
    pub(crate) faults: Faults,
    /// The address of a queue is this, then a slash and its name.
    pub(crate) queues_url: String,
    pub(crate) polled: watch::Sender<bool>,
    pub(crate) stop: CancellationToken,
}

impl Sqs {
    pub(crate) async fn call(&self, operation: &str, body: &Bytes) -> Result<Response, AwsError> {
        let answer = match operation {
            "SendMessage" => self.send(&parse(body)?)?,
            "ReceiveMessage" => self.receive(parse(body)?).await?,
            "DeleteMessage" => self.delete(&parse(body)?)?,
            "DeleteMessageBatch" => self.delete_batch(parse(body)?)?,
            "ChangeMessageVisibility" => self.change_visibility(&parse(body)?)?,
            "GetQueueAttributes" => self.attributes(&parse(body)?)?,
            "GetQueueUrl" => self.queue_url(&parse(body)?)?,
            other => return Err(AwsError::unsupported(other)),
        };
        Ok(Service::Sqs.json(StatusCode::OK, &answer))
    }

    fn send(&self, call: &SendMessage) -> Result<Value, AwsError> {
        let queue = self.queue(&call.queue_url)?;
        if !call.message_attributes.is_empty() {
            return Err(AwsError::unsupported("SendMessage with MessageAttributes"));
        }
        if call.message_body.is_empty() || call.message_body.len() > MAX_BODY_BYTES {
            return Err(AwsError::bad_request("InvalidParameterValue", "a message has 1 to 262,144 bytes"));
        }
        let delay = Duration::from_secs(call.delay_seconds.min(900));
        let message_id = self.messages.send(&queue.name, &call.message_body, delay)?;
        Ok(json!({ "MessageId": message_id, "MD5OfMessageBody": md5(&call.message_body) }))
    }

    async fn receive(&self, call: ReceiveMessage) -> Result<Value, AwsError> {
        let queue = self.queue(&call.queue_url)?;
        let most = call.max_number_of_messages.unwrap_or(1);
        if !(1..=10).contains(&most) || call.wait_time_seconds > 20 {
            let message = "MaxNumberOfMessages is 1 to 10 and WaitTimeSeconds 0 to 20";
            return Err(AwsError::bad_request("InvalidParameterValue", message));
        }
        let visibility = call.visibility_timeout.map_or(Ok(queue.visibility), visibility)?;
        self.polled.send_replace(true);

        let deadline = Instant::now() + Duration::from_secs(call.wait_time_seconds);
        let handed = loop {
            // Subscribe, then look: a message that arrives in between wakes this receive.
            let mut arrival = std::pin::pin!(self.messages.arrival());
            arrival.as_mut().enable();
            let handed = self.messages.receive(&queue, most, visibility)?;
            let handed = self.apply_faults(&queue, handed).await?;
            if !handed.is_empty() || Instant::now() >= deadline || self.stop.is_cancelled() {
                break handed;
            }
            let hidden = self.messages.next_visible(&queue.name)?.map_or(deadline, |wait| Instant::now() + wait);
            // A message whose timeout has just ended is visible a millisecond later at the latest.
            let wake = hidden.max(Instant::now() + Duration::from_millis(1)).min(deadline);
            tokio::select! {
                () = arrival => {}
                () = tokio::time::sleep_until(wake) => {}
                () = self.stop.cancelled() => {}
            }
        };
        let wanted: Vec<&str> =
            call.attribute_names.iter().chain(&call.message_system_attribute_names).map(String::as_str).collect();
        let messages: Vec<ReceivedMessage> = handed.into_iter().map(|message| received(message, &wanted)).collect();
        Ok(if messages.is_empty() { json!({}) } else { json!({ "Messages": messages }) })
    }

    /// Applies the injected faults.
    async fn apply_faults(
        &self,
        queue: &QueueSettings,
        handed: Vec<InFlightMessage>,
    ) -> Result<Vec<InFlightMessage>, AwsError> {
        let (mut kept, mut overtaken) = (Vec::with_capacity(handed.len()), Vec::new());
        for message in handed {
            match self.faults.next_delivery_fault(Channel::Queue) {
                None => kept.push(message),
                Some(DeliveryFault::Lose) => {}
                Some(DeliveryFault::Reorder) => overtaken.push(message),
                Some(DeliveryFault::Double) => {
                    self.messages.change_visibility(&queue.name, &message.handle, Duration::ZERO)?;
                    kept.push(message);
                }
                Some(DeliveryFault::Delay(delay)) => {
                    tokio::time::sleep(delay).await;
                    kept.push(message);
                }
            }
        }
        kept.append(&mut overtaken);
        Ok(kept)
    }

    fn delete(&self, call: &DeleteMessage) -> Result<Value, AwsError> {
        let queue = self.queue(&call.queue_url)?;
        self.messages.delete(&queue.name, &handle(&call.receipt_handle)?)?;
        Ok(json!({}))
    }

    fn delete_batch(&self, call: DeleteMessageBatch) -> Result<Value, AwsError> {
        let queue = self.queue(&call.queue_url)?;
        if !(1..=10).contains(&call.entries.len()) {
            return Err(AwsError::bad_request("TooManyEntriesInBatchRequest", "a batch has 1 to 10 entries"));
        }
        let (mut successful, mut failed) = (Vec::new(), Vec::new());
        for DeleteEntry { id, receipt_handle } in call.entries {
            match handle(&receipt_handle) {
                Ok(handle) => {
                    self.messages.delete(&queue.name, &handle)?;
                    successful.push(json!({ "Id": id }));
                }
                Err(error) => failed.push(json!({ "Id": id, "SenderFault": true, "Code": error.code })),
            }
        }
        Ok(json!({ "Successful": successful, "Failed": failed }))
    }

    fn change_visibility(&self, call: &ChangeMessageVisibility) -> Result<Value, AwsError> {
        let queue = self.queue(&call.queue_url)?;
        let handle = handle(&call.receipt_handle)?;
        match self.messages.change_visibility(&queue.name, &handle, visibility(call.visibility_timeout)?)? {
            Change::Done => Ok(json!({})),
            Change::NoSuchMessage => {
                let message = "the message does not exist or is not available for a change of its visibility timeout";
                Err(AwsError::bad_request("InvalidParameterValue", message))
            }
            Change::NotInFlight => Err(AwsError::bad_request("MessageNotInflight", "the message is not in flight")),
        }
    }

    fn attributes(&self, call: &GetQueueAttributes) -> Result<Value, AwsError> {
        let queue = self.queue(&call.queue_url)?;
        let counts = self.messages.counts(&queue.name)?;
        let mut all = BTreeMap::from([
            ("ApproximateNumberOfMessages", counts.visible.to_string()),
            ("ApproximateNumberOfMessagesNotVisible", counts.in_flight.to_string()),
            ("ApproximateNumberOfMessagesDelayed", "0".to_owned()),
            ("VisibilityTimeout", queue.visibility.as_secs().to_string()),
            ("MessageRetentionPeriod", queue.retention.as_secs().to_string()),
            ("QueueArn", crate::resources::queue_arn(&queue.name)),
        ]);
        if let Some((max_receives, dead_letters)) = &queue.redrive {
            let arn = crate::resources::queue_arn(dead_letters);
            let policy = json!({ "deadLetterTargetArn": arn, "maxReceiveCount": max_receives });
            all.insert("RedrivePolicy", policy.to_string());
        }
        all.retain(|name, _| call.attribute_names.iter().any(|wanted| wanted == "All" || wanted == name));
        Ok(json!({ "Attributes": all }))
    }

    fn queue_url(&self, call: &GetQueueUrl) -> Result<Value, AwsError> {
        let queue = self.queue(&call.queue_name)?;
        Ok(json!({ "QueueUrl": format!("{}/{}", self.queues_url, queue.name) }))
    }

    /// The queue of this URL. Only its last part counts: the port may have changed in a restart.
    fn queue(&self, url: &str) -> Result<QueueSettings, AwsError> {
        let name = url.rsplit('/').next().unwrap_or(url);
        self.messages
            .queue(name)?
            .ok_or_else(|| AwsError::bad_request("QueueDoesNotExist", "the specified queue does not exist"))
    }
}

/// SQS's limit.
const MAX_BODY_BYTES: usize = 262_144;

/// SQS's limit, 12 hours.
const MAX_VISIBILITY_SECONDS: u64 = 43_200;

fn parse<T: DeserializeOwned>(body: &Bytes) -> Result<T, AwsError> {
    serde_json::from_slice(body).map_err(|error| AwsError::bad_request("InvalidParameterValue", error.to_string()))
}

fn visibility(seconds: u64) -> Result<Duration, AwsError> {
    if seconds <= MAX_VISIBILITY_SECONDS {
        Ok(Duration::from_secs(seconds))
    } else {
        Err(AwsError::bad_request("InvalidParameterValue", "VisibilityTimeout is 0 to 43,200"))
    }
}

fn handle(text: &str) -> Result<ReceiptHandle, AwsError> {
    text.parse().map_err(|()| {
        AwsError::bad_request("ReceiptHandleIsInvalid", format!("the input receipt handle \"{text}\" is not valid"))
    })
}

fn received(message: InFlightMessage, wanted: &[&str]) -> ReceivedMessage {
    let mut attributes = BTreeMap::from([
        ("ApproximateReceiveCount", message.receives.to_string()),
        ("ApproximateFirstReceiveTimestamp", message.first_received_at.to_string()),
        ("SentTimestamp", message.sent_at.to_string()),
        ("SenderId", crate::resources::ACCOUNT.to_owned()),
    ]);
    attributes.retain(|name, _| wanted.iter().any(|wanted| *wanted == "All" || wanted == name));
    ReceivedMessage {
        message_id: message.message_id,
        receipt_handle: message.handle.to_string(),
        md5_of_body: md5(&message.body),
        body: message.body,
        attributes,
    }
}

fn md5(text: &str) -> String {
    receipt::hex(&Md5::checksum(text.as_bytes()))
}
