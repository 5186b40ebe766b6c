//! Wires the service to its environment.

use std::{env, io};

use image_handler::{Command, Config};

fn main() -> anyhow::Result<()> {
    // How the service starts itself to look into a stranger's file. Nothing else is wanted of that process.
    if env::args_os().nth(1).is_some_and(|command| command == "prepare") {
        return Ok(pages::prepare::serve(io::stdin().lock(), io::stdout().lock())?);
    }
    run()
}

#[tokio::main]
async fn run() -> anyhow::Result<()> {
    let Some(mut config) = service::parse_or_describe::<Config>(image_handler::describe)? else { return Ok(()) };
    config.program = env::current_exe()?;
    service::log_to_stderr(config.log_format)?;
    let aws = service::aws_config().await;
    match &config.command {
        None => image_handler::run(config, &aws, service::stop_signal()?).await,
        Some(Command::Redrive(options)) => image_handler::redrive(&config, options, &aws, &mut io::stdout()).await,
    }
}
