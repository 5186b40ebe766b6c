//! The owner's corrections of an image that was read and judged. They are kept in the image's item beside the result,
//! and raise the version; status, verdict, rebate, fingerprints and earnings stay as they are.
//!
//! A correction is no step in `history`: that has the states, and an unlimited number of corrections would make the
//! item grow without bound. A correction is identified by its version and its own time.

use jiff::Timestamp;
use receipt::{Amendment, Corrections, Status};

use crate::{
    Error, Image, Ledger, Summary,
    item::{Lock, Replacement, from_item, text},
    table::Updated,
};

/// The result of a correction.
#[derive(Debug)]
pub enum Amended {
    /// The image as it is now; with an unchanged version if there was nothing to change.
    Done(Box<Image>),
    /// It has no result to correct: it is in progress, or has failed.
    NotFinished,
    /// Its version is none of the expected ones.
    OtherVersion,
    /// It was deleted in the meantime.
    Missing,
}

impl Ledger {
    /// Records a correction by the owner of `image`, on top of concurrent writes: of two at once neither is lost. With
    /// `versions`, only if the image has one of these.
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
            // Even if another version was expected: this may be a repetition of a request whose answer was lost.
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
                    // Each turn of the loop means a concurrent correction by the owner, or that the SDK sent this write
                    // twice because its answer was lost. Then there is nothing left to change.
                    image = stored;
                }
            }
        }
    }
}

impl Image {
    /// The image with the correction, one version up; unchanged if it changes nothing.
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

    /// All corrections by the owner.
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
