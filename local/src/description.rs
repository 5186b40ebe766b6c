//! What the stand-ins have in common with the system on AWS, and must keep so: `receipts describe`.

use serde_json::{Value, json};

use crate::{AwsConfig, DetectionError, TextDetection, aws::queues, dynamodb, resources::TABLE};

/// The table, in the words of DynamoDB's API, and the queues.
pub fn describe() -> Value {
    let config = AwsConfig::new("", TextDetection::new(|_| Err(DetectionError::Unsupported)));
    let described = queues(&config).map(|queue| {
        json!({
            "visibilitySeconds": queue.visibility.as_secs(),
            "retentionSeconds": queue.retention.as_secs(),
            "maxReceives": queue.redrive.as_ref().map(|(receives, _)| receives),
        })
    });
    let [images, dead_letters] = described;
    json!({
        "program": "receipts",
        "table": dynamodb::definition(TABLE),
        "timeToLive": dynamodb::time_to_live(TABLE),
        "queues": { "EventsQueue": images, "DeadLetterQueue": dead_letters },
    })
}
