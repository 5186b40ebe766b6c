//! The service that takes pictures in, sends statuses out, and serves the page.

mod app;
mod bearer;
mod certificates;
mod config;
mod error;
mod event_stream;
mod feed;
mod form;
mod frame;
mod health;
mod issuer;
mod key_cache;
mod openapi;
mod origin;
mod page;
mod picture_store;
mod receipts;
mod reference;
mod seal;
mod session;
mod signing_key;
mod sns_message;
mod status_board;
mod status_relay;
mod subscription;
mod sweep;
mod ticket;
mod token;
mod upload;
mod watched;
mod webhook;

pub use app::serve;
pub use config::{BaseUrl, Config, RelayUrl, SessionKey, TopicArns};
pub(crate) use error::Error;
pub use issuer::{IssuerUrl, NotAnIssuer};
pub use origin::{Origin, Origins};
