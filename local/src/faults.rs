//! Faults on request, so that tests can ask for the bad days that AWS only has by chance.

mod quota;

use std::{
    borrow::Cow,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use serde::Deserialize;
use tokio::time::Instant;

use self::quota::Gate;
use crate::Service;

pub(crate) use quota::Admitted;
pub use quota::Quota;

/// The switches; clones work on the same ones. A fault strikes by counting, or by chance drawn from a [seed](Faults::seed).
#[derive(Debug, Clone, Default)]
pub struct Faults {
    rules: Arc<Mutex<Rules>>,
    textract: Arc<Gate>,
}

/// What can befall a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CallFault {
    /// The service's own error for this HTTP status (500 or 503), and nothing done.
    Error(u16),
    /// The service's own throttling error, and nothing done.
    Throttle,
    /// Textract's other throttling error (`ThrottlingException`); elsewhere the same as `Throttle`.
    ThrottleByAccount,
    /// What the service answers a caller without the permission, and nothing done.
    Deny,
    /// Done, after a wait.
    Delay(Duration),
    /// Done, but the connection breaks before the answer's body.
    LoseAnswer,
}

/// What can befall a message on its way to a subscriber or out of the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum DeliveryFault {
    /// SNS forgets the notification; SQS counts the receive and hides the message, but hands nothing out.
    Lose,
    /// The subscriber gets the notification twice; a message stays visible in the queue although it was handed out.
    Double,
    Delay(Duration),
    /// The next one overtakes it; in a queue, all that stand in the same answer.
    Reorder,
}

/// Which calls a fault is for: all of a service's, or those of one operation, by its name in AWS's API.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Calls {
    service: Service,
    operation: Option<Cow<'static, str>>,
}

impl From<Service> for Calls {
    fn from(service: Service) -> Self {
        Self { service, operation: None }
    }
}

impl From<(Service, &'static str)> for Calls {
    fn from((service, operation): (Service, &'static str)) -> Self {
        Self { service, operation: Some(operation.into()) }
    }
}

/// Where messages are on their way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Channel {
    /// Notifications from SNS to HTTP subscribers (not the requests for confirmation).
    Http,
    /// Messages that `ReceiveMessage` hands out.
    Queue,
}

/// How often a fault strikes, counted from the moment it is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum When {
    Next(u32),
    /// The `n`th, the `2n`th and so on.
    Every(u32),
    /// Of a thousand, so many.
    Chance(u32),
    Always,
}

/// An order for a fault, as it is sent to a running process: `{"calls": {"service": "s3", "operation": "PutObject"},
/// "fault": {"error": 503}, "when": {"next": 3}}` or `{"deliveries": "http", "fault": "lose", "when": "always"}`,
/// or for Textract's quota `{"textract": {"atOnce": 3}}` or `{"textract": {"perSecond": 5}}`.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Order {
    Calls { calls: Calls, fault: CallFault, when: When },
    Deliveries { deliveries: Channel, fault: DeliveryFault, when: When },
    Quota { textract: Quota },
}

#[derive(Debug)]
struct Rules {
    calls: Vec<Rule<Calls, CallFault>>,
    deliveries: Vec<Rule<Channel, DeliveryFault>>,
    dice: StdRng,
}

impl Default for Rules {
    fn default() -> Self {
        Self { calls: Vec::new(), deliveries: Vec::new(), dice: StdRng::seed_from_u64(0) }
    }
}

#[derive(Debug)]
struct Rule<P, F> {
    place: P,
    fault: F,
    when: When,
    seen: u32,
}

impl Faults {
    /// Where several faults are set for one call, the one that was set first strikes.
    pub fn on_calls(&self, calls: impl Into<Calls>, fault: CallFault, when: When) {
        let rule = Rule { place: calls.into(), fault, when, seen: 0 };
        self.with(|rules| rules.calls.push(rule));
    }

    /// Where several faults are set for one delivery, the one that was set first strikes.
    pub fn on_deliveries(&self, channel: Channel, fault: DeliveryFault, when: When) {
        self.with(|rules| rules.deliveries.push(Rule { place: channel, fault, when, seen: 0 }));
    }

    pub(crate) fn take(&self, order: Order) {
        match order {
            Order::Calls { calls, fault, when } => self.on_calls(calls, fault, when),
            Order::Deliveries { deliveries, fault, when } => self.on_deliveries(deliveries, fault, when),
            Order::Quota { textract } => self.limit_textract(textract),
        }
    }

    /// From now on Textract throttles what exceeds its quota.
    pub fn limit_textract(&self, quota: Quota) {
        self.textract.set(Some(quota));
    }

    /// How many calls Textract's quota has refused.
    pub fn throttled(&self) -> u64 {
        self.textract.refused()
    }

    /// From where chance is drawn, 0 if never set. The same seed draws the same, though calls may come in another order.
    pub fn seed(&self, seed: u64) {
        self.with(|rules| rules.dice = StdRng::seed_from_u64(seed));
    }

    /// From now on everything goes well.
    pub fn clear(&self) {
        self.with(|rules| {
            rules.calls.clear();
            rules.deliveries.clear();
        });
        self.textract.set(None);
    }

    /// A place for a call of Textract, for as long as it takes. `None` where its quota is spent.
    pub(crate) fn admit_to_textract(&self) -> Option<Admitted> {
        Gate::admit(&self.textract, Instant::now())
    }

    /// Whether none is left of those that were set for the next so many: each has struck as often as it should.
    pub fn have_struck(&self) -> bool {
        let is_left = |when: When| matches!(when, When::Next(_));
        self.with(|rules| {
            !rules.calls.iter().any(|rule| is_left(rule.when))
                && !rules.deliveries.iter().any(|rule| is_left(rule.when))
        })
    }

    pub(crate) fn strike_call(&self, service: Service, operation: &str) -> Option<CallFault> {
        let matches = |calls: &Calls| {
            calls.service == service && calls.operation.as_ref().is_none_or(|wanted| wanted == operation)
        };
        self.with(|rules| strike(&mut rules.calls, &mut rules.dice, matches))
    }

    pub(crate) fn strike_delivery(&self, channel: Channel) -> Option<DeliveryFault> {
        self.with(|rules| strike(&mut rules.deliveries, &mut rules.dice, |place| *place == channel))
    }

    fn with<T>(&self, work: impl FnOnce(&mut Rules) -> T) -> T {
        work(&mut self.rules.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn strike<P, F: Copy>(rules: &mut Vec<Rule<P, F>>, dice: &mut StdRng, matches: impl Fn(&P) -> bool) -> Option<F> {
    let mut struck = None;
    for rule in rules.iter_mut().filter(|rule| matches(&rule.place)) {
        rule.seen = rule.seen.saturating_add(1);
        let due = match rule.when {
            When::Next(_) | When::Always => true,
            When::Every(n) => n > 0 && rule.seen.is_multiple_of(n),
            When::Chance(of_a_thousand) => dice.random_range(0..1000) < of_a_thousand,
        };
        if due && struck.is_none() {
            struck = Some(rule.fault);
        } else if matches!(rule.when, When::Next(_)) {
            rule.seen -= 1; // another fault struck: this one's turn comes later
        }
    }
    rules.retain(|rule| !matches!(rule.when, When::Next(n) if rule.seen >= n));
    struck
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_calls_of_one_operation_fail_and_no_others() {
        let faults = Faults::default();
        faults.on_calls((Service::S3, "PutObject"), CallFault::Error(503), When::Next(2));
        assert_eq!(faults.strike_call(Service::S3, "GetObject"), None);
        assert_eq!(faults.strike_call(Service::Sqs, "PutObject"), None);
        assert_eq!(faults.strike_call(Service::S3, "PutObject"), Some(CallFault::Error(503)));
        assert!(!faults.have_struck());
        assert_eq!(faults.strike_call(Service::S3, "PutObject"), Some(CallFault::Error(503)));
        assert!(faults.have_struck());
        assert_eq!(faults.strike_call(Service::S3, "PutObject"), None);
    }

    #[test]
    fn every_third_delivery_is_lost() {
        let faults = Faults::default();
        faults.on_deliveries(Channel::Http, DeliveryFault::Lose, When::Every(3));
        let struck: Vec<bool> = (0..7).map(|_| faults.strike_delivery(Channel::Http).is_some()).collect();
        assert_eq!(struck, [false, false, true, false, false, true, false]);
        faults.clear();
        assert_eq!(faults.strike_delivery(Channel::Http), None);
    }

    #[test]
    fn faults_can_be_ordered_in_json() {
        let faults = Faults::default();
        for order in [
            r#"{"calls": {"service": "s3", "operation": "PutObject"}, "fault": {"error": 503}, "when": {"next": 3}}"#,
            r#"{"calls": {"service": "textract"}, "fault": "throttle", "when": "always"}"#,
            r#"{"deliveries": "http", "fault": {"delay": {"secs": 1, "nanos": 0}}, "when": {"every": 2}}"#,
        ] {
            faults.take(serde_json::from_str(order).unwrap());
        }
        faults.take(serde_json::from_str(r#"{"textract": {"atOnce": 1}}"#).unwrap());
        let first = faults.admit_to_textract();
        assert!(first.is_some() && faults.admit_to_textract().is_none());
        assert_eq!(faults.strike_call(Service::S3, "PutObject"), Some(CallFault::Error(503)));
        assert_eq!(faults.strike_call(Service::Textract, "DetectDocumentText"), Some(CallFault::Throttle));
        assert_eq!(faults.strike_delivery(Channel::Http), None);
        assert_eq!(faults.strike_delivery(Channel::Http), Some(DeliveryFault::Delay(Duration::from_secs(1))));
    }

    #[test]
    fn chance_is_drawn_from_the_seed() {
        let struck = |seed| {
            let faults = Faults::default();
            faults.seed(seed);
            faults.on_calls(Service::Sqs, CallFault::Error(500), When::Chance(50));
            let calls = (0..2000).map(|_| faults.strike_call(Service::Sqs, "SendMessage").is_some());
            calls.collect::<Vec<_>>()
        };
        assert_eq!(struck(1), struck(1));
        assert_ne!(struck(1), struck(2));
        let count = struck(1).into_iter().filter(|struck| *struck).count();
        assert!((50..150).contains(&count), "{count} of 2,000");
    }

    #[test]
    fn a_second_fault_waits_for_its_turn() {
        let faults = Faults::default();
        faults.on_calls(Service::Textract, CallFault::Throttle, When::Next(1));
        faults.on_calls(Service::Textract, CallFault::Error(500), When::Next(1));
        assert_eq!(faults.strike_call(Service::Textract, "DetectDocumentText"), Some(CallFault::Throttle));
        assert_eq!(faults.strike_call(Service::Textract, "DetectDocumentText"), Some(CallFault::Error(500)));
        assert_eq!(faults.strike_call(Service::Textract, "DetectDocumentText"), None);
    }
}
