//! `load worker`: as many receipts as `image-handler` can process, with a minimal AWS behind it.

mod aws;
mod photo;

use std::{
    ffi::OsString,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail, ensure};
use receipt::Rules;
use tokio::net::TcpListener;

use super::start::{start, stop};
use crate::{null::answers::STATUS_TOPIC, process::Meter, report::Report};
use aws::Aws;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// How many receipts.
    #[arg(short = 'n', long, default_value_t = 800)]
    number: usize,

    /// `WORKER_CONCURRENCY`: how many it works on at once.
    #[arg(short = 'c', long, default_value_t = 8)]
    concurrency: u32,

    /// For how many milliseconds Textract looks at a picture.
    #[arg(long, default_value_t = 300)]
    textract: u64,

    /// The worker; it inherits our environment.
    #[arg(required = true, last = true, value_name = "PROGRAM")]
    command: Vec<OsString>,
}

const READY_WITHIN: Duration = Duration::from_secs(30);
/// Since the last receipt ended.
const STUCK_AFTER: Duration = Duration::from_secs(30);

pub(crate) async fn run(args: Args) -> anyhow::Result<Report> {
    let listener = TcpListener::bind("127.0.0.1:0").await.context("find a port")?;
    let endpoint = format!("http://{}", listener.local_addr()?);
    let aws = Arc::new(Aws::new(args.number, Duration::from_millis(args.textract))?);
    let serving = tokio::spawn(aws::serve(listener, aws.clone()));

    let mut child = start(&args.command, &environment(&endpoint, args.concurrency))?;
    let pid = child.id().context("the worker has just stopped")?;
    tokio::time::timeout(READY_WITHIN, aws.polled.notified()).await.context("the worker asks for no messages")?;
    let meter = Meter::start(Some(pid))?;
    let began = Instant::now();
    aws.open();
    let worked = async {
        let mut ended = 0;
        while aws.ended() < args.number {
            if tokio::time::timeout(STUCK_AFTER, aws.progress.notified()).await.is_err() && aws.ended() == ended {
                bail!("the worker is stuck after {ended} receipts");
            }
            ended = aws.ended();
        }
        Ok(())
    };
    tokio::select! {
        died = child.wait() => bail!("the worker ended by itself: {}", died?),
        worked = worked => worked?,
    }
    let (within, used) = (began.elapsed(), meter.read()?);
    stop(child, pid).await?;
    serving.abort();
    ensure!(aws.accepted() == args.number, "only {} of {} receipts were accepted", aws.accepted(), args.number);

    let mut report = Report::default();
    report.rate("receipts", args.number, within);
    report.latencies("receipt", &mut aws.latencies());
    report.add("most Textract calls at once", aws.most_calls());
    report.used("receipt", args.number, &used);
    Ok(report)
}

fn environment(endpoint: &str, concurrency: u32) -> Vec<(&'static str, String)> {
    vec![
        ("AWS_ENDPOINT_URL", endpoint.to_owned()),
        ("AWS_REGION", "us-east-1".to_owned()),
        ("AWS_ACCESS_KEY_ID", "load".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "load-secret".to_owned()),
        ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
        ("COPILOT_QUEUE_URI", format!("{endpoint}/000000000000/load-queue")),
        ("IMAGE_STATUS_SNS_TOPIC", STATUS_TOPIC.to_owned()),
        ("RECEIPTUPLOADS_NAME", "load-uploads".to_owned()),
        ("RECEIPTS_TABLE", aws::TABLE.to_owned()),
        ("FINGERPRINT_KEY", "a key for benchmarks, of more than 32 bytes".to_owned()),
        ("RECEIPT_RULES", Rules::default().for_trying_out().to_toml()),
        ("WORKER_CONCURRENCY", concurrency.to_string()),
    ]
}
