//! `api healthcheck`: asks the service on this machine whether it is ready. A container runs it as its health check.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use anyhow::Context;

const CHECK_WITHIN: Duration = Duration::from_secs(2);

/// Asks the service that listens on `address` here; an error says why it is not ready.
pub async fn check(address: SocketAddr) -> anyhow::Result<()> {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    let client = reqwest::Client::builder().no_proxy().timeout(CHECK_WITHIN).build()?;
    let answer = client.get(format!("http://{}/readyz", SocketAddr::new(ip, address.port()))).send().await;
    answer.and_then(reqwest::Response::error_for_status).map(drop).context("the service is not ready")
}
