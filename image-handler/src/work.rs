//! What is done with one message: claim the image, have its text detected, read and judge it, tell of every step.
//!
//! Each step is in the ledger before it is published, and the message is deleted last. Whatever happens in between, the
//! message comes again and the next worker goes on where the ledger says.

use std::time::Duration;

use anyhow::Context;
use aws_config::SdkConfig;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use ledger::{Analysis, Claim, Image, Ledger};
use receipt::{
    Status,
    textract::DetectDocumentText,
    verdict::{Facts, Rules, judge},
};
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep};
use tokio_util::sync::CancellationToken;
use tracing::{Instrument, info, info_span, warn};
use uuid::Uuid;

use crate::{
    Config,
    image_queue::{Delivery, ImageQueue},
    text_detection::{DetectionError, TextDetection},
};

/// For how long a message and an image's lease are held. After a crash the next worker takes over that much later.
pub(crate) const HOLD: Duration = Duration::from_secs(15);
const RENEW_EVERY: Duration = Duration::from_secs(5);
/// How often a call that fails for a passing reason is made before the message is left for later.
const TRIES: u32 = 4;
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(20);

const WAITING: &str = "Waiting for a free reader";
const TRY_LATER: &str = "We could not read this receipt. Please send it again later.";

#[derive(Debug)]
pub(crate) struct Workshop {
    pub(crate) queue: ImageQueue,
    ledger: Ledger,
    detection: TextDetection,
    sns: aws_sdk_sns::Client,
    image_status_topic: String,
    /// Names this worker in leases.
    worker: String,
    max_receives: u32,
    stopping: CancellationToken,
}

impl Workshop {
    pub(crate) fn new(aws: &SdkConfig, config: &Config, stopping: CancellationToken) -> Self {
        Self {
            queue: ImageQueue::new(aws, config),
            ledger: Ledger::new(aws_sdk_dynamodb::Client::new(aws), &config.table),
            detection: TextDetection::new(aws, config),
            sns: aws_sdk_sns::Client::new(aws),
            image_status_topic: config.image_status_topic.clone(),
            worker: Uuid::new_v4().to_string(),
            max_receives: config.max_receives,
            stopping,
        }
    }

    /// Does what one message asks for. After an error the message comes again.
    pub(crate) async fn handle(&self, delivery: &Delivery) -> anyhow::Result<()> {
        let Some(message) = &delivery.image else {
            warn!("a message in the queue is none of ours and was deleted");
            return self.queue.delete(delivery).await;
        };
        let id = message.image_id;
        let lease = SignedDuration::try_from(HOLD).context("compute the lease")?;
        match self.ledger.claim(id, &self.worker, Timestamp::now(), lease).await? {
            Claim::Taken(image) => {
                Box::pin(self.work(*image, delivery)).instrument(info_span!("image", image.id = %id)).await
            }
            Claim::Held { until } => {
                // Its worker is at it; should it die, the message is back just when its lease is over.
                let remaining = until.duration_since(Timestamp::now()).unsigned_abs();
                self.queue.hold(delivery, remaining + Duration::from_secs(1)).await
            }
            Claim::Ended(_) | Claim::Missing => self.queue.delete(delivery).await,
        }
    }

    async fn work(&self, mut image: Image, delivery: &Delivery) -> anyhow::Result<()> {
        info!("analysis of image {} started", image.image_id);
        self.publish(&image).await;
        let answer = match self.detect_text(&mut image, delivery).await {
            Ok(answer) => answer,
            Err(Interrupted::Unreadable(detail)) => {
                let ended = self.ledger.advance(&image, Status::Failed, Some(detail.to_owned()), Timestamp::now());
                self.publish(&ended.await?).await;
                return self.queue.delete(delivery).await;
            }
            Err(Interrupted::Passing(error)) if delivery.receives >= self.max_receives => {
                let ended = self.ledger.advance(&image, Status::Failed, Some(TRY_LATER.to_owned()), Timestamp::now());
                self.publish(&ended.await?).await;
                // Not deleted: the queue moves it to the dead-letter queue, where a person looks.
                return Err(error.context("give up at the last receive"));
            }
            Err(Interrupted::Passing(error)) => {
                self.let_go(&mut image, delivery).await;
                return Err(error);
            }
        };
        let image = self.ledger.advance(&image, Status::TextDetected, None, Timestamp::now()).await?;
        self.publish(&image).await;
        let analysis = analyse(&answer, &image, Timestamp::now());
        let image = self.ledger.conclude(&image, analysis, Timestamp::now()).await?;
        self.publish(&image).await;
        info!("image {} is {}", image.image_id, image.status.as_str());
        self.queue.delete(delivery).await
    }

    /// Asks until there is an answer, holding the message and the lease meanwhile.
    async fn detect_text(&self, image: &mut Image, delivery: &Delivery) -> Result<DetectDocumentText, Interrupted> {
        let mut pause = FIRST_PAUSE;
        let mut failures = 0;
        loop {
            match self.holding(image, delivery, Box::pin(self.detection.detect(image.key))).await? {
                Ok(answer) => return Ok(answer),
                Err(DetectionError::Permanent(reason)) => return Err(Interrupted::Unreadable(reason.detail())),
                Err(DetectionError::Throttled) => self.say_waiting(image).await?,
                Err(error @ DetectionError::Passing { .. }) => {
                    failures += 1;
                    let error = anyhow::Error::from(error);
                    if failures == TRIES {
                        return Err(Interrupted::Passing(error));
                    }
                    warn!("try {failures} of {TRIES}: {error:#}");
                }
            }
            if self.stopping.is_cancelled() {
                return Err(Interrupted::Passing(anyhow::anyhow!("told to stop while waiting")));
            }
            self.holding(image, delivery, sleep(pause.mul_f64(rand::random_range(0.75..1.25)))).await?;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Waits for `work`, renewing the hold on the message and the lease on the image as long as it takes.
    async fn holding<T>(
        &self,
        image: &mut Image,
        delivery: &Delivery,
        work: impl Future<Output = T>,
    ) -> Result<T, Interrupted> {
        let mut renew = interval_at(Instant::now() + RENEW_EVERY, RENEW_EVERY);
        renew.set_missed_tick_behavior(MissedTickBehavior::Delay);
        tokio::pin!(work);
        loop {
            tokio::select! {
                done = &mut work => return Ok(done),
                _ = renew.tick() => {
                    if let Err(error) = self.queue.hold(delivery, HOLD).await {
                        warn!("the message could not be held: {error:#}");
                    }
                    match self.ledger.renew(image, Timestamp::now() + HOLD).await {
                        Ok(()) => {}
                        // The table may answer the next time, while the lease still runs.
                        Err(error @ ledger::Error::Unavailable { .. }) => {
                            warn!("the lease could not be renewed: {:#}", anyhow::Error::from(error));
                        }
                        Err(error) => return Err(Interrupted::Passing(error.into())),
                    }
                }
            }
        }
    }

    /// Lets the person know that the picture is in hand but Textract is busy.
    async fn say_waiting(&self, image: &mut Image) -> Result<(), Interrupted> {
        if image.detail.as_deref() != Some(WAITING) {
            let waiting = self.ledger.advance(image, Status::Started, Some(WAITING.to_owned()), Timestamp::now());
            *image = waiting.await.map_err(anyhow::Error::from)?;
            self.publish(image).await;
        }
        Ok(())
    }

    /// Ends the lease and shows the message again, so that the next worker need not wait.
    async fn let_go(&self, image: &mut Image, delivery: &Delivery) {
        let lease = self.ledger.renew(image, Timestamp::now()).await.map_err(anyhow::Error::from);
        let message = self.queue.hold(delivery, Duration::from_secs(2)).await;
        for error in [lease, message].into_iter().filter_map(Result::err) {
            warn!("image {} could not be let go: {error:#}", image.image_id);
        }
    }

    /// Tells the topic. A status that cannot be published is found by those who watch: they re-read the ledger.
    async fn publish(&self, image: &Image) {
        let Ok(message) = serde_json::to_string(&image.image_status()) else { return };
        let published = self.sns.publish().topic_arn(&self.image_status_topic).message(message).send().await;
        if let Err(error) = published {
            warn!("status {} was not published: {:#}", image.status.as_str(), anyhow::Error::from(error));
        }
    }
}

/// Why there is no answer.
enum Interrupted {
    /// The picture can never be read; a sentence for the person.
    Unreadable(&'static str),
    /// Another try, later or by another worker, may succeed.
    Passing(anyhow::Error),
}

impl From<anyhow::Error> for Interrupted {
    fn from(error: anyhow::Error) -> Self {
        Self::Passing(error)
    }
}

fn analyse(answer: &DetectDocumentText, image: &Image, now: Timestamp) -> Analysis {
    let receipt = receipt::read(answer, image.orientation);
    let facts = Facts { today: Some(now.to_zoned(TimeZone::UTC).date()) };
    let verdict = judge(&receipt, &facts, &Rules::default());
    Analysis { receipt, verdict }
}
