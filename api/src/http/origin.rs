//! The origins whose pages may use this API in a browser: our own, and those that the operator names.
//!
//! A browser sends our cookie along with what any page asks of us, and lets any page open a WebSocket. So whatever names
//! another origin is refused before anything is done. What names none is no browser, or a page of ours.

use std::{str::FromStr, sync::Arc, time::Duration};

use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, Method, header},
    middleware::Next,
    response::Response,
};
use tower_http::cors::CorsLayer;

use crate::error::Error;

const PREFLIGHT_KEPT: Duration = Duration::from_hours(1);

/// Scheme, host and port of a page, as a browser names them: <https://www.rfc-editor.org/rfc/rfc6454#section-6.2>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(HeaderValue);

/// Those that are allowed beside our own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origins(Arc<[Origin]>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an origin is http:// or https:// and a host in lower case, without a path")]
pub struct NotAnOrigin;

impl FromStr for Origin {
    type Err = NotAnOrigin;

    fn from_str(text: &str) -> Result<Self, NotAnOrigin> {
        let (_, authority) = split(text).ok_or(NotAnOrigin)?;
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-:[]".contains(c);
        if authority.is_empty() || !authority.chars().all(allowed) {
            return Err(NotAnOrigin);
        }
        HeaderValue::from_str(text).map(Self).map_err(|_| NotAnOrigin)
    }
}

impl FromStr for Origins {
    type Err = NotAnOrigin;

    /// Separated by commas; none in an empty text.
    fn from_str(text: &str) -> Result<Self, NotAnOrigin> {
        let named = text.split(',').map(str::trim).filter(|origin| !origin.is_empty());
        Ok(Self(named.map(str::parse).collect::<Result<_, _>>()?))
    }
}

/// Middleware: refuses what a page of another origin sent.
pub(crate) async fn check_origin(
    State(Origins(allowed)): State<Origins>,
    request: Request,
    next: Next,
) -> Result<Response, Error> {
    match request.headers().get(header::ORIGIN) {
        Some(origin) if !allowed.iter().any(|it| it.0 == *origin) && !is_own(origin, &request) => {
            Err(Error::ForeignOrigin)
        }
        Some(_) | None => Ok(next.run(request).await),
    }
}

/// Lets the operator's other origins read our answers.
pub(super) fn cors(Origins(allowed): &Origins) -> CorsLayer {
    let header = HeaderName::from_static;
    CorsLayer::new()
        .allow_origin(allowed.iter().map(|origin| origin.0.clone()).collect::<Vec<_>>())
        .allow_credentials(true)
        .allow_methods([Method::GET, Method::POST, Method::PATCH, Method::DELETE])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::IF_MATCH,
            header("idempotency-key"),
            header("last-event-id"),
        ])
        .expose_headers([header::ETAG, header::LOCATION, header::RETRY_AFTER, header("x-request-id")])
        .max_age(PREFLIGHT_KEPT)
}

/// Whether the page came from the host that is asked. Its scheme is not known behind a load balancer.
fn is_own(origin: &HeaderValue, request: &Request) -> bool {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let host = host.or_else(|| request.uri().authority().map(axum::http::uri::Authority::as_str));
    let (Some((default_port, authority)), Some(host)) = (origin.to_str().ok().and_then(split), host) else {
        return false;
    };
    let host = host.strip_suffix(default_port).unwrap_or(host);
    authority.eq_ignore_ascii_case(host)
}

/// The scheme's default port, with its colon, and the rest.
fn split(origin: &str) -> Option<(&'static str, &str)> {
    let https = origin.strip_prefix("https://").map(|authority| (":443", authority));
    https.or_else(|| origin.strip_prefix("http://").map(|authority| (":80", authority)))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    #[test]
    fn only_origins_are_origins() {
        for right in ["https://receipts.example", "http://localhost:5173", "http://[::1]:8080"] {
            assert!(right.parse::<Origin>().is_ok(), "{right}");
        }
        for wrong in ["*", "null", "receipts.example", "https://receipts.example/", "https://A.example", "https://"] {
            assert_eq!(wrong.parse::<Origin>(), Err(NotAnOrigin), "{wrong}");
        }
    }

    #[test]
    fn several_are_separated_by_commas() {
        assert_eq!("".parse(), Ok(Origins::default()));
        let Origins(two) = "https://a.example, https://b.example,".parse().unwrap();
        assert_eq!(two.len(), 2);
        assert_eq!("https://a.example;https://b.example".parse::<Origins>(), Err(NotAnOrigin));
    }

    #[test]
    fn the_own_host_is_recognised_with_and_without_its_port() {
        let check = |origin: &str, host: &str, expected: bool| {
            let request = Request::builder().header("host", host).body(Body::empty()).unwrap();
            assert_eq!(is_own(&HeaderValue::from_str(origin).unwrap(), &request), expected, "{origin} {host}");
        };
        check("http://127.0.0.1:8080", "127.0.0.1:8080", true);
        check("https://receipts.example", "receipts.example:443", true);
        check("https://receipts.example", "Receipts.Example", true);
        check("https://receipts.example", "receipts.example:8443", false);
        check("https://receipts.example.evil", "receipts.example", false);
        check("null", "receipts.example", false);
    }
}
