//! The service that takes images from the queue, has their text detected, reads and judges them.

mod analytics_export;
mod concurrency_limit;
mod config;
mod description;
mod image_queue;
mod judgement;
mod leased_message;
mod own_reader;
mod page;
mod page_reading;
mod preparation;
mod process_message;
mod redrive;
mod retries;
mod shutdown;
mod status_topic;
mod stored_pages;
mod text_detection;
mod textract;
mod worker;

pub use config::{Command, Config, ReaderChoice, Redrive};
pub use description::{AWS_CALLS, describe};
pub use redrive::redrive;
pub use worker::run;
