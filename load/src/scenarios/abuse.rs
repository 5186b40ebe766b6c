//! `load abuse`: one attack on an `api`, and an honest visitor beside it from another address.
//!
//! The attacker is a process of its own, which steps behind the others where cores are few: what is measured is what the
//! attack does to the server, not how many cores the attacker takes from it.

mod attack;
mod attacker;
mod bars;
mod bodies;
mod connections;
mod honest;
mod lists;
mod plan;
mod sockets;
mod statuses;
mod tally;
mod unread;
mod uploads;
mod watch;

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use anyhow::{Context as _, bail, ensure};
use clap::ValueEnum as _;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader},
    process::{Child, ChildStdin, ChildStdout, Command},
};

pub(crate) use attacker::{Args as AttackerArgs, run as attack};

use crate::{
    connection::Connection, files, null::answers::STATUS_TOPIC, report::Report, signing::Authority, target::Target,
};
use attack::Attack;
use bars::{PERMILLE, Server, missed};
use honest::{Honest, Seen};
use tally::Outcome;
use watch::Watch;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    server: crate::target::Server,

    /// Print the names of the attacks.
    #[arg(long)]
    list: bool,

    /// What `load null` wrote.
    #[arg(long, required_unless_present = "list")]
    authority: Option<PathBuf>,

    /// For how many seconds the attack goes on.
    #[arg(long, default_value_t = 12)]
    secs: u64,

    #[arg(required_unless_present = "list")]
    attack: Option<Attack>,
}

const AT_REST: Duration = Duration::from_secs(4);
const PREPARED_WITHIN: Duration = Duration::from_mins(1);
const ENDED_WITHIN: Duration = Duration::from_secs(30);
/// From the end of an attack until what follows counts as rest.
const PAUSE: Duration = Duration::from_secs(2);

pub(crate) async fn run(args: Args) -> anyhow::Result<Report> {
    let mut report = Report::default();
    let (Some(attack), Some(authority_file)) = (args.attack, &args.authority) else {
        for attack in Attack::value_variants() {
            report.add(attack.name(), attack.what());
        }
        return Ok(report);
    };
    let target = args.server.base;
    let pid = args.server.pid.context("--pid is missing: the server's memory is half of what is measured")?;
    ensure!(target.address().is_ipv4(), "IPv6 has one loopback address, and attacker and visitor need one each");
    files::make_room(1000)?;

    // One address, but not that of the attack before: the system keeps the ports of its connections for a minute.
    let source = 1 + std::process::id() as usize % 200;
    let authority = Authority::read(authority_file)?;
    let honest = Honest::arrive(target, attack.honest_source(target, source), authority.signer(STATUS_TOPIC)?).await?;
    let mut rest = Seen::default();
    if !attack.begins_cold() {
        // The first requests open connections to the services behind.
        honest.live(Duration::from_secs(1)).await?;
        rest = honest.live(AT_REST).await?;
    }
    let queries = queries(&authority).await?;
    let process = Attacking::begin(attack, target, source, authority_file).await?;
    let watch = Watch::begin(pid);
    let mut attacked = honest.live(Duration::from_secs(args.secs)).await?;
    let watched = watch.end()?;
    let outcome = process.end().await?;
    let server = Server {
        peak_kib: watched.peak_kib,
        killed: watched.killed,
        ledger_queries: self::queries(&authority).await? - queries,
    };
    if attack.begins_cold() {
        tokio::time::sleep(PAUSE).await;
        rest = honest.live(AT_REST).await?;
    }

    let missed = missed(attack.demand(), server, &mut rest, &mut attacked, &outcome);
    report.add("attack", attack.what());
    report.add("peak RSS", format!("{:.1} MiB", server.peak_kib as f64 / 1024.0));
    report.add("server cores busy", format!("{:.2}", watched.cores));
    report.add("most connections", watched.most_sockets);
    report.add("ledger queries", server.ledger_queries);
    for (when, seen) in [("at rest", &mut rest), ("under attack", &mut attacked)] {
        seen.livez.report(&format!("livez {when}"), &mut report);
        seen.uploads.report(&format!("upload {when}"), &mut report);
        seen.frames.report(&format!("frames {when}"), &mut report);
    }
    report.add("attacker", outcome.words());
    if let Some(slowest) = outcome.slowest_answer {
        report.add("attacker's slowest answer", format!("{} ms", slowest.as_millis()));
    }
    report.add("row", row(attack, server, &mut rest, &mut attacked, &missed));
    report.add("held", if missed.is_empty() { "yes" } else { "no" });
    Ok(report)
}

/// A line of the table that `scripts/abuse` prints.
fn row(attack: Attack, server: Server, rest: &mut Seen, attacked: &mut Seen, missed: &[String]) -> String {
    let millis = |took: Option<Duration>, failed: usize| match took {
        Some(took) if took < Duration::from_secs(1) => format!("{:.0} ms", took.as_secs_f64() * 1e3),
        Some(took) => format!("{:.1} s", took.as_secs_f64()),
        None if failed == 0 => "none".to_owned(),
        None => format!("{failed} failed"),
    };
    let pair = |rest: &mut honest::Series, attacked: &mut honest::Series| {
        let (before, after) = (rest.percentile(PERMILLE), attacked.percentile(PERMILLE));
        format!("{} → {}", millis(before, rest.failed), millis(after, attacked.failed))
    };
    let (uploads, frames) =
        (pair(&mut rest.uploads, &mut attacked.uploads), pair(&mut rest.frames, &mut attacked.frames));
    let livez = millis(attacked.livez.percentile(1000), attacked.livez.failed);
    let held = if missed.is_empty() { "yes".to_owned() } else { format!("no: {}", missed.join(", ")) };
    let peak = server.peak_kib / 1024;
    format!("| {} | {peak} MiB | {livez} | {uploads} | {frames} | {held} |", attack.what())
}

/// How many queries `load null` has answered.
async fn queries(authority: &Authority) -> anyhow::Result<u64> {
    let null: Target = authority.endpoint().parse()?;
    let request = format!("GET {} HTTP/1.1\r\nHost: {}\r\n\r\n", crate::null::QUERIES_PATH, null.address());
    let answer = Connection::new(null, null.source(0)).send(&[request.as_bytes()]).await?;
    String::from_utf8(answer.body)?.parse().context("understand how many queries there were")
}

/// The attacker's process. It ends with us too, since its standard input does.
struct Attacking {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Attacking {
    /// Returns once the attack goes on.
    async fn begin(attack: Attack, target: Target, source: usize, authority: &Path) -> anyhow::Result<Self> {
        let program = std::env::current_exe().context("find this program")?;
        let mut child = Command::new(program)
            .args(["attack", &attack.name(), "--base", &format!("http://{}", target.address())])
            .args(["--source", &source.to_string(), "--authority"])
            .arg(authority)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("start the attacker")?;
        let input = child.stdin.take().context("the attacker has no standard input")?;
        let mut output = BufReader::new(child.stdout.take().context("the attacker has no standard output")?);
        let mut line = String::new();
        let read = tokio::time::timeout(PREPARED_WITHIN, output.read_line(&mut line)).await;
        read.context("the attack is not prepared in time")??;
        if line.trim_end() != attacker::ATTACKING {
            bail!("the attack could not be prepared");
        }
        Ok(Self { child, input, output })
    }

    async fn end(mut self) -> anyhow::Result<Outcome> {
        drop(self.input);
        let mut json = String::new();
        let read = tokio::time::timeout(ENDED_WITHIN, self.output.read_to_string(&mut json)).await;
        read.context("the attacker does not end")??;
        self.child.wait().await?;
        serde_json::from_str(&json).context("understand the attacker's figures")
    }
}
