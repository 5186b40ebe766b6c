//! `load`: loads an `api` or an `image-handler` on this machine and measures it, and stands in for the AWS that they call.

#![expect(clippy::cast_precision_loss, reason = "what is counted here is far below 2^52")]

mod connection;
mod crowd;
mod feed;
mod files;
mod latencies;
mod null;
mod picture;
mod process;
mod report;
mod scenarios;
mod signing;
mod target;
mod visitor;

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use clap::{Parser, Subcommand};

use scenarios::{abuse, e2e, start, status, upload, worker, ws};

/// Loads an `api` or an `image-handler` on this machine and measures it. Refuses any target off loopback.
///
/// Every command but `null` prints figures, one on a line, as `NAME: VALUE UNIT`. Those of the server come from /proc and
/// need `--pid`. Where others use the machine too, compare the CPU times; the latencies include the waiting for a core.
#[derive(Debug, Parser)]
#[command(name = "load", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Stand in for S3, SNS and DynamoDB with as little work as possible, and print the environment that leads an `api` here.
    Null(null::Args),
    /// Upload the same picture again and again.
    Upload(upload::Args),
    /// Hold idle WebSockets, each for an image of its own.
    Ws(ws::Args),
    /// Send statuses as SNS does, signed, and wait for their frames.
    Status(status::Args),
    /// Upload real receipts and follow them to their verdicts; needs a worker, so: against `receipts run`.
    E2e(e2e::Args),
    /// Attack an `api`, with an honest visitor beside: does it hold?
    Abuse(abuse::Args),
    /// The attacker of `load abuse`, which starts it.
    #[command(hide = true)]
    Attack(abuse::AttackerArgs),
    /// Start a service some times: how long until it is ready, and what memory it needs idle.
    Start(start::Args),
    /// Start an `image-handler` on a queue of receipts, behind it nothing but the least of an AWS.
    Worker(worker::Args),
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Null(args) => null::serve(args).await,
        Command::Upload(args) => upload::run(args).await,
        Command::Ws(args) => ws::run(args).await,
        Command::Status(args) => status::run(args).await,
        Command::E2e(args) => e2e::run(args).await,
        Command::Abuse(args) => abuse::run(args).await,
        Command::Attack(args) => abuse::attack(args).await,
        Command::Start(args) => start::run(args).await,
        Command::Worker(args) => worker::run(args).await,
    };
    match done.and_then(|report| report.print()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // A closed standard error leaves no way to report it.
            drop(writeln!(io::stderr(), "load: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn an_attack_needs_a_name_and_a_target_on_this_machine() {
        let parses = |line: &str| Cli::try_parse_from(line.split(' ')).is_ok();
        assert!(parses("load abuse --list"));
        assert!(parses("load abuse --authority a --base http://127.0.0.1:80 --pid 1 ws-pings"));
        assert!(!parses("load abuse --authority a --pid 1"), "no attack");
        assert!(!parses("load abuse --authority a --pid 1 no-such-attack"));
        for command in ["abuse", "attack --source 1"] {
            let off = format!("load {command} --authority a --base http://10.0.0.1:80 ws-pings");
            assert!(!parses(&off), "{off}");
            assert!(parses(&off.replace("10.0.0.1", "127.0.0.1")));
        }
    }
}
