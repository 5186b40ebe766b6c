//! `receipts`: runs the whole system on this machine, or the stand-ins for AWS alone, or reads receipts at once.

mod aws;
mod child;
mod keep;
mod logging;
mod run;
mod scan;
mod signals;

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(name = "receipts", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start everything: the stand-ins for AWS, and the programs `api` and `image-handler` that lie beside this one.
    Run(run::Args),
    /// Start only the stand-ins for AWS, and print the environment that `api` and `image-handler` need to find them.
    Aws(aws::Args),
    /// Ask the stand-ins on this machine whether they answer: a container's health check.
    Healthcheck(aws::Healthcheck),
    /// Read receipts, one JSON object for each on a line of its own.
    Scan(scan::Args),
    /// Run one program, and stop it when standard input ends.
    #[command(hide = true)]
    Keep(keep::Args),
}

fn main() -> ExitCode {
    let ended = match Cli::parse().command {
        Command::Run(args) => on_runtime(run::run(args)),
        Command::Aws(args) => on_runtime(aws::serve(args)),
        Command::Healthcheck(args) => on_runtime(aws::check(args)),
        Command::Scan(args) => scan::scan(&args),
        Command::Keep(args) => on_runtime(keep::keep(args)),
    };
    ended.unwrap_or_else(|error| {
        // Where standard error is closed there is nobody to tell.
        drop(writeln!(io::stderr(), "receipts: {error:#}"));
        ExitCode::FAILURE
    })
}

fn on_runtime(work: impl Future<Output = anyhow::Result<ExitCode>>) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Runtime::new()?;
    let ended = runtime.block_on(work);
    // A picture that is being read right now is not waited for.
    runtime.shutdown_background();
    ended
}
