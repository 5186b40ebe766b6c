//! Issuers that answer with something else than their documents: nobody is believed then, and nothing is followed.

use std::sync::Arc;

use axum::{
    Json, Router,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use reqwest::StatusCode;
use serde_json::json;
use tokio::net::TcpListener;

use crate::test_issuer::{Key, Phone, app_for, claims};

/// What an issuer at `url` answers instead of its discovery document. At `/elsewhere` there is a good one.
type Answer = fn(url: &str) -> Response;

/// The status of a request with a token that is otherwise good.
async fn status_with(answer: Answer) -> StatusCode {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url: Arc<str> = format!("http://{}", listener.local_addr().unwrap()).into();
    let key = Key::ec();
    let keys = json!({ "keys": [key.jwk("one")] });
    let (here, elsewhere) = (url.clone(), url.clone());
    let routes = Router::new()
        .route("/.well-known/openid-configuration", get(async move || answer(&here)))
        .route("/elsewhere", get(async move || document(&elsewhere)))
        .route("/keys", get(async move || Json(keys)));
    let serving = tokio::spawn(async move { axum::serve(listener, routes).await });
    let app = app_for(&url).await;
    let response = Phone::new(&app, key.token("one", &claims(&url, "anna"))).get("/receipts").await;
    serving.abort();
    response.status()
}

fn document(url: &str) -> Response {
    Json(json!({ "issuer": url, "jwks_uri": format!("{url}/keys") })).into_response()
}

#[tokio::test]
async fn an_issuer_with_a_good_document_is_believed() {
    assert_eq!(status_with(document).await, 200);
}

#[tokio::test]
async fn an_issuers_redirect_is_not_followed() {
    assert_eq!(status_with(|url| Redirect::temporary(&format!("{url}/elsewhere")).into_response()).await, 503);
}

#[tokio::test]
async fn an_endless_document_is_not_read() {
    let long = |url: &str| {
        let padding = "x".repeat(300 * 1024);
        Json(json!({ "issuer": url, "jwks_uri": format!("{url}/keys"), "padding": padding })).into_response()
    };
    assert_eq!(status_with(long).await, 503);
}

#[tokio::test]
async fn keys_are_not_fetched_over_an_open_network() {
    let open = |url: &str| Json(json!({ "issuer": url, "jwks_uri": "http://192.0.2.1/keys" })).into_response();
    assert_eq!(status_with(open).await, 503);
}

#[tokio::test]
async fn an_error_or_another_kind_of_document_is_no_issuer() {
    assert_eq!(status_with(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response()).await, 503);
    assert_eq!(status_with(|_| "<!doctype html>".into_response()).await, 503);
}
