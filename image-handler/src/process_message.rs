//! The processing of one message, from top to bottom: claim the image, obtain its text (the stored answers, else
//! a reader's), record that, judge the receipt and record the verdict, export it for analytics, settle message and lease.
//!
//! Each step is in the ledger before it is published, and the message is deleted last. If a worker dies in between, the
//! message comes again and the next worker continues from what the ledger says.

use std::{panic::AssertUnwindSafe, time::Duration};

use anyhow::{Context, anyhow};
use aws_config::SdkConfig;
use futures_util::FutureExt;
use jiff::{SignedDuration, Timestamp};
use ledger::{Claim, Image, Ledger};
use receipt::{ImageId, NewImage, Reason};
use tracing::{Instrument, info, info_span, warn};
use uuid::Uuid;

use crate::{
    Config,
    analytics_export::AnalyticsExport,
    image_queue::{ImageQueue, ReceivedMessage},
    judgement::Judge,
    leased_message::{Interruption, LEASE, LeasedMessage},
    shutdown::Shutdown,
    status_topic::StatusTopic,
    text_detection::TextDetection,
};

/// The delay before a retry by a later receive: after the first receive, doubled for each further one, and its maximum.
const FIRST_RETRY_DELAY: Duration = Duration::from_secs(2);
const MAX_RETRY_DELAY: Duration = Duration::from_mins(5);

/// How the processing of a message ended. What becomes of message and lease is decided by this alone, in `settle`.
#[derive(Debug)]
enum Outcome {
    /// The image has ended and is exported.
    Done,
    /// The image has failed for a reason that may pass: the message goes to the dead-letter queue, where `redrive`
    /// finds it.
    PutAside,
    /// Another worker holds the image, or a failure may pass: the message comes again after this delay.
    RetryAfter(Duration),
    /// The worker shuts down: the message comes again at once.
    Released,
    /// The image or the message is another worker's by now: no status is written, and what is still ours is given back.
    Lost,
    /// A failure came too late to be recorded, since the image has ended or is another worker's: message and lease are left
    /// as they are, and end by themselves.
    TooLate,
    /// The image was deleted, or its upload withdrawn.
    ImageGone,
    /// The message is not an announcement of an image.
    Unrecognised,
}

#[derive(Debug)]
pub(crate) struct MessageProcessor {
    pub(crate) queue: ImageQueue,
    ledger: Ledger,
    text_detection: TextDetection,
    judge: Judge,
    analytics: AnalyticsExport,
    topic: StatusTopic,
    /// The name of this worker in leases.
    worker: String,
    max_receives: u32,
    shutdown: Shutdown,
}

impl MessageProcessor {
    pub(crate) fn new(aws: &SdkConfig, config: &Config, shutdown: Shutdown) -> Self {
        let ledger = Ledger::new(aws_sdk_dynamodb::Client::new(aws), &config.table);
        let topic = StatusTopic::new(aws, config);
        // Path style works everywhere; by itself the SDK chooses it only where the endpoint is an IP address.
        let s3 = aws_sdk_s3::config::Builder::from(aws).force_path_style(true).build();
        let s3 = aws_sdk_s3::Client::from_conf(s3);
        Self {
            queue: ImageQueue::new(aws, config),
            text_detection: TextDetection::new(aws, s3.clone(), config, ledger.clone(), topic.clone()),
            judge: Judge::new(ledger.clone(), config),
            analytics: AnalyticsExport::new(s3, config, ledger.clone()),
            ledger,
            topic,
            worker: Uuid::new_v4().to_string(),
            max_receives: config.max_receives,
            shutdown,
        }
    }

    /// Does what one message asks for. After an error the message is left as it is, and comes again when its visibility
    /// timeout ends.
    pub(crate) async fn process_message(&self, message: &ReceivedMessage) -> anyhow::Result<()> {
        let Some(announced) = &message.announced else {
            return Box::pin(self.settle(message, None, Outcome::Unrecognised)).await;
        };
        let (id, lease) = (announced.image_id, SignedDuration::try_from(LEASE).context("compute the lease")?);
        let processed = async {
            let (outcome, leased) = match self.ledger.claim(id, &self.worker, Timestamp::now(), lease).await? {
                Claim::Taken(image) => {
                    let mut leased = LeasedMessage::new(*image, message, &self.queue, &self.ledger, &self.shutdown);
                    (self.process_leased(&mut leased).await?, Some(leased))
                }
                Claim::Held { until } => (Outcome::RetryAfter(delay_while_held(until, message.receives)), None),
                Claim::Ended(image) => {
                    // Its worker may have died before the export.
                    self.analytics.export(&image).await?;
                    (Outcome::of_ended(&image), None)
                }
                Claim::Missing => (Outcome::ImageGone, None),
            };
            Box::pin(self.settle(message, leased, outcome)).await
        };
        Box::pin(processed).instrument(info_span!("image", image.id = %id)).await
    }

    /// Gives back a message that was received but is not processed.
    pub(crate) async fn release(&self, message: &ReceivedMessage) -> anyhow::Result<()> {
        Box::pin(self.settle(message, None, Outcome::Released)).await
    }

    /// Runs the analysis of a claimed image, and records a failure that ends the image.
    async fn process_leased(&self, leased: &mut LeasedMessage<'_>) -> anyhow::Result<Outcome> {
        let (id, receives) = (leased.image.image_id, leased.message.receives);
        let analysed = AssertUnwindSafe(Box::pin(self.analyse(leased))).catch_unwind().await;
        let interruption = match analysed {
            Ok(Ok(image)) => return Ok(Outcome::of_ended(&image)),
            Ok(Err(interruption)) => interruption,
            Err(_) => Interruption::Retryable(anyhow!("the work on image {id} panicked")),
        };
        match interruption {
            Interruption::Unreadable(reason) => self.record_failure(id, reason).await,
            Interruption::Overdue => self.record_failure(id, Reason::GaveUp).await,
            Interruption::Stopped => Ok(Outcome::Released),
            Interruption::Lost | Interruption::TextractRefused | Interruption::Retryable(_)
                if self.ledger.get(id).await?.is_none() =>
            {
                info!("image {id} was deleted while it was worked on");
                Ok(Outcome::ImageGone)
            }
            Interruption::Lost => {
                info!("image {id} is left to another worker, which has it or its message by now");
                Ok(Outcome::Lost)
            }
            Interruption::TextractRefused => self.retry_or_give_up(id, receives).await,
            Interruption::Retryable(error) => {
                warn!("an image was left for later: {error:#}");
                self.retry_or_give_up(id, receives).await
            }
        }
    }

    /// From the claim to the export. The result is the ended image.
    async fn analyse(&self, leased: &mut LeasedMessage<'_>) -> Result<Image, Interruption> {
        info!("analysis of image {} started", leased.image.image_id);
        self.topic.publish(&leased.image).await;

        let text = Box::pin(self.text_detection.detect(leased)).await?;
        leased.ensure_held_for(Duration::ZERO).await?;
        leased.image = self.ledger.text_detected(&leased.image, text.parts(), Timestamp::now()).await?;
        self.topic.publish(&leased.image).await;

        let image = Box::pin(self.judge.judge_and_record(&leased.image, &text)).await?;
        self.topic.publish(&image).await;
        info!("image {} is {}", image.image_id, image.status.as_str());

        self.analytics.export(&image).await?;
        if !text.has_thumbnail {
            self.text_detection.keep_thumbnail(&image).await?;
        }
        Ok(image)
    }

    /// Another receive may do better; after the last one the image ends.
    async fn retry_or_give_up(&self, id: ImageId, receives: u32) -> anyhow::Result<Outcome> {
        if receives >= self.max_receives {
            return self.record_failure(id, Reason::GaveUp).await;
        }
        let doubled = FIRST_RETRY_DELAY.saturating_mul(1 << receives.saturating_sub(1).min(10));
        Ok(Outcome::RetryAfter(service::jittered(doubled.min(MAX_RETRY_DELAY))))
    }

    /// Records an image as failed, unless it has ended or another worker has it by now.
    async fn record_failure(&self, id: ImageId, reason: Reason) -> anyhow::Result<Outcome> {
        let Some(image) = self.ledger.get(id).await? else { return Ok(Outcome::ImageGone) };
        let is_ours = image.lease.as_ref().is_some_and(|lease| lease.worker == self.worker);
        if image.status.is_final() || !is_ours {
            return Ok(Outcome::TooLate);
        }
        let failed = self.ledger.fail(&image, reason, Timestamp::now()).await?;
        info!("image {} failed: {}", failed.image_id, reason.sentence());
        self.topic.publish(&failed).await;
        Ok(Outcome::of_ended(&failed))
    }

    /// The one place where a message is deleted or given back, and a lease ended.
    async fn settle(
        &self,
        message: &ReceivedMessage,
        leased: Option<LeasedMessage<'_>>,
        outcome: Outcome,
    ) -> anyhow::Result<()> {
        match outcome {
            Outcome::Done => self.queue.delete(message).await,
            // SQS has no call that moves a message to its dead-letter queue. The message is shown at once instead,
            // again and again, until its receives are used up: that needs neither the address of a second queue nor the
            // permission to write to it.
            Outcome::PutAside if message.receives <= self.max_receives => {
                self.queue.give_back(message, Duration::ZERO).await
            }
            Outcome::PutAside => {
                warn!("the queue puts no message aside after {} receives: one was deleted", self.max_receives);
                self.queue.delete(message).await
            }
            Outcome::RetryAfter(delay) => self.give_back(message, leased, delay).await,
            Outcome::Released | Outcome::Lost => self.give_back(message, leased, Duration::ZERO).await,
            Outcome::TooLate => Ok(()),
            Outcome::ImageGone => {
                if let Some(announced) = &message.announced {
                    self.remove_stored(announced).await?;
                }
                self.queue.delete(message).await
            }
            Outcome::Unrecognised => {
                warn!("a message in the queue is none of ours and was deleted");
                self.queue.delete(message).await
            }
        }
    }

    /// First ends the lease, because the next worker to receive the message must find it ended.
    async fn give_back(
        &self,
        message: &ReceivedMessage,
        leased: Option<LeasedMessage<'_>>,
        delay: Duration,
    ) -> anyhow::Result<()> {
        if let Some(mut leased) = leased {
            leased.end_lease().await;
        }
        self.queue.give_back(message, delay).await
    }

    /// Removes what a worker has stored for an image that is gone.
    async fn remove_stored(&self, NewImage { image_id, key, .. }: &NewImage) -> anyhow::Result<()> {
        if key.image_id() == *image_id {
            self.text_detection.remove_stored(*image_id).await?;
        }
        Ok(())
    }
}

impl Outcome {
    fn of_ended(image: &Image) -> Self {
        if image.try_again == Some(true) { Self::PutAside } else { Self::Done }
    }
}

/// Should the other worker die, the message is back soon after its lease ends. The longer that worker lives, the longer
/// the delay, because every receive counts towards the dead-letter queue.
fn delay_while_held(until: Timestamp, receives: u32) -> Duration {
    let remaining = until.duration_since(Timestamp::now()).unsigned_abs();
    remaining + Duration::from_secs(1 << receives.saturating_sub(1).min(9))
}
