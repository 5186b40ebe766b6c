//! Our subscription to the status topic, which we make and keep ourselves: no address is pasted by hand.

use std::{sync::Arc, time::Duration};

use serde_json::json;
use tokio::sync::watch;
use tracing::{info, warn};

use crate::{BaseUrl, app::App};

/// How long a confirmation may take before it is asked for again.
const CONFIRMED_WITHIN: Duration = Duration::from_secs(10);
/// How often we make sure that the subscription is still there.
const LOOK_AGAIN: Duration = Duration::from_mins(15);
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// Whether statuses reach us.
#[derive(Debug)]
pub(crate) struct Subscription(watch::Sender<bool>);

impl Default for Subscription {
    fn default() -> Self {
        Self(watch::Sender::new(false))
    }
}

impl Subscription {
    pub(crate) fn is_confirmed(&self) -> bool {
        *self.0.borrow()
    }

    pub(crate) fn confirmed(&self) {
        self.0.send_replace(true);
    }

    pub(crate) fn lost(&self) {
        self.0.send_replace(false);
    }

    async fn becomes(&self, confirmed: bool) {
        // The sender lives in `self`, so the channel cannot close.
        let _ = self.0.subscribe().wait_for(|now| *now == confirmed).await;
    }
}

/// Subscribes until confirmed, looks again now and then, and begins anew when the subscription is lost.
pub(crate) async fn keep(app: Arc<App>, url: BaseUrl) {
    let stopping = app.stopping.clone();
    // Ends when the service stops; there is nothing to finish.
    let _ = stopping.run_until_cancelled(keep_for_ever(&app, &url)).await;
}

async fn keep_for_ever(app: &App, url: &BaseUrl) {
    let mut pause = FIRST_PAUSE;
    loop {
        match subscribe(app, url).await {
            Ok(true) => {
                app.subscription.confirmed();
                pause = FIRST_PAUSE;
                // Whichever comes first; both lead to another look.
                let _ = tokio::time::timeout(LOOK_AGAIN, app.subscription.becomes(false)).await;
                continue;
            }
            Ok(false) => {
                // What was confirmed before is no longer; a confirmation that came just now costs one more look.
                app.subscription.lost();
                if tokio::time::timeout(CONFIRMED_WITHIN, app.subscription.becomes(true)).await.is_ok() {
                    continue;
                }
                info!("SNS has not reached {} yet", url.join("/imageStatus"));
            }
            Err(error) => warn!("could not subscribe to the status topic: {}", crate::error::chain(error.as_ref())),
        }
        tokio::time::sleep(service::jittered(pause)).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// True if the subscription is confirmed, false if SNS will post a confirmation.
async fn subscribe(app: &App, url: &BaseUrl) -> anyhow::Result<bool> {
    // SNS's own policy waits 20 s between three tries; a status that late is worth little.
    let delivery = json!({ "healthyRetryPolicy": { "minDelayTarget": 1, "maxDelayTarget": 1, "numRetries": 10 } });
    let subscribed = app
        .sns
        .subscribe()
        .topic_arn(&app.image_status_topic)
        .protocol(url.protocol())
        .endpoint(url.join("/imageStatus"))
        .attributes("DeliveryPolicy", delivery.to_string())
        .send()
        .await?;
    Ok(subscribed.subscription_arn.is_some_and(|arn| arn.starts_with("arn:")))
}
