//! Wires the service to its environment.

use std::{io, net::SocketAddr};

use anyhow::Context;
use api::{Command, Config};
use tokio::net::{TcpListener, TcpSocket};

/// How many connections may wait to be taken; the system has a most of its own. Where the queue is full, a client's next try
/// comes a second later: with tokio's 1,024, thousands that came at once made health checks late.
const WAITING_CONNECTIONS: u32 = 16 * 1024;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let Some(config) = service::parse_or_describe::<Config>(api::describe)? else { return Ok(()) };
    match config.command {
        None => serve(config).await,
        Some(Command::Healthcheck) => api::check(config.listen_addr).await,
    }
}

async fn serve(config: Config) -> anyhow::Result<()> {
    service::log_to_stderr(config.log_format)?;
    let stop = service::stop_signal()?;
    let aws = service::aws_config().await;
    let listener = listen(config.listen_addr).with_context(|| format!("listen on {}", config.listen_addr))?;
    api::serve(listener, config, &aws, stop).await
}

/// As `TcpListener::bind`, with a longer queue.
fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(WAITING_CONNECTIONS)
}
