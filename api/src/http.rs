//! What is true of every request, whichever room answers it: connections, addresses, origins, limits, layers.

mod answer_body;
mod base_url;
mod client_address;
mod connections;
mod drain;
mod host;
mod layers;
mod least_rate;
mod limits;
mod origin;
mod person_shares;
mod rate_limit;
mod receive_buffer;
mod request_bodies;
mod request_coding;
mod reserved;
mod shares;
mod turns;
mod watched_stream;

pub(crate) use answer_body::AnswerBody;
pub use base_url::{BaseUrl, NotABaseUrl};
pub(crate) use client_address::{ClientAddress, ProxyHops};
pub(crate) use connections::Connections;
pub(crate) use drain::{drain, drain_refused};
pub(crate) use layers::around_every_route;
pub(crate) use least_rate::LeastRate;
pub use limits::{BodyLimits, ConnectionLimits, HttpLimits};
pub(crate) use origin::check_origin;
pub use origin::{NotAnOrigin, Origin, Origins};
pub(crate) use person_shares::{PersonPlace, PersonShares};
pub(crate) use rate_limit::RateLimit;
pub(crate) use request_bodies::RequestBodies;
pub(crate) use shares::{Place, Shares};
