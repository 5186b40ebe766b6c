//! Delivery of notifications over HTTP: AWS's headers, retries by the subscription's policy, and a bound on undelivered
//! notifications.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use http::StatusCode;
use tokio::sync::Semaphore;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use uuid::Uuid;

use super::{envelope::Envelope, retry_policy::RetryPolicy};
use crate::{
    Faults,
    faults::{Channel, DeliveryFault},
    message_store::Subscription,
};

#[derive(Debug)]
pub(crate) struct HttpDelivery {
    http: reqwest::Client,
    faults: Faults,
    tasks: TaskTracker,
    stop: CancellationToken,
    /// Notifications not yet delivered, including those waiting for a retry.
    in_flight: Arc<Semaphore>,
    /// Open requests.
    requests: Semaphore,
    /// Held back by an injected fault until the next notification has overtaken it.
    held: Mutex<Option<Notification>>,
}

/// One message for one subscriber.
#[derive(Debug, Clone)]
pub(crate) struct Notification {
    endpoint: String,
    type_name: &'static str,
    message_id: Uuid,
    topic: String,
    /// Absent while the subscription is not confirmed.
    subscription: Option<String>,
    body: String,
    retries: RetryPolicy,
}

impl Notification {
    pub(crate) fn new(envelope: &Envelope, to: &Subscription) -> Self {
        Self {
            endpoint: to.endpoint.clone(),
            type_name: envelope.type_name(),
            message_id: envelope.message_id(),
            topic: to.topic.clone(),
            subscription: to.confirmed.then(|| to.arn.clone()),
            body: envelope.to_json(),
            retries: to.delivery_policy.as_deref().and_then(|json| RetryPolicy::parse(json).ok()).unwrap_or_default(),
        }
    }
}

/// Far more than one laptop publishes. Beyond it a notification is dropped; SNS guarantees no delivery over HTTP
/// either.
const MAX_IN_FLIGHT: usize = 4096;
const MAX_REQUESTS: usize = 64;

/// SNS's own timeout for a response.
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(15);

impl HttpDelivery {
    pub(crate) fn new(http: reqwest::Client, faults: Faults, tasks: TaskTracker, stop: CancellationToken) -> Self {
        Self {
            http,
            faults,
            tasks,
            stop,
            in_flight: Arc::new(Semaphore::new(MAX_IN_FLIGHT)),
            requests: Semaphore::new(MAX_REQUESTS),
            held: Mutex::new(None),
        }
    }

    /// Sends in the background.
    pub(crate) fn send(self: &Arc<Self>, notification: Notification) {
        let fault = notification.subscription.as_ref().and_then(|_| self.faults.next_delivery_fault(Channel::Http));
        match fault {
            None => self.send_in_order([Some(notification), self.take_held()]),
            Some(DeliveryFault::Lose) => {}
            Some(DeliveryFault::Double) => self.send_in_order([Some(notification.clone()), Some(notification)]),
            Some(DeliveryFault::Reorder) => {
                let before = self.held.lock().unwrap_or_else(PoisonError::into_inner).replace(notification);
                self.send_in_order([before, None]);
            }
            Some(DeliveryFault::Delay(delay)) => self.spawn(notification, |this, notification| async move {
                tokio::time::sleep(delay).await;
                this.deliver(&notification).await;
            }),
        }
    }

    fn take_held(&self) -> Option<Notification> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn send_in_order(self: &Arc<Self>, notifications: [Option<Notification>; 2]) {
        match notifications {
            [None, None] => {}
            [Some(one), None] | [None, Some(one)] => {
                self.spawn(one, |this, notification| async move { this.deliver(&notification).await });
            }
            [Some(first), Some(second)] => self.spawn(first, |this, first| async move {
                this.deliver(&first).await;
                this.deliver(&second).await;
            }),
        }
    }

    fn spawn<F>(self: &Arc<Self>, notification: Notification, work: impl FnOnce(Arc<Self>, Notification) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let Ok(permit) = Arc::clone(&self.in_flight).try_acquire_owned() else {
            tracing::warn!("{MAX_IN_FLIGHT} messages are on their way: one for {} is dropped", notification.endpoint);
            return;
        };
        let (stop, work) = (self.stop.clone(), work(Arc::clone(self), notification));
        self.tasks.spawn(async move {
            stop.run_until_cancelled(work).await;
            drop(permit);
        });
    }

    async fn deliver(&self, notification: &Notification) {
        let mut delays = notification.retries.delays();
        loop {
            match self.post(notification).await {
                Outcome::Accepted => return,
                Outcome::Refused(status) => {
                    tracing::warn!("{} refused a {} for good: {status}", notification.endpoint, notification.type_name);
                    return;
                }
                Outcome::Retryable(why) => {
                    let Some(delay) = delays.next() else {
                        tracing::warn!(
                            "{} took no {} in all retries: {why}",
                            notification.endpoint,
                            notification.type_name
                        );
                        return;
                    };
                    tracing::debug!(
                        "{} takes no {} now ({why}): again in {delay:?}",
                        notification.endpoint,
                        notification.type_name
                    );
                    tokio::time::sleep(delay).await;
                }
            }
        }
    }

    async fn post(&self, notification: &Notification) -> Outcome {
        let _permit = self.requests.acquire().await;
        let mut request = self
            .http
            .post(&notification.endpoint)
            .timeout(RESPONSE_TIMEOUT)
            .header("user-agent", "Amazon Simple Notification Service Agent")
            .header("content-type", "text/plain; charset=UTF-8")
            .header("x-amz-sns-message-type", notification.type_name)
            .header("x-amz-sns-message-id", notification.message_id.to_string())
            .header("x-amz-sns-topic-arn", &notification.topic);
        if let Some(subscription) = &notification.subscription {
            request = request.header("x-amz-sns-subscription-arn", subscription);
        }
        match request.body(notification.body.clone()).send().await {
            Ok(answer) => match answer.status() {
                status if status.is_success() => Outcome::Accepted,
                status if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS => {
                    Outcome::Retryable(status.to_string())
                }
                status => Outcome::Refused(status),
            },
            Err(error) => Outcome::Retryable(error.to_string()),
        }
    }
}

enum Outcome {
    Accepted,
    /// SNS does not try again.
    Refused(StatusCode),
    /// SNS tries again, if the policy has a retry left.
    Retryable(String),
}
