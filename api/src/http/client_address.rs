//! A client's address, behind a configured number of proxies.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, request::Parts},
};

use crate::error::Error;

const FORWARDED: &str = "x-forwarded-for";

/// How many proxies of ours, each of which appends the address that it sees to `X-Forwarded-For`, stand before us. What
/// stands further left may be written by the client itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ProxyHops(pub(crate) u8);

/// The address of a request's client; [`ProxyHops::client`] says which that is. Every request has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct ClientAddress(pub(crate) IpAddr);

impl ClientAddress {
    /// Of whoever is at the other end of a connection.
    pub(super) fn of_peer(peer: IpAddr) -> Self {
        Self(network(peer))
    }

    /// All that one customer may have: of IPv6 a /48. Addresses that are to be different people's differ in it; shares go
    /// by the narrower one, so that people are not held for one.
    pub(crate) fn widest_network(self) -> IpAddr {
        first_bits(self.0, 48)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for ClientAddress {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        let known = parts.extensions.get::<Self>().copied();
        known.ok_or_else(|| Error::Internal("a request without its client's address".into()))
    }
}

impl ProxyHops {
    /// Whether clients reach us without a proxy.
    pub(super) fn is_none(self) -> bool {
        self.0 == 0
    }

    /// The client's address; the peer's where the header is missing, too short or holds no address at that place. Of IPv6
    /// the network (/64) counts, since one customer has all of it.
    pub(crate) fn client(self, headers: &HeaderMap, peer: SocketAddr) -> IpAddr {
        network(self.forwarded(headers).unwrap_or(peer.ip()))
    }

    fn forwarded(self, headers: &HeaderMap) -> Option<IpAddr> {
        let from_the_right = usize::from(self.0.checked_sub(1)?);
        // Several headers are one list, in which clients may have written any bytes before what the proxy adds.
        let lines = headers.get_all(FORWARDED).iter().rev();
        let mut entries = lines.flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b','));
        let entry = str::from_utf8(entries.nth(from_the_right)?.trim_ascii()).ok()?;
        // Some proxies add the port, and then brackets to IPv6.
        let bare = entry.strip_prefix('[').and_then(|entry| entry.strip_suffix(']')).unwrap_or(entry);
        bare.parse().ok().or_else(|| entry.parse::<SocketAddr>().map(|address| address.ip()).ok())
    }
}

fn network(address: IpAddr) -> IpAddr {
    first_bits(address, 64)
}

/// Of IPv6; IPv4 as it is.
fn first_bits(address: IpAddr, bits: u32) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << (128 - bits))).into(),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn client(hops: u8, lines: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(FORWARDED, line.parse().unwrap());
        }
        ProxyHops(hops).client(&headers, "192.0.2.1:5000".parse().unwrap()).to_string()
    }

    #[test]
    fn without_proxies_the_header_proves_nothing() {
        assert_eq!(client(0, &["203.0.113.9"]), "192.0.2.1");
    }

    #[test]
    fn behind_proxies_the_entry_that_the_outermost_one_made_counts() {
        assert_eq!(client(1, &["198.51.100.7, 203.0.113.9"]), "203.0.113.9");
        assert_eq!(client(2, &["198.51.100.7, 203.0.113.9,10.0.0.1"]), "203.0.113.9");
        assert_eq!(client(2, &["198.51.100.7", "203.0.113.9", "10.0.0.1"]), "203.0.113.9");
        assert_eq!(client(1, &["203.0.113.9:4711"]), "203.0.113.9");
    }

    #[test]
    fn nobody_hides_behind_the_proxy_by_what_he_writes_before_it() {
        for written in [&b"\xfc"[..], b"\xff, 1.2.3.4", b"\"1.2.3.4, \"", b";for=1.2.3.4", b"\t", b",,,"] {
            let mut headers = HeaderMap::new();
            headers.append(FORWARDED, HeaderValue::from_bytes(&[written, b", 203.0.113.9"].concat()).unwrap());
            let peer = "192.0.2.1:5000".parse().unwrap();
            assert_eq!(ProxyHops(1).client(&headers, peer).to_string(), "203.0.113.9", "{written:?}");
            let mut own_line = HeaderMap::new();
            own_line.append(FORWARDED, HeaderValue::from_bytes(written).unwrap());
            own_line.append(FORWARDED, HeaderValue::from_static("203.0.113.9"));
            assert_eq!(ProxyHops(1).client(&own_line, peer).to_string(), "203.0.113.9", "{written:?}");
        }
    }

    #[test]
    fn what_is_missing_or_no_address_leaves_the_peers() {
        for lines in [&[][..], &[""], &["unknown"], &["203.0.113.9, "], &["203.0.113.9, 999.1.1.1"]] {
            assert_eq!(client(1, lines), "192.0.2.1", "{lines:?}");
        }
        assert_eq!(client(3, &["198.51.100.7, 203.0.113.9"]), "192.0.2.1");
    }

    #[test]
    fn of_ipv6_the_network_counts() {
        assert_eq!(client(1, &["2001:db8:1:2:3:4:5:6"]), "2001:db8:1:2::");
        assert_eq!(client(1, &["[2001:db8:1:2:3:4:5:6]"]), "2001:db8:1:2::");
        assert_eq!(client(1, &["[2001:db8:1:2:3:4:5:6]:443"]), "2001:db8:1:2::");
        assert_eq!(client(1, &["::ffff:203.0.113.9"]), "203.0.113.9");
    }
}
