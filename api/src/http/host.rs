//! The `Host` of a request: of HTTP/1.1 there is one, and it is a host (RFC 9112, 3.2). What stands before us may go by
//! another of two than we do, or make up one where there is none.

use axum::{
    extract::Request,
    http::{HeaderValue, Version, header, uri::Authority},
    middleware::Next,
    response::Response,
};

use crate::error::Error;

/// Middleware: refuses a request that does not say whom it is for, or says so twice.
pub(super) async fn check_host(request: Request, next: Next) -> Result<Response, Error> {
    if is_named(&request) {
        Ok(next.run(request).await)
    } else {
        Err(Error::BadRequest("a request of HTTP/1.1 has one Host, which is a host and perhaps a port"))
    }
}

fn is_named<B>(request: &axum::http::Request<B>) -> bool {
    let mut named = request.headers().get_all(header::HOST).iter();
    match (named.next(), named.next()) {
        // HTTP/1.0 need not, and HTTP/2 says so elsewhere (`:authority`).
        (None, _) => request.version() != Version::HTTP_11,
        (Some(host), None) => is_host(host),
        (Some(_), Some(_)) => false,
    }
}

/// It is empty where the target has no host.
fn is_host(host: &HeaderValue) -> bool {
    let Ok(host) = host.to_str() else { return false };
    let is_authority = host.parse::<Authority>().is_ok_and(|authority| {
        let port = host.strip_prefix(authority.host()).and_then(|rest| rest.strip_prefix(':')).unwrap_or_default();
        !host.contains('@') && port.bytes().all(|byte| byte.is_ascii_digit())
    });
    host.is_empty() || is_authority
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(version: Version, hosts: &[&str], expected: bool) {
        let mut request = axum::http::Request::new(());
        *request.version_mut() = version;
        for host in hosts {
            request.headers_mut().append(header::HOST, HeaderValue::from_bytes(host.as_bytes()).unwrap());
        }
        assert_eq!(is_named(&request), expected, "{version:?} {hosts:?}");
    }

    #[test]
    fn http_1_1_names_one_host() {
        for host in ["x", "receipts.example:443", "127.0.0.1:8080", "[::1]:8080", "[::1]", "x:", ""] {
            check(Version::HTTP_11, &[host], true);
        }
        for host in ["me@x", "a b", "x/y", "http://x", "x:y", "x,y z", "ü", "x?y", "x#y"] {
            check(Version::HTTP_11, &[host], false);
            check(Version::HTTP_10, &[host], false);
        }
        check(Version::HTTP_11, &[], false);
        for version in [Version::HTTP_10, Version::HTTP_11, Version::HTTP_2] {
            check(version, &["x", "x"], false);
            check(version, &["x", ""], false);
        }
        check(Version::HTTP_10, &[], true);
        check(Version::HTTP_2, &[], true);
    }
}
