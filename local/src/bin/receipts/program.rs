//! One of the two real programs, as a child process under its supervisor.

use std::{
    env, io,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    time::Duration,
};

use anyhow::{Context as _, anyhow, bail};
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::{self, ChildStdin, Command};

use crate::supervise;

/// Stops with this process, even if this process is killed.
pub(crate) struct Program {
    name: &'static str,
    supervisor: process::Child,
    /// The supervisor ends when this pipe closes. Taken out of `supervisor`, because waiting for a child closes its
    /// stdin.
    stdin: Option<ChildStdin>,
    /// The process group of the supervisor and its program.
    group: Option<Pid>,
}

/// The program of this name in the folder of this executable.
pub(crate) fn sibling(name: &'static str) -> anyhow::Result<PathBuf> {
    let program = env::current_exe().context("find our own program")?.with_file_name(name);
    if !program.is_file() {
        bail!("the program {} is missing: build it with `cargo build`", program.display());
    }
    Ok(program)
}

impl Program {
    /// Its output goes to standard error. It inherits the environment except the variables of AWS.
    pub(crate) fn start(
        name: &'static str,
        program: &Path,
        env: impl IntoIterator<Item = (&'static str, String)>,
    ) -> anyhow::Result<Self> {
        let mut supervisor = Command::new(env::current_exe().context("find our own program")?);
        supervisor.arg("supervise").arg("--").arg(program);
        for (variable, _) in env::vars_os() {
            if variable.as_encoded_bytes().starts_with(b"AWS_") {
                supervisor.env_remove(variable);
            }
        }
        // Everything that the programs call is on this machine.
        supervisor.envs([("NO_PROXY", "127.0.0.1"), ("no_proxy", "127.0.0.1")]);
        // In a process group of its own, so that Ctrl-C on the terminal reaches only this process.
        supervisor.envs(env).stdin(Stdio::piped()).stdout(io::stderr()).process_group(0).kill_on_drop(true);
        let mut supervisor = supervisor.spawn().with_context(|| format!("cannot start {name}"))?;
        let stdin = supervisor.stdin.take();
        let group = supervisor.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        Ok(Self { name, supervisor, stdin, group })
    }

    /// Resolves when the program has ended by itself, with the reason.
    pub(crate) async fn died(&mut self) -> anyhow::Error {
        match self.supervisor.wait().await {
            Ok(status) => anyhow!("{} ended by itself: {}", self.name, describe(status)),
            Err(error) => anyhow!(error).context(format!("wait for {}", self.name)),
        }
    }

    /// Asks the program to stop, and kills it if it takes longer than the supervisor's grace period.
    pub(crate) async fn stop(mut self) {
        drop(self.stdin.take());
        let limit = supervise::GRACE + Duration::from_millis(300);
        if tokio::time::timeout(limit, self.supervisor.wait()).await.is_err() {
            tracing::warn!("{} did not stop in time and is killed", self.name);
        }
        // The program outlives a supervisor that was killed.
        if let Some(group) = self.group {
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

fn describe(status: ExitStatus) -> String {
    match status.code() {
        Some(code @ 129..=192) => format!("killed by signal {}", code - 128),
        Some(code) => format!("exit status {code}"),
        None => status.to_string(),
    }
}
