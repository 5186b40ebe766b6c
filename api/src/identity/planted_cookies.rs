//! Session cookies that are not ours, removed: whoever sends two that name different people can do nothing about it, since
//! pages do not see them.
//!
//! A browser tells its cookies apart by name, domain and path. Ours has no domain and the path `/`, and stays. A second one
//! of that name came by another domain or path, from a neighbouring host or a page below another path, and each that was
//! sent with a request is of a domain that its host ends in and of a path that its own begins with.

use std::net::IpAddr;

use axum::http::{HeaderMap, HeaderValue, header, uri::Authority};

use super::session_cookie::WITHOUT_PREFIX;

/// Of domains and of paths; who has deeper ones is no browser of ours.
const MOST: usize = 6;

/// `Set-Cookie` lines that remove all cookies of our name that this request may have brought, but for our own.
pub(super) fn removals_of_planted_cookies(headers: &HeaderMap, path: &str) -> Vec<HeaderValue> {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()?.parse::<Authority>().ok());
    // Of an address a browser takes a domain for none, so that what names it would be our own.
    let host = host.map(|host| host.host().to_ascii_lowercase()).filter(|host| !is_address(host)).unwrap_or_default();
    let domains = [None].into_iter().chain(parents(&host).map(Some)).take(MOST);
    let of_each = domains.flat_map(|domain| beginnings(path).take(MOST).map(move |path| (domain, path)));
    let planted = of_each.filter(|place| *place != (None, "/"));
    planted.filter_map(|(domain, path)| removal(domain, path)).collect()
}

fn removal(domain: Option<&str>, path: &str) -> Option<HeaderValue> {
    let domain = domain.map(|domain| format!("; Domain={domain}")).unwrap_or_default();
    HeaderValue::from_str(&format!("{WITHOUT_PREFIX}=; Path={path}{domain}; Max-Age=0")).ok()
}

fn is_address(host: &str) -> bool {
    host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().is_ok()
}

/// The host itself, and what it ends in after a dot.
fn parents(host: &str) -> impl Iterator<Item = &str> {
    let dots = host.match_indices('.').map(|(at, _)| &host[at + 1..]);
    [host].into_iter().chain(dots).filter(|name| !name.is_empty() && !name.contains(';'))
}

/// With and without each slash, as a cookie's path may be written.
fn beginnings(path: &str) -> impl Iterator<Item = &str> {
    let slashes = path.match_indices('/').flat_map(|(at, _)| [&path[..at], &path[..=at]]);
    let whole = Some(path).filter(|path| !path.ends_with('/'));
    slashes.chain(whole).filter(|path| !path.is_empty() && !path.contains(';'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn removals(host: &str, path: &str) -> Vec<String> {
        let headers = HeaderMap::from_iter([(header::HOST, host.parse().unwrap())]);
        let removals = removals_of_planted_cookies(&headers, path);
        removals.iter().map(|line| line.to_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn every_place_that_a_cookie_can_have_come_from_is_cleared_but_ours() {
        assert_eq!(
            removals("App.example.com:8080", "/receipts/x"),
            [
                ("/receipts", ""),
                ("/receipts/", ""),
                ("/receipts/x", ""),
                ("/", "; Domain=app.example.com"),
                ("/receipts", "; Domain=app.example.com"),
                ("/receipts/", "; Domain=app.example.com"),
                ("/receipts/x", "; Domain=app.example.com"),
                ("/", "; Domain=example.com"),
                ("/receipts", "; Domain=example.com"),
                ("/receipts/", "; Domain=example.com"),
                ("/receipts/x", "; Domain=example.com"),
                ("/", "; Domain=com"),
                ("/receipts", "; Domain=com"),
                ("/receipts/", "; Domain=com"),
                ("/receipts/x", "; Domain=com"),
            ]
            .map(|(path, domain)| format!("receipts_session=; Path={path}{domain}; Max-Age=0"))
        );
    }

    #[test]
    fn of_an_address_nothing_is_removed_that_may_be_ours() {
        for host in ["127.0.0.1:8080", "[::1]:8080"] {
            assert_eq!(removals(host, "/x").len(), 1, "{host}");
        }
    }

    #[test]
    fn strange_hosts_and_paths_are_no_fault_and_make_no_long_answer() {
        for host in ["", "[::1]:8080", "localhost", "..", &"a.".repeat(200)] {
            for path in ["/", "", "//", "/a;b/c", &"/x".repeat(500)] {
                let lines = removals(host, path);
                assert!(lines.len() < MOST * MOST, "{host} {path}");
                assert!(lines.iter().all(|line| *line != "receipts_session=; Path=/; Max-Age=0"), "{host} {path}");
            }
        }
    }
}
