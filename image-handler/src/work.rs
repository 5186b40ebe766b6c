//! What is done with one message: claim the image, have its text detected, read and judge it, tell of every step.
//!
//! Each step is in the ledger before it is published, an image that has ended is mined, and the message is deleted last.
//! Whatever happens in between, the message comes again and the next worker goes on where the ledger says.

use std::{panic::AssertUnwindSafe, time::Duration};

use anyhow::Context;
use aws_config::SdkConfig;
use futures_util::FutureExt;
use jiff::{SignedDuration, Timestamp};
use ledger::{Claim, Image, Ledger};
use receipt::{ImageId, NewImage, Reason, Status};
use tracing::{Instrument, info, info_span, warn};
use uuid::Uuid;

use crate::{
    Config,
    image_queue::{Delivery, HoldError, ImageQueue},
    in_hand::{InHand, Interrupted, LEASE, Signals},
    judgement::Judge,
    mine::Mine,
    reader::Reader,
    status_topic::StatusTopic,
};

/// Before a message that was left for later is shown again: at the first receive, and at most.
const FIRST_REST: Duration = Duration::from_secs(2);
const LONGEST_REST: Duration = Duration::from_mins(5);

#[derive(Debug)]
pub(crate) struct Workshop {
    pub(crate) queue: ImageQueue,
    ledger: Ledger,
    judge: Judge,
    mine: Mine,
    reader: Reader,
    topic: StatusTopic,
    /// Names this worker in leases.
    worker: String,
    max_receives: u32,
    signals: Signals,
}

impl Workshop {
    pub(crate) fn new(aws: &SdkConfig, config: &Config, signals: Signals) -> Self {
        let ledger = Ledger::new(aws_sdk_dynamodb::Client::new(aws), &config.table);
        let topic = StatusTopic::new(aws, config);
        // Path style works everywhere; by itself the SDK chooses it only where the endpoint is an IP address.
        let s3 = aws_sdk_s3::config::Builder::from(aws).force_path_style(true).build();
        let s3 = aws_sdk_s3::Client::from_conf(s3);
        Self {
            queue: ImageQueue::new(aws, config),
            judge: Judge::new(ledger.clone(), config),
            mine: Mine::new(s3.clone(), config, ledger.clone()),
            reader: Reader::new(aws, s3, config, ledger.clone(), topic.clone()),
            ledger,
            topic,
            worker: Uuid::new_v4().to_string(),
            max_receives: config.max_receives,
            signals,
        }
    }

    /// Does what one message asks for. After an error the message comes again.
    pub(crate) async fn handle(&self, delivery: &Delivery) -> anyhow::Result<()> {
        let Some(message) = &delivery.image else {
            warn!("a message in the queue is none of ours and was deleted");
            return self.queue.delete(delivery).await;
        };
        let id = message.image_id;
        let lease = SignedDuration::try_from(LEASE).context("compute the lease")?;
        match self.ledger.claim(id, &self.worker, Timestamp::now(), lease).await? {
            Claim::Taken(image) => {
                let working = Box::pin(self.work_or_give_up(*image, message, delivery));
                working.instrument(info_span!("image", image.id = %id)).await
            }
            Claim::Held { until } => {
                // Its worker is at it. Should that one die, this message is back soon after its lease; but the longer it
                // lives, the more rarely, because every receive counts towards the dead-letter queue.
                let remaining = until.duration_since(Timestamp::now()).unsigned_abs();
                let patience = Duration::from_secs(1 << delivery.receives.saturating_sub(1).min(9));
                Ok(self.queue.hold(delivery, remaining + patience).await?)
            }
            Claim::Ended(image) => {
                // Its worker may have died before it was mined.
                self.mine.store(&image).await?;
                self.put_away(&image, delivery).await
            }
            Claim::Missing => self.forget(message, delivery).await,
        }
    }

    /// The message of an image that has ended is deleted. That of one which may be tried again is shown at once instead,
    /// again and again, until the queue puts it aside: there `redrive` finds it. SQS knows no other way that needs
    /// neither a second queue's address nor the right to write to it.
    async fn put_away(&self, image: &Image, delivery: &Delivery) -> anyhow::Result<()> {
        if image.try_again != Some(true) {
            return self.queue.delete(delivery).await;
        }
        if delivery.receives > self.max_receives {
            warn!("the queue puts no message aside after {} receives: one was deleted", self.max_receives);
            return self.queue.delete(delivery).await;
        }
        match self.queue.hold(delivery, Duration::ZERO).await {
            Ok(()) | Err(HoldError::Lost) => Ok(()),
            Err(error @ HoldError::Failed(_)) => Err(error.into()),
        }
    }

    /// The image was deleted, or its upload taken back: what a worker stored for it goes, then the message.
    async fn forget(&self, message: &NewImage, delivery: &Delivery) -> anyhow::Result<()> {
        if message.key.image_id() == message.image_id {
            self.reader.forget(message.key).await?;
            self.mine.remove(message.key).await?;
        }
        self.queue.delete(delivery).await
    }

    /// Works on a claimed image, and sees to its message, however that ended.
    async fn work_or_give_up(&self, image: Image, message: &NewImage, delivery: &Delivery) -> anyhow::Result<()> {
        let id = image.image_id;
        let mut hand = InHand::new(image, delivery, (&self.queue, &self.ledger), &self.signals);
        let worked = AssertUnwindSafe(Box::pin(self.work(&mut hand))).catch_unwind().await;
        let interrupted = match worked {
            Ok(Ok(())) => return self.queue.delete(delivery).await,
            Ok(Err(interrupted)) => interrupted,
            Err(_) => Interrupted::Passing(anyhow::anyhow!("the work on image {id} panicked")),
        };
        match interrupted {
            Interrupted::Unreadable(unreadable) => self.end(message, unreadable.reason(), delivery).await,
            Interrupted::Overdue => self.end(message, Reason::GaveUp, delivery).await,
            Interrupted::Stopped => {
                hand.let_go(Duration::ZERO).await;
                Ok(())
            }
            Interrupted::Lost | Interrupted::Refused | Interrupted::Passing(_) if self.is_deleted(id).await? => {
                info!("image {id} was deleted while it was worked on");
                self.forget(message, delivery).await
            }
            Interrupted::Lost => {
                info!("image {id} is left to another worker, which has it or its message by now");
                hand.let_go(Duration::ZERO).await;
                Ok(())
            }
            Interrupted::Refused => self.leave_for_later(hand, message).await,
            Interrupted::Passing(error) => {
                self.leave_for_later(hand, message).await?;
                Err(error)
            }
        }
    }

    async fn work(&self, hand: &mut InHand<'_>) -> Result<(), Interrupted> {
        info!("analysis of image {} started", hand.image.image_id);
        self.topic.publish(&hand.image).await;
        let answer = self.reader.detect_text(hand).await?;
        hand.confirm_for(Duration::ZERO).await?;
        let image = self.ledger.advance(&hand.image, Status::TextDetected, None, Timestamp::now()).await?;
        self.topic.publish(&image).await;
        let image = self.judge.conclude(&image, &answer).await?;
        self.topic.publish(&image).await;
        info!("image {} is {}", image.image_id, image.status.as_str());
        self.mine.store(&image).await?;
        Ok(())
    }

    /// Another receive may do better; if this was the last one, the image ends.
    async fn leave_for_later(&self, mut hand: InHand<'_>, message: &NewImage) -> anyhow::Result<()> {
        if hand.delivery.receives >= self.max_receives {
            return self.end(message, Reason::GaveUp, hand.delivery).await;
        }
        let doubled = FIRST_REST.saturating_mul(1 << hand.delivery.receives.saturating_sub(1).min(10));
        hand.let_go(service::jittered(doubled.min(LONGEST_REST))).await;
        Ok(())
    }

    /// Ends an image, unless it has ended or another worker has it by now.
    async fn end(&self, message: &NewImage, reason: Reason, delivery: &Delivery) -> anyhow::Result<()> {
        let Some(image) = self.ledger.get(message.image_id).await? else { return self.forget(message, delivery).await };
        let is_ours = image.lease.as_ref().is_some_and(|lease| lease.worker == self.worker);
        if image.status.is_final() || !is_ours {
            return Ok(());
        }
        let ended = self.ledger.fail(&image, reason, Timestamp::now()).await?;
        info!("image {} failed: {}", ended.image_id, reason.sentence());
        self.topic.publish(&ended).await;
        self.put_away(&ended, delivery).await
    }

    async fn is_deleted(&self, id: ImageId) -> anyhow::Result<bool> {
        Ok(self.ledger.get(id).await?.is_none())
    }
}
