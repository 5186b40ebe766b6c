//! Who sees every call: tests that must know who called, when, and how it ended.

use std::{fmt, sync::Arc};

use http::HeaderMap;

use crate::Service;

/// Told of every call when it comes and when it ends, in the task that answers it: while it looks, that call waits.
#[derive(Clone)]
pub struct Witness(Arc<dyn Fn(&Sight<'_>) + Send + Sync>);

#[derive(Debug, Clone, Copy)]
pub struct Sight<'a> {
    /// What the program that calls has in `AWS_SDK_UA_APP_ID`; empty where it has nothing.
    pub caller: &'a str,
    pub service: Service,
    pub operation: &'a str,
    /// The key of the object in S3, also of the one that Textract is to read; empty for the other services.
    pub object: &'a str,
    pub moment: Moment,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    Came,
    /// Done, and about to be answered.
    Done,
    /// Nothing was done: the call was wrong, or a fault struck it.
    Refused,
    /// Done, but the answer will be lost.
    AnswerLost,
    /// The caller went away before the end; what it asked for may be done or not.
    Deserted,
}

/// One call under the eyes of a witness: its end is told when this is dropped.
#[derive(Debug)]
pub(crate) struct Watched<'a> {
    witness: &'a Witness,
    service: Service,
    call: Subject,
    end: Moment,
}

/// What is read off a call before its body is used up.
#[derive(Debug)]
pub(crate) struct Subject {
    pub(crate) caller: String,
    pub(crate) operation: String,
    pub(crate) object: String,
}

impl Witness {
    pub fn new(see: impl Fn(&Sight<'_>) + Send + Sync + 'static) -> Self {
        Self(Arc::new(see))
    }

    pub(crate) fn watch(&self, service: Service, call: Subject) -> Watched<'_> {
        let watched = Watched { witness: self, service, call, end: Moment::Deserted };
        watched.tell(Moment::Came);
        watched
    }
}

impl Watched<'_> {
    pub(crate) fn ends(mut self, end: Moment) {
        self.end = end;
    }

    fn tell(&self, moment: Moment) {
        let Subject { caller, operation, object } = &self.call;
        (self.witness.0)(&Sight { caller, service: self.service, operation, object, moment });
    }
}

impl Drop for Watched<'_> {
    fn drop(&mut self) {
        self.tell(self.end);
    }
}

impl fmt::Debug for Witness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Witness(…)")
    }
}

/// The name that the SDK puts among the words of its user agent.
pub(crate) fn caller(headers: &HeaderMap) -> &str {
    let agent = headers.get("x-amz-user-agent").and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    agent.split(' ').find_map(|word| word.strip_prefix("app/")).unwrap_or_default()
}
