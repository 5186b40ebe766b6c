//! Wires the service to its environment.

use anyhow::Context;
use api::{Command, Config};
use tokio::net::TcpListener;

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
    let listener =
        TcpListener::bind(config.listen_addr).await.with_context(|| format!("listen on {}", config.listen_addr))?;
    api::serve(listener, config, &aws, stop).await
}
