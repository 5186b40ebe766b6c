//! The resources that Copilot creates on AWS, under their names here, and the environment that Copilot sets.

use serde_json::json;

/// The bucket, the table, the topics and the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resources {
    pub endpoint: String,
    pub region: &'static str,
    pub access_key_id: &'static str,
    pub secret_access_key: &'static str,
    pub bucket: &'static str,
    pub table: &'static str,
    /// The topic's ARN.
    pub new_image_topic: String,
    /// The topic's ARN.
    pub image_status_topic: String,
    pub queue_url: String,
    pub dead_letter_queue_url: String,
}

pub(crate) const ACCOUNT: &str = "000000000000";
pub(crate) const REGION: &str = "us-east-1";
pub(crate) const BUCKET: &str = "receipt-uploads";
pub(crate) const TABLE: &str = "receipts";
pub(crate) const QUEUE: &str = "receipts-local-image-handler-EventsQueue";
pub(crate) const DEAD_LETTER_QUEUE: &str = "receipts-local-image-handler-DeadLetterQueue";
const NEW_IMAGE: &str = "receipts-local-api-newImage";
const IMAGE_STATUS: &str = "receipts-local-api-imageStatus";

impl Resources {
    /// The resources of stand-ins at `endpoint`.
    pub fn at(endpoint: &str) -> Self {
        Self {
            endpoint: endpoint.to_owned(),
            region: REGION,
            access_key_id: "local",
            secret_access_key: "local-secret",
            bucket: BUCKET,
            table: TABLE,
            new_image_topic: topic_arn(NEW_IMAGE),
            image_status_topic: topic_arn(IMAGE_STATUS),
            queue_url: format!("{endpoint}/{ACCOUNT}/{QUEUE}"),
            dead_letter_queue_url: format!("{endpoint}/{ACCOUNT}/{DEAD_LETTER_QUEUE}"),
        }
    }

    /// The variables of `api` for these resources.
    pub fn api_env(&self) -> Vec<(&'static str, String)> {
        let mut env = self.sdk_env();
        env.extend([
            ("RECEIPTUPLOADS_NAME", self.bucket.to_owned()),
            ("RECEIPTS_TABLE", self.table.to_owned()),
            ("COPILOT_SNS_TOPIC_ARNS", json!({ "newImage": self.new_image_topic }).to_string()),
            ("IMAGE_STATUS_SNS_TOPIC", self.image_status_topic.clone()),
        ]);
        env
    }

    /// The variables of `image-handler` for these resources.
    pub fn worker_env(&self) -> Vec<(&'static str, String)> {
        let mut env = self.sdk_env();
        env.extend([
            ("RECEIPTUPLOADS_NAME", self.bucket.to_owned()),
            ("RECEIPTS_TABLE", self.table.to_owned()),
            ("COPILOT_QUEUE_URI", self.queue_url.clone()),
            ("IMAGE_STATUS_SNS_TOPIC", self.image_status_topic.clone()),
        ]);
        env
    }

    /// The variables of any AWS SDK for this endpoint.
    pub fn sdk_env(&self) -> Vec<(&'static str, String)> {
        vec![
            ("AWS_ENDPOINT_URL", self.endpoint.clone()),
            ("AWS_REGION", self.region.to_owned()),
            ("AWS_ACCESS_KEY_ID", self.access_key_id.to_owned()),
            ("AWS_SECRET_ACCESS_KEY", self.secret_access_key.to_owned()),
            ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
        ]
    }
}

pub(crate) fn topic_arn(name: &str) -> String {
    format!("arn:aws:sns:{REGION}:{ACCOUNT}:{name}")
}

pub(crate) fn queue_arn(name: &str) -> String {
    format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{name}")
}

/// The queue's name, if this is the ARN of a queue here.
pub(crate) fn queue_arn_name(arn: &str) -> Option<&str> {
    arn.strip_prefix("arn:aws:sqs:")?.strip_prefix(REGION)?.strip_prefix(':')?.strip_prefix(ACCOUNT)?.strip_prefix(':')
}
