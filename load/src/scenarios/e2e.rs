//! `load e2e`: real receipts, from the upload to the verdict.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use receipt::Status;
use tokio::task::JoinSet;

use crate::{
    connection::Connection,
    feed::Feed,
    latencies::Latencies,
    process::Meter,
    report::Report,
    target::Server,
    visitor::{Upload, Visitor},
};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    server: Server,

    /// How many receipts are on their way at once.
    #[arg(short = 'c', long, default_value_t = 1)]
    connections: usize,

    /// For how many seconds a verdict is waited for.
    #[arg(long, default_value_t = 60)]
    wait: u64,

    /// The pictures, each sent once.
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

/// How long one receipt took.
struct Journey {
    first_frame: Duration,
    verdict: Duration,
    status: Status,
}

pub(crate) async fn run(args: Args) -> anyhow::Result<Report> {
    let visitor = Arc::new(Visitor::arrive(args.server.base, args.server.base.source(0)).await?);
    let pictures =
        args.files.iter().map(|file| std::fs::read(file).with_context(|| format!("read {}", file.display())));
    let uploads = pictures.map(|picture| Ok(visitor.upload(picture?.into()))).collect::<anyhow::Result<Vec<_>>>()?;
    let (uploads, next) = (Arc::new(uploads), Arc::new(AtomicUsize::new(0)));
    let meter = Meter::start(args.server.pid)?;
    let mut senders = JoinSet::new();
    for _ in 0..args.connections {
        let (visitor, uploads, next) = (visitor.clone(), uploads.clone(), next.clone());
        let mut connection = Connection::new(args.server.base, visitor.source);
        senders.spawn(async move {
            let mut journeys = Vec::new();
            loop {
                let n = next.fetch_add(1, Ordering::Relaxed);
                let Some(upload) = uploads.get(n) else { return anyhow::Ok(journeys) };
                let journey = follow(&visitor, upload, &mut connection);
                let journey = tokio::time::timeout(Duration::from_secs(args.wait), journey).await;
                journeys.push(journey.with_context(|| format!("picture {} has no verdict", n + 1))??);
            }
        });
    }
    let (mut first_frames, mut verdicts) = (Latencies::default(), Latencies::default());
    let mut ends = [(Status::Accepted, 0), (Status::Rejected, 0), (Status::Failed, 0)];
    while let Some(journeys) = senders.join_next().await {
        for journey in journeys?? {
            first_frames.push(journey.first_frame);
            verdicts.push(journey.verdict);
            ends.iter_mut().filter(|(status, _)| *status == journey.status).for_each(|(_, count)| *count += 1);
        }
    }
    let used = meter.read()?;
    let mut report = Report::default();
    report.rate("receipts", verdicts.len(), used.within);
    for (status, count) in ends {
        report.add(status.as_str(), count);
    }
    report.latencies("upload to first frame", &mut first_frames);
    report.latencies("upload to verdict", &mut verdicts);
    report.used("receipt", verdicts.len(), &used);
    Ok(report)
}

async fn follow(visitor: &Visitor, upload: &Upload, connection: &mut Connection) -> anyhow::Result<Journey> {
    let began = Instant::now();
    let id = upload.send(connection).await?;
    let mut feed = Feed::open(visitor, id).await?;
    let mut first_frame = None;
    while let Some(frame) = feed.next().await {
        let first_frame = *first_frame.get_or_insert_with(|| began.elapsed());
        if frame.status.is_final() {
            return Ok(Journey { first_frame, verdict: began.elapsed(), status: frame.status });
        }
    }
    bail!("the socket of image {id} was closed before the verdict")
}
