//! Uploaded files as pages that a reader takes. Files are a stranger's: each is decoded by a process of its own, one at a time,
//! so that what they can take of memory is bounded however many images are in hand.

use std::path::PathBuf;

use anyhow::{Context, anyhow};
use aws_sdk_s3::{Client, error::SdkError, operation::get_object::GetObjectError};
use ledger::Part;
use pages::prepare::{Failure, Preparation, PreparedPage, Wanted};
use receipt::{MAX_PICTURE_BYTES, Reason};
use tokio::sync::Semaphore;
use tracing::info;

use crate::{Config, leased_message::Interruption};

#[derive(Debug)]
pub(crate) struct Preparer {
    s3: Client,
    bucket: String,
    program: PathBuf,
    one_at_a_time: Semaphore,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum PreparationError {
    /// The file can never be read.
    #[error("{}: {cause:#}", reason.sentence())]
    Unreadable { reason: Reason, cause: anyhow::Error },
    /// Another try may succeed.
    #[error("prepare a page")]
    Failed(#[source] anyhow::Error),
}

impl Preparer {
    pub(crate) fn new(s3: Client, config: &Config) -> Self {
        let program = config.program.clone();
        Self { s3, bucket: config.bucket.clone(), program, one_at_a_time: Semaphore::new(1) }
    }

    /// How many pages a file has, at most `wanted.most_pages`, and its page `number`, from 1.
    pub(crate) async fn page(
        &self,
        part: &Part,
        number: usize,
        wanted: Wanted,
    ) -> Result<(usize, PreparedPage), PreparationError> {
        let wanted = Wanted { pages: Some(vec![number]), ..wanted };
        let _turn = self.one_at_a_time.acquire().await;
        let mut preparation = self.start(part, &wanted).await?;
        let page = preparation.next().await?;
        let page = page.ok_or_else(|| PreparationError::Failed(anyhow!("a page that was wanted did not come")))?;
        Ok((preparation.pages(), page))
    }

    /// How many pages a file has, at most so many.
    pub(crate) async fn count(&self, part: &Part, most_pages: usize) -> Result<usize, PreparationError> {
        let wanted = Wanted { pages: Some(Vec::new()), most_pages, ..Wanted::default() };
        let _turn = self.one_at_a_time.acquire().await;
        Ok(self.start(part, &wanted).await?.pages())
    }

    async fn start(&self, part: &Part, wanted: &Wanted) -> Result<Preparation, PreparationError> {
        let file = self.file(part).await?;
        Ok(Preparation::start(&self.program, ["prepare"], &file, wanted).await?)
    }

    async fn file(&self, part: &Part) -> Result<Vec<u8>, PreparationError> {
        let got = self.s3.get_object().bucket(&self.bucket).key(part.key.to_string()).send().await;
        let object = match got.map_err(SdkError::into_service_error) {
            Ok(object) => object,
            Err(GetObjectError::NoSuchKey(_)) => return Err(unreadable(Reason::PictureGone, anyhow!("no such key"))),
            Err(error) => return Err(PreparationError::Failed(anyhow::Error::from(error).context("fetch the file"))),
        };
        let most = i64::try_from(MAX_PICTURE_BYTES).unwrap_or(i64::MAX);
        if object.content_length().is_none_or(|bytes| bytes > most) {
            return Err(unreadable(Reason::PictureTooLarge, anyhow!("more bytes than an upload may have")));
        }
        let bytes = object.body.collect().await.context("fetch the file").map_err(PreparationError::Failed)?;
        Ok(bytes.to_vec())
    }
}

fn unreadable(reason: Reason, cause: impl Into<anyhow::Error>) -> PreparationError {
    PreparationError::Unreadable { reason, cause: cause.into() }
}

impl From<Failure> for PreparationError {
    fn from(failure: Failure) -> Self {
        let reason = match &failure {
            Failure::Unsupported => Reason::UnsupportedFormat,
            Failure::TooLarge | Failure::TooSlow => Reason::PictureTooLarge,
            Failure::TooManyPages => Reason::TooManyPages,
            Failure::Encrypted => Reason::EncryptedDocument,
            Failure::NoSuchPage | Failure::Broken(_) => Reason::DamagedPicture,
            Failure::Machine(_) => return Self::Failed(failure.into()),
        };
        unreadable(reason, failure)
    }
}

/// The error, if another try may do better.
pub(crate) fn may_pass(error: PreparationError) -> Result<anyhow::Error, Interruption> {
    match error {
        PreparationError::Unreadable { reason, cause } => {
            info!("a file has no pages to read: {cause:#}");
            Err(Interruption::Unreadable(reason))
        }
        error @ PreparationError::Failed(_) => Ok(error.into()),
    }
}
