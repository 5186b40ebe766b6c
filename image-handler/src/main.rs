//! Wires the service to its environment.

use clap::Parser;
use image_handler::Config;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let config = Config::parse();
    service::log_to_stderr(config.log_format)?;
    let stop = service::stop_signal()?;
    let aws = service::aws_config().await;
    image_handler::run(config, &aws, stop).await
}
