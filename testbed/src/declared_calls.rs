//! Whether a program makes exactly the calls to AWS that it declares.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
    thread,
};

use local::{CallEvent, CallLog, CallPhase, CallTarget, Service};
use service::AwsCall;

type Declared = &'static [AwsCall<'static>];

/// By program, its declaration and the calls that reached the stand-ins. When it is dropped, at the end of a test, no
/// program may have made a call that it does not declare.
#[derive(Debug, Default)]
pub(crate) struct DeclaredCalls(Arc<Mutex<BTreeMap<&'static str, Program>>>);

#[derive(Debug, Default)]
struct Program {
    declared: Declared,
    made: BTreeSet<AwsCall<'static>>,
    undeclared: BTreeSet<String>,
}

impl DeclaredCalls {
    pub(crate) fn log(&self) -> CallLog {
        let programs = self.0.clone();
        CallLog::new(move |event| {
            let mut programs = programs.lock().unwrap_or_else(PoisonError::into_inner);
            if event.phase == CallPhase::Started
                && let Some(program) = programs.get_mut(event.caller)
            {
                each_call(event, |call| program.saw(call));
            }
        })
    }

    /// From now on the program is held to its declaration. It is known by its app name.
    pub(crate) fn expect(&self, program: &'static str, declared: Declared) {
        self.programs(|programs| programs.entry(program).or_default().declared = declared);
    }

    /// What the program declares and has not called so far.
    pub(crate) fn unmade(&self, program: &str) -> Vec<String> {
        let unmade = |program: &Program| {
            let unmade = program.declared.iter().filter(|call| !program.made.contains(call));
            unmade.map(ToString::to_string).collect()
        };
        self.programs(|programs| programs.get(program).map(unmade).unwrap_or_default())
    }

    fn programs<T>(&self, with: impl FnOnce(&mut BTreeMap<&'static str, Program>) -> T) -> T {
        with(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for DeclaredCalls {
    fn drop(&mut self) {
        // A test that fails already says why.
        if thread::panicking() {
            return;
        }
        self.programs(|programs| {
            for (name, program) in programs {
                let calls = &program.undeclared;
                assert!(calls.is_empty(), "{name} makes calls that its src/description.rs does not declare: {calls:?}");
            }
        });
    }
}

impl Program {
    fn saw(&mut self, call: AwsCall<'_>) {
        if let Some(declared) = self.declared.iter().find(|declared| **declared == call) {
            self.made.insert(*declared);
        } else {
            self.undeclared.insert(call.to_string());
        }
    }
}

/// A call in the words of the descriptions; a transaction is one for each kind of part.
fn each_call(event: &CallEvent<'_>, mut saw: impl FnMut(AwsCall<'_>)) {
    let operation = event.operation;
    let last_word = |name: &str| name.rsplit('-').next().unwrap_or_default().to_owned();
    match (event.service, event.target) {
        (Service::S3, target) => saw(AwsCall::s3(operation, prefix(target))),
        (Service::Textract, CallTarget::Whole) => saw(AwsCall::textract_of_bytes(operation)),
        (Service::Textract, target) => saw(AwsCall::textract(operation, prefix(target))),
        (Service::DynamoDb, CallTarget::Index(index)) => {
            saw(AwsCall { operation, ..AwsCall::query(index) });
        }
        (Service::DynamoDb, CallTarget::Transaction(parts)) => {
            for part in parts {
                saw(AwsCall { operation, ..AwsCall::transaction(part) });
            }
        }
        (Service::DynamoDb, _) => saw(AwsCall::dynamodb(operation)),
        (Service::Sns, CallTarget::Topic(topic)) => saw(AwsCall::sns(operation, &last_word(topic))),
        (Service::Sns, _) => saw(AwsCall::sns(operation, "")),
        (Service::Sqs, CallTarget::Queue(queue)) => saw(AwsCall::sqs(operation, &last_word(queue))),
        (Service::Sqs, _) => saw(AwsCall::sqs(operation, "")),
    }
}

/// The key's folder with its slash; empty for the whole bucket.
fn prefix(target: &CallTarget) -> &str {
    match target {
        CallTarget::Object(key) => key.find('/').map_or("", |slash| &key[..=slash]),
        CallTarget::Index(_)
        | CallTarget::Transaction(_)
        | CallTarget::Topic(_)
        | CallTarget::Queue(_)
        | CallTarget::Whole => "",
    }
}
