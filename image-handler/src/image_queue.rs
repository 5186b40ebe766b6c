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

/// The longest that SQS lets a receive wait.
const LONG_POLL: Duration = Duration::from_secs(20);
/// For how long the answer to a receive is awaited after the signal to stop: messages may be on their way already. The
/// queue gives nothing to a caller that has hung up.
const LAST_ANSWER: Duration = Duration::from_secs(1);
/// The most messages that one receive returns.
const MAX_BATCH: usize = 10;

#[derive(Debug)]
pub(crate) struct ImageQueue {
    client: Client,
    url: String,
}

/// A message in hand: nobody else sees it for as long as it is held.
#[derive(Debug)]
pub(crate) struct Delivery {
    /// `None` where the message is not one of ours.
    pub(crate) image: Option<NewImage>,
    /// How often the message was received, this time included.
    pub(crate) receives: u32,
    pub(crate) received_at: Instant,
    receipt_handle: String,
}

/// Why a message could not be held.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HoldError {
    /// It is visible to others by now, or was deleted.
    #[error("the message is not ours any more")]
    Lost,
    #[error("hold the message")]
    Failed(#[source] anyhow::Error),
}

/// What SNS wraps around a message that it delivers to a queue.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Envelope {
    message: String,
}

impl ImageQueue {
    pub(crate) fn new(aws: &SdkConfig, config: &Config) -> Self {
        Self { client: Client::new(aws), url: config.queue.clone() }
    }

    /// Waits for at most `room` messages and holds them for `hold`. Empty when none came for a while, or when told to
    /// `stop`; but also then it may bring some.
    pub(crate) async fn receive(
        &self,
        room: usize,
        hold: Duration,
        stop: &CancellationToken,
    ) -> anyhow::Result<Vec<Delivery>> {
        let receive = self
            .client
            .receive_message()
            .queue_url(&self.url)
            .max_number_of_messages(seconds_or_count(room.min(MAX_BATCH)))
            .wait_time_seconds(seconds_or_count(LONG_POLL.as_secs()))
            .visibility_timeout(seconds_or_count(hold.as_secs()))
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
        Ok(received.messages.unwrap_or_default().into_iter().filter_map(Delivery::of).collect())
    }

    /// Holds a message for so long from now on; zero lets it go at once.
    pub(crate) async fn hold(&self, delivery: &Delivery, hold: Duration) -> Result<(), HoldError> {
        let change = self
            .client
            .change_message_visibility()
            .queue_url(&self.url)
            .receipt_handle(&delivery.receipt_handle)
            .visibility_timeout(seconds_or_count(hold.as_secs()));
        match change.send().await {
            Ok(_) => Ok(()),
            Err(error) if error.as_service_error().is_some_and(is_lost) => Err(HoldError::Lost),
            Err(error) => Err(HoldError::Failed(error.into())),
        }
    }

    pub(crate) async fn delete(&self, delivery: &Delivery) -> anyhow::Result<()> {
        self.client
            .delete_message()
            .queue_url(&self.url)
            .receipt_handle(&delivery.receipt_handle)
            .send()
            .await
            .context("delete the message")?;
        Ok(())
    }
}

impl Delivery {
    /// `None` for a message without a receipt handle, which SQS does not send.
    fn of(message: Message) -> Option<Self> {
        let receives = message
            .attributes
            .as_ref()
            .and_then(|attributes| attributes.get(&MessageSystemAttributeName::ApproximateReceiveCount))
            .and_then(|count| count.parse().ok())
            .unwrap_or(1);
        let image = message.body.as_deref().and_then(announced);
        Some(Self { image, receives, received_at: Instant::now(), receipt_handle: message.receipt_handle? })
    }
}

/// The image that a message's body is about; `None` where it is not one of ours.
pub(crate) fn announced(body: &str) -> Option<NewImage> {
    let envelope: Envelope = serde_json::from_str(body).ok()?;
    serde_json::from_str(&envelope.message).ok()
}

/// SQS says `InvalidParameterValue` of a handle whose message was deleted.
fn is_lost(error: &ChangeMessageVisibilityError) -> bool {
    error.is_message_not_inflight()
        || error.is_receipt_handle_is_invalid()
        || error.code().is_some_and(|code| code.starts_with("InvalidParameterValue"))
}

/// SQS takes small numbers as `i32`.
pub(crate) fn seconds_or_count(number: impl TryInto<i32>) -> i32 {
    number.try_into().unwrap_or(i32::MAX)
}
