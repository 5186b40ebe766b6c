//! The address at which SNS and browsers reach this service.

use std::str::FromStr;

/// An address of the form `http://HOST[:PORT]` or `https://HOST[:PORT]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a base URL is http:// or https:// and a host, without a path")]
pub struct NotABaseUrl;

impl BaseUrl {
    pub fn is_https(&self) -> bool {
        self.0.starts_with("https://")
    }

    /// The SNS protocol that posts to this address.
    pub fn protocol(&self) -> &'static str {
        if self.is_https() { "https" } else { "http" }
    }

    /// `path` starts with a slash.
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }
}

impl FromStr for BaseUrl {
    type Err = NotABaseUrl;

    fn from_str(text: &str) -> Result<Self, NotABaseUrl> {
        let text = text.trim_end_matches('/');
        let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        match host {
            Some(host) if !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ']) => Ok(Self(text.to_owned())),
            _ => Err(NotABaseUrl),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_is_a_scheme_and_a_host() {
        assert_eq!("https://a.example/".parse::<BaseUrl>().unwrap().join("/x"), "https://a.example/x");
        assert_eq!("http://127.0.0.1:8080".parse::<BaseUrl>().unwrap().protocol(), "http");
        for text in ["", "a.example", "ftp://a.example", "https://", "https://a.example/path", "http://u@a.example"] {
            assert!(text.parse::<BaseUrl>().is_err(), "{text}");
        }
    }
}
