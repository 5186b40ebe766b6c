//! The target of the load: an address on this machine, and nowhere else.

use std::{
    net::{IpAddr, SocketAddr},
    str::FromStr,
};

use anyhow::{Context as _, ensure};
use tokio::net::{TcpSocket, TcpStream};

/// Where the server listens. Only loopback parses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Target(SocketAddr);

/// The arguments of every scenario.
#[derive(Debug, clap::Args)]
pub(crate) struct Server {
    /// Where it listens: `http://127.0.0.1:PORT`.
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080")]
    pub(crate) base: Target,

    /// Its process id, for its memory and CPU time.
    #[arg(long)]
    pub(crate) pid: Option<u32>,
}

impl Target {
    pub(crate) fn address(self) -> SocketAddr {
        self.0
    }

    /// Client address number `n`: 127.0.0.1, 127.0.0.2 and so on.
    pub(crate) fn source(self, n: usize) -> IpAddr {
        match self.0 {
            SocketAddr::V4(_) => IpAddr::from([127, 0, 0, u8::try_from(1 + n % 250).unwrap_or(1)]),
            // IPv6 has one loopback address.
            SocketAddr::V6(_) => self.0.ip(),
        }
    }

    /// One of many addresses where nobody else is: 127.1.0.1 and so on.
    pub(crate) fn elsewhere(self, n: usize) -> IpAddr {
        let byte = |n: usize| u8::try_from(n % 250).unwrap_or_default();
        match self.0 {
            SocketAddr::V4(_) => IpAddr::from([127, 1, byte(n / 250), 1 + byte(n)]),
            SocketAddr::V6(_) => self.0.ip(),
        }
    }

    /// A connection from `source`, with the receive buffer that the system gives, or with a small one.
    pub(crate) async fn connect(self, source: IpAddr, receive_buffer: Option<u32>) -> anyhow::Result<TcpStream> {
        let socket = if self.0.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
        // A port that was in use a minute ago may be taken again.
        socket.set_reuseaddr(true)?;
        if let Some(bytes) = receive_buffer {
            socket.set_recv_buffer_size(bytes)?;
        }
        socket.bind(SocketAddr::new(source, 0)).with_context(|| format!("take a port of {source}"))?;
        let stream = socket.connect(self.0).await.context("connect")?;
        stream.set_nodelay(true)?;
        Ok(stream)
    }
}

impl FromStr for Target {
    type Err = anyhow::Error;

    fn from_str(url: &str) -> anyhow::Result<Self> {
        let host = url.strip_prefix("http://").unwrap_or(url).trim_end_matches('/');
        let numbers = host.strip_prefix("localhost:").map(|port| format!("127.0.0.1:{port}"));
        let address: SocketAddr = numbers.as_deref().unwrap_or(host).parse().context("not http://127.0.0.1:PORT")?;
        ensure!(is_loopback(address.ip()), "only a server on this machine is loaded");
        Ok(Self(address))
    }
}

pub(crate) fn is_loopback(ip: IpAddr) -> bool {
    ip.to_canonical().is_loopback()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_is_a_target() {
        for url in ["http://127.0.0.1:8080", "http://127.0.0.9:1/", "http://localhost:8080", "http://[::1]:80"] {
            assert!(url.parse::<Target>().is_ok(), "{url}");
        }
        for url in
            ["http://10.0.0.1:80", "http://0.0.0.0:80", "https://127.0.0.1:80", "http://example.com:80", "127.0.0.1"]
        {
            assert!(url.parse::<Target>().is_err(), "{url}");
        }
    }

    #[test]
    fn many_connections_come_from_many_addresses() {
        let target: Target = "http://127.0.0.1:8080".parse().unwrap();
        assert_eq!(target.source(0).to_string(), "127.0.0.1");
        assert_eq!(target.source(4).to_string(), "127.0.0.5");
        assert_eq!(target.source(250).to_string(), "127.0.0.1");
        assert!((0..1000).all(|n| is_loopback(target.source(n))));
        assert_eq!([0, 249, 250].map(|n| target.elsewhere(n).to_string()), ["127.1.0.1", "127.1.0.250", "127.1.1.1"]);
    }
}
