//! `load start`: from a service's start to its first answer, and what it needs when idle.

use std::{
    ffi::OsString,
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};

use crate::{connection::Connection, latencies::Latencies, process::Usage, report::Report, target::Target};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Where the service will listen: `http://127.0.0.1:PORT`.
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080")]
    base: Target,

    /// How often it is started.
    #[arg(short = 'n', long, default_value_t = 5)]
    number: usize,

    /// For how many seconds the last one is left alone before its memory is read.
    #[arg(long, default_value_t = 8)]
    idle: u64,

    /// The service; it inherits our environment.
    #[arg(required = true, last = true, value_name = "PROGRAM")]
    command: Vec<OsString>,
}

const READY_WITHIN: Duration = Duration::from_secs(30);
const STOPPED_WITHIN: Duration = Duration::from_secs(25);

pub(crate) async fn run(args: Args) -> anyhow::Result<Report> {
    let (mut ready, mut stopped, mut idle) = (Latencies::default(), Latencies::default(), None);
    for left in (0..args.number).rev() {
        let began = Instant::now();
        let mut child = start(&args.command, &[])?;
        until_ready(args.base, &mut child).await?;
        ready.push(began.elapsed());
        let pid = child.id().context("the service has just stopped")?;
        if left == 0 {
            tokio::time::sleep(Duration::from_secs(args.idle)).await;
            idle = Some(Usage::of(pid)?);
        }
        let began = Instant::now();
        stop(child, pid).await?;
        stopped.push(began.elapsed());
    }
    let mut report = Report::default();
    report.latencies("start to ready", &mut ready);
    report.latencies("SIGTERM to end", &mut stopped);
    if let Some(idle) = idle {
        report.memory(idle);
        report.add("server CPU since start", format!("{} ms", idle.cpu.as_millis()));
    }
    Ok(report)
}

pub(super) fn start(command: &[OsString], env: &[(&'static str, String)]) -> anyhow::Result<Child> {
    let (program, arguments) = command.split_first().context("no program is named")?;
    Command::new(program)
        .args(arguments)
        .envs(env.iter().cloned())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .with_context(|| format!("start {}", program.display()))
}

async fn until_ready(base: Target, child: &mut Child) -> anyhow::Result<()> {
    let request = format!("GET /readyz HTTP/1.1\r\nHost: {}\r\n\r\n", base.address());
    let ask = async {
        loop {
            if let Ok(answer) = Connection::new(base, base.source(0)).send(&[request.as_bytes()]).await
                && answer.status == 200
            {
                return;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::select! {
        ended = child.wait() => bail!("the service ended by itself: {}", ended.context("wait for the service")?),
        answered = tokio::time::timeout(READY_WITHIN, ask) => answered.context("the service does not become ready"),
    }
}

pub(super) async fn stop(mut child: Child, pid: u32) -> anyhow::Result<()> {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw).context("no such process")?;
    kill_process(pid, Signal::TERM).context("tell the service to stop")?;
    tokio::time::timeout(STOPPED_WITHIN, child.wait()).await.context("the service does not stop")??;
    Ok(())
}
