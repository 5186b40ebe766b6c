//! Whether this task lives, whether it should be sent requests, and what it is.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use anyhow::Context as _;
use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::json;

use crate::app::App;

const CHECK_WITHIN: Duration = Duration::from_secs(2);

/// Asks the service that listens on `address` here whether it is ready; an error says why not.
pub async fn check(address: SocketAddr) -> anyhow::Result<()> {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    let client = reqwest::Client::builder().no_proxy().timeout(CHECK_WITHIN).build()?;
    let answer = client.get(format!("http://{}/readyz", SocketAddr::new(ip, address.port()))).send().await;
    answer.and_then(reqwest::Response::error_for_status).map(drop).context("the service is not ready")
}

/// Whether the process answers.
#[utoipa::path(get, path = "/livez", responses((status = 200, description = "It does", body = String, content_type = "text/plain")))]
pub(crate) async fn live() -> &'static str {
    "alive\n"
}

/// Whether this task should be sent requests.
#[utoipa::path(
    get,
    path = "/readyz",
    responses((status = 200, description = "Yes", body = Object), (status = 503, description = "No: it stops", body = Object))
)]
// 503 only once the task was told to stop. Dependencies are named in the body but never fail it: an
// outage that they share would otherwise take every task out of service, and SNS confirms only through a ready one.
pub(crate) async fn ready(State(app): State<Arc<App>>) -> Response {
    let ready = !app.stopping.is_cancelled();
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let subscription = if app.subscription.is_confirmed() { "confirmed" } else { "pending" };
    let issuer = match &app.issuer {
        None => "off",
        Some(issuer) if issuer.has_keys() => "known",
        Some(_) => "pending",
    };
    let relay = match &app.relay {
        None => "off",
        Some(relay) if relay.is_connected() => "connected",
        Some(_) => "down",
    };
    let body = json!({
        "ready": ready,
        "imageStatusSubscription": subscription,
        "tokenIssuer": issuer,
        "statusRelay": relay,
    });
    (status, Json(body)).into_response()
}

/// What runs here.
#[utoipa::path(get, path = "/version", responses((status = 200, description = "Name and version", body = Object)))]
pub(crate) async fn version() -> Json<serde_json::Value> {
    Json(json!({ "name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION") }))
}
