//! `GET /openapi.json` and `GET /frame.schema.json`: the API's description for programs.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::{HeaderValue, header},
    response::IntoResponse,
};

use super::state::SiteState;

/// `GET /openapi.json`
pub(super) async fn document(State(state): State<Arc<SiteState>>) -> impl IntoResponse {
    ([(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"))], Json(state.description.document()))
}

/// `GET /frame.schema.json`: what every frame of a feed is.
pub(super) async fn frame_schema(State(state): State<Arc<SiteState>>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/schema+json")], Json(state.description.frame_schema()))
}
