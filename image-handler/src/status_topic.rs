//! The topic of status changes, by which watchers learn of them without asking.

use std::time::Duration;

use aws_config::{SdkConfig, retry::RetryConfig, timeout::TimeoutConfig};
use aws_sdk_sns::Client;
use ledger::Image;
use receipt::ImageStatus;
use tokio::time::timeout;
use tracing::warn;

use crate::Config;

/// A topic that hangs must not cost the lease: three publications fit into it.
const PUBLISH_TIMEOUT: Duration = Duration::from_secs(3);
/// Of one try; the SDK makes a second and a third one within [`PUBLISH_TIMEOUT`].
const TRY_TIMEOUT: Duration = Duration::from_millis(900);
const MAX_TRIES: u32 = 3;
const FIRST_PAUSE: Duration = Duration::from_millis(100);

#[derive(Debug, Clone)]
pub(crate) struct StatusTopic {
    client: Client,
    arn: String,
}

impl StatusTopic {
    pub(crate) fn new(aws: &SdkConfig, config: &Config) -> Self {
        let retries = RetryConfig::standard().with_max_attempts(MAX_TRIES).with_initial_backoff(FIRST_PAUSE);
        let timeouts = aws.timeout_config().map(TimeoutConfig::to_builder).unwrap_or_default();
        let timeouts = timeouts.operation_attempt_timeout(TRY_TIMEOUT).build();
        let sns = aws_sdk_sns::config::Builder::from(aws).retry_config(retries).timeout_config(timeouts).build();
        Self { client: Client::from_conf(sns), arn: config.image_status_topic.clone() }
    }

    /// Publishes the image's status. One that cannot be published in time is logged and dropped: watched images are
    /// re-read from the ledger.
    pub(crate) async fn publish(&self, image: &Image) {
        let status = image.image_status();
        // A final detail, unlike a reason, may contain text of the receipt, and the topic may be delivered over plain
        // HTTP.
        let detail = status.detail.filter(|_| !status.status.is_final());
        let Ok(message) = serde_json::to_string(&ImageStatus { detail, ..status }) else { return };
        let publish = self.client.publish().topic_arn(&self.arn).message(message).send();
        let problem = match timeout(PUBLISH_TIMEOUT, publish).await {
            Ok(Ok(_)) => return,
            Ok(Err(error)) => anyhow::Error::from(error),
            Err(elapsed) => elapsed.into(),
        };
        warn!("status {} was not published: {problem:#}", image.status.as_str());
    }
}
