//! The service that takes images from the queue, has their text detected, reads and judges them.

mod config;
mod description;
mod image_queue;
mod in_hand;
mod judgement;
mod mine;
mod reader;
mod redrive;
mod status_topic;
mod text_detection;
mod textract_limit;
mod work;
mod worker;

pub use config::{Command, Config, Redrive};
pub use description::{AWS_CALLS, describe};
pub use redrive::redrive;
pub use worker::run;
