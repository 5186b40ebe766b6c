//! Where the program's own log lines go: to standard error, as text.

use std::io::{self, IsTerminal as _};

use tracing_subscriber::EnvFilter;

/// `RUST_LOG` says what is logged. Without it, dynoxide's warnings are left out: it warns of every failed condition,
/// which our services meet in normal operation.
pub(crate) fn start() -> anyhow::Result<()> {
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new("warn,local=info,receipts=info,dynoxide=error"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .try_init()
        .map_err(|error| anyhow::anyhow!("cannot start logging: {error}"))
}
