//! `image-handler describe`: what the program reads, calls and promises, each taken from where it is.

use serde_json::{Value, json};
use service::AwsCall;

use crate::{
    Config,
    worker::{GRACE, RELEASE_WITHIN},
};

/// Every kind of call that the program makes of AWS; tests fail where it makes another one, or one of these no more.
pub const AWS_CALLS: &[AwsCall<'static>] = &[
    AwsCall::sqs("ReceiveMessage", "EventsQueue"),
    AwsCall::sqs("ChangeMessageVisibility", "EventsQueue"),
    AwsCall::sqs("DeleteMessage", "EventsQueue"),
    AwsCall::textract("DetectDocumentText", "uploads/"),
    AwsCall::textract_of_bytes("DetectDocumentText"),
    AwsCall::s3("HeadObject", "uploads/"),
    AwsCall::s3("GetObject", "uploads/"),
    AwsCall::s3("GetObject", "analysis/"),
    AwsCall::s3("PutObject", "analysis/"),
    AwsCall::s3("DeleteObject", "analysis/"),
    AwsCall::s3("PutObject", "previews/"),
    AwsCall::s3("DeleteObject", "previews/"),
    AwsCall::s3("PutObject", "receipts/"),
    AwsCall::s3("DeleteObject", "receipts/"),
    AwsCall::dynamodb("GetItem"),
    AwsCall::dynamodb("BatchGetItem"),
    AwsCall::dynamodb("Query"),
    AwsCall::dynamodb("UpdateItem"),
    AwsCall::transaction("Put"),
    AwsCall::transaction("Update"),
    AwsCall::sns("Publish", "imageStatus"),
    // `redrive`
    AwsCall::sqs("GetQueueAttributes", "EventsQueue"),
    AwsCall::sqs("SendMessage", "EventsQueue"),
    AwsCall::sqs("GetQueueUrl", "DeadLetterQueue"),
    AwsCall::sqs("ReceiveMessage", "DeadLetterQueue"),
    AwsCall::sqs("ChangeMessageVisibility", "DeadLetterQueue"),
    AwsCall::sqs("DeleteMessage", "DeadLetterQueue"),
];

/// One JSON for tests and tools; it needs nothing of the environment.
pub fn describe() -> Value {
    json!({
        "program": env!("CARGO_PKG_NAME"),
        "variables": service::variables::<Config>(),
        "commands": service::commands::<Config>(),
        "awsCalls": AWS_CALLS,
        "limits": { "stopSeconds": (GRACE + RELEASE_WITHIN).as_secs() },
    })
}
