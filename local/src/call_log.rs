//! A log of every call: for tests that must know which program called, when, and how the call ended.

use std::{collections::BTreeSet, fmt, sync::Arc};

use http::HeaderMap;
use serde_json::Value;

use crate::Service;

/// Called for each call when it starts and when it ends, in the task that answers it: the call waits for the log.
#[derive(Clone)]
pub struct CallLog(Arc<dyn Fn(&CallEvent<'_>) + Send + Sync>);

#[derive(Debug, Clone, Copy)]
pub struct CallEvent<'a> {
    /// The calling program's `AWS_SDK_UA_APP_ID`; empty where it has none.
    pub caller: &'a str,
    pub service: Service,
    pub operation: &'a str,
    pub target: &'a CallTarget,
    pub phase: CallPhase,
}

/// What a call is on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallTarget {
    /// The key of an object in S3, also of the one that Textract is to read.
    Object(String),
    /// An index of the table.
    Index(String),
    /// What a transaction does, each once: `Put`, `Update`, `Delete`, `ConditionCheck`.
    Transaction(Vec<String>),
    /// The topic's name.
    Topic(String),
    /// The queue's name.
    Queue(String),
    /// The table itself, the whole bucket, or all of a service.
    Whole,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallPhase {
    Started,
    /// Done, and about to be answered.
    Done,
    /// Nothing was done: the call was wrong, or an injected fault prevented it.
    Refused,
    /// Done, but the answer will be lost.
    AnswerLost,
    /// The caller closed the connection before the end; the call may have been done or not.
    Abandoned,
}

/// One call between its start and its end, which is logged when this is dropped.
#[derive(Debug)]
pub(crate) struct LoggedCall<'a> {
    log: &'a CallLog,
    service: Service,
    details: CallDetails,
    end: CallPhase,
}

/// What is read from a call before its body is consumed.
#[derive(Debug)]
pub(crate) struct CallDetails {
    pub(crate) caller: String,
    pub(crate) operation: String,
    pub(crate) target: CallTarget,
}

impl CallEvent<'_> {
    /// The key of the object that the call is on; empty where it is on none.
    pub fn object(&self) -> &str {
        match self.target {
            CallTarget::Object(key) => key,
            CallTarget::Index(_)
            | CallTarget::Transaction(_)
            | CallTarget::Topic(_)
            | CallTarget::Queue(_)
            | CallTarget::Whole => "",
        }
    }
}

impl CallTarget {
    /// What a call's body in JSON is on, to DynamoDB or SQS.
    pub(crate) fn of_json(body: &[u8]) -> Self {
        let Ok(Value::Object(body)) = serde_json::from_slice(body) else { return Self::Whole };
        let text = |name: &str| body.get(name).and_then(Value::as_str);
        let last = |text: &str| text.rsplit('/').next().unwrap_or_default().to_owned();
        if let Some(index) = text("IndexName") {
            Self::Index(index.to_owned())
        } else if let Some(queue) = text("QueueUrl").or_else(|| text("QueueName")) {
            Self::Queue(last(queue))
        } else if let Some(Value::Array(items)) = body.get("TransactItems") {
            let parts: BTreeSet<_> = items.iter().filter_map(Value::as_object).flat_map(|item| item.keys()).collect();
            Self::Transaction(parts.into_iter().cloned().collect())
        } else {
            Self::Whole
        }
    }

    /// What a call to SNS is on.
    pub(crate) fn of_topic(arn: Option<&str>) -> Self {
        arn.and_then(|arn| arn.rsplit(':').next()).map_or(Self::Whole, |name| Self::Topic(name.to_owned()))
    }
}

impl CallLog {
    pub fn new(on_event: impl Fn(&CallEvent<'_>) + Send + Sync + 'static) -> Self {
        Self(Arc::new(on_event))
    }

    pub(crate) fn start(&self, service: Service, details: CallDetails) -> LoggedCall<'_> {
        let call = LoggedCall { log: self, service, details, end: CallPhase::Abandoned };
        call.log(CallPhase::Started);
        call
    }
}

impl LoggedCall<'_> {
    pub(crate) fn end(mut self, end: CallPhase) {
        self.end = end;
    }

    fn log(&self, phase: CallPhase) {
        let CallDetails { caller, operation, target } = &self.details;
        (self.log.0)(&CallEvent { caller, service: self.service, operation, target, phase });
    }
}

impl Drop for LoggedCall<'_> {
    fn drop(&mut self) {
        self.log(self.end);
    }
}

impl fmt::Debug for CallLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CallLog(…)")
    }
}

/// The app name that the SDK puts into its user agent.
pub(crate) fn caller(headers: &HeaderMap) -> &str {
    let agent = headers.get("x-amz-user-agent").and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    agent.split(' ').find_map(|word| word.strip_prefix("app/")).unwrap_or_default()
}
