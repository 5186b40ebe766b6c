//! `load upload`: the same picture again and again, by one visitor from several addresses, over persistent
//! connections.

use std::{
    sync::{Arc, atomic::AtomicUsize},
    time::{Duration, Instant},
};

use anyhow::ensure;
use tokio::task::JoinSet;

use crate::{
    connection::Connection,
    latencies::Latencies,
    picture,
    process::Meter,
    report::Report,
    target::Server,
    visitor::{Visitor, take},
};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    server: Server,

    #[command(flatten)]
    picture: picture::Choice,

    /// How many uploads are under way at once.
    #[arg(short = 'c', long, default_value_t = 16)]
    connections: usize,

    /// For how long new ones are begun.
    #[arg(long, default_value_t = 10)]
    secs: u64,

    /// How many at most.
    #[arg(short = 'n', long)]
    number: Option<usize>,
}

/// An address has only a share of the server's memory.
const CONNECTIONS_AN_ADDRESS: usize = 4;

/// The results of one connection.
#[derive(Default)]
struct Seen {
    latencies: Latencies,
    failures: Vec<anyhow::Error>,
}

pub(crate) async fn run(args: Args) -> anyhow::Result<Report> {
    let picture = args.picture.picture()?;
    let (size, left) = (picture.len(), Arc::new(AtomicUsize::new(args.number.unwrap_or(usize::MAX))));
    let target = args.server.base;
    let upload = Visitor::arrive(target, target.source(0)).await?.upload(picture);
    let meter = Meter::start(args.server.pid)?;
    let end = Instant::now() + Duration::from_secs(args.secs);
    let mut senders = JoinSet::new();
    for number in 0..args.connections {
        let source = target.source(number / CONNECTIONS_AN_ADDRESS);
        let (upload, left, mut connection) = (upload.clone(), left.clone(), Connection::new(target, source));
        senders.spawn(async move {
            let mut seen = Seen::default();
            while Instant::now() < end && take(&left) {
                let began = Instant::now();
                match upload.send(&mut connection).await {
                    Ok(_) => seen.latencies.push(began.elapsed()),
                    Err(error) => {
                        seen.failures.push(error);
                        // A server that refuses at once must not be asked in a tight loop.
                        tokio::time::sleep(Duration::from_millis(10)).await;
                    }
                }
            }
            seen
        });
    }
    let mut all = Seen::default();
    while let Some(seen) = senders.join_next().await {
        let seen = seen?;
        all.latencies.extend(seen.latencies);
        all.failures.extend(seen.failures);
    }
    let used = meter.read()?;
    let count = all.latencies.len();
    ensure!(count > 0, "no upload succeeded; the first failure: {:?}", all.failures.first());

    let mut report = Report::default();
    report.rate("uploads", count, used.within);
    report.add("MB per second", format!("{:.1}", (count * size) as f64 / 1e6 / used.within.as_secs_f64()));
    report.add("failed", all.failures.len());
    if let Some(error) = all.failures.first() {
        report.add("first failure", format!("{error:#}"));
    }
    report.latencies("upload", &mut all.latencies);
    report.used("upload", count, &used);
    Ok(report)
}
