//! A page that nobody has read yet, read by whom `READER` names: Textract, which is paid for it, or our own text recognition.
//! Textract takes JPEG and PNG as they lie in the bucket; of all else it is sent a page as a JPEG, and a page that is text
//! throughout needs no reader.

use std::{future::pending, time::Duration};

use aws_config::SdkConfig;
use jiff::Timestamp;
use ledger::Ledger;
use ocr::Page;
use pages::{
    Point,
    prepare::{PreparedPage, Wanted},
};
use receipt::{Orientation, Reason, Status, textract::DetectDocumentText};
use tokio::time::{Instant, sleep_until, timeout_at};

use crate::{
    Config, ReaderChoice,
    concurrency_limit::{ConcurrencyLimit, Permit},
    leased_message::{Interruption, LeasedMessage},
    own_reader::{OwnReader, OwnReaderError, Place},
    page::{Found, PageOfPart, ReadPage},
    preparation::{Preparer, may_pass},
    retries::Retries,
    status_topic::StatusTopic,
    textract::{Document, Textract, TextractError},
};

/// A longer wait for a reader is recorded and published.
const SILENT_WAIT: Duration = Duration::from_secs(1);
/// How long the lease must still run when Textract is called: if it ended during the call, a second call would be paid
/// for.
const LEASE_MARGIN: Duration = Duration::from_secs(8);
/// Who read a page that needed no reader, as an answer says it.
const TEXT_OF_DOCUMENT: &str = "own-text-of-document";

#[derive(Debug)]
pub(crate) struct PageReading {
    reader: ReaderChoice,
    overflow_after: Duration,
    textract: Textract,
    limit: ConcurrencyLimit,
    own: OwnReader,
    pub(crate) preparer: Preparer,
    ledger: Ledger,
    topic: StatusTopic,
}

/// Whose turn it is to read a page.
enum Turn<'a> {
    Textract(Permit<'a>),
    Own(Place),
}

/// What became of a page that was to be sent to Textract.
enum Sent {
    Answered(DetectDocumentText),
    /// It is read here instead.
    Here(Place),
}

/// What became of a page that was to be read here.
enum ReadHere {
    Read(ReadPage),
    TooMuch,
}

impl PageReading {
    pub(crate) fn new(
        aws: &SdkConfig,
        s3: aws_sdk_s3::Client,
        config: &Config,
        ledger: Ledger,
        topic: StatusTopic,
    ) -> Self {
        let own = OwnReader::new();
        match config.reader {
            ReaderChoice::Own | ReaderChoice::Both => own.load(),
            // The memory for the models is taken by who needs them.
            ReaderChoice::Textract | ReaderChoice::Overflow => {}
        }
        Self {
            reader: config.reader,
            overflow_after: config.overflow_after,
            textract: Textract::new(aws, s3.clone(), config),
            limit: ConcurrencyLimit::new(config.concurrency),
            own,
            preparer: Preparer::new(s3, config),
            ledger,
            topic,
        }
    }

    pub(crate) async fn read(
        &self,
        leased: &mut LeasedMessage<'_>,
        page: &PageOfPart,
    ) -> Result<ReadPage, Interruption> {
        match self.reader {
            ReaderChoice::Textract | ReaderChoice::Both => self.by_textract(leased, page, None).await,
            ReaderChoice::Overflow => {
                // Where calls are throttled already, nobody need wait to find that out.
                let patience = if self.limit.is_slowed() { Duration::ZERO } else { self.overflow_after };
                self.by_textract(leased, page, Some(Instant::now() + patience)).await
            }
            ReaderChoice::Own => match self.here(leased, page).await? {
                ReadHere::Read(read) => Ok(read),
                ReadHere::TooMuch => Err(Interruption::Unreadable(Reason::PictureTooLarge)),
            },
        }
    }

    /// What our own reader makes of a page that Textract has read, where both are to read; `None` where it could not.
    pub(crate) async fn second_answer(
        &self,
        leased: &mut LeasedMessage<'_>,
        page: &PageOfPart,
    ) -> Result<Option<DetectDocumentText>, Interruption> {
        match self.here(leased, page).await? {
            ReadHere::Read(read) => Ok(Some(read.answer)),
            ReadHere::TooMuch => Ok(None),
        }
    }

    /// By Textract, or from `overflow_at` on by whoever has a free place first.
    async fn by_textract(
        &self,
        leased: &mut LeasedMessage<'_>,
        page: &PageOfPart,
        overflow_at: Option<Instant>,
    ) -> Result<ReadPage, Interruption> {
        let (document, found) = if page.part.key.format().is_read_by_textract() {
            (Document::Object(page.part.key), Found::default())
        } else {
            let wanted = Wanted { jpeg: true, ..page.wanted() };
            let (mut prepared, found) = self.prepared(leased, page, &wanted).await?;
            match (prepared.text.take(), prepared.jpeg.take()) {
                (Some(lines), _) => return Ok(ReadPage { answer: of_text(lines), found }),
                (None, Some(jpeg)) => (Document::Jpeg(jpeg), found),
                (None, None) => return Err(anyhow::anyhow!("a page was prepared without a picture").into()),
            }
        };
        let answer = match self.send(leased, &document, overflow_at).await? {
            Sent::Answered(answer) => answer,
            Sent::Here(place) => match self.read_at(leased, page, place).await? {
                ReadHere::Read(read) => return Ok(ReadPage { found: read.found.or(found), ..read }),
                ReadHere::TooMuch => match self.send(leased, &document, None).await? {
                    Sent::Answered(answer) => answer,
                    Sent::Here(_) => return Err(anyhow::anyhow!("nobody asked for a place to read here").into()),
                },
            },
        };
        Ok(ReadPage { answer, found })
    }

    async fn send(
        &self,
        leased: &mut LeasedMessage<'_>,
        document: &Document,
        mut overflow_at: Option<Instant>,
    ) -> Result<Sent, Interruption> {
        let mut retries = Retries::default();
        let report_wait_at = overflow_at.unwrap_or_else(Instant::now) + SILENT_WAIT;
        loop {
            let permit = match self.waiting(leased, report_wait_at, self.turn(overflow_at)).await? {
                Turn::Textract(permit) => permit,
                Turn::Own(place) => return Ok(Sent::Here(place)),
            };
            leased.ensure_held_for(LEASE_MARGIN).await?;
            match leased.run_to_completion(Box::pin(self.textract.detect(document))).await? {
                Ok(answer) => {
                    permit.answered();
                    return Ok(Sent::Answered(answer));
                }
                // Counts as no failure: it waits for the next permit, with message and lease held.
                Err(TextractError::Throttled) => {
                    permit.throttled();
                    overflow_at = overflow_at.map(|_| Instant::now());
                }
                Err(error) => {
                    drop(permit);
                    // A worker that has lost the image must not decide on it.
                    leased.ensure_held_for(Duration::ZERO).await?;
                    leased.run_interruptible(retries.pause_after(retryable(error)?)?).await?;
                }
            }
        }
    }

    async fn turn(&self, overflow_at: Option<Instant>) -> Turn<'_> {
        let place = async {
            match overflow_at {
                Some(at) => sleep_until(at).await,
                None => pending().await,
            }
            self.own.place().await
        };
        tokio::select! {
            biased;
            permit = self.limit.acquire() => Turn::Textract(permit),
            place = place => Turn::Own(place),
        }
    }

    async fn here(&self, leased: &mut LeasedMessage<'_>, page: &PageOfPart) -> Result<ReadHere, Interruption> {
        let place = self.waiting(leased, Instant::now() + SILENT_WAIT, self.own.place()).await?;
        self.read_at(leased, page, place).await
    }

    /// Here, which costs nothing and so may be interrupted. Only who has a place holds pixels.
    async fn read_at(
        &self,
        leased: &mut LeasedMessage<'_>,
        page: &PageOfPart,
        place: Place,
    ) -> Result<ReadHere, Interruption> {
        let wanted = Wanted { pixels: true, ..page.wanted() };
        let (mut prepared, found) = self.prepared(leased, page, &wanted).await?;
        let picture = match (prepared.text.take(), prepared.picture.take()) {
            (Some(lines), _) => return Ok(ReadHere::Read(ReadPage { answer: of_text(lines), found })),
            (None, Some(picture)) => picture,
            (None, None) => return Err(anyhow::anyhow!("a page was prepared without its pixels").into()),
        };
        let read = leased.run_interruptible(Box::pin(self.own.read(place, picture))).await?;
        match read {
            Ok(seen) => {
                // It was read as it is shown, and answers are of the raster as it is stored.
                let back = page.orientation().inverse();
                let answer = ocr::answer(&seen.moved(|point| moved(back, point)), ocr::MODEL_VERSION);
                Ok(ReadHere::Read(ReadPage { answer, found }))
            }
            Err(OwnReaderError::TooMuch(error)) => {
                tracing::info!("page {} is not read here: {error}", page.page);
                Ok(ReadHere::TooMuch)
            }
            Err(error @ OwnReaderError::Failed(_)) => Err(error.into()),
        }
    }

    async fn prepared(
        &self,
        leased: &mut LeasedMessage<'_>,
        page: &PageOfPart,
        wanted: &Wanted,
    ) -> Result<(PreparedPage, Found), Interruption> {
        let mut retries = Retries::default();
        loop {
            let preparing = self.preparer.page(&page.part, page.number, wanted.clone());
            match leased.run_interruptible(Box::pin(preparing)).await? {
                Ok((pages, mut prepared)) => {
                    let found = Found {
                        pages_of_part: Some(pages),
                        preview: prepared.preview.take(),
                        thumbnail: prepared.thumbnail.take(),
                    };
                    return Ok((prepared, found));
                }
                Err(error) => {
                    leased.ensure_held_for(Duration::ZERO).await?;
                    leased.run_interruptible(retries.pause_after(may_pass(error)?)?).await?;
                }
            }
        }
    }

    /// Waits for a reader. A wait beyond `report_at` is recorded and published, once.
    async fn waiting<T>(
        &self,
        leased: &mut LeasedMessage<'_>,
        report_at: Instant,
        turn: impl Future<Output = T>,
    ) -> Result<T, Interruption> {
        let mut turn = Box::pin(turn);
        if let Ok(turn) = leased.run_interruptible(timeout_at(report_at, &mut turn)).await? {
            return Ok(turn);
        }
        let waiting = Some(Reason::WaitingForReader);
        if leased.image.reason != waiting {
            let image = &leased.image;
            leased.image = self.ledger.advance(image, Status::Started, waiting, Timestamp::now()).await?;
            self.topic.publish(&leased.image).await;
        }
        leased.run_interruptible(turn).await
    }
}

fn of_text(lines: Vec<pages::TextLine>) -> DetectDocumentText {
    ocr::answer(&Page::of_text(lines), TEXT_OF_DOCUMENT)
}

fn moved(back: Orientation, Point { x, y }: Point) -> Point {
    let receipt::Point { x, y } = back.show(receipt::Point { x, y });
    Point { x, y }
}

/// The error, if another call may do better.
fn retryable(error: TextractError) -> Result<anyhow::Error, Interruption> {
    match error {
        TextractError::Unreadable(reason) => Err(Interruption::Unreadable(reason)),
        TextractError::Refused => Err(Interruption::TextractRefused),
        TextractError::Throttled | TextractError::Failed(_) => Ok(error.into()),
    }
}
