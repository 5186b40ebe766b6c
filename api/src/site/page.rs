//! The page's files. Every path that is no file is the page itself, which draws the screen for it.

use std::{path::Path, sync::Arc};

use axum::{
    Router,
    extract::Request,
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use tower_http::{
    services::{ServeDir, ServeFile},
    set_header::SetResponseHeaderLayer,
};

use crate::{
    error::Error,
    identity::{Sessions, identify},
};

/// Only what we serve ourselves, plus the photo that the person has just chosen (`blob:`). A browser counts our own
/// WebSocket as `'self'`.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; img-src 'self' blob:; object-src 'none'; \
     base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

pub(crate) fn files(root: &Path, sessions: Arc<Sessions>) -> Router {
    let header = |name, value| SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value));
    let index = Router::new()
        .fallback_service(ServeFile::new(root.join("index.html")).precompressed_br().precompressed_gzip())
        .layer(middleware::from_fn(only_documents))
        .layer(middleware::from_fn_with_state(sessions, identify))
        .layer(header(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY))
        .layer(header(header::REFERRER_POLICY, "same-origin"))
        .layer(header(HeaderName::from_static("cross-origin-opener-policy"), "same-origin"))
        .layer(SetResponseHeaderLayer::if_not_present(
            header::CACHE_CONTROL,
            HeaderValue::from_static("private, no-cache"),
        ));
    // Vite puts a hash of the content into these files' names; the build lays compressed copies beside them.
    let assets = Router::new()
        .fallback_service(ServeDir::new(root.join("assets")).precompressed_br().precompressed_gzip())
        .layer(middleware::from_fn(cache_what_is_there));
    let files = ServeDir::new(root).append_index_html_on_directories(false).fallback(index);
    Router::new()
        .nest_service("/assets", assets)
        .route("/index.html", get(async || Redirect::permanent("/")))
        .fallback_service(files)
        // The service worker, the manifest and the icons keep their names when they change.
        .layer(SetResponseHeaderLayer::if_not_present(header::CACHE_CONTROL, HeaderValue::from_static("no-cache")))
        .layer(middleware::from_fn(only_reading))
}

/// Files are for reading.
async fn only_reading(request: Request, next: Next) -> Response {
    match *request.method() {
        Method::GET | Method::HEAD => next.run(request).await,
        _ => Error::MethodNotAllowed.into_response(),
    }
}

/// A missing picture or script is a 404, not the page.
async fn only_documents(request: Request, next: Next) -> Response {
    let wants_html = request.headers().get(header::ACCEPT).is_none_or(|accept| {
        accept.to_str().is_ok_and(|accept| accept.contains("text/html") || accept.contains("*/*"))
    });
    let names_a_file = request.uri().path().rsplit('/').next().is_some_and(|last| last.contains('.'));
    if wants_html && !names_a_file { next.run(request).await } else { Error::NotFound.into_response() }
}

async fn cache_what_is_there(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    match response.status() {
        StatusCode::OK | StatusCode::PARTIAL_CONTENT | StatusCode::NOT_MODIFIED => {
            let forever = HeaderValue::from_static("public, max-age=31536000, immutable");
            response.headers_mut().insert(header::CACHE_CONTROL, forever);
            response
        }
        StatusCode::NOT_FOUND => Error::NotFound.into_response(),
        _ => response,
    }
}
