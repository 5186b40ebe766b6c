//! What is done with one message: claim the image, have its text detected, read and judge it, tell of every step.
//!
//! Each step is in the ledger before it is published, and the message is deleted last. Whatever happens in between, the
//! message comes again and the next worker goes on where the ledger says.

use std::{panic::AssertUnwindSafe, time::Duration};

use anyhow::Context;
use aws_config::SdkConfig;
use futures_util::FutureExt;
use jiff::{SignedDuration, Timestamp};
use ledger::{Claim, Image, Ledger};
use receipt::{ImageId, ImageStatus, ObjectKey, Status, textract::DetectDocumentText};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tracing::{Instrument, info, info_span, warn};
use uuid::Uuid;

use crate::{
    Config,
    image_queue::{Delivery, ImageQueue},
    judgement::Judge,
    text_detection::{DetectionError, TextDetection, Unreadable},
};

/// For how long a message and an image's lease are held. After a crash the next worker takes over that much later.
pub(crate) const HOLD: Duration = Duration::from_secs(15);
const RENEW_EVERY: Duration = Duration::from_secs(5);
const RENEW_WITHIN: Duration = Duration::from_secs(3);
/// So that a topic that hangs does not cost the lease: three statuses fit into it.
const PUBLISH_WITHIN: Duration = Duration::from_secs(3);
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
    judge: Judge,
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
        let ledger = Ledger::new(aws_sdk_dynamodb::Client::new(aws), &config.table);
        Self {
            queue: ImageQueue::new(aws, config),
            judge: Judge::new(ledger.clone(), config),
            ledger,
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
                self.work_or_give_up(*image, delivery).instrument(info_span!("image", image.id = %id)).await
            }
            Claim::Held { until } => {
                // Its worker is at it. Should that one die, this message is back soon after its lease; but the longer it
                // lives, the more rarely, because every receive counts towards the dead-letter queue.
                let remaining = until.duration_since(Timestamp::now()).unsigned_abs();
                let patience = Duration::from_secs(1 << delivery.receives.saturating_sub(1).min(9));
                self.queue.hold(delivery, remaining + patience).await
            }
            Claim::Ended(_) => self.queue.delete(delivery).await,
            Claim::Missing => self.forget(id, message.key, delivery).await,
        }
    }

    /// The image was deleted, or its upload taken back: what a worker stored for it goes, then the message.
    async fn forget(&self, id: ImageId, key: ObjectKey, delivery: &Delivery) -> anyhow::Result<()> {
        if key.image_id() == id {
            self.detection.remove(key).await?;
        }
        self.queue.delete(delivery).await
    }

    /// Works on a claimed image. Where the picture cannot be read, and where the work fails for the last time or panics,
    /// the image ends as `failed`.
    async fn work_or_give_up(&self, image: Image, delivery: &Delivery) -> anyhow::Result<()> {
        let (id, key) = (image.image_id, image.key);
        let error = match AssertUnwindSafe(Box::pin(self.work(image, delivery))).catch_unwind().await {
            Ok(Ok(()) | Err(Interrupted::Stopped)) => return Ok(()),
            Ok(Err(Interrupted::Unreadable(unreadable))) => {
                self.end_as_failed(id, unreadable.detail()).await?;
                return self.queue.delete(delivery).await;
            }
            Ok(Err(Interrupted::Passing(error))) => error,
            Err(_) => anyhow::anyhow!("the work on image {id} panicked"),
        };
        if self.ledger.get(id).await?.is_none() {
            info!("image {id} was deleted while it was worked on: {error:#}");
            return self.forget(id, key, delivery).await;
        }
        if delivery.receives < self.max_receives {
            return Err(error);
        }
        self.end_as_failed(id, TRY_LATER).await?;
        // Not deleted: the queue moves it to the dead-letter queue, where a person looks.
        Err(error.context("give up at the last receive"))
    }

    async fn work(&self, mut image: Image, delivery: &Delivery) -> Result<(), Interrupted> {
        info!("analysis of image {} started", image.image_id);
        self.publish(&image).await;
        let answer = match self.detect_text(&mut image, delivery).await {
            Ok(answer) => answer,
            Err(unreadable @ Interrupted::Unreadable(_)) => return Err(unreadable),
            Err(interrupted @ (Interrupted::Passing(_) | Interrupted::Stopped)) => {
                self.let_go(&mut image, delivery).await;
                return Err(interrupted);
            }
        };
        let image = self.ledger.advance(&image, Status::TextDetected, None, Timestamp::now()).await?;
        self.publish(&image).await;
        let image = self.judge.conclude(&image, &answer).await?;
        self.publish(&image).await;
        info!("image {} is {}", image.image_id, image.status.as_str());
        Ok(self.queue.delete(delivery).await?)
    }

    /// Ends an image, unless it has ended or another worker has it by now.
    async fn end_as_failed(&self, id: ImageId, detail: &str) -> anyhow::Result<()> {
        let Some(image) = self.ledger.get(id).await? else { return Ok(()) };
        let is_ours = image.lease.as_ref().is_some_and(|lease| lease.worker == self.worker);
        if image.status.is_final() || !is_ours {
            return Ok(());
        }
        let ended = self.ledger.advance(&image, Status::Failed, Some(detail.to_owned()), Timestamp::now()).await?;
        info!("image {id} failed: {detail}");
        self.publish(&ended).await;
        Ok(())
    }

    /// The text on the picture: what is stored, or what Textract says, holding the message and the lease meanwhile.
    async fn detect_text(&self, image: &mut Image, delivery: &Delivery) -> Result<DetectDocumentText, Interrupted> {
        let key = image.key;
        if let Some(answer) = self.persist(image, delivery, || self.detection.stored(key)).await? {
            return Ok(answer);
        }
        // Whoever asks Textract must hold the image at that moment.
        self.ledger.renew(image, Timestamp::now() + HOLD).await?;
        let answer = self.persist(image, delivery, || self.detection.ask(key)).await?;
        // Paid for: what follows must not ask again. If the bucket takes nothing, we go on with what is in hand.
        match self.persist(image, delivery, || self.detection.store(key, &answer)).await {
            Ok(()) => {}
            Err(Interrupted::Passing(error)) => warn!("Textract's answer was not stored: {error:#}"),
            Err(Interrupted::Unreadable(_) | Interrupted::Stopped) => warn!("Textract's answer was not stored"),
        }
        Ok(answer)
    }

    /// Calls until it works, the picture is found to be unreadable, or it failed too often. Being throttled is no failure:
    /// it waits, with the message and the lease in hand, and the person is told.
    async fn persist<T, F: Future<Output = Result<T, DetectionError>>>(
        &self,
        image: &mut Image,
        delivery: &Delivery,
        call: impl Fn() -> F,
    ) -> Result<T, Interrupted> {
        let mut pause = FIRST_PAUSE;
        let mut failures = 0;
        loop {
            match self.holding(image, delivery, Box::pin(call())).await? {
                Ok(done) => return Ok(done),
                Err(DetectionError::Permanent(unreadable)) => return Err(Interrupted::Unreadable(unreadable)),
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
            let resting = sleep(service::jittered(pause));
            let rested = self.holding(image, delivery, self.stopping.run_until_cancelled(resting)).await?;
            rested.ok_or(Interrupted::Stopped)?;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Waits for `work`, renewing the hold on the message and the lease on the image as long as it takes. Both go on at
    /// the same time: a queue or a table that hangs does not hold up the work.
    async fn holding<T>(
        &self,
        image: &mut Image,
        delivery: &Delivery,
        work: impl Future<Output = T>,
    ) -> Result<T, Interrupted> {
        tokio::pin!(work);
        loop {
            let mut renewed = image.clone();
            let renewing = Box::pin(async {
                sleep(RENEW_EVERY).await;
                tokio::join!(
                    timeout(RENEW_WITHIN, self.queue.hold(delivery, HOLD)),
                    timeout(RENEW_WITHIN, self.ledger.renew(&mut renewed, Timestamp::now() + HOLD)),
                )
            });
            let (message, lease) = tokio::select! {
                done = &mut work => return Ok(done),
                outcome = renewing => outcome,
            };
            if !matches!(message, Ok(Ok(()))) {
                warn!("the message could not be held: {message:?}");
            }
            match lease {
                Ok(Ok(())) => *image = renewed,
                // Somebody else has the image. What was begun is finished, so that a paid answer is not thrown away.
                Ok(Err(ledger::Error::OutOfDate)) => return Ok(work.await),
                // The table may answer the next time, while the lease still runs.
                Ok(Err(_)) | Err(_) => warn!("the lease could not be renewed: {lease:?}"),
            }
        }
    }

    /// Lets the person know that the picture is in hand but Textract is busy.
    async fn say_waiting(&self, image: &mut Image) -> Result<(), Interrupted> {
        if image.detail.as_deref() != Some(WAITING) {
            *image = self.ledger.advance(image, Status::Started, Some(WAITING.to_owned()), Timestamp::now()).await?;
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

    /// Tells the topic. A status that cannot be published in good time is found by those who watch: they re-read the
    /// ledger.
    async fn publish(&self, image: &Image) {
        let status = image.image_status();
        // The last sentence may hold something of the receipt, and the topic may cross plain HTTP.
        let detail = status.detail.filter(|_| !status.status.is_final());
        let Ok(message) = serde_json::to_string(&ImageStatus { detail, ..status }) else { return };
        let publish = self.sns.publish().topic_arn(&self.image_status_topic).message(message).send();
        let problem = match timeout(PUBLISH_WITHIN, publish).await {
            Ok(Ok(_)) => return,
            Ok(Err(error)) => anyhow::Error::from(error),
            Err(elapsed) => elapsed.into(),
        };
        warn!("status {} was not published: {problem:#}", image.status.as_str());
    }
}

/// Why the work on an image did not come to an end.
enum Interrupted {
    /// The picture can never be read.
    Unreadable(Unreadable),
    /// Another try, later or by another worker, may succeed.
    Passing(anyhow::Error),
    /// The service was told to stop while it waited.
    Stopped,
}

impl<E: Into<anyhow::Error>> From<E> for Interrupted {
    fn from(error: E) -> Self {
        Self::Passing(error.into())
    }
}
