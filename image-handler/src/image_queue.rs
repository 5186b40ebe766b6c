//! The queue of new images.

use std::time::Duration;

use anyhow::Context;
use aws_config::SdkConfig;
use aws_sdk_sqs::{
    Client,
    error::ProvideErrorMetadata,
    operation::change_message_visibility::ChangeMessageVisibilityError,
    types::{Message, MessageSystemAttributeName},
};
use receipt::NewImage;
use serde::Deserialize;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

use crate::Config;

/// The longest wait that SQS allows a receive.
const LONG_POLL: Duration = Duration::from_secs(20);
/// For how long the answer to a receive is awaited after the stop signal: messages may be on their way already. The
/// queue hands out none after the connection is closed.
const LAST_ANSWER: Duration = Duration::from_secs(1);
/// The most messages that one receive returns.
const MAX_BATCH: usize = 10;

#[derive(Debug)]
pub(crate) struct ImageQueue {
    client: Client,
    url: String,
}

/// A message that is invisible to other workers until its visibility timeout ends.
#[derive(Debug)]
pub(crate) struct ReceivedMessage {
    /// The image that the message announces; `None` where it is not one of ours.
    pub(crate) announced: Option<NewImage>,
    /// How often the message was received, this time included.
    pub(crate) receives: u32,
    pub(crate) received_at: Instant,
    receipt_handle: String,
}

/// Why a visibility timeout could not be set.
#[derive(Debug, thiserror::Error)]
pub(crate) enum VisibilityError {
    /// The message is visible to other workers by now, or was deleted.
    #[error("the message is not ours any more")]
    Lost,
    #[error("hold the message")]
    Failed(#[source] anyhow::Error),
}

/// SNS's envelope around a message that it delivers to a queue.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Envelope {
    message: String,
}

impl ImageQueue {
    pub(crate) fn new(aws: &SdkConfig, config: &Config) -> Self {
        Self { client: Client::new(aws), url: config.queue.clone() }
    }

    /// Waits for at most `limit` messages and makes them invisible for `visibility_timeout`. Empty if none came for a
    /// while, or after `stop`; but also then it may bring some.
    pub(crate) async fn receive(
        &self,
        limit: usize,
        visibility_timeout: Duration,
        stop: &CancellationToken,
    ) -> anyhow::Result<Vec<ReceivedMessage>> {
        let receive = self
            .client
            .receive_message()
            .queue_url(&self.url)
            .max_number_of_messages(saturating_i32(limit.min(MAX_BATCH)))
            .wait_time_seconds(saturating_i32(LONG_POLL.as_secs()))
            .visibility_timeout(saturating_i32(visibility_timeout.as_secs()))
            .message_system_attribute_names(MessageSystemAttributeName::ApproximateReceiveCount)
            .send();
        tokio::pin!(receive);
        let received = tokio::select! {
            received = &mut receive => received,
            () = stop.cancelled() => match timeout(LAST_ANSWER, receive).await {
                Ok(received) => received,
                Err(_) => return Ok(Vec::new()),
            },
        };
        let received = received.context("receive messages")?;
        Ok(received.messages.unwrap_or_default().into_iter().filter_map(ReceivedMessage::of).collect())
    }

    /// Makes a message invisible for so long from now on; zero makes it visible at once.
    pub(crate) async fn set_visibility_timeout(
        &self,
        message: &ReceivedMessage,
        visibility_timeout: Duration,
    ) -> Result<(), VisibilityError> {
        let change = self
            .client
            .change_message_visibility()
            .queue_url(&self.url)
            .receipt_handle(&message.receipt_handle)
            .visibility_timeout(saturating_i32(visibility_timeout.as_secs()));
        match change.send().await {
            Ok(_) => Ok(()),
            Err(error) if error.as_service_error().is_some_and(is_lost) => Err(VisibilityError::Lost),
            Err(error) => Err(VisibilityError::Failed(error.into())),
        }
    }

    /// Makes a message visible after `delay`, for the next receive. One that is lost needs nothing.
    pub(crate) async fn give_back(&self, message: &ReceivedMessage, delay: Duration) -> anyhow::Result<()> {
        match self.set_visibility_timeout(message, delay).await {
            Ok(()) | Err(VisibilityError::Lost) => Ok(()),
            Err(error @ VisibilityError::Failed(_)) => Err(error.into()),
        }
    }

    pub(crate) async fn delete(&self, message: &ReceivedMessage) -> anyhow::Result<()> {
        self.client
            .delete_message()
            .queue_url(&self.url)
            .receipt_handle(&message.receipt_handle)
            .send()
            .await
            .context("delete the message")?;
        Ok(())
    }
}

impl ReceivedMessage {
    /// `None` for a message without a receipt handle, which SQS does not send.
    fn of(message: Message) -> Option<Self> {
        let receives = message
            .attributes
            .as_ref()
            .and_then(|attributes| attributes.get(&MessageSystemAttributeName::ApproximateReceiveCount))
            .and_then(|count| count.parse().ok())
            .unwrap_or(1);
        let announced = message.body.as_deref().and_then(parse_body);
        Some(Self { announced, receives, received_at: Instant::now(), receipt_handle: message.receipt_handle? })
    }
}

/// The image that a message's body announces; `None` where it is not one of ours.
pub(crate) fn parse_body(body: &str) -> Option<NewImage> {
    let envelope: Envelope = serde_json::from_str(body).ok()?;
    serde_json::from_str(&envelope.message).ok()
}

/// SQS says `InvalidParameterValue` of a handle whose message was deleted.
fn is_lost(error: &ChangeMessageVisibilityError) -> bool {
    error.is_message_not_inflight()
        || error.is_receipt_handle_is_invalid()
        || error.code().is_some_and(|code| code.starts_with("InvalidParameterValue"))
}

/// SQS takes seconds and counts as `i32`.
pub(crate) fn saturating_i32(number: impl TryInto<i32>) -> i32 {
    number.try_into().unwrap_or(i32::MAX)
}
