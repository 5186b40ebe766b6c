//! Injected faults, so that tests can produce on demand the failures that AWS has by chance.

mod quota;

use std::{
    borrow::Cow,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use serde::Deserialize;
use tokio::time::Instant;

use self::quota::QuotaLimiter;
use crate::Service;

pub use quota::Quota;
pub(crate) use quota::QuotaPermit;

/// A handle on the injected faults; clones share them. A fault is due by count, or by chance drawn from a
/// [seed](Faults::seed).
#[derive(Debug, Clone, Default)]
pub struct Faults {
    rules: Arc<Mutex<Rules>>,
    textract: Arc<QuotaLimiter>,
}

/// A fault of a call.
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
    /// Done, after a delay.
    Delay(Duration),
    /// Done, but the connection breaks before the answer's body.
    LoseAnswer,
}

/// A fault of a message on its way to a subscriber or out of the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum DeliveryFault {
    /// SNS drops the notification; SQS counts the receive and hides the message, but hands nothing out.
    Lose,
    /// The subscriber gets the notification twice; a message stays visible in the queue although it was handed out.
    Double,
    Delay(Duration),
    /// The next one overtakes it; in a queue, all others in the same answer.
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

/// Where messages are delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Channel {
    /// Notifications from SNS to HTTP subscribers (not the requests for confirmation).
    Http,
    /// Messages that `ReceiveMessage` hands out.
    Queue,
}

/// Which calls or deliveries a fault is for, counted from the moment it is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum When {
    Next(u32),
    /// The `n`th, the `2n`th and so on.
    Every(u32),
    /// This many of a thousand.
    Chance(u32),
    Always,
}

/// A request for a fault, as it is sent to a running process: `{"calls": {"service": "s3", "operation": "PutObject"},
/// "fault": {"error": 503}, "when": {"next": 3}}` or `{"deliveries": "http", "fault": "lose", "when": "always"}`,
/// or for Textract's quota `{"textract": {"atOnce": 3}}` or `{"textract": {"perSecond": 5}}`.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum FaultRequest {
    Calls { calls: Calls, fault: CallFault, when: When },
    Deliveries { deliveries: Channel, fault: DeliveryFault, when: When },
    Quota { textract: Quota },
}

#[derive(Debug)]
struct Rules {
    calls: Vec<Rule<Calls, CallFault>>,
    deliveries: Vec<Rule<Channel, DeliveryFault>>,
    rng: StdRng,
}

impl Default for Rules {
    fn default() -> Self {
        Self { calls: Vec::new(), deliveries: Vec::new(), rng: StdRng::seed_from_u64(0) }
    }
}

#[derive(Debug)]
struct Rule<P, F> {
    target: P,
    fault: F,
    when: When,
    seen: u32,
}

impl Faults {
    /// Where several faults are due for one call, the one that was set first is applied.
    pub fn on_calls(&self, calls: impl Into<Calls>, fault: CallFault, when: When) {
        let rule = Rule { target: calls.into(), fault, when, seen: 0 };
        self.with_rules(|rules| rules.calls.push(rule));
    }

    /// Where several faults are due for one delivery, the one that was set first is applied.
    pub fn on_deliveries(&self, channel: Channel, fault: DeliveryFault, when: When) {
        self.with_rules(|rules| rules.deliveries.push(Rule { target: channel, fault, when, seen: 0 }));
    }

    pub(crate) fn apply(&self, request: FaultRequest) {
        match request {
            FaultRequest::Calls { calls, fault, when } => self.on_calls(calls, fault, when),
            FaultRequest::Deliveries { deliveries, fault, when } => self.on_deliveries(deliveries, fault, when),
            FaultRequest::Quota { textract } => self.limit_textract(textract),
        }
    }

    /// From now on Textract throttles calls above its quota.
    pub fn limit_textract(&self, quota: Quota) {
        self.textract.set(Some(quota));
    }

    /// How many calls Textract's quota has refused.
    pub fn throttled(&self) -> u64 {
        self.textract.refused()
    }

    /// The seed of the random faults, 0 if never set. The same seed draws the same sequence, though calls may come in
    /// another order.
    pub fn seed(&self, seed: u64) {
        self.with_rules(|rules| rules.rng = StdRng::seed_from_u64(seed));
    }

    /// Removes all faults and the quota.
    pub fn clear(&self) {
        self.with_rules(|rules| {
            rules.calls.clear();
            rules.deliveries.clear();
        });
        self.textract.set(None);
    }

    /// A permit for a call of Textract, to be held while it runs. `None` where its quota is used up.
    pub(crate) fn admit_textract_call(&self) -> Option<QuotaPermit> {
        QuotaLimiter::admit(&self.textract, Instant::now())
    }

    /// Whether every [`When::Next`] fault has been applied as often as it was set for.
    pub fn are_used_up(&self) -> bool {
        let is_counted = |when: When| matches!(when, When::Next(_));
        self.with_rules(|rules| {
            !rules.calls.iter().any(|rule| is_counted(rule.when))
                && !rules.deliveries.iter().any(|rule| is_counted(rule.when))
        })
    }

    pub(crate) fn next_call_fault(&self, service: Service, operation: &str) -> Option<CallFault> {
        let matches = |calls: &Calls| {
            calls.service == service && calls.operation.as_ref().is_none_or(|wanted| wanted == operation)
        };
        self.with_rules(|rules| next_fault(&mut rules.calls, &mut rules.rng, matches))
    }

    pub(crate) fn next_delivery_fault(&self, channel: Channel) -> Option<DeliveryFault> {
        self.with_rules(|rules| next_fault(&mut rules.deliveries, &mut rules.rng, |target| *target == channel))
    }

    fn with_rules<T>(&self, work: impl FnOnce(&mut Rules) -> T) -> T {
        work(&mut self.rules.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn next_fault<P, F: Copy>(rules: &mut Vec<Rule<P, F>>, rng: &mut StdRng, matches: impl Fn(&P) -> bool) -> Option<F> {
    let mut fault = None;
    for rule in rules.iter_mut().filter(|rule| matches(&rule.target)) {
        rule.seen = rule.seen.saturating_add(1);
        let due = match rule.when {
            When::Next(_) | When::Always => true,
            When::Every(n) => n > 0 && rule.seen.is_multiple_of(n),
            When::Chance(of_a_thousand) => rng.random_range(0..1000) < of_a_thousand,
        };
        if due && fault.is_none() {
            fault = Some(rule.fault);
        } else if matches!(rule.when, When::Next(_)) {
            rule.seen -= 1; // another fault is applied: this one stays due
        }
    }
    rules.retain(|rule| !matches!(rule.when, When::Next(n) if rule.seen >= n));
    fault
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_calls_of_one_operation_fail_and_no_others() {
        let faults = Faults::default();
        faults.on_calls((Service::S3, "PutObject"), CallFault::Error(503), When::Next(2));
        assert_eq!(faults.next_call_fault(Service::S3, "GetObject"), None);
        assert_eq!(faults.next_call_fault(Service::Sqs, "PutObject"), None);
        assert_eq!(faults.next_call_fault(Service::S3, "PutObject"), Some(CallFault::Error(503)));
        assert!(!faults.are_used_up());
        assert_eq!(faults.next_call_fault(Service::S3, "PutObject"), Some(CallFault::Error(503)));
        assert!(faults.are_used_up());
        assert_eq!(faults.next_call_fault(Service::S3, "PutObject"), None);
    }

    #[test]
    fn every_third_delivery_is_lost() {
        let faults = Faults::default();
        faults.on_deliveries(Channel::Http, DeliveryFault::Lose, When::Every(3));
        let struck: Vec<bool> = (0..7).map(|_| faults.next_delivery_fault(Channel::Http).is_some()).collect();
        assert_eq!(struck, [false, false, true, false, false, true, false]);
        faults.clear();
        assert_eq!(faults.next_delivery_fault(Channel::Http), None);
    }

    #[test]
    fn faults_can_be_requested_in_json() {
        let faults = Faults::default();
        for request in [
            r#"{"calls": {"service": "s3", "operation": "PutObject"}, "fault": {"error": 503}, "when": {"next": 3}}"#,
            r#"{"calls": {"service": "textract"}, "fault": "throttle", "when": "always"}"#,
            r#"{"deliveries": "http", "fault": {"delay": {"secs": 1, "nanos": 0}}, "when": {"every": 2}}"#,
        ] {
            faults.apply(serde_json::from_str(request).unwrap());
        }
        faults.apply(serde_json::from_str(r#"{"textract": {"atOnce": 1}}"#).unwrap());
        let first = faults.admit_textract_call();
        assert!(first.is_some() && faults.admit_textract_call().is_none());
        assert_eq!(faults.next_call_fault(Service::S3, "PutObject"), Some(CallFault::Error(503)));
        assert_eq!(faults.next_call_fault(Service::Textract, "DetectDocumentText"), Some(CallFault::Throttle));
        assert_eq!(faults.next_delivery_fault(Channel::Http), None);
        assert_eq!(faults.next_delivery_fault(Channel::Http), Some(DeliveryFault::Delay(Duration::from_secs(1))));
    }

    #[test]
    fn chance_is_drawn_from_the_seed() {
        let struck = |seed| {
            let faults = Faults::default();
            faults.seed(seed);
            faults.on_calls(Service::Sqs, CallFault::Error(500), When::Chance(50));
            let calls = (0..2000).map(|_| faults.next_call_fault(Service::Sqs, "SendMessage").is_some());
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
        assert_eq!(faults.next_call_fault(Service::Textract, "DetectDocumentText"), Some(CallFault::Throttle));
        assert_eq!(faults.next_call_fault(Service::Textract, "DetectDocumentText"), Some(CallFault::Error(500)));
        assert_eq!(faults.next_call_fault(Service::Textract, "DetectDocumentText"), None);
    }
}
