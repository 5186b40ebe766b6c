//! What the service takes from its environment.

use std::{num::ParseIntError, path::PathBuf, time::Duration};

use receipt::{FingerprintKey, Rules};
use service::LogFormat;

/// The service that takes images from the queue, has their text detected, reads and judges them.
#[derive(Debug, Clone, clap::Parser)]
#[command(version)]
pub struct Config {
    /// Without one the service runs.
    #[command(subcommand)]
    pub command: Option<Command>,

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

    /// What is asked of a receipt and what it earns, as TOML; the program's own rules if not given.
    #[arg(long, env = "RECEIPT_RULES", value_name = "RECEIPT_RULES", default_value = "", hide_default_value = true)]
    pub rules: Rules,

    /// The secret by which paid receipts are known again: at least 32 random bytes, the same for every task, for ever.
    #[arg(long, env = "FINGERPRINT_KEY", value_name = "FINGERPRINT_KEY", hide_env_values = true)]
    pub fingerprint_key: FingerprintKey,

    /// Who reads pictures: `textract`; `own`, text recognition on this CPU, with no Textract anywhere; `overflow`, Textract first and
    /// here what it throttles or lets wait; `both`, which compares them.
    #[arg(long, env = "READER", value_name = "READER", default_value = "textract")]
    pub reader: ReaderChoice,

    /// With `overflow`: after how many seconds of waiting for Textract a picture may be read here.
    #[arg(long, env = "OVERFLOW_AFTER", value_name = "OVERFLOW_AFTER", default_value = "5", value_parser = seconds)]
    pub overflow_after: Duration,

    /// How many pictures Textract reads at once, at most; a quarter more are in hand.
    #[arg(long, env = "WORKER_CONCURRENCY", value_name = "WORKER_CONCURRENCY", default_value = "8",
          value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub concurrency: u32,

    /// After how many receives the queue moves a message to its dead-letter queue; the last one ends the image.
    #[arg(long, env = "QUEUE_MAX_RECEIVES", value_name = "QUEUE_MAX_RECEIVES", default_value = "10")]
    pub max_receives: u32,

    /// How log lines are written.
    #[arg(long, env = "LOG_FORMAT", value_name = "LOG_FORMAT", default_value = "json")]
    pub log_format: LogFormat,

    /// This program's own file, which is started anew to look into uploaded files.
    #[arg(skip)]
    pub program: PathBuf,
}

/// Who reads pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ReaderChoice {
    Textract,
    Own,
    Overflow,
    Both,
}

fn seconds(text: &str) -> Result<Duration, ParseIntError> {
    text.parse().map(Duration::from_secs)
}

#[derive(Debug, Clone, clap::Subcommand)]
pub enum Command {
    /// Puts the dead-letter queue back: images that failed begin again.
    Redrive(Redrive),
}

#[derive(Debug, Clone, Default, clap::Args)]
pub struct Redrive {
    /// The dead-letter queue's address; found by the queue's redrive policy if not given.
    #[arg(long, env = "DEAD_LETTER_QUEUE_URI", value_name = "DEAD_LETTER_QUEUE_URI")]
    pub dead_letter_queue: Option<String>,

    /// Only say what would be done.
    #[arg(long)]
    pub dry_run: bool,
}
