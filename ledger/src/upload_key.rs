//! Idempotency keys of uploads (`Idempotency-Key`): a client's second try of an upload creates no second image.
//!
//! A key is `pk = owner#ID, sk = key#KEY`, of one owner, for [`KEPT`]. It begins as a claim of one upload, with a lease
//! that the upload renews, and becomes done, with the picture's hash, in the transaction that creates the image: a key
//! is done exactly when its image exists. An expired key counts as absent, even before DynamoDB removes it.

use std::str::FromStr;

use aws_sdk_dynamodb::{
    error::SdkError,
    operation::{delete_item::DeleteItemError, put_item::PutItemError, update_item::UpdateItemError},
    types::{AttributeValue, Delete, Put, ReturnValue, ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update},
};
use jiff::{SignedDuration, Timestamp};
use receipt::{ImageId, OwnerId, PictureHash};
use serde::Deserialize;

use crate::{
    Error, Image, Ledger, NewRecord,
    acceptance::owner_key,
    item::{Item, from_item, image_key, text, to_item},
    transaction::Both,
};

/// How long a key is known after its first use.
pub const KEPT: SignedDuration = SignedDuration::from_hours(24);
/// After so long without a renewal the upload with the key counts as dead, and the next one takes the key over.
pub const KEY_LEASE: SignedDuration = SignedDuration::from_secs(120);

/// The client's name for one upload: 1 to 255 visible ASCII characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadKey(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an upload's key has 1 to 255 visible ASCII characters")]
pub struct NotAnUploadKey;

/// A key held by one upload, which will be the image `image_id`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldKey {
    pub owner: OwnerId,
    pub key: UploadKey,
    pub image_id: ImageId,
}

/// The result of an upload's claim of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyClaim {
    /// The key is this upload's. `abandoned` is an earlier one that died with it and never became an image.
    Ours { abandoned: Option<ImageId> },
    /// Another upload holds it and is running.
    Running,
    /// It was used for this image, with a picture of this hash.
    Done { image_id: ImageId, sha256: PictureHash },
}

#[derive(Debug, Deserialize)]
struct KeyItem {
    image_id: ImageId,
    #[serde(default)]
    sha256: Option<PictureHash>,
    expires_at: i64,
}

impl FromStr for UploadKey {
    type Err = NotAnUploadKey;

    fn from_str(text: &str) -> Result<Self, NotAnUploadKey> {
        let is_key = (1..=255).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        if is_key { Ok(Self(text.to_owned())) } else { Err(NotAnUploadKey) }
    }
}

impl Ledger {
    /// Claims a key for an upload at `now`, for [`KEY_LEASE`].
    pub async fn claim_key(&self, held: &HeldKey, now: Timestamp) -> Result<KeyClaim, Error> {
        let mut item = held.item_key();
        item.extend([
            ("image_id".to_owned(), text(&held.image_id)),
            ("lease_until".to_owned(), seconds(now + KEY_LEASE)),
            ("expires_at".to_owned(), seconds(now + KEPT)),
        ]);
        let free = "attribute_not_exists(pk) OR expires_at <= :now \
                    OR (attribute_not_exists(sha256) AND lease_until <= :now)";
        let put = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression(free)
            .expression_attribute_values(":now", seconds(now))
            .return_values(ReturnValue::AllOld)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        match put.map_err(SdkError::into_service_error) {
            Ok(put) => Ok(KeyClaim::Ours { abandoned: abandoned(put.attributes, now)? }),
            Err(PutItemError::ConditionalCheckFailedException(failed)) => held.claim_by(failed.item),
            Err(error) => Err(Error::Unavailable { operation: "claim a key", source: error.into() }),
        }
    }

    /// Moves the end of the claim's lease. [`Error::OutOfDate`] once the key is done or another upload has taken it
    /// over.
    pub async fn renew_key(&self, held: &HeldKey, now: Timestamp) -> Result<(), Error> {
        let renewed = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(held.item_key()))
            .update_expression("SET lease_until = :until")
            .condition_expression("image_id = :image AND attribute_not_exists(sha256)")
            .expression_attribute_values(":until", seconds(now + KEY_LEASE))
            .expression_attribute_values(":image", text(&held.image_id))
            .send()
            .await;
        match renewed.map_err(SdkError::into_service_error) {
            Ok(_) => Ok(()),
            Err(UpdateItemError::ConditionalCheckFailedException(_)) => Err(Error::OutOfDate),
            Err(error) => Err(Error::Unavailable { operation: "renew a key", source: error.into() }),
        }
    }

    /// Releases a key whose upload failed; one that is done, or another upload's by now, stays. True proves that the
    /// upload never became an image and never will: a late write of it would not find its key.
    pub async fn release_key(&self, held: &HeldKey) -> Result<bool, Error> {
        let deleted = self
            .client
            .delete_item()
            .table_name(&self.table)
            .set_key(Some(held.item_key()))
            .condition_expression("image_id = :image AND attribute_not_exists(sha256)")
            .expression_attribute_values(":image", text(&held.image_id))
            .send()
            .await;
        match deleted.map_err(SdkError::into_service_error) {
            Ok(_) => Ok(true),
            Err(DeleteItemError::ConditionalCheckFailedException(_)) => Ok(false),
            Err(error) => Err(Error::Unavailable { operation: "release a key", source: error.into() }),
        }
    }

    /// [`Ledger::create`] for an upload with a key, which is done with it. [`Error::OutOfDate`], and nothing written,
    /// where another upload has taken the key over.
    pub async fn create_once(&self, record: NewRecord, held: &HeldKey) -> Result<Image, Error> {
        let sha256 = String::from(record.sha256.clone());
        let image = Image::new(record);
        let put = Put::builder()
            .table_name(&self.table)
            .set_item(Some(to_item(&image)?))
            .condition_expression("attribute_not_exists(pk)")
            .build()
            .map_err(Error::incomplete)?;
        let done = Update::builder()
            .table_name(&self.table)
            .set_key(Some(held.item_key()))
            .update_expression("SET sha256 = :sha256 REMOVE lease_until")
            .condition_expression("image_id = :image AND attribute_not_exists(sha256)")
            .expression_attribute_values(":sha256", text(&sha256))
            .expression_attribute_values(":image", text(&held.image_id))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .build()
            .map_err(Error::incomplete)?;
        let writes = [TransactWriteItem::builder().put(put).build(), TransactWriteItem::builder().update(done).build()];
        match self.write_both(writes, "create once").await? {
            Both::Written => Ok(image),
            Both::Refused { second: Some(reason), .. } => match held.claim_by(reason.item)? {
                // Written by our own first try, whose answer was lost.
                KeyClaim::Done { image_id, .. } if image_id == held.image_id => Ok(image),
                KeyClaim::Ours { .. } | KeyClaim::Running | KeyClaim::Done { .. } => Err(Error::OutOfDate),
            },
            Both::Refused { .. } => Err(Error::OutOfDate),
        }
    }

    /// [`Ledger::withdraw`] for an upload with a key, which is free afterwards.
    pub async fn withdraw_once(&self, held: &HeldKey) -> Result<bool, Error> {
        let image = Delete::builder()
            .table_name(&self.table)
            .set_key(Some(image_key(held.image_id)))
            .condition_expression("attribute_not_exists(pk) OR #version = :one")
            .expression_attribute_names("#version", "version")
            .expression_attribute_values(":one", AttributeValue::N("1".to_owned()))
            .build()
            .map_err(Error::incomplete)?;
        let key = Delete::builder()
            .table_name(&self.table)
            .set_key(Some(held.item_key()))
            .condition_expression("attribute_not_exists(pk) OR image_id = :image")
            .expression_attribute_values(":image", text(&held.image_id))
            .build()
            .map_err(Error::incomplete)?;
        let writes = [image, key].map(|delete| TransactWriteItem::builder().delete(delete).build());
        Ok(match self.write_both(writes, "withdraw once").await? {
            Both::Refused { first: Some(_), .. } => false,
            // If another upload holds the key, this one never became an image.
            Both::Written | Both::Refused { first: None, .. } => true,
        })
    }
}

impl HeldKey {
    fn item_key(&self) -> Item {
        owner_key(&self.owner, &format!("key#{}", self.key.0))
    }

    /// The holder of the key, by the item that refused this upload.
    fn claim_by(&self, item: Option<Item>) -> Result<KeyClaim, Error> {
        let Some(item) = item.map(from_item::<KeyItem>).transpose()? else { return Ok(KeyClaim::Running) };
        Ok(match item.sha256 {
            Some(sha256) => KeyClaim::Done { image_id: item.image_id, sha256 },
            // Written by our own first try, whose answer was lost.
            None if item.image_id == self.image_id => KeyClaim::Ours { abandoned: None },
            None => KeyClaim::Running,
        })
    }
}

/// The upload that held the key before, if it died with it; not one that became an image.
fn abandoned(replaced: Option<Item>, now: Timestamp) -> Result<Option<ImageId>, Error> {
    let replaced = replaced.filter(|item| !item.is_empty()).map(from_item::<KeyItem>).transpose()?;
    let died = replaced.filter(|item| item.sha256.is_none() && item.expires_at > now.as_second());
    Ok(died.map(|item| item.image_id))
}

fn seconds(at: Timestamp) -> AttributeValue {
    AttributeValue::N(at.as_second().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_short_and_visible() {
        for key in ["k", "\"8e03978e-40d5\"", &"x".repeat(255)] {
            assert!(key.parse::<UploadKey>().is_ok(), "{key}");
        }
        for key in ["", "a b", "ä", "\t", "\u{7f}", &"x".repeat(256)] {
            assert_eq!(key.parse::<UploadKey>(), Err(NotAnUploadKey), "{key}");
        }
    }
}
