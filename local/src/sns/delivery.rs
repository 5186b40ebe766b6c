//! Delivery over HTTP: AWS's headers, retries by the subscription's policy, and a bound on what is on its way.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use http::StatusCode;
use tokio::sync::Semaphore;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use uuid::Uuid;

use super::{Envelope, RetryPolicy};
use crate::{
    Faults,
    faults::{Channel, DeliveryFault},
    messages::Subscription,
};

#[derive(Debug)]
pub(crate) struct Courier {
    http: reqwest::Client,
    faults: Faults,
    tasks: TaskTracker,
    stop: CancellationToken,
    /// Letters on their way, waiting for a retry included.
    under_way: Arc<Semaphore>,
    /// Open requests.
    requests: Semaphore,
    /// What the next letter will overtake.
    held: Mutex<Option<Letter>>,
}

/// One message for one subscriber.
#[derive(Debug, Clone)]
pub(crate) struct Letter {
    endpoint: String,
    type_name: &'static str,
    message_id: Uuid,
    topic: String,
    /// Absent while the subscription is not confirmed.
    subscription: Option<String>,
    body: String,
    retries: RetryPolicy,
}

impl Letter {
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

/// Far more than one laptop publishes; beyond it a letter is lost, which SNS over HTTP allows.
const MAX_UNDER_WAY: usize = 4096;
const MAX_REQUESTS: usize = 64;

/// SNS waits no longer for an answer.
const PATIENCE: Duration = Duration::from_secs(15);

impl Courier {
    pub(crate) fn new(http: reqwest::Client, faults: Faults, tasks: TaskTracker, stop: CancellationToken) -> Self {
        Self {
            http,
            faults,
            tasks,
            stop,
            under_way: Arc::new(Semaphore::new(MAX_UNDER_WAY)),
            requests: Semaphore::new(MAX_REQUESTS),
            held: Mutex::new(None),
        }
    }

    /// Sends in the background.
    pub(crate) fn send(self: &Arc<Self>, letter: Letter) {
        let fault = letter.subscription.as_ref().and_then(|_| self.faults.strike_delivery(Channel::Http));
        match fault {
            None => self.send_in_order([Some(letter), self.take_held()]),
            Some(DeliveryFault::Lose) => {}
            Some(DeliveryFault::Double) => self.send_in_order([Some(letter.clone()), Some(letter)]),
            Some(DeliveryFault::Reorder) => {
                let before = self.held.lock().unwrap_or_else(PoisonError::into_inner).replace(letter);
                self.send_in_order([before, None]);
            }
            Some(DeliveryFault::Delay(delay)) => self.spawn(letter, |courier, letter| async move {
                tokio::time::sleep(delay).await;
                courier.deliver(&letter).await;
            }),
        }
    }

    fn take_held(&self) -> Option<Letter> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn send_in_order(self: &Arc<Self>, letters: [Option<Letter>; 2]) {
        match letters {
            [None, None] => {}
            [Some(one), None] | [None, Some(one)] => {
                self.spawn(one, |courier, letter| async move { courier.deliver(&letter).await });
            }
            [Some(first), Some(second)] => self.spawn(first, |courier, first| async move {
                courier.deliver(&first).await;
                courier.deliver(&second).await;
            }),
        }
    }

    fn spawn<F>(self: &Arc<Self>, letter: Letter, work: impl FnOnce(Arc<Self>, Letter) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let Ok(permit) = Arc::clone(&self.under_way).try_acquire_owned() else {
            tracing::warn!("{MAX_UNDER_WAY} messages are on their way: one for {} is dropped", letter.endpoint);
            return;
        };
        let (stop, work) = (self.stop.clone(), work(Arc::clone(self), letter));
        self.tasks.spawn(async move {
            stop.run_until_cancelled(work).await;
            drop(permit);
        });
    }

    async fn deliver(&self, letter: &Letter) {
        let mut delays = letter.retries.delays();
        loop {
            match self.post(letter).await {
                Outcome::Taken => return,
                Outcome::Refused(status) => {
                    tracing::warn!("{} refused a {} for good: {status}", letter.endpoint, letter.type_name);
                    return;
                }
                Outcome::NotNow(why) => {
                    let Some(delay) = delays.next() else {
                        tracing::warn!("{} took no {} in all retries: {why}", letter.endpoint, letter.type_name);
                        return;
                    };
                    tracing::debug!(
                        "{} takes no {} now ({why}): again in {delay:?}",
                        letter.endpoint,
                        letter.type_name
                    );
                    tokio::time::sleep(delay).await;
                }
            }
        }
    }

    async fn post(&self, letter: &Letter) -> Outcome {
        let _permit = self.requests.acquire().await;
        let mut request = self
            .http
            .post(&letter.endpoint)
            .timeout(PATIENCE)
            .header("user-agent", "Amazon Simple Notification Service Agent")
            .header("content-type", "text/plain; charset=UTF-8")
            .header("x-amz-sns-message-type", letter.type_name)
            .header("x-amz-sns-message-id", letter.message_id.to_string())
            .header("x-amz-sns-topic-arn", &letter.topic);
        if let Some(subscription) = &letter.subscription {
            request = request.header("x-amz-sns-subscription-arn", subscription);
        }
        match request.body(letter.body.clone()).send().await {
            Ok(answer) => match answer.status() {
                status if status.is_success() => Outcome::Taken,
                status if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS => {
                    Outcome::NotNow(status.to_string())
                }
                status => Outcome::Refused(status),
            },
            Err(error) => Outcome::NotNow(error.to_string()),
        }
    }
}

enum Outcome {
    Taken,
    /// SNS does not try again.
    Refused(StatusCode),
    NotNow(String),
}
