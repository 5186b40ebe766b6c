//! Wires the service to its environment.

use std::io;

use image_handler::{Command, Config};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let Some(config) = service::parse_or_describe::<Config>(image_handler::describe)? else { return Ok(()) };
    service::log_to_stderr(config.log_format)?;
    let aws = service::aws_config().await;
    match &config.command {
        None => image_handler::run(config, &aws, service::stop_signal()?).await,
        Some(Command::Redrive(options)) => image_handler::redrive(&config, options, &aws, &mut io::stdout()).await,
    }
}
