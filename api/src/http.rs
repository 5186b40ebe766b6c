//! What is true of every request, whichever room answers it: connections, addresses, origins, limits, layers.

mod base_url;
mod client_address;
mod connections;
mod drain;
mod layers;
mod least_rate;
mod limits;
mod origin;
mod rate_limit;
mod request_bodies;
mod shares;

pub use base_url::{BaseUrl, NotABaseUrl};
pub(crate) use client_address::{ClientAddress, ProxyHops};
pub(crate) use connections::{IDLE_WITHIN, serve};
pub(crate) use drain::{drain, drain_refused};
pub(crate) use layers::around_every_route;
pub use limits::{BodyLimits, HttpLimits};
pub(crate) use origin::check_origin;
pub use origin::{NotAnOrigin, Origin, Origins};
pub(crate) use rate_limit::RateLimit;
pub(crate) use request_bodies::RequestBodies;
pub(crate) use shares::{Place, Shares};
