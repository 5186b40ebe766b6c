//! What the owner says of an image that was read and judged. It is kept in the image's item beside the result, and raises
//! the version; status, verdict, rebate, marks and what was earned stay as they are.
//!
//! It is no step: `history` has the states, and an item would grow for ever with the times that somebody changes their
//! mind. So a correction is known by its version and its own time alone.

use jiff::Timestamp;
use receipt::{Amendment, Corrections, Status};

use crate::{
    Error, Image, Ledger, Summary,
    item::{Lock, Replacement, from_item, text},
    table::Updated,
};

/// What came of an owner's wish to set an image right.
#[derive(Debug)]
pub enum Amended {
    /// The image as it is now; with the version that it had where there was nothing to change.
    Done(Box<Image>),
    /// It has no result to set right: it is on its way, or has failed.
    NotFinished,
    /// It has another version than those that were asked for.
    OtherVersion,
    /// It was deleted in the meantime.
    Missing,
}

impl Ledger {
    /// Writes down what the owner of `image` says of it, on whatever others wrote in the meantime: of two at once neither
    /// is lost. With `versions` only where it has one of these.
    pub async fn amend(
        &self,
        mut image: Image,
        amendment: &Amendment,
        versions: Option<&[u64]>,
        at: Timestamp,
    ) -> Result<Amended, Error> {
        loop {
            match image.status {
                Status::Accepted | Status::Rejected => {}
                Status::Uploaded | Status::Started | Status::TextDetected | Status::Failed => {
                    return Ok(Amended::NotFinished);
                }
            }
            let next = image.amended(amendment, at);
            // Also where another version was asked for: this may have been said before, and its answer lost.
            if next.version == image.version {
                return Ok(Amended::Done(Box::new(image)));
            }
            if versions.is_some_and(|versions| !versions.contains(&image.version)) {
                return Ok(Amended::OtherVersion);
            }
            match self.update(image.image_id, by_the_owner(&image, &next)?).await? {
                Updated::Done => return Ok(Amended::Done(Box::new(next))),
                Updated::Refused(None) => return Ok(Amended::Missing),
                Updated::Refused(Some(stored)) => {
                    let stored: Image = from_item(stored)?;
                    if stored.owner != image.owner {
                        return Ok(Amended::Missing);
                    }
                    // Each turn of the loop means that the owner said something else at the same time, or this very thing:
                    // our own write, whose answer was lost and which was sent again. Then there is nothing left to change.
                    image = stored;
                }
            }
        }
    }
}

impl Image {
    /// The image after this, one version up; the same where it changes nothing.
    fn amended(&self, amendment: &Amendment, at: Timestamp) -> Self {
        let mut next = self.clone();
        next.corrections = amendment.corrections(&self.corrections, at);
        next.contested_at = amendment.contested_at(self.contested_at, at);
        if next.said() == self.said() {
            return next;
        }
        next.version += 1;
        next.updated_at = at;
        let read = self.result.as_ref().map(Summary::of).unwrap_or_default();
        next.summary = Some(read.amended(&next.corrections, next.contested_at));
        next
    }

    /// All that the owner has said.
    fn said(&self) -> (&Corrections, Option<Timestamp>) {
        (&self.corrections, self.contested_at)
    }
}

impl Summary {
    fn amended(self, said: &Corrections, contested_at: Option<Timestamp>) -> Self {
        Self {
            merchant: said.merchant.as_ref().map(|merchant| merchant.value.clone()).or(self.merchant),
            date: said.date.as_ref().map(|date| date.value.to_string()).or(self.date),
            total: said.total.as_ref().map(|total| total.value.to_string()).or(self.total),
            currency: said.currency.as_ref().map(|currency| currency.value.to_string()).or(self.currency),
            rebate: self.rebate,
            corrected: !said.is_empty(),
            contested: contested_at.is_some(),
        }
    }
}

/// If the table still holds `image`'s version, and its owner.
fn by_the_owner(image: &Image, next: &Image) -> Result<Replacement, Error> {
    let Replacement { mut change, condition } = Replacement::of(image, next, Lock::AsSeen)?;
    change.names.insert("#owner".to_owned(), "owner".to_owned());
    change.values.insert(":owner".to_owned(), text(&image.owner));
    Ok(Replacement { change, condition: format!("{condition} AND #owner = :owner") })
}
