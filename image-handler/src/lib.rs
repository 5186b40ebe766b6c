//! The service that takes images from the queue, has their text detected, reads and judges them.

mod config;
mod image_queue;
mod judgement;
mod text_detection;
mod work;
mod worker;

pub use config::Config;
pub use worker::run;
