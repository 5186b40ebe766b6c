//! From a picture in hand to its text: what is stored, or what Textract says when the picture's turn has come.

use std::time::Duration;

use aws_config::SdkConfig;
use jiff::Timestamp;
use ledger::Ledger;
use receipt::{ObjectKey, Reason, Status, textract::DetectDocumentText};
use tokio::time::{Instant, sleep, timeout_at};
use tracing::warn;

use crate::{
    Config,
    in_hand::{InHand, Interrupted},
    status_topic::StatusTopic,
    text_detection::{DetectionError, TextDetection},
    textract_limit::{TextractLimit, Turn},
};

/// How often a call that fails for a passing reason is made before the message is left for later.
const TRIES: u32 = 4;
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// Whoever waits longer for Textract is told.
const MOMENT: Duration = Duration::from_secs(1);
/// For how long the image must still be ours when Textract is asked: two answers would be paid for.
const MARGIN: Duration = Duration::from_secs(8);

#[derive(Debug)]
pub(crate) struct Reader {
    detection: TextDetection,
    limit: TextractLimit,
    ledger: Ledger,
    topic: StatusTopic,
}

/// The tries of one call.
#[derive(Debug)]
struct Tries {
    failed: u32,
    pause: Duration,
}

impl Reader {
    pub(crate) fn new(
        aws: &SdkConfig,
        s3: aws_sdk_s3::Client,
        config: &Config,
        ledger: Ledger,
        topic: StatusTopic,
    ) -> Self {
        let limit = TextractLimit::new(config.concurrency);
        Self { detection: TextDetection::new(aws, s3, config), limit, ledger, topic }
    }

    /// The text on the picture in hand, paid for at most once.
    pub(crate) async fn detect_text(&self, hand: &mut InHand<'_>) -> Result<DetectDocumentText, Interrupted> {
        let (key, mut tries) = (hand.image.key, Tries::default());
        loop {
            match hand.waiting(Box::pin(self.detection.stored(key))).await? {
                Ok(Some(answer)) => return Ok(answer),
                Ok(None) => break,
                Err(error) => hand.waiting(tries.rest_after(error)?).await?,
            }
        }
        let answer = self.ask(hand).await?;
        self.store(hand, &answer).await?;
        Ok(answer)
    }

    /// Removes a picture's stored answer; also one that is not there.
    pub(crate) async fn forget(&self, key: ObjectKey) -> Result<(), DetectionError> {
        self.detection.remove(key).await
    }

    async fn ask(&self, hand: &mut InHand<'_>) -> Result<DetectDocumentText, Interrupted> {
        let (key, mut tries, moment) = (hand.image.key, Tries::default(), Instant::now() + MOMENT);
        loop {
            let turn = self.turn(hand, moment).await?;
            hand.confirm_for(MARGIN).await?;
            match hand.finishing(Box::pin(self.detection.ask(key))).await? {
                Ok(answer) => {
                    turn.answered();
                    return Ok(answer);
                }
                // No failure: it waits, with the message and the lease in hand.
                Err(DetectionError::Throttled) => turn.throttled(),
                Err(error) => {
                    drop(turn);
                    // Whoever has lost the picture does not decide on it.
                    hand.confirm_for(Duration::ZERO).await?;
                    hand.waiting(tries.rest_after(error)?).await?;
                }
            }
        }
    }

    /// Keeps an answer that is paid for. If the bucket takes nothing, we go on with what is in hand.
    async fn store(&self, hand: &mut InHand<'_>, answer: &DetectDocumentText) -> Result<(), Interrupted> {
        let (key, mut tries) = (hand.image.key, Tries::default());
        loop {
            let Err(error) = hand.finishing(Box::pin(self.detection.store(key, answer))).await? else { return Ok(()) };
            match tries.rest_after(error) {
                Ok(rest) => hand.finishing(rest).await?,
                Err(interrupted) => {
                    warn!("Textract's answer was not stored: {interrupted:?}");
                    return Ok(());
                }
            }
        }
    }

    /// A turn to ask Textract. Whoever waits for it longer than until `moment` is told, once.
    async fn turn(&self, hand: &mut InHand<'_>, moment: Instant) -> Result<Turn<'_>, Interrupted> {
        let mut turn = Box::pin(self.limit.turn());
        if let Ok(turn) = hand.waiting(timeout_at(moment, &mut turn)).await? {
            return Ok(turn);
        }
        let waiting = Some(Reason::WaitingForReader);
        if hand.image.reason != waiting {
            let image = &hand.image;
            hand.image = self.ledger.advance(image, Status::Started, waiting, Timestamp::now()).await?;
            self.topic.publish(&hand.image).await;
        }
        hand.waiting(turn).await
    }
}

impl Default for Tries {
    fn default() -> Self {
        Self { failed: 0, pause: FIRST_PAUSE }
    }
}

impl Tries {
    /// The pause before the next try, twice as long each time; or why there is none.
    fn rest_after(&mut self, error: DetectionError) -> Result<impl Future<Output = ()> + use<>, Interrupted> {
        match error {
            DetectionError::Permanent(unreadable) => return Err(Interrupted::Unreadable(unreadable)),
            DetectionError::Refused => return Err(Interrupted::Refused),
            error @ (DetectionError::Throttled | DetectionError::Passing { .. }) => {
                self.failed += 1;
                let error = anyhow::Error::from(error);
                if self.failed == TRIES {
                    return Err(Interrupted::Passing(error));
                }
                warn!("try {} of {TRIES}: {error:#}", self.failed);
            }
        }
        let pause = service::jittered(self.pause);
        self.pause *= 2;
        Ok(sleep(pause))
    }
}
