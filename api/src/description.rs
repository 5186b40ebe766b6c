//! `api describe`: what the program reads, calls and promises, each taken from where it is.

use receipt::MAX_PICTURE_BYTES;
use serde_json::{Value, json};
use service::AwsCall;

use crate::{
    app::{DESCRIPTION, GRACE},
    config::Config,
    feeds::SocketLimits,
    http::HttpLimits,
    recovery::ANNOUNCED_AGAIN,
};

/// Every kind of call that the program makes of AWS; tests fail where it makes another one, or one of these no more.
pub const AWS_CALLS: &[AwsCall<'static>] = &[
    AwsCall::s3("PutObject", "uploads/"),
    AwsCall::s3("CreateMultipartUpload", "uploads/"),
    AwsCall::s3("UploadPart", "uploads/"),
    AwsCall::s3("CompleteMultipartUpload", "uploads/"),
    AwsCall::s3("AbortMultipartUpload", "uploads/"),
    AwsCall::s3("GetObject", "uploads/"),
    AwsCall::s3("HeadObject", "previews/"),
    AwsCall::s3("GetObject", "previews/"),
    AwsCall::s3("DeleteObject", "uploads/"),
    AwsCall::s3("DeleteObject", "analysis/"),
    AwsCall::s3("DeleteObject", "previews/"),
    AwsCall::s3("DeleteObject", "receipts/"),
    AwsCall::dynamodb("GetItem"),
    AwsCall::dynamodb("PutItem"),
    AwsCall::dynamodb("UpdateItem"),
    AwsCall::dynamodb("DeleteItem"),
    AwsCall::dynamodb("Query"),
    AwsCall::query("by_owner"),
    AwsCall::query("unfinished"),
    AwsCall::transaction("Put"),
    AwsCall::transaction("Update"),
    AwsCall::transaction("Delete"),
    AwsCall::sns("Publish", "newImage"),
    AwsCall::sns("Subscribe", "imageStatus"),
    AwsCall::sns("ConfirmSubscription", "imageStatus"),
];

/// One JSON for tests and tools; it needs nothing of the environment.
pub fn describe() -> Value {
    let (sockets, connections) = (SocketLimits::default(), HttpLimits::default().connections);
    json!({
        "program": env!("CARGO_PKG_NAME"),
        "variables": service::variables::<Config>(),
        "commands": service::commands::<Config>(),
        "awsCalls": AWS_CALLS,
        "limits": {
            "stopSeconds": GRACE.as_secs(),
            "pingEverySeconds": sockets.ping_every.as_secs(),
            "mostSockets": sockets.most,
            "idleConnectionSeconds": connections.idle_within.as_secs(),
            "maxPictureBytes": MAX_PICTURE_BYTES,
        },
        // What an alarm looks for in the log.
        "logMessages": { "announcedAgain": ANNOUNCED_AGAIN },
        "openapi": DESCRIPTION.document(),
        "frameSchema": DESCRIPTION.frame_schema(),
    })
}
