//! `PROGRAM describe`: what a program reads, calls and promises, as one JSON for tests and tools.
//!
//! Each part is taken from where the program itself has it, so that no test reads sources and no list is kept twice.

use std::io::{self, Write as _};

use anyhow::Context;
use clap::{Arg, ArgMatches, CommandFactory, FromArgMatches};
use serde::Serialize;
use tracing_subscriber::EnvFilter;

use crate::DEFAULT_LOG_LEVEL;

const DESCRIBE: &str = "describe";

/// A variable of the environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Variable {
    pub name: String,
    pub required: bool,
    /// What stands where nothing is given; `None` where that is nothing.
    pub default: Option<String>,
    /// Its value is shown nowhere.
    pub secret: bool,
    pub help: String,
    /// The subcommand that reads it, where it is one's alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
}

/// The configuration by arguments and environment. `None` where the program was asked to describe itself: it has done so
/// then, for which no variable needs to be set.
pub fn parse_or_describe<Config: CommandFactory + FromArgMatches>(
    describe: impl FnOnce() -> serde_json::Value,
) -> anyhow::Result<Option<Config>> {
    // What is missing or wrong is an error only of a program that is to run.
    let asked = command::<Config>().subcommand_negates_reqs(true).ignore_errors(true).try_get_matches();
    if asked.as_ref().ok().and_then(ArgMatches::subcommand_name) == Some(DESCRIBE) {
        let mut out = io::stdout().lock();
        serde_json::to_writer_pretty(&mut out, &describe()).context("write the description")?;
        writeln!(out).context("write the description")?;
        return Ok(None);
    }
    let mut command = command::<Config>();
    let matches = command.get_matches_mut();
    Config::from_arg_matches(&matches).map(Some).map_err(|error| error.format(&mut command).into())
}

/// Every variable that a program with this configuration reads, beside the AWS SDK's own.
pub fn variables<Config: CommandFactory>() -> Vec<Variable> {
    let command = command::<Config>();
    let mut found: Vec<_> = command.get_arguments().filter_map(|argument| Variable::of(argument, None)).collect();
    for sub in command.get_subcommands() {
        found.extend(sub.get_arguments().filter_map(|argument| Variable::of(argument, Some(sub.get_name()))));
    }
    found.push(Variable {
        name: EnvFilter::DEFAULT_ENV.to_owned(),
        required: false,
        default: Some(DEFAULT_LOG_LEVEL.to_string()),
        secret: false,
        help: "Which log lines are written".to_owned(),
        command: None,
    });
    found
}

/// The subcommands.
pub fn commands<Config: CommandFactory>() -> Vec<String> {
    command::<Config>().get_subcommands().map(|sub| sub.get_name().to_owned()).collect()
}

fn command<Config: CommandFactory>() -> clap::Command {
    let describe = clap::Command::new(DESCRIBE)
        .about("Says as JSON which variables it reads, what it calls of AWS, and its limits; no variable need be set");
    Config::command().subcommand(describe)
}

impl Variable {
    fn of(argument: &Arg, command: Option<&str>) -> Option<Self> {
        let defaults = argument.get_default_values();
        Some(Self {
            name: argument.get_env()?.to_str()?.to_owned(),
            required: argument.is_required_set(),
            default: defaults.first().map(|default| default.to_string_lossy().into_owned()),
            secret: argument.is_hide_env_values_set(),
            help: argument.get_help().map(ToString::to_string).unwrap_or_default(),
            command: command.map(str::to_owned),
        })
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    /// A program of this test.
    #[derive(Debug, Parser)]
    struct Config {
        #[command(subcommand)]
        _command: Option<Command>,

        /// Signs.
        #[arg(long, env = "KEY", hide_env_values = true)]
        _key: String,

        /// Listens.
        #[arg(long, env = "LISTEN_ADDR", default_value = "0.0.0.0:8080")]
        _listen: std::net::SocketAddr,

        #[arg(long)]
        _verbose: bool,
    }

    #[derive(Debug, clap::Subcommand)]
    enum Command {
        Again {
            /// Where from.
            #[arg(long, env = "FROM")]
            _from: Option<String>,
        },
    }

    #[test]
    fn variables_are_those_that_clap_reads() {
        let variable =
            |name: &str, required, default: Option<&str>, secret, help: &str, command: Option<&str>| Variable {
                name: name.to_owned(),
                required,
                default: default.map(str::to_owned),
                secret,
                help: help.to_owned(),
                command: command.map(str::to_owned),
            };
        let expected = [
            variable("KEY", true, None, true, "Signs", None),
            variable("LISTEN_ADDR", false, Some("0.0.0.0:8080"), false, "Listens", None),
            variable("FROM", false, None, false, "Where from", Some("again")),
            variable("RUST_LOG", false, Some("info"), false, "Which log lines are written", None),
        ];
        assert_eq!(variables::<Config>(), expected);
        assert_eq!(commands::<Config>(), ["again", "describe"]);
    }
}
