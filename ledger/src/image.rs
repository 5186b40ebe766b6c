//! One image as the ledger has it, and its steps from state to state.

use std::ops::Not;

use jiff::{SignedDuration, Timestamp};
use receipt::{
    Corrections, Currency, ImageId, ImageStatus, NewImage, ObjectKey, Orientation, OwnerId, PictureHash, Reason,
    Receipt, Status, Verdict, reason,
};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{Error, Sender};

/// The longest that an image may take: then it ends as `failed`, and may be tried again.
pub const GIVE_UP_AFTER: SignedDuration = SignedDuration::from_hours(2);

/// The record of an upload that has reached the bucket.
#[derive(Debug, Clone)]
pub struct NewRecord {
    pub image_id: ImageId,
    pub owner: OwnerId,
    pub sender: Sender,
    pub first_part: Part,
    pub further_parts: Vec<Part>,
    /// Of all parts.
    pub sha256: PictureHash,
    pub at: Timestamp,
}

/// A photo or a file that shows the receipt, or a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    pub key: ObjectKey,
    pub size_bytes: u64,
    pub orientation: Orientation,
}

/// An image's item. The names of the fields are the names of its attributes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Image {
    pub image_id: ImageId,
    pub owner: OwnerId,
    #[serde(default)]
    pub sender: Sender,
    /// Of the first part, as are size and orientation.
    pub key: ObjectKey,
    pub size_bytes: u64,
    /// The hash of the picture, or of all parts; absent in items of older programs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<PictureHash>,
    #[serde(default)]
    pub orientation: Orientation,
    /// The parts after the first one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub further_parts: Vec<Part>,
    /// The part that each page is of, from 1; known once its text is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pages: Vec<u8>,
    pub status: Status,
    /// 1 for the first state, one more for each later state and for each correction.
    pub version: u64,
    /// Why it waits or has failed. Absent in items of older programs, which have only the sentence.
    #[serde(default, deserialize_with = "reason::known", skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// The reason's sentence, or the verdict's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// For a `failed` image: whether the same picture may be accepted in another try. Absent in items of older
    /// programs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub try_again: Option<bool>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// All states so far, each with its version.
    pub history: Vec<Step>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lease: Option<Lease>,
    /// When the message for the workers was last sent again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub announced_at: Option<Timestamp>,
    /// Stored as JSON text, so that new fields of the receipt do not change the item's shape.
    #[serde(default, with = "json_text", skip_serializing_if = "Option::is_none")]
    pub result: Option<Analysis>,
    /// The fields that lists show, so that lists need not read whole items.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<Summary>,
    /// The owner's corrections, beside the result.
    #[serde(default, skip_serializing_if = "Corrections::is_empty")]
    pub corrections: Corrections,
    /// Since when the owner contests the verdict.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contested_at: Option<Timestamp>,
}

/// One state that the image was in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Step {
    pub status: Status,
    pub version: u64,
    pub at: Timestamp,
    #[serde(default, deserialize_with = "reason::known", skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// A worker's exclusive right to an image until a point in time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    pub worker: String,
    pub until: Timestamp,
}

/// What was read and how it was judged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Analysis {
    pub receipt: Receipt,
    pub verdict: Verdict,
}

/// The most important fields of the receipt, as read or as corrected by the owner.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Summary {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merchant: Option<String>,
    /// ISO 8601.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// A decimal number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<String>,
    /// ISO 4217.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rebate: Option<Money>,
    /// The owner has corrected some of it.
    #[serde(default, skip_serializing_if = "Not::not")]
    pub corrected: bool,
    /// The owner says that the verdict is wrong.
    #[serde(default, skip_serializing_if = "Not::not")]
    pub contested: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Money {
    pub amount: Decimal,
    pub currency: Currency,
}

impl Image {
    pub(crate) fn new(record: NewRecord) -> Self {
        let NewRecord { image_id, owner, sender, first_part, further_parts, sha256, at } = record;
        let Part { key, size_bytes, orientation } = first_part;
        Self {
            image_id,
            owner,
            sender,
            key,
            size_bytes,
            sha256: Some(sha256),
            orientation,
            further_parts,
            pages: Vec::new(),
            status: Status::Uploaded,
            version: 1,
            reason: None,
            detail: None,
            try_again: None,
            created_at: at,
            updated_at: at,
            history: vec![Step { status: Status::Uploaded, version: 1, at, reason: None, detail: None }],
            lease: None,
            announced_at: None,
            result: None,
            summary: None,
            corrections: Corrections::default(),
            contested_at: None,
        }
    }

    /// The image one step later, or why that step is not allowed.
    pub(crate) fn stepped(&self, status: Status, reason: Option<Reason>, at: Timestamp) -> Result<Self, Error> {
        self.step(status, reason, reason.map(|reason| reason.sentence().to_owned()), at)
    }

    /// The image with a verdict and its sentence, without its lease and its sender's address.
    pub(crate) fn judged(&self, status: Status, analysis: Analysis, at: Timestamp) -> Result<Self, Error> {
        let next = self.step(status, None, Some(analysis.verdict.summary.clone()), at)?;
        let sender = Sender { address: None, ..next.sender };
        Ok(Self { lease: None, sender, summary: Some(Summary::of(&analysis)), result: Some(analysis), ..next })
    }

    fn step(
        &self,
        status: Status,
        reason: Option<Reason>,
        detail: Option<String>,
        at: Timestamp,
    ) -> Result<Self, Error> {
        if !self.status.may_become(status) {
            return Err(Error::NotAllowed { from: self.status.as_str(), to: status.as_str() });
        }
        let mut next = self.clone();
        next.status = status;
        next.version += 1;
        next.reason = reason;
        next.detail.clone_from(&detail);
        next.try_again = None;
        next.updated_at = at;
        next.history.push(Step { status, version: next.version, at, reason, detail });
        Ok(next)
    }

    /// The image ended as `failed`, without its lease.
    pub(crate) fn failed(&self, reason: Reason, at: Timestamp) -> Result<Self, Error> {
        let mut next = self.stepped(Status::Failed, Some(reason), at)?;
        next.try_again = reason.try_again();
        next.lease = None;
        Ok(next)
    }

    /// What was uploaded, in its order.
    pub fn parts(&self) -> impl Iterator<Item = Part> + '_ {
        let first = Part { key: self.key, size_bytes: self.size_bytes, orientation: self.orientation };
        std::iter::once(first).chain(self.further_parts.iter().copied())
    }

    /// The part that a page is of, from 1; all that is known before its text is, is that the first page is of the first part.
    pub fn part_of_page(&self, page: u32) -> Option<Part> {
        let page = usize::try_from(page.checked_sub(1)?).ok()?;
        let part = if self.pages.is_empty() { (page == 0).then_some(1) } else { self.pages.get(page).copied() };
        self.parts().nth(usize::from(part?.checked_sub(1)?))
    }

    /// When it last came into `uploaded`: the beginning of the wait for its end.
    pub fn waiting_since(&self) -> Timestamp {
        let since = |step: &&Step| step.status == Status::Uploaded;
        let last = self.history.iter().rev().skip_while(|step| !since(step)).take_while(since).last();
        last.map_or(self.created_at, |step| step.at)
    }

    /// Whether a worker has a lease on it, as of this copy.
    pub fn is_in_hand(&self, now: Timestamp) -> bool {
        self.lease.as_ref().is_some_and(|lease| lease.until >= now)
    }

    /// When the wait for its end is over and it is failed.
    pub fn give_up_at(&self) -> Timestamp {
        self.waiting_since().saturating_add(GIVE_UP_AFTER).unwrap_or(Timestamp::MAX)
    }

    /// The message for the workers.
    pub fn announcement(&self) -> NewImage {
        NewImage { image_id: self.image_id, owner: self.owner.clone(), key: self.key }
    }

    /// The message for its watchers.
    pub fn image_status(&self) -> ImageStatus {
        ImageStatus {
            image_id: self.image_id,
            status: self.status,
            version: self.version,
            // Not `updated_at`: a later correction is no state.
            at: self.history.last().map_or(self.updated_at, |step| step.at),
            reason: self.reason,
            detail: self.detail.clone(),
        }
    }
}

impl Summary {
    pub(crate) fn of(Analysis { receipt, verdict }: &Analysis) -> Self {
        let rebate = verdict.rebate.as_ref();
        Self {
            merchant: receipt.merchant.as_ref().map(|field| field.value.clone()),
            date: receipt.date.as_ref().map(|field| field.value.to_string()),
            total: receipt.total.as_ref().map(|field| field.value.to_string()),
            currency: receipt.currency.as_ref().map(|field| field.value.to_string()),
            rebate: rebate.map(|rebate| Money { amount: rebate.amount, currency: rebate.currency }),
            corrected: false,
            contested: false,
        }
    }
}

mod json_text {
    //! A value inside an item as one JSON text.

    use serde::{Deserialize, Deserializer, Serializer, de, ser};

    use super::Analysis;

    #[expect(clippy::ref_option, reason = "the signature that serde's `with` asks for")]
    pub(super) fn serialize<S: Serializer>(value: &Option<Analysis>, serializer: S) -> Result<S::Ok, S::Error> {
        match value {
            Some(value) => serializer.serialize_str(&serde_json::to_string(value).map_err(ser::Error::custom)?),
            None => serializer.serialize_none(),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Analysis>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        text.map(|text| serde_json::from_str(&text).map_err(de::Error::custom)).transpose()
    }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;
    use receipt::PictureFormat;

    use super::*;

    #[test]
    fn the_wait_begins_when_it_came_into_uploaded_and_not_when_that_was_repeated() {
        let image_id = ImageId::new();
        let (key, owner) = (ObjectKey::new(image_id, PictureFormat::Jpeg), OwnerId::random());
        let minute = |minute: i64| Timestamp::UNIX_EPOCH + minute.minutes();
        let first_part = Part { key, size_bytes: 1, orientation: Orientation::Upright };
        let image = Image::new(NewRecord {
            image_id,
            owner,
            sender: Sender::default(),
            first_part,
            further_parts: Vec::new(),
            sha256: PictureHash::from([7; 32]),
            at: minute(1),
        });
        let steps = [Status::Uploaded, Status::Started, Status::Started, Status::Failed, Status::Uploaded];
        let images =
            steps.into_iter().chain([Status::Uploaded, Status::Started]).zip(2..).scan(image, |image, (status, at)| {
                *image = image.stepped(status, None, minute(at)).unwrap();
                Some(image.waiting_since())
            });
        let since: Vec<_> = images.collect();
        assert_eq!(since, [1, 1, 1, 1, 6, 6, 6].map(minute));
    }
}
