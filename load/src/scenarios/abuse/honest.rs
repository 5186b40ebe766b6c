//! The honest visitor: looks whether the server lives, uploads, and waits for frames, at a steady pace whatever becomes of it.

use std::{
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyhow::{Context as _, bail, ensure};
use receipt::ImageId;
use tokio::{
    task::JoinSet,
    time::{Instant, MissedTickBehavior},
};

use crate::{
    connection::Connection,
    feed::Feed,
    latencies::Latencies,
    picture,
    report::Report,
    scenarios::status,
    signing::Signer,
    target::Target,
    visitor::{Upload, Visitor},
};

const LOOK_EVERY: Duration = Duration::from_millis(50);
/// Below what one address may upload in a minute.
const UPLOAD_EVERY: Duration = Duration::from_millis(250);
/// Below what one person may.
const VISITORS: usize = 5;
const PICTURE_BYTES: usize = 500_000;
/// What takes longer has failed.
const LIVEZ_WITHIN: Duration = Duration::from_secs(5);
const UPLOAD_WITHIN: Duration = Duration::from_secs(10);
const FRAMES_WITHIN: Duration = Duration::from_secs(10);
/// Where SNS posts from.
const SNS: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(127, 0, 1, 1));

pub(super) struct Honest {
    target: Target,
    source: IpAddr,
    visitors: Vec<(Arc<Visitor>, Upload)>,
    signer: Arc<Signer>,
}

/// What the visitor saw.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) livez: Series,
    /// Until the 202.
    pub(super) uploads: Series,
    /// From there: until the feed was open and had told where the image stands, and from a status to its frame.
    pub(super) frames: Series,
}

/// One thing tried again and again.
#[derive(Debug, Default)]
pub(super) struct Series {
    pub(super) latencies: Latencies,
    pub(super) failed: usize,
    pub(super) first_failure: Option<String>,
}

impl Honest {
    pub(super) async fn arrive(target: Target, source: IpAddr, signer: Signer) -> anyhow::Result<Self> {
        let picture = picture::jpeg(PICTURE_BYTES);
        let mut visitors = Vec::with_capacity(VISITORS);
        for _ in 0..VISITORS {
            let visitor = Arc::new(Visitor::arrive(target, source).await?);
            let upload = visitor.upload(picture.clone());
            visitors.push((visitor, upload));
        }
        Ok(Self { target, source, visitors, signer: Arc::new(signer) })
    }

    /// Begins uploads and looks for so long, and waits for what has begun.
    pub(super) async fn live(&self, during: Duration) -> anyhow::Result<Seen> {
        let seen = Arc::new(Mutex::new(Seen::default()));
        let end = Instant::now() + during;
        tokio::try_join!(self.look(end, &seen), self.submit(end, &seen))?;
        let seen = std::mem::take(&mut *seen.lock().unwrap_or_else(PoisonError::into_inner));
        Ok(seen)
    }

    async fn look(&self, end: Instant, seen: &Arc<Mutex<Seen>>) -> anyhow::Result<()> {
        let mut looks = JoinSet::new();
        let mut ticks = ticks(LOOK_EVERY);
        while ticks.tick().await < end {
            let (target, source, seen) = (self.target, self.source, seen.clone());
            looks.spawn(async move {
                let looked = within(LIVEZ_WITHIN, livez(target, source)).await;
                seen.lock().unwrap_or_else(PoisonError::into_inner).livez.add(looked.map(|(took, ())| took));
            });
        }
        all(looks).await
    }

    async fn submit(&self, end: Instant, seen: &Arc<Mutex<Seen>>) -> anyhow::Result<()> {
        let mut journeys = JoinSet::new();
        let mut ticks = ticks(UPLOAD_EVERY);
        let mut visitors = self.visitors.iter().cycle();
        while ticks.tick().await < end {
            let Some((visitor, upload)) = visitors.next() else { break };
            let (visitor, upload) = (visitor.clone(), upload.clone());
            let (signer, seen) = (self.signer.clone(), seen.clone());
            journeys.spawn(async move {
                let mut connection = Connection::new(visitor.target, visitor.source);
                let uploaded = within(UPLOAD_WITHIN, upload.send(&mut connection)).await;
                let id = uploaded.as_ref().ok().map(|(_, id)| *id);
                let uploaded = uploaded.map(|(took, _)| took);
                seen.lock().unwrap_or_else(PoisonError::into_inner).uploads.add(uploaded);
                if let Some(id) = id {
                    let frames = frames(&visitor, id, &signer).await;
                    seen.lock().unwrap_or_else(PoisonError::into_inner).frames.add(frames);
                }
            });
        }
        all(journeys).await
    }
}

fn ticks(every: Duration) -> tokio::time::Interval {
    let mut ticks = tokio::time::interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

async fn all(mut tasks: JoinSet<()>) -> anyhow::Result<()> {
    while let Some(ended) = tasks.join_next().await {
        ended?;
    }
    Ok(())
}

/// How long it took, and what came of it.
async fn within<T>(most: Duration, what: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<(Duration, T)> {
    let began = Instant::now();
    let done = tokio::time::timeout(most, what).await.with_context(|| format!("nothing within {most:?}"))??;
    Ok((began.elapsed(), done))
}

/// On a connection of its own, as a load balancer's.
async fn livez(target: Target, source: IpAddr) -> anyhow::Result<()> {
    let request = format!("GET /livez HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", target.address());
    let answer = Connection::new(target, source).send(&[request.as_bytes()]).await?;
    ensure!(answer.status == 200, "answered {}", answer.status);
    Ok(())
}

async fn frames(visitor: &Visitor, id: ImageId, signer: &Signer) -> anyhow::Result<Duration> {
    // Signing is no part of what is measured.
    let status = status::started(signer, visitor.target, id, 2)?;
    let (opened, mut feed) = within(FRAMES_WITHIN, async {
        let mut feed = Feed::open(visitor, id).await?;
        feed.next().await.context("the feed does not tell where the image stands")?;
        Ok(feed)
    })
    .await?;
    let (told, ()) = within(FRAMES_WITHIN, async {
        let mut sns = Connection::new(visitor.target, SNS);
        let answer = sns.send(&[&status]).await.context("post a status")?;
        ensure!(answer.status == 200, "a status was answered {}", answer.status);
        match feed.next().await {
            Some(frame) if frame.version == 2 => Ok(()),
            Some(frame) => bail!("a frame of version {}", frame.version),
            None => bail!("the feed was closed before the frame"),
        }
    })
    .await?;
    Ok(opened + told)
}

impl Series {
    fn add(&mut self, done: anyhow::Result<Duration>) {
        match done {
            Ok(took) => self.latencies.push(took),
            Err(error) => {
                self.failed += 1;
                self.first_failure.get_or_insert_with(|| format!("{error:#}"));
            }
        }
    }

    /// `permille` of 1000 is the worst. None where something failed or nothing was tried.
    pub(super) fn percentile(&mut self, permille: usize) -> Option<Duration> {
        if self.failed > 0 { None } else { self.latencies.percentile(permille) }
    }

    pub(super) fn report(&mut self, name: &str, report: &mut Report) {
        report.latencies(name, &mut self.latencies);
        report.add(format!("{name} failed"), format!("{} of {}", self.failed, self.failed + self.latencies.len()));
        if let Some(failure) = &self.first_failure {
            report.add(format!("{name} first failure"), failure);
        }
    }
}
