//! The AWS services that our two programs call, in one process: S3, SNS, SQS, DynamoDB and Textract, each by its real
//! protocol, on one port. All state is on disk, so that a killed system goes on where it was.
//!
//! It is no emulator: only the operations that our programs call are there; any other is answered with 501 and its
//! name.
//!
//! ```no_run
//! # async fn example() -> anyhow::Result<()> {
//! let aws = local::Aws::start(local::AwsConfig::new(".local", local::text_recognition(2))).await?;
//! println!("AWS_ENDPOINT_URL={}", aws.endpoint());
//! aws.stop().await;
//! # Ok(())
//! # }
//! ```

mod aws;
mod call_log;
mod callers;
mod description;
mod dispatcher;
mod dynamodb;
pub mod faults;
mod message_store;
mod protocol;
mod resources;
mod s3;
pub mod secret_file;
mod sns;
mod sqs;
#[cfg(feature = "ocr")]
mod text_recognition;
mod textract;

pub use aws::{Aws, AwsConfig, QueueDepth};
pub use call_log::{CallEvent, CallLog, CallPhase, CallTarget};
pub use description::describe;
pub use faults::{CallFault, Channel, DeliveryFault, Faults, Quota, When};
pub use protocol::Service;
pub use resources::Resources;
#[cfg(feature = "ocr")]
pub use text_recognition::text_recognition;
pub use textract::{DetectionError, TextDetection};
