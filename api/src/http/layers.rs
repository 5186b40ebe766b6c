//! The layers around every route: whatever is to hold for all requests is added here.

use axum::{
    Router,
    extract::Request,
    http::{HeaderName, HeaderValue, header},
    middleware::from_fn,
};
use tower::ServiceBuilder;
use tower_http::{
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer},
    set_header::SetResponseHeaderLayer,
    trace::TraceLayer,
};
use tracing::Span;

use super::{
    host::check_host,
    origin::{Origins, cors},
    request_bodies::RequestBodies,
};

/// One year, for this host alone: its neighbours are not ours.
const HTTPS_ONLY: HeaderValue = HeaderValue::from_static("max-age=31536000");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// What is logged of a request's id; ours have 36.
const MAX_REQUEST_ID_BYTES: usize = 64;

/// The first layer is the outermost. All are one for the router, which makes a box of each request for each of its layers.
pub(crate) fn around_every_route(routes: Router, bodies: RequestBodies, allowed: &Origins, is_https: bool) -> Router {
    routes.layer(
        ServiceBuilder::new()
            .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid))
            .layer(TraceLayer::new_for_http().make_span_with(request_span))
            .layer(PropagateRequestIdLayer::new(REQUEST_ID))
            .layer(SetResponseHeaderLayer::if_not_present(
                header::X_CONTENT_TYPE_OPTIONS,
                HeaderValue::from_static("nosniff"),
            ))
            .layer(SetResponseHeaderLayer::if_not_present(
                header::STRICT_TRANSPORT_SECURITY,
                is_https.then_some(HTTPS_ONLY),
            ))
            // Around all routes: a preflight's method is none that a route knows.
            .layer(cors(allowed))
            .layer(from_fn(check_host))
            .layer(bodies),
    )
}

fn request_span(request: &Request) -> Span {
    let id = request.headers().get(REQUEST_ID).and_then(|id| id.to_str().ok()).unwrap_or_default();
    // A client may send an id of its own, of any length.
    let id = id.get(..MAX_REQUEST_ID_BYTES).unwrap_or(id);
    tracing::info_span!("request", http.method = %request.method(), http.path = request.uri().path(), request.id = id)
}
