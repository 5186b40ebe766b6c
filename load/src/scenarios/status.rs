//! `load status`: statuses as SNS posts them, and how long until their frames arrive.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use bytes::Bytes;
use jiff::Timestamp;
use receipt::{ImageId, ImageStatus, Status};
use tokio::task::JoinSet;

use crate::{
    connection::Connection,
    crowd::Crowd,
    feed::Feed,
    files,
    latencies::Latencies,
    null::answers::STATUS_TOPIC,
    process::Meter,
    report::Report,
    signing::{Authority, Signer},
    target::{Server, Target},
};
use timetable::{Arrivals, Timetable};

mod timetable;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    server: Server,

    /// What `load null` wrote: without its key no status would be believed.
    #[arg(long)]
    authority: PathBuf,

    /// How many sockets wait for frames; they get statuses in turn.
    #[arg(long, default_value_t = 1000)]
    conns: usize,

    /// How many statuses.
    #[arg(short = 'n', long, default_value_t = 5000)]
    number: usize,

    /// How many a second; 0 for as fast as the senders go.
    #[arg(long, default_value_t = 500.0)]
    rate: f64,

    /// How many posts are under way at once.
    #[arg(short = 'c', long, default_value_t = 16)]
    connections: usize,

    /// For how many seconds the last frames are waited for.
    #[arg(long, default_value_t = 5)]
    wait: u64,
}

pub(crate) async fn run(args: Args) -> anyhow::Result<Report> {
    ensure!(args.conns > 0 && args.number > 0 && args.connections > 0, "nothing is to be done");
    files::make_room(args.conns + args.connections)?;
    let signer = Authority::read(&args.authority)?.signer(STATUS_TOPIC)?;
    let images = Crowd::arrive(args.server.base, args.conns).await?.upload().await?;
    let ids: Vec<ImageId> = images.iter().map(|image| image.id).collect();
    let target = args.server.base;
    let signing = tokio::task::spawn_blocking(move || sign_ahead(&signer, target, &ids, args.number));
    let posts = signing.await??;

    let timetable = Arc::new(Timetable::new(args.number, args.conns));
    let mut readers = JoinSet::new();
    for (socket, mut feed) in Feed::open_all(&images).await?.into_iter().enumerate() {
        let timetable = timetable.clone();
        readers.spawn(async move {
            while let Some(frame) = feed.next().await {
                timetable.arrived(socket, frame.version);
            }
        });
    }
    let meter = Meter::start(args.server.pid)?;
    let mut answered = send(&args, posts, &timetable).await?;
    let sent_within = meter.read()?.within;
    timetable.all_arrived(Duration::from_secs(args.wait)).await;
    let used = meter.read()?;
    let closed = std::iter::from_fn(|| readers.try_join_next()).count();
    readers.shutdown().await;

    let Arrivals { mut latencies, overtaken, lost, extra } = timetable.arrivals();
    let mut report = Report::default();
    report.rate("statuses", answered.len(), sent_within);
    report.add("frames", latencies.len());
    report.add("overtaken", overtaken);
    report.add("lost", lost);
    report.add("extra", extra);
    report.add("sockets closed", closed);
    report.latencies("answer", &mut answered);
    report.latencies("frame", &mut latencies);
    report.used("status", latencies.len(), &used);
    Ok(report)
}

/// Each status is a complete request, in the order of sending. Made on all cores, since RSA signing is slow.
fn sign_ahead(signer: &Signer, target: Target, ids: &[ImageId], number: usize) -> anyhow::Result<Vec<Bytes>> {
    let all: Vec<usize> = (0..number).collect();
    let cores = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let shares = all.chunks(number.div_ceil(cores)).map(|share| {
            scope.spawn(move || share.iter().map(|n| post(signer, target, ids, *n)).collect::<anyhow::Result<Vec<_>>>())
        });
        let shares: Vec<_> = shares.collect();
        let mut posts = Vec::with_capacity(number);
        for share in shares {
            posts.extend(share.join().map_err(|_| anyhow::anyhow!("the signing broke"))??);
        }
        Ok(posts)
    })
}

/// Post number `n`: the sockets get theirs in turn, each with a version one higher than the one before.
fn post(signer: &Signer, target: Target, ids: &[ImageId], n: usize) -> anyhow::Result<Bytes> {
    started(signer, target, ids[n % ids.len()], timetable::version(n, ids.len()))
}

/// The request by which SNS says that work on an image was started.
pub(super) fn started(signer: &Signer, target: Target, id: ImageId, version: u64) -> anyhow::Result<Bytes> {
    let status = ImageStatus {
        image_id: id,
        status: Status::Started,
        version,
        at: Timestamp::now(),
        reason: None,
        detail: Some("The text is being read.".to_owned()),
    };
    let notification = signer.notification(&serde_json::to_string(&status)?)?;
    let head = format!(
        "POST /imageStatus HTTP/1.1\r\nHost: {}\r\nUser-Agent: Amazon Simple Notification Service Agent\r\n\
         x-amz-sns-message-type: Notification\r\nx-amz-sns-message-id: {}\r\nx-amz-sns-topic-arn: {topic}\r\n\
         x-amz-sns-subscription-arn: {topic}:00000000-0000-4000-8000-000000000000\r\n\
         Content-Type: text/plain; charset=UTF-8\r\nContent-Length: {}\r\n\r\n",
        target.address(),
        notification.message_id,
        notification.body.len(),
        topic = signer.topic(),
    );
    Ok((head + &notification.body).into())
}

/// Sends every post at its time, or as soon as a connection is free. Returns the latencies of the answers.
async fn send(args: &Args, posts: Vec<Bytes>, timetable: &Arc<Timetable>) -> anyhow::Result<Latencies> {
    let (posts, next, start) = (Arc::new(posts), Arc::new(AtomicUsize::new(0)), Instant::now());
    let mut senders = JoinSet::new();
    for _ in 0..args.connections {
        let (posts, next, timetable, rate) = (posts.clone(), next.clone(), timetable.clone(), args.rate);
        let mut connection = Connection::new(args.server.base, args.server.base.source(0));
        senders.spawn(async move {
            let mut answered = Latencies::default();
            loop {
                let n = next.fetch_add(1, Ordering::Relaxed);
                let Some(post) = posts.get(n) else { return anyhow::Ok(answered) };
                if rate > 0.0 {
                    tokio::time::sleep_until((start + Duration::from_secs_f64(n as f64 / rate)).into()).await;
                }
                let began = timetable.leaves(n);
                let answer = connection.send(&[post]).await.with_context(|| format!("post status {n}"))?;
                ensure!(answer.status == 200, "status {n} was answered with {}", answer.status);
                answered.push(began.elapsed());
            }
        });
    }
    let mut answered = Latencies::default();
    while let Some(sender) = senders.join_next().await {
        answered.extend(sender??);
    }
    Ok(answered)
}
