//! From `failed` back to `uploaded`: an image whose picture was not at fault is tried again.

use jiff::Timestamp;
use receipt::{ImageId, Status};

use crate::{Error, Image, Ledger, item::Lock};

/// The result of reopening an image.
#[derive(Debug)]
pub enum Reopening {
    /// It had failed, and is `uploaded` now, one version up.
    Reopened(Box<Image>),
    /// It has not ended: nothing was written.
    Unfinished(Box<Image>),
    /// It was accepted or rejected, or its picture can never be read: nothing was written.
    Ended(Box<Image>),
    /// No such image.
    Missing,
}

impl Ledger {
    /// Puts a failed image back to `uploaded`; its wait in the index of unfinished images begins at `now`.
    pub async fn reopen(&self, id: ImageId, now: Timestamp) -> Result<Reopening, Error> {
        loop {
            let Some(image) = self.get(id).await? else { return Ok(Reopening::Missing) };
            match image.status {
                Status::Uploaded | Status::Started | Status::TextDetected => {
                    return Ok(Reopening::Unfinished(Box::new(image)));
                }
                Status::Accepted | Status::Rejected => return Ok(Reopening::Ended(Box::new(image))),
                Status::Failed if image.try_again == Some(false) => return Ok(Reopening::Ended(Box::new(image))),
                Status::Failed => {}
            }
            let next = image.stepped(Status::Uploaded, None, now)?;
            match self.replace(&image, next, Lock::AsSeen).await {
                Ok(image) => return Ok(Reopening::Reopened(Box::new(image))),
                // Each turn of the loop means that another writer made a step; an image has few steps.
                Err(Error::OutOfDate) => {}
                Err(error) => return Err(error),
            }
        }
    }
}
