//! Statuses come in: `POST /imageStatus` for SNS, the check of its signatures, and our subscription to the topic.

mod certificates;
mod known_certificates;
mod sns_message;
mod state;
mod subscription;
mod webhook;

use std::sync::Arc;

pub(crate) use state::StatusesState;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn router() -> OpenApiRouter<Arc<StatusesState>> {
    OpenApiRouter::new().routes(routes!(webhook::receive))
}
