//! Whom the port answers: programs, and no page of a stranger that is open in a browser on this machine. Such a page can
//! send forms to any port, and under a name of its own that it points at this machine, read the answers, too.

use std::net::IpAddr;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{
    HeaderMap, StatusCode, Uri,
    header::{HOST, ORIGIN},
    uri::Authority,
};

/// The host that we told our clients to call.
#[derive(Debug, Clone)]
pub(crate) struct OwnHost(String);

impl OwnHost {
    pub(crate) fn of(endpoint: &str) -> Self {
        let host = endpoint.parse::<Uri>().ok().and_then(|uri| uri.host().map(str::to_ascii_lowercase));
        Self(host.unwrap_or_default())
    }

    /// Whether a name is ours. An address is whoever has it: only names can be pointed elsewhere.
    fn is(&self, host: &str) -> bool {
        let host = host.to_ascii_lowercase();
        let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        address.is_ok() || host == "localhost" || host.ends_with(".localhost") || host == self.0
    }
}

/// 403 for what a browser sends for a page that is not ours.
pub(crate) async fn refuse_strangers_pages(State(own): State<OwnHost>, request: Request, next: Next) -> Response {
    match refusal(&own, request.headers(), request.uri()) {
        Some(reason) => (StatusCode::FORBIDDEN, format!("{reason}\n")).into_response(),
        None => next.run(request).await,
    }
}

fn refusal(own: &OwnHost, headers: &HeaderMap, uri: &Uri) -> Option<&'static str> {
    let text = |value: &http::HeaderValue| value.to_str().ok().map(str::to_owned);
    let in_headers = headers.get_all(HOST).iter().map(|host| text(host)?.parse::<Authority>().ok());
    // The target of a request may name a host, too, and a handler go by either.
    let mut all_named = in_headers.chain(uri.authority().map(|named| Some(named.clone())));
    let named = all_named.next().flatten().filter(|named| own.is(named.host()));
    let Some(named) = named.filter(|named| all_named.all(|other| other.as_ref() == Some(named))) else {
        return Some("the request names another host than this stand-in's, or several");
    };
    let same = |origin: &http::HeaderValue| text(origin).is_some_and(|origin| origin == format!("http://{named}"));
    if !headers.get_all(ORIGIN).iter().all(same) {
        return Some("the Origin header names another site: this stand-in answers programs, not pages");
    }
    // Of a picture or a link in a page, which has no origin.
    let own_page = |site: &http::HeaderValue| [&b"same-origin"[..], b"none"].contains(&site.as_bytes());
    if !headers.get_all("sec-fetch-site").iter().all(own_page) {
        return Some("another site's page asks: this stand-in answers programs, not pages");
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(headers: &[(&'static str, &str)], answers: bool) {
        check_at("/", headers, answers);
    }

    #[track_caller]
    fn check_at(target: &'static str, headers: &[(&'static str, &str)], answers: bool) {
        let own = OwnHost::of("http://aws:4566");
        let headers = headers.iter().map(|(name, value)| ((*name).parse().unwrap(), value.parse().unwrap())).collect();
        assert_eq!(refusal(&own, &headers, &Uri::from_static(target)).is_none(), answers, "{target} {headers:?}");
    }

    #[test]
    fn programs_are_answered_under_our_names_and_any_address() {
        for host in [
            "127.0.0.1:4566",
            "[::1]:4566",
            "localhost:4566",
            "uploads.localhost:4566",
            "aws:4566",
            "AWS",
            "10.0.0.7:1",
        ] {
            check(&[("host", host)], true);
        }
        check(
            &[("host", "127.0.0.1:4566"), ("origin", "http://127.0.0.1:4566"), ("sec-fetch-site", "same-origin")],
            true,
        );
    }

    #[test]
    fn pages_of_other_sites_are_refused() {
        for host in
            ["evil.example:4566", "localhost.evil.example", "aws.evil.example", "127.0.0.1.evil.example", "", "a b"]
        {
            check(&[("host", host)], false);
        }
        check(&[], false);
        let origins =
            ["http://evil.example", "null", "https://127.0.0.1:4566", "http://127.0.0.1:8080", "http://127.0.0.1", ""];
        for origin in origins {
            check(&[("host", "127.0.0.1:4566"), ("origin", origin)], false);
        }
        check(&[("host", "127.0.0.1:4566"), ("host", "evil.example")], false);
        check(&[("host", "evil.example"), ("host", "127.0.0.1:4566")], false);
        for site in ["cross-site", "same-site"] {
            check(&[("host", "127.0.0.1:4566"), ("sec-fetch-site", site)], false);
        }
    }

    #[test]
    fn the_target_of_a_request_names_no_other_host_than_its_headers() {
        let host = ("host", "127.0.0.1:4566");
        check_at("http://127.0.0.1:4566/queue", &[host], true);
        check_at("http://evil.example/queue", &[host], false);
        check_at("http://localhost:4566/queue", &[host], false);
        check_at("http://127.0.0.1:4566/queue", &[("host", "evil.example")], false);
        check_at("http://127.0.0.1:4566/queue", &[], true);
        check_at("http://evil.example/queue", &[], false);
    }
}
