//! The topic that tells watchers how far an image is.

use std::time::Duration;

use aws_config::{SdkConfig, retry::RetryConfig, timeout::TimeoutConfig};
use aws_sdk_sns::Client;
use ledger::Image;
use receipt::ImageStatus;
use tokio::time::timeout;
use tracing::warn;

use crate::Config;

/// So that a topic that hangs does not cost the lease: three statuses fit into it.
const PUBLISH_WITHIN: Duration = Duration::from_secs(3);
/// One try; the SDK makes a second and a third one within [`PUBLISH_WITHIN`].
const TRY_WITHIN: Duration = Duration::from_millis(900);
const TRIES: u32 = 3;
const FIRST_PAUSE: Duration = Duration::from_millis(100);

#[derive(Debug, Clone)]
pub(crate) struct StatusTopic {
    client: Client,
    arn: String,
}

impl StatusTopic {
    pub(crate) fn new(aws: &SdkConfig, config: &Config) -> Self {
        let retries = RetryConfig::standard().with_max_attempts(TRIES).with_initial_backoff(FIRST_PAUSE);
        let timeouts = aws.timeout_config().map(TimeoutConfig::to_builder).unwrap_or_default();
        let timeouts = timeouts.operation_attempt_timeout(TRY_WITHIN).build();
        let sns = aws_sdk_sns::config::Builder::from(aws).retry_config(retries).timeout_config(timeouts).build();
        Self { client: Client::from_conf(sns), arn: config.image_status_topic.clone() }
    }

    /// Tells the topic. A status that cannot be published in good time is found by those who watch: they re-read the
    /// ledger.
    pub(crate) async fn publish(&self, image: &Image) {
        let status = image.image_status();
        // The last sentence, unlike a reason, may hold something of the receipt, and the topic may cross plain HTTP.
        let detail = status.detail.filter(|_| !status.status.is_final());
        let Ok(message) = serde_json::to_string(&ImageStatus { detail, ..status }) else { return };
        let publish = self.client.publish().topic_arn(&self.arn).message(message).send();
        let problem = match timeout(PUBLISH_WITHIN, publish).await {
            Ok(Ok(_)) => return,
            Ok(Err(error)) => anyhow::Error::from(error),
            Err(elapsed) => elapsed.into(),
        };
        warn!("status {} was not published: {problem:#}", image.status.as_str());
    }
}
