//! `receipts supervise`: runs one program for `receipts run`, and stops it when `receipts run` is gone, however that
//! ended: the pipe on standard input closes with it.

use std::{
    ffi::OsString,
    io::{self, Read as _},
    os::unix::process::ExitStatusExt as _,
    process::{ExitCode, ExitStatus, Stdio},
    time::Duration,
};

use anyhow::Context as _;
use rustix::process::{Pid, Signal, kill_process};
use tokio::{
    process::{Child, Command},
    sync::oneshot,
};

use crate::signals::StopSignals;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(required = true, last = true, value_name = "PROGRAM")]
    command: Vec<OsString>,
}

/// How long a program has to stop by itself.
pub(crate) const GRACE: Duration = Duration::from_secs(4);

/// The program's exit code; for a program ended by a signal, as in a shell, 128 plus the signal's number.
pub(crate) async fn supervise(Args { command }: Args) -> anyhow::Result<ExitCode> {
    let mut stop = StopSignals::listen()?;
    let parent_gone = parent_gone();
    let (program, arguments) = command.split_first().context("no program is named")?;
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .with_context(|| format!("cannot start {}", program.display()))?;
    let asked_to_stop = async {
        tokio::select! {
            () = stop.wait() => {}
            _ = parent_gone => {}
        }
    };
    let status = tokio::select! {
        status = child.wait() => status.context("wait for the program")?,
        () = asked_to_stop => end(&mut child).await?,
    };
    Ok(ExitCode::from(code(status)))
}

/// Resolves when standard input ends.
fn parent_gone() -> oneshot::Receiver<()> {
    let (sender, receiver) = oneshot::channel::<()>();
    // A read from standard input cannot be cancelled, so it runs on a thread that ends with the process.
    std::thread::spawn(move || {
        let mut byte = [0];
        while matches!(io::stdin().read(&mut byte), Ok(1)) {}
        drop(sender);
    });
    receiver
}

async fn end(child: &mut Child) -> anyhow::Result<ExitStatus> {
    if let Some(pid) = child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?)) {
        // Fails only if the program has just ended.
        let _ = kill_process(pid, Signal::TERM);
    }
    if let Ok(status) = tokio::time::timeout(GRACE, child.wait()).await {
        return status.context("wait for the program");
    }
    child.kill().await.context("kill the program")?;
    child.wait().await.context("wait for the program")
}

fn code(status: ExitStatus) -> u8 {
    let code = status.code().or_else(|| Some(128 + status.signal()?));
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}
