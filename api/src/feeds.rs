//! Feeds: an image's frames as they come, over a WebSocket or as server-sent events, and the tickets that open them.

mod event_stream;
mod feed;
mod peer;
mod socket_limits;
mod state;
mod ticket;
mod web_socket;

use std::sync::Arc;

pub use socket_limits::SocketLimits;
pub(crate) use state::FeedsState;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn router() -> OpenApiRouter<Arc<FeedsState>> {
    OpenApiRouter::new()
        .routes(routes!(web_socket::web_socket))
        .routes(routes!(event_stream::events))
        .routes(routes!(ticket::issue))
}
