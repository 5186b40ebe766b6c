//! The service that takes pictures in, sends statuses out, and serves the page.
//!
//! Each room is a folder whose modules are private; only `app` knows all of them. A room at the top (`uploads` to `site`)
//! uses the rooms below (`hub`, `identity`, `http`, `shared`) and no other room at the top.

mod app;
mod config;
mod description;
mod error;
mod healthcheck;

mod feeds;
mod receipts;
mod recovery;
mod site;
mod statuses;
mod uploads;

mod http;
mod hub;
mod identity;
mod shared;

pub use app::serve;
pub use config::{Command, Config, TopicArns};
pub use description::{AWS_CALLS, describe};
pub use feeds::SocketLimits;
pub use healthcheck::check;
pub use http::{BaseUrl, BodyLimits, ConnectionLimits, HttpLimits, NotABaseUrl, NotAnOrigin, Origin, Origins};
pub use hub::RelayUrl;
pub use identity::{IssuerUrl, NotAnIssuer, SessionKeys, ShortSessionKey};
pub use receipts::PictureLimits;
