//! `receipts aws`: the stand-ins alone.

use std::{
    io::{self, Write as _},
    net::SocketAddr,
    path::PathBuf,
    process::ExitCode,
    time::Duration,
};

use anyhow::Context as _;
use local::{Aws, AwsConfig, Resources};

use crate::{CORES_A_PICTURE, logging, signals::StopSignals};

const CHECK_WITHIN: Duration = Duration::from_secs(2);

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:4566")]
    listen: SocketAddr,

    /// The address under which the programs reach the stand-ins, where it is not the one they listen on.
    #[arg(long, value_name = "URL")]
    advertise: Option<String>,

    /// The folder in which everything is kept.
    #[arg(long, default_value = ".local", value_name = "DIR")]
    data: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Healthcheck {
    /// The port on which they listen.
    #[arg(long, default_value_t = 4566)]
    port: u16,
}

pub(crate) async fn check(Healthcheck { port }: Healthcheck) -> anyhow::Result<ExitCode> {
    let http = reqwest::Client::builder().no_proxy().timeout(CHECK_WITHIN).build()?;
    let answer = http.get(format!("http://127.0.0.1:{port}/_local/health")).send().await;
    answer.and_then(reqwest::Response::error_for_status).context("the stand-ins do not answer")?;
    Ok(ExitCode::SUCCESS)
}

pub(crate) async fn serve(Args { listen, advertise, data }: Args) -> anyhow::Result<ExitCode> {
    logging::start()?;
    let mut stop = StopSignals::listen()?;
    let aws =
        Aws::start(AwsConfig { listen, advertise, ..AwsConfig::new(data, local::text_recognition(CORES_A_PICTURE)) })
            .await?;
    let mut out = io::stdout();
    let printed = out.write_all(environment(aws.resources()).as_bytes()).and_then(|()| out.flush());
    printed.context("print the environment")?;
    stop.wait().await;
    aws.stop().await;
    Ok(ExitCode::SUCCESS)
}

/// What both programs need, as lines that a shell can read.
fn environment(resources: &Resources) -> String {
    let mut variables = resources.api_env();
    for variable in resources.worker_env() {
        if !variables.contains(&variable) {
            variables.push(variable);
        }
    }
    let line = |(name, value): &(&str, String)| format!("{name}={}", quoted(value));
    variables.iter().map(line).chain([String::new()]).collect::<Vec<_>>().join("\n")
}

fn quoted(value: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@%+,".contains(c);
    if !value.is_empty() && value.chars().all(plain) {
        value.to_owned()
    } else {
        format!("'{}'", value.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_reads_values_as_they_are() {
        assert_eq!(quoted("http://127.0.0.1:4566"), "http://127.0.0.1:4566");
        assert_eq!(quoted(r#"{"newImage":"arn"}"#), r#"'{"newImage":"arn"}'"#);
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(quoted(""), "''");
    }
}
