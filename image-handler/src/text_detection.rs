//! The text on all pages of a leased image, each of which is read and paid for once: its stored answer, else a reader's, which
//! is stored as soon as it has come.

use std::time::Duration;

use aws_config::SdkConfig;
use ledger::{Image, Ledger};
use pages::prepare::Wanted;
use receipt::{ImageId, MAX_PAGES, PageSource, Reason, textract::DetectDocumentText};
use tokio::time::timeout;
use tracing::{info, warn};

use crate::{
    Config, ReaderChoice,
    leased_message::{Interruption, LeasedMessage},
    page::{Found, PageOfPart, ReadPage},
    page_reading::PageReading,
    preparation::may_pass,
    retries::Retries,
    status_topic::StatusTopic,
    stored_pages::StoredPages,
};

/// How long the making of a thumbnail may hold up the next image.
const THUMBNAIL_WITHIN: Duration = Duration::from_secs(5);

/// The text of an image's pages, as one answer.
#[derive(Debug)]
pub(crate) struct DetectedText {
    pub(crate) answer: DetectDocumentText,
    pub(crate) pages: Vec<PageSource>,
    /// What another reader made of the same pages.
    pub(crate) second_answer: Option<DetectDocumentText>,
    pub(crate) has_thumbnail: bool,
}

impl DetectedText {
    /// The part that each page is of, from 1.
    pub(crate) fn parts(&self) -> Vec<u8> {
        self.pages.iter().filter_map(|page| u8::try_from(page.part).ok()).collect()
    }
}

/// The pages that were read so far, in their order.
#[derive(Debug, Default)]
struct PagesRead {
    answers: Vec<DetectDocumentText>,
    second_answers: Vec<Option<DetectDocumentText>>,
    sources: Vec<PageSource>,
    has_thumbnail: bool,
}

#[derive(Debug)]
pub(crate) struct TextDetection {
    reading: PageReading,
    stored: StoredPages,
    ledger: Ledger,
    reader: ReaderChoice,
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
            reading: PageReading::new(aws, s3.clone(), config, ledger.clone(), topic),
            stored: StoredPages::new(s3, config),
            ledger,
            reader: config.reader,
        }
    }

    /// The text of all pages of all parts.
    pub(crate) async fn detect(&self, leased: &mut LeasedMessage<'_>) -> Result<DetectedText, Interruption> {
        let parts: Vec<_> = leased.image.parts().collect();
        let mut read = PagesRead::default();
        for (place, part) in parts.iter().enumerate() {
            // Each part after it has a page at least.
            let taken = read.sources.len() + parts.len() - place - 1;
            let most_pages = (MAX_PAGES as usize).saturating_sub(taken);
            let (mut pages, mut number) = (1, 1);
            while number <= pages {
                let page = u32::try_from(read.sources.len() + 1).unwrap_or(u32::MAX);
                let page = PageOfPart { part: *part, number, page, most_pages };
                if page.page > MAX_PAGES {
                    return Err(Interruption::Unreadable(Reason::TooManyPages));
                }
                let found = Box::pin(self.detect_page(leased, &page, &mut read)).await?;
                if number == 1 && !part.key.format().is_read_by_textract() {
                    pages = match found {
                        Some(pages) => pages,
                        None => self.count(leased, &page).await?,
                    };
                }
                number += 1;
            }
        }
        let PagesRead { answers, second_answers, sources, has_thumbnail } = read;
        let second_answer = match self.reader {
            ReaderChoice::Both => second_answers.into_iter().collect::<Option<_>>().map(DetectDocumentText::of_pages),
            ReaderChoice::Textract | ReaderChoice::Own | ReaderChoice::Overflow => None,
        };
        Ok(DetectedText { answer: DetectDocumentText::of_pages(answers), pages: sources, second_answer, has_thumbnail })
    }

    /// Adds a page; the result is how many its part has, if that is known now.
    async fn detect_page(
        &self,
        leased: &mut LeasedMessage<'_>,
        page: &PageOfPart,
        read: &mut PagesRead,
    ) -> Result<Option<usize>, Interruption> {
        let id = leased.image.image_id;
        let (answer, pages_of_part) = if let Some(answer) = self.load(leased, page.page).await? {
            (answer, None)
        } else {
            let ReadPage { answer, found } = Box::pin(self.reading.read(leased, page)).await?;
            let Found { pages_of_part, preview, thumbnail } = found;
            read.has_thumbnail |= thumbnail.is_some();
            let (stored, (), ()) = tokio::join!(
                Box::pin(self.store(leased, page.page, &answer)),
                Box::pin(self.stored.show(id.preview(page.page), preview)),
                Box::pin(self.stored.show(id.thumbnail(), thumbnail)),
            );
            stored?;
            (answer, pages_of_part)
        };
        if self.reader == ReaderChoice::Both {
            read.second_answers.push(Box::pin(self.reading.second_answer(leased, page)).await?);
        }
        read.answers.push(answer);
        read.sources.push(PageSource { part: page.part.key.part().into(), orientation: page.orientation() });
        Ok(pages_of_part)
    }

    /// How many pages a part has of which the first was read before.
    async fn count(&self, leased: &mut LeasedMessage<'_>, page: &PageOfPart) -> Result<usize, Interruption> {
        let mut retries = Retries::default();
        loop {
            let counting = self.reading.preparer.count(&page.part, page.most_pages);
            match leased.run_interruptible(Box::pin(counting)).await? {
                Ok(pages) => return Ok(pages),
                Err(error) => leased.run_interruptible(retries.pause_after(may_pass(error)?)?).await?,
            }
        }
    }

    /// Makes the picture for lists, of an image that has ended and so waits for nothing any more.
    pub(crate) async fn keep_thumbnail(&self, image: &Image) -> anyhow::Result<()> {
        let id = image.image_id;
        let Some(part) = image.parts().next() else { return Ok(()) };
        let wanted = Wanted { thumbnail: true, most_pages: MAX_PAGES as usize, ..Wanted::default() };
        match timeout(THUMBNAIL_WITHIN, Box::pin(self.reading.preparer.page(&part, 1, wanted))).await {
            Ok(Ok((_, page))) => self.stored.show(id.thumbnail(), page.thumbnail).await,
            Ok(Err(error)) => info!("image {id} has no thumbnail: {:#}", anyhow::Error::from(error)),
            Err(_) => info!("image {id} has no thumbnail: it took more than {THUMBNAIL_WITHIN:?}"),
        }
        // It may have been deleted meanwhile, and its files removed before this one was written.
        if self.ledger.get(id).await?.is_none() {
            self.stored.remove(id).await?;
        }
        Ok(())
    }

    /// Removes what is kept of an image's pages, whatever of it is there.
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
                    warn!("what was read was not stored: {error:#}");
                    return Ok(());
                }
            }
        }
    }
}
