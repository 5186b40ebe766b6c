//! A log of every call: for tests that must know which program called, when, and how the call ended.

use std::{fmt, sync::Arc};

use http::HeaderMap;

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
    /// The key of the object in S3, also of the one that Textract is to read; empty for the other services.
    pub object: &'a str,
    pub phase: CallPhase,
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
    pub(crate) object: String,
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
        let CallDetails { caller, operation, object } = &self.details;
        (self.log.0)(&CallEvent { caller, service: self.service, operation, object, phase });
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
