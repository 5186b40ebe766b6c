//! One of the two real programs, as a child process behind its keeper.

use std::{
    env, io,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    time::Duration,
};

use anyhow::{Context as _, anyhow, bail};
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::{self, ChildStdin, Command};

use crate::keep;

/// Stops with us, even when we are killed.
pub(crate) struct Child {
    name: &'static str,
    keeper: process::Child,
    /// What the keeper waits on. Not left in `keeper`, which closes it as soon as it is waited for.
    lifeline: Option<ChildStdin>,
    /// The keeper's, and so its program's.
    group: Option<Pid>,
}

/// The program of this name that lies beside our own.
pub(crate) fn sibling(name: &'static str) -> anyhow::Result<PathBuf> {
    let program = env::current_exe().context("find our own program")?.with_file_name(name);
    if !program.is_file() {
        bail!("the program {} is missing: build it with `cargo build`", program.display());
    }
    Ok(program)
}

impl Child {
    /// Its output goes to our standard error. Of our own environment it sees all but what is AWS's.
    pub(crate) fn start(
        name: &'static str,
        program: &Path,
        env: impl IntoIterator<Item = (&'static str, String)>,
    ) -> anyhow::Result<Self> {
        let mut keeper = Command::new(env::current_exe().context("find our own program")?);
        keeper.arg("keep").arg("--").arg(program);
        for (variable, _) in env::vars_os() {
            if variable.as_encoded_bytes().starts_with(b"AWS_") {
                keeper.env_remove(variable);
            }
        }
        // All that the programs call is on this machine.
        keeper.envs([("NO_PROXY", "127.0.0.1"), ("no_proxy", "127.0.0.1")]);
        // In a group of its own, so that Ctrl-C on the terminal reaches only us.
        keeper.envs(env).stdin(Stdio::piped()).stdout(io::stderr()).process_group(0).kill_on_drop(true);
        let mut keeper = keeper.spawn().with_context(|| format!("cannot start {name}"))?;
        let lifeline = keeper.stdin.take();
        let group = keeper.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        Ok(Self { name, keeper, lifeline, group })
    }

    /// Resolves when the program has ended by itself: with what there is to say about it.
    pub(crate) async fn died(&mut self) -> anyhow::Error {
        match self.keeper.wait().await {
            Ok(status) => anyhow!("{} ended by itself: {}", self.name, told(status)),
            Err(error) => anyhow!(error).context(format!("wait for {}", self.name)),
        }
    }

    /// Asks the program to stop, and has it killed if it takes longer than the keeper grants.
    pub(crate) async fn stop(mut self) {
        drop(self.lifeline.take());
        let patience = keep::GRACE + Duration::from_millis(300);
        if tokio::time::timeout(patience, self.keeper.wait()).await.is_err() {
            tracing::warn!("{} did not stop in time and is killed", self.name);
        }
        // Whatever is left of it, should the keeper itself have been killed.
        if let Some(group) = self.group {
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

fn told(status: ExitStatus) -> String {
    match status.code() {
        Some(code @ 129..=192) => format!("killed by signal {}", code - 128),
        Some(code) => format!("exit status {code}"),
        None => status.to_string(),
    }
}
