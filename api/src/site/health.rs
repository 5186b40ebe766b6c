//! Whether this task lives, whether it should be sent requests, and what it is.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::state::SiteState;
use crate::{
    http::{ClientAddress, Shares},
    hub::RelayState,
};

/// Whether the process answers.
#[utoipa::path(get, path = "/livez", tag = "health", responses((status = 200, description = "It does", body = String, content_type = "text/plain")))]
pub(super) async fn live() -> &'static str {
    "alive\n"
}

/// Whether this task should be sent requests.
#[utoipa::path(
    get,
    path = "/readyz",
    tag = "health",
    responses((status = 200, description = "Yes", body = Object), (status = 503, description = "No: it stops", body = Object))
)]
// 503 only from the signal to stop on. Dependencies are named in the body but never fail it: an
// outage that they share would otherwise take every task out of service, and SNS confirms only through a ready one.
pub(super) async fn ready(State(state): State<Arc<SiteState>>) -> Response {
    let ready = !state.stopping.is_cancelled();
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let subscription = if *state.is_subscribed.borrow() { "confirmed" } else { "pending" };
    let issuer = match &state.issuer {
        None => "off",
        Some(issuer) if issuer.has_keys() => "known",
        Some(_) => "pending",
    };
    let relay = match state.hub.relay_state() {
        RelayState::Off => "off",
        RelayState::Connected => "connected",
        RelayState::Down => "down",
    };
    let body = json!({
        "ready": ready,
        "imageStatusSubscription": subscription,
        "tokenIssuer": issuer,
        "statusRelay": relay,
        "connections": in_use(&state.places.connections),
        "feeds": in_use(&state.places.feeds),
        "bodyBytes": in_use(&state.places.body_bytes),
    });
    (status, Json(body)).into_response()
}

fn in_use(places: &Shares<ClientAddress>) -> Value {
    json!({ "taken": places.taken(), "of": places.all() })
}

/// What runs here.
#[utoipa::path(get, path = "/version", tag = "health", responses((status = 200, description = "Name and version", body = Object)))]
pub(super) async fn version() -> Json<Value> {
    Json(json!({ "name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION") }))
}
