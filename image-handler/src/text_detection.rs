//! The text on a leased image's pages, paid for once: the stored answer, else Textract's, with all retries of both.

use std::time::Duration;

use aws_config::SdkConfig;
use jiff::Timestamp;
use ledger::{Ledger, Part};
use receipt::{ImageId, ObjectKey, PageSource, Reason, Status, textract::DetectDocumentText};
use tokio::time::{Instant, sleep, timeout_at};
use tracing::warn;

use crate::{
    Config,
    concurrency_limit::{ConcurrencyLimit, Permit},
    leased_message::{Interruption, LeasedMessage},
    status_topic::StatusTopic,
    stored_answers::StoredAnswers,
    textract::{Textract, TextractError},
};

/// How often a call that fails for a passing reason is made before the message is left for a later receive.
const MAX_TRIES: u32 = 4;
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// A longer wait for Textract is recorded and published.
const SILENT_WAIT: Duration = Duration::from_secs(1);
/// How long the lease must still run when Textract is called: if it ended during the call, a second call would be paid
/// for.
const LEASE_MARGIN: Duration = Duration::from_secs(8);

/// The text of an image's pages, as one answer.
#[derive(Debug)]
pub(crate) struct DetectedText {
    pub(crate) answer: DetectDocumentText,
    pub(crate) pages: Vec<PageSource>,
}

impl DetectedText {
    /// The part that each page is of, from 1.
    pub(crate) fn parts(&self) -> Vec<u8> {
        self.pages.iter().filter_map(|page| u8::try_from(page.part).ok()).collect()
    }
}

#[derive(Debug)]
pub(crate) struct TextDetection {
    textract: Textract,
    stored: StoredAnswers,
    limit: ConcurrencyLimit,
    ledger: Ledger,
    topic: StatusTopic,
}

impl TextDetection {
    pub(crate) fn new(
        aws: &SdkConfig,
        s3: aws_sdk_s3::Client,
        config: &Config,
        ledger: Ledger,
        topic: StatusTopic,
    ) -> Self {
        Self {
            textract: Textract::new(aws, s3.clone(), config),
            stored: StoredAnswers::new(s3, config),
            limit: ConcurrencyLimit::new(config.concurrency),
            ledger,
            topic,
        }
    }

    /// The text of all pages, each of which is one part of the upload.
    pub(crate) async fn detect(&self, leased: &mut LeasedMessage<'_>) -> Result<DetectedText, Interruption> {
        let parts: Vec<Part> = leased.image.parts().collect();
        let (mut answers, mut pages) = (Vec::new(), Vec::new());
        for (page, part) in (1..).zip(parts) {
            answers.push(self.detect_page(leased, page, part.key).await?);
            pages.push(PageSource { part: part.key.part().into(), orientation: part.orientation });
        }
        Ok(DetectedText { answer: DetectDocumentText::of_pages(answers), pages })
    }

    async fn detect_page(
        &self,
        leased: &mut LeasedMessage<'_>,
        page: u32,
        key: ObjectKey,
    ) -> Result<DetectDocumentText, Interruption> {
        if let Some(answer) = self.load(leased, page).await? {
            return Ok(answer);
        }
        let answer = self.call_textract(leased, key).await?;
        self.store(leased, page, &answer).await?;
        Ok(answer)
    }

    /// Removes the stored answers for an image's pages, those that are there.
    pub(crate) async fn remove_stored(&self, id: ImageId) -> anyhow::Result<()> {
        self.stored.remove(id).await
    }

    async fn load(
        &self,
        leased: &mut LeasedMessage<'_>,
        page: u32,
    ) -> Result<Option<DetectDocumentText>, Interruption> {
        let (id, mut retries) = (leased.image.image_id, Retries::default());
        loop {
            match leased.run_interruptible(Box::pin(self.stored.load(id, page))).await? {
                Ok(stored) => return Ok(stored),
                Err(error) => leased.run_interruptible(retries.pause_after(error)?).await?,
            }
        }
    }

    async fn call_textract(
        &self,
        leased: &mut LeasedMessage<'_>,
        key: ObjectKey,
    ) -> Result<DetectDocumentText, Interruption> {
        let mut retries = Retries::default();
        let report_wait_at = Instant::now() + SILENT_WAIT;
        loop {
            let permit = self.permit(leased, report_wait_at).await?;
            leased.ensure_held_for(LEASE_MARGIN).await?;
            match leased.run_to_completion(Box::pin(self.textract.detect(key))).await? {
                Ok(answer) => {
                    permit.answered();
                    return Ok(answer);
                }
                // Counts as no failure: it waits for the next permit, with message and lease held.
                Err(TextractError::Throttled) => permit.throttled(),
                Err(error) => {
                    drop(permit);
                    // A worker that has lost the image must not decide on it.
                    leased.ensure_held_for(Duration::ZERO).await?;
                    leased.run_interruptible(retries.pause_after(retryable(error)?)?).await?;
                }
            }
        }
    }

    /// Stores an answer that is paid for. If that fails in all tries, the work continues without.
    async fn store(
        &self,
        leased: &mut LeasedMessage<'_>,
        page: u32,
        answer: &DetectDocumentText,
    ) -> Result<(), Interruption> {
        let (id, mut retries) = (leased.image.image_id, Retries::default());
        loop {
            let stored = leased.run_to_completion(Box::pin(self.stored.store(id, page, answer))).await?;
            let Err(error) = stored else { return Ok(()) };
            match retries.pause_after(error) {
                Ok(pause) => leased.run_to_completion(pause).await?,
                Err(error) => {
                    warn!("Textract's answer was not stored: {error:#}");
                    return Ok(());
                }
            }
        }
    }

    /// A permit to call Textract. A wait beyond `report_at` is recorded and published, once.
    async fn permit(&self, leased: &mut LeasedMessage<'_>, report_at: Instant) -> Result<Permit<'_>, Interruption> {
        let mut permit = Box::pin(self.limit.acquire());
        if let Ok(permit) = leased.run_interruptible(timeout_at(report_at, &mut permit)).await? {
            return Ok(permit);
        }
        let waiting = Some(Reason::WaitingForReader);
        if leased.image.reason != waiting {
            let image = &leased.image;
            leased.image = self.ledger.advance(image, Status::Started, waiting, Timestamp::now()).await?;
            self.topic.publish(&leased.image).await;
        }
        leased.run_interruptible(permit).await
    }
}

/// The error, if another call may do better.
fn retryable(error: TextractError) -> Result<anyhow::Error, Interruption> {
    match error {
        TextractError::Unreadable(reason) => Err(Interruption::Unreadable(reason)),
        TextractError::Refused => Err(Interruption::TextractRefused),
        TextractError::Throttled | TextractError::Failed(_) => Ok(error.into()),
    }
}

/// The failed tries of one call.
#[derive(Debug)]
struct Retries {
    failed: u32,
    pause: Duration,
}

impl Default for Retries {
    fn default() -> Self {
        Self { failed: 0, pause: FIRST_PAUSE }
    }
}

impl Retries {
    /// The pause before the next try, doubled each time; the error after the last one.
    fn pause_after(&mut self, error: anyhow::Error) -> anyhow::Result<impl Future<Output = ()> + use<>> {
        self.failed += 1;
        if self.failed == MAX_TRIES {
            return Err(error);
        }
        warn!("try {} of {MAX_TRIES}: {error:#}", self.failed);
        let pause = service::jittered(self.pause);
        self.pause *= 2;
        Ok(sleep(pause))
    }
}
