//! What the service takes from its environment.

use service::LogFormat;

/// The service that takes images from the queue, has their text detected, reads and judges them.
#[derive(Debug, Clone, clap::Parser)]
#[command(version)]
pub struct Config {
    /// The queue of new images.
    #[arg(long, env = "COPILOT_QUEUE_URI", value_name = "COPILOT_QUEUE_URI")]
    pub queue: String,

    /// The ARN of the topic on which statuses are published.
    #[arg(long, env = "IMAGE_STATUS_SNS_TOPIC", value_name = "IMAGE_STATUS_SNS_TOPIC")]
    pub image_status_topic: String,

    /// The bucket with the pictures.
    #[arg(long, env = "RECEIPTUPLOADS_NAME", value_name = "RECEIPTUPLOADS_NAME")]
    pub bucket: String,

    /// The DynamoDB table.
    #[arg(long, env = "RECEIPTS_TABLE", value_name = "RECEIPTS_TABLE")]
    pub table: String,

    /// How many images are worked on at once.
    #[arg(long, env = "WORKER_CONCURRENCY", value_name = "WORKER_CONCURRENCY", default_value = "8",
          value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub concurrency: u32,

    /// After how many receives the queue moves a message to its dead-letter queue; the last one ends the image.
    #[arg(long, env = "QUEUE_MAX_RECEIVES", value_name = "QUEUE_MAX_RECEIVES", default_value = "10")]
    pub max_receives: u32,

    /// How log lines are written.
    #[arg(long, env = "LOG_FORMAT", value_name = "LOG_FORMAT", default_value = "json")]
    pub log_format: LogFormat,
}
