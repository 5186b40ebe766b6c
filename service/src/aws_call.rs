//! What a program calls of AWS: an operation of a service, and on what.

use std::fmt;

use serde::Serialize;

/// One kind of call. A program declares its own in its description, and its tests hold it to that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct AwsCall<'a> {
    pub service: &'a str,
    pub operation: &'a str,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub on: Option<CallTarget<'a>>,
}

/// On which of several a call is, where a policy can tell them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum CallTarget<'a> {
    /// Objects of the bucket whose keys begin so: a folder's name with its slash.
    Prefix(&'a str),
    /// An index of the table, instead of the table itself.
    Index(&'a str),
    /// A write or check in a transaction: `Put`, `Update`, `Delete`, `ConditionCheck`.
    Part(&'a str),
    /// The last word of the topic's name.
    Topic(&'a str),
    /// The last word of the queue's name.
    Queue(&'a str),
}

impl<'a> AwsCall<'a> {
    /// On objects with such a prefix.
    pub const fn s3(operation: &'a str, prefix: &'a str) -> Self {
        Self { service: "s3", operation, on: Some(CallTarget::Prefix(prefix)) }
    }

    /// On the table itself.
    pub const fn dynamodb(operation: &'a str) -> Self {
        Self { service: "dynamodb", operation, on: None }
    }

    /// On an index of the table.
    pub const fn query(index: &'a str) -> Self {
        Self { service: "dynamodb", operation: "Query", on: Some(CallTarget::Index(index)) }
    }

    /// A transaction with such a part in it.
    pub const fn transaction(part: &'a str) -> Self {
        Self { service: "dynamodb", operation: "TransactWriteItems", on: Some(CallTarget::Part(part)) }
    }

    pub const fn sns(operation: &'a str, topic: &'a str) -> Self {
        Self { service: "sns", operation, on: Some(CallTarget::Topic(topic)) }
    }

    pub const fn sqs(operation: &'a str, queue: &'a str) -> Self {
        Self { service: "sqs", operation, on: Some(CallTarget::Queue(queue)) }
    }

    /// On pictures in the bucket, which Textract reads with the caller's own rights.
    pub const fn textract(operation: &'a str, prefix: &'a str) -> Self {
        Self { service: "textract", operation, on: Some(CallTarget::Prefix(prefix)) }
    }

    /// On a picture that is sent with the call.
    pub const fn textract_of_bytes(operation: &'a str) -> Self {
        Self { service: "textract", operation, on: None }
    }
}

impl fmt::Display for AwsCall<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.service, self.operation)?;
        match self.on {
            None => Ok(()),
            Some(CallTarget::Prefix(on)) => write!(f, " on {on}"),
            Some(CallTarget::Index(on)) => write!(f, " on the index {on}"),
            Some(CallTarget::Part(on)) => write!(f, " with a {on}"),
            Some(CallTarget::Topic(on)) => write!(f, " on the topic {on}"),
            Some(CallTarget::Queue(on)) => write!(f, " on the queue {on}"),
        }
    }
}
