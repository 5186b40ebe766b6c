//! `load ws`: idle WebSockets, each for an image of its own, of many people at many addresses.

use std::time::{Duration, Instant};

use crate::{
    crowd::Crowd,
    feed::Feed,
    files,
    process::{Meter, Usage},
    report::Report,
    target::Server,
};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    server: Server,

    /// How many sockets.
    #[arg(long, default_value_t = 1000)]
    conns: usize,

    /// For how many seconds they are held before the server's memory is read.
    #[arg(long, default_value_t = 5)]
    hold: u64,
}

pub(crate) async fn run(args: Args) -> anyhow::Result<Report> {
    files::make_room(args.conns)?;
    let look = || args.server.pid.map(Usage::of).transpose();
    let crowd = Crowd::arrive(args.server.base, args.conns).await?;
    let fresh = look()?;
    let images = crowd.upload().await?;
    let uploaded = look()?;
    let began = Instant::now();
    let feeds = Feed::open_all(&images).await?;
    let opened = began.elapsed();
    let opened_cpu = look()?.zip(uploaded).map(|(after, before)| after.cpu.saturating_sub(before.cpu));

    let meter = Meter::start(args.server.pid)?;
    tokio::time::sleep(Duration::from_secs(args.hold)).await;
    let used = meter.read()?;

    let mut report = Report::default();
    report.rate("sockets", feeds.len(), opened);
    if let (Some(fresh), Some(uploaded), Some((_, idle))) = (fresh, uploaded, used.server) {
        let kib = |from: Usage| idle.rss_kib.saturating_sub(from.rss_kib) as f64 / args.conns as f64;
        report.add("server RSS before", format!("{:.1} MiB", fresh.rss_kib as f64 / 1024.0));
        report.add("server RSS after the uploads", format!("{:.1} MiB", uploaded.rss_kib as f64 / 1024.0));
        report.memory(idle);
        report.add("per socket", format!("{:.2} KiB", kib(uploaded)));
        report.add("per socket with the uploads' leftovers", format!("{:.2} KiB", kib(fresh)));
    }
    if let Some(cpu) = opened_cpu {
        report.add("server CPU per opening", format!("{:.1} µs", cpu.as_secs_f64() * 1e6 / args.conns as f64));
    }
    if let Some((before, after)) = used.server {
        let cores = after.cpu.saturating_sub(before.cpu).as_secs_f64() / used.within.as_secs_f64();
        report.add("server cores busy while idle", format!("{cores:.3}"));
    }
    drop(feeds);
    Ok(report)
}
