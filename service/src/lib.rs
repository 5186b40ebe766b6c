//! What both services share: logs, the SDK's configuration, the signal to stop, jitter for pauses, and what a program
//! says of itself.

mod aws_call;
mod description;

use std::{io::IsTerminal, time::Duration};

use anyhow::Context;
use aws_config::{BehaviorVersion, SdkConfig, timeout::TimeoutConfig};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::{EnvFilter, filter::LevelFilter, layer::SubscriberExt, util::SubscriberInitExt};

pub use aws_call::{AwsCall, CallTarget};
pub use description::{Variable, commands, parse_or_describe, variables};

/// What is logged where `RUST_LOG` says nothing.
const DEFAULT_LOG_LEVEL: LevelFilter = LevelFilter::INFO;

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// One JSON object a line, for machines.
    Json,
    /// For a person at a terminal.
    Text,
}

/// Writes logs to standard error from now on; `RUST_LOG` says which (default: `info`).
pub fn log_to_stderr(format: LogFormat) -> anyhow::Result<()> {
    let filter = EnvFilter::builder().with_default_directive(DEFAULT_LOG_LEVEL.into());
    let registry = tracing_subscriber::registry().with(filter.from_env().context("read RUST_LOG")?);
    let lines =
        tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(std::io::stderr().is_terminal());
    match format {
        LogFormat::Json => registry.with(lines.json().flatten_event(true)).try_init(),
        LogFormat::Text => registry.with(lines.compact()).try_init(),
    }
    .context("start the logs")
}

/// Credentials, region and endpoints as the SDK finds them in the environment, with times after which a call that hangs
/// is given up.
pub async fn aws_config() -> SdkConfig {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(3))
        .operation_attempt_timeout(Duration::from_secs(30))
        .operation_timeout(Duration::from_mins(1))
        .build();
    aws_config::defaults(BehaviorVersion::v2026_01_12()).timeout_config(timeouts).load().await
}

/// Resolves at the first SIGTERM (ECS) or SIGINT (Ctrl-C). Install it before the work starts, await it beside the work.
pub fn stop_signal() -> anyhow::Result<impl Future<Output = ()> + Send + 'static> {
    let mut terminate = signal(SignalKind::terminate()).context("listen for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("listen for SIGINT")?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Three quarters to five quarters of `pause`, so that those who began together do not stay together.
pub fn jittered(pause: Duration) -> Duration {
    pause.mul_f64(rand::random_range(0.75..1.25))
}
