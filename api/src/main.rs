//! Wires the service to its environment.

use anyhow::Context;
use api::Config;
use clap::Parser;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let config = Config::parse();
    service::log_to_stderr(config.log_format)?;
    let stop = service::stop_signal()?;
    let aws = service::aws_config().await;
    let listener =
        TcpListener::bind(config.listen_addr).await.with_context(|| format!("listen on {}", config.listen_addr))?;
    api::serve(listener, config, &aws, stop).await
}
