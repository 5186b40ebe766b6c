//! The service that takes pictures in, sends statuses out, and serves the page.

mod app;
mod certificates;
mod config;
mod error;
mod event_stream;
mod feed;
mod form;
mod frame;
mod health;
mod openapi;
mod origin;
mod page;
mod picture_store;
mod receipts;
mod session;
mod sns_message;
mod status_board;
mod subscription;
mod sweep;
mod upload;
mod webhook;

pub use app::serve;
pub use config::{BaseUrl, Config, SessionKey, TopicArns};
pub(crate) use error::Error;
pub use origin::{Origin, Origins};
