//! Our subscription to the status topic, which the service makes and keeps itself: no address is pasted by hand.

use std::{sync::Arc, time::Duration};

use aws_config::SdkConfig;
use serde_json::json;
use tokio::sync::watch;
use tracing::{info, warn};

use crate::{
    error::{Error, chain},
    http::BaseUrl,
};

/// How long a confirmation may take before it is asked for again.
const CONFIRMED_WITHIN: Duration = Duration::from_secs(10);
/// How often the subscription is checked.
const CHECK_EVERY: Duration = Duration::from_mins(15);
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

#[derive(Debug)]
pub(super) struct Subscription {
    sns: aws_sdk_sns::Client,
    topic_arn: String,
    is_confirmed: watch::Sender<bool>,
}

impl Subscription {
    pub(super) fn new(aws: &SdkConfig, topic_arn: &str) -> Self {
        let sns = aws_sdk_sns::Client::new(aws);
        Self { sns, topic_arn: topic_arn.to_owned(), is_confirmed: watch::Sender::new(false) }
    }

    pub(super) fn topic_arn(&self) -> &str {
        &self.topic_arn
    }

    pub(super) fn is_confirmed(&self) -> watch::Receiver<bool> {
        self.is_confirmed.subscribe()
    }

    /// Takes a confirmation's token to SNS itself, rather than following the address in the message.
    pub(super) async fn confirm(&self, token: String) -> Result<(), Error> {
        self.sns
            .confirm_subscription()
            .topic_arn(self.topic_arn())
            .token(token)
            .authenticate_on_unsubscribe("true")
            .send()
            .await
            .map_err(Error::unavailable)?;
        self.is_confirmed.send_replace(true);
        info!("the subscription to the status topic is confirmed");
        Ok(())
    }

    pub(super) fn lost(&self) {
        self.is_confirmed.send_replace(false);
    }

    async fn becomes(&self, confirmed: bool) {
        // The sender lives in `self`, so the channel cannot close.
        let _ = self.is_confirmed.subscribe().wait_for(|now| *now == confirmed).await;
    }

    /// True if the subscription is confirmed, false if SNS will post a confirmation.
    async fn subscribe(&self, url: &BaseUrl) -> anyhow::Result<bool> {
        // SNS's own policy waits 20 s between three tries; a status that late is worth little.
        let delivery = json!({ "healthyRetryPolicy": { "minDelayTarget": 1, "maxDelayTarget": 1, "numRetries": 10 } });
        let subscribed = self
            .sns
            .subscribe()
            .topic_arn(self.topic_arn())
            .protocol(url.protocol())
            .endpoint(url.join("/imageStatus"))
            .attributes("DeliveryPolicy", delivery.to_string())
            .send()
            .await?;
        Ok(subscribed.subscription_arn.is_some_and(|arn| arn.starts_with("arn:")))
    }
}

/// Subscribes until confirmed, checks now and then, and subscribes anew when the subscription is lost.
pub(super) async fn keep(subscription: Arc<Subscription>, url: BaseUrl) {
    let mut pause = FIRST_PAUSE;
    loop {
        match subscription.subscribe(&url).await {
            Ok(true) => {
                subscription.is_confirmed.send_replace(true);
                pause = FIRST_PAUSE;
                // Whichever comes first; both lead to another check.
                let _ = tokio::time::timeout(CHECK_EVERY, subscription.becomes(false)).await;
                continue;
            }
            Ok(false) => {
                // A subscription confirmed before no longer is; a confirmation that came just now costs one more check.
                subscription.lost();
                if tokio::time::timeout(CONFIRMED_WITHIN, subscription.becomes(true)).await.is_ok() {
                    continue;
                }
                info!("SNS has not reached {} yet", url.join("/imageStatus"));
            }
            Err(error) => warn!("could not subscribe to the status topic: {}", chain(error.as_ref())),
        }
        tokio::time::sleep(service::jittered(pause)).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}
