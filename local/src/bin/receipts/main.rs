//! `receipts`: runs the whole system on this machine, or the stand-ins for AWS alone, or reads receipts at once.

mod aws;
mod logging;
mod program;
mod run;
mod scan;
mod signals;
mod supervise;

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use clap::{Parser, Subcommand};

/// How many cores the text recognition uses for one picture.
const CORES_A_PICTURE: usize = 2;

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
    /// Read receipts: one JSON object for each on a line of its own, or what was seen.
    Scan(scan::Args),
    /// Say as JSON what table and queues the stand-ins have.
    Describe,
    /// Run one program, and stop it when standard input ends.
    #[command(hide = true)]
    Supervise(supervise::Args),
}

fn main() -> ExitCode {
    let ended = match Cli::parse().command {
        Command::Run(args) => on_runtime(run::run(args)),
        Command::Aws(args) => on_runtime(aws::serve(args)),
        Command::Healthcheck(args) => on_runtime(aws::check(args)),
        Command::Scan(args) => scan::scan(&args),
        Command::Describe => describe(),
        Command::Supervise(args) => on_runtime(supervise::supervise(args)),
    };
    ended.unwrap_or_else(|error| {
        // A closed standard error leaves no way to report it.
        drop(writeln!(io::stderr(), "receipts: {error:#}"));
        ExitCode::FAILURE
    })
}

fn describe() -> anyhow::Result<ExitCode> {
    writeln!(io::stdout(), "{:#}", local::describe())?;
    Ok(ExitCode::SUCCESS)
}

fn on_runtime(work: impl Future<Output = anyhow::Result<ExitCode>>) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Runtime::new()?;
    let ended = runtime.block_on(work);
    // Does not wait for a picture that is being read.
    runtime.shutdown_background();
    ended
}
