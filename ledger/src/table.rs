//! The operations on the table.
//!
//! Keys: an image is `pk = image#ID, sk = image`. The index `by_owner` (`owner`, `image_id`) lists a person's images by
//! the time in their ids; the sparse index `unfinished` (`unfinished`, `unfinished_since`) those that have not ended,
//! in eight shards so that no partition takes every write.

use aws_sdk_dynamodb::{
    Client,
    error::SdkError,
    operation::{delete_item::DeleteItemError, put_item::PutItemError, update_item::UpdateItemError},
    types::{AttributeValue, ReturnValuesOnConditionCheckFailure},
};
use jiff::{SignedDuration, Timestamp};
use receipt::{ImageId, ObjectKey, OwnerId, Reason, Status, reason};
use serde::Deserialize;

use crate::{
    Error, Image, Lease, NewRecord, Summary,
    item::{Item, Lock, Replacement, from_item, image_key, text, to_item},
};

const BY_OWNER: &str = "by_owner";

/// A handle on the table, cheap to clone.
#[derive(Debug, Clone)]
pub struct Ledger {
    pub(crate) client: Client,
    pub(crate) table: String,
}

/// The result of a worker's claim of an image.
#[derive(Debug)]
pub enum Claim {
    /// The image is the worker's until its lease ends; it is `started`, one version up.
    Taken(Box<Image>),
    /// A worker has a lease on it, until then.
    Held { until: Timestamp },
    /// The image has ended.
    Ended(Box<Image>),
    /// No such image: it was deleted, or its upload withdrawn.
    Missing,
}

/// One line of a person's list.
#[derive(Debug, Clone, Deserialize)]
pub struct Listed {
    pub image_id: ImageId,
    pub key: ObjectKey,
    pub status: Status,
    pub version: u64,
    #[serde(default, deserialize_with = "reason::known")]
    pub reason: Option<Reason>,
    #[serde(default)]
    pub detail: Option<String>,
    #[serde(default)]
    pub try_again: Option<bool>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    #[serde(default)]
    pub summary: Option<Summary>,
}

/// A person's images, newest first.
#[derive(Debug)]
pub struct ListPage {
    pub images: Vec<Listed>,
    /// Pass it as `before` for the next page; absent on the last.
    pub next: Option<ImageId>,
}

impl Ledger {
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self { client, table: table.into() }
    }

    /// Creates a new image as `uploaded`, version 1.
    pub async fn create(&self, record: NewRecord) -> Result<Image, Error> {
        let image = Image::new(record);
        let item = to_item(&image)?;
        let put = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(pk)")
            .send()
            .await;
        match put.map_err(SdkError::into_service_error) {
            // Every upload has a new id: the item that exists is from our own first try, whose answer was lost.
            Ok(_) | Err(PutItemError::ConditionalCheckFailedException(_)) => Ok(image),
            Err(error) => Err(Error::Unavailable { operation: "create", source: error.into() }),
        }
    }

    /// Deletes an image that could not be announced. False if a worker has claimed it already: then it stays.
    pub async fn withdraw(&self, id: ImageId) -> Result<bool, Error> {
        let deleted = self
            .client
            .delete_item()
            .table_name(&self.table)
            .set_key(Some(image_key(id)))
            .condition_expression("attribute_not_exists(pk) OR #version = :one")
            .expression_attribute_names("#version", "version")
            .expression_attribute_values(":one", AttributeValue::N("1".to_owned()))
            .send()
            .await;
        match deleted.map_err(SdkError::into_service_error) {
            Ok(_) => Ok(true),
            Err(DeleteItemError::ConditionalCheckFailedException(_)) => Ok(false),
            Err(error) => Err(Error::Unavailable { operation: "withdraw", source: error.into() }),
        }
    }

    /// The image as it is now (a consistent read).
    pub async fn get(&self, id: ImageId) -> Result<Option<Image>, Error> {
        let asking = self.client.get_item().table_name(&self.table).set_key(Some(image_key(id))).consistent_read(true);
        // Boxed, since the call's future is large and thousands of feeds hold one of these for hours.
        let got = Box::pin(asking.send()).await.map_err(Error::unavailable("get"))?;
        got.item.map(from_item).transpose()
    }

    /// At most `limit` of the owner's images, those older than `before` if given.
    pub async fn list(&self, owner: &OwnerId, before: Option<ImageId>, limit: u16) -> Result<ListPage, Error> {
        let mut query = self
            .client
            .query()
            .table_name(&self.table)
            .index_name(BY_OWNER)
            .key_condition_expression("#owner = :owner")
            .expression_attribute_names("#owner", "owner")
            .expression_attribute_values(":owner", text(owner))
            .scan_index_forward(false)
            .limit(i32::from(limit));
        if let Some(before) = before {
            query = query
                .key_condition_expression("#owner = :owner AND image_id < :before")
                .expression_attribute_values(":before", text(&before));
        }
        let page = query.send().await.map_err(Error::unavailable("list"))?;
        let images: Vec<Listed> =
            page.items.unwrap_or_default().into_iter().map(from_item).collect::<Result<_, _>>()?;
        let next = page.last_evaluated_key.and_then(|_| images.last().map(|image| image.image_id));
        Ok(ListPage { images, next })
    }

    /// Leases the image to `worker` for `lease`, unless it has ended or another lease still runs: even the worker's
    /// own, since a message may come to it twice.
    pub async fn claim(
        &self,
        id: ImageId,
        worker: &str,
        now: Timestamp,
        lease: SignedDuration,
    ) -> Result<Claim, Error> {
        loop {
            let Some(image) = self.get(id).await? else { return Ok(Claim::Missing) };
            if image.status.is_final() {
                return Ok(Claim::Ended(Box::new(image)));
            }
            if let Some(held) = image.lease.as_ref().filter(|held| held.until > now) {
                return Ok(Claim::Held { until: held.until });
            }
            let mut next = image.stepped(Status::Started, None, now)?;
            next.lease = Some(Lease { worker: worker.to_owned(), until: now + lease });
            match self.replace(&image, next, Lock::AsSeen).await {
                Ok(claimed) => return Ok(Claim::Taken(Box::new(claimed))),
                // Each turn of the loop means that another writer made a step; an image has few steps.
                Err(Error::OutOfDate) => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Moves the end of the caller's lease on `image`.
    pub async fn renew(&self, image: &mut Image, until: Timestamp) -> Result<(), Error> {
        let Some(lease) = image.lease.clone() else { return Err(Error::OutOfDate) };
        let mut next = image.clone();
        next.lease = Some(Lease { until, ..lease });
        *image = self.replace(image, next, Lock::Own).await?;
        Ok(())
    }

    /// The next step, with the lease kept. If `image`, the caller's copy, is out of date, nothing is written.
    pub async fn advance(
        &self,
        image: &Image,
        status: Status,
        reason: Option<Reason>,
        at: Timestamp,
    ) -> Result<Image, Error> {
        let mut next = image.stepped(status, reason, at)?;
        if status.is_final() {
            next.lease = None;
        }
        self.replace(image, next, Lock::Own).await
    }

    /// Records that the text of the caller's image is known, and the part that each of its pages is of.
    pub async fn text_detected(&self, image: &Image, pages: Vec<u8>, at: Timestamp) -> Result<Image, Error> {
        let next = Image { pages, ..image.stepped(Status::TextDetected, None, at)? };
        self.replace(image, next, Lock::Own).await
    }

    /// Ends the caller's image as `failed`.
    pub async fn fail(&self, image: &Image, reason: Reason, at: Timestamp) -> Result<Image, Error> {
        self.replace(image, image.failed(reason, at)?, Lock::Own).await
    }

    /// Replaces `image` by `next`, if the table still has `image`'s version and the lease is as `lock` says. Only
    /// attributes that differ are written, so that those of a newer program survive an older one.
    pub(crate) async fn replace(&self, image: &Image, next: Image, lock: Lock) -> Result<Image, Error> {
        match self.update(image.image_id, Replacement::of(image, &next, lock)?).await? {
            Updated::Done => Ok(next),
            Updated::Refused(stored) => unless_done(stored, image, next),
        }
    }

    pub(crate) async fn update(&self, id: ImageId, replacement: Replacement) -> Result<Updated, Error> {
        let Replacement { change, condition } = replacement;
        let update = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(image_key(id)))
            .update_expression(change.expression)
            .set_expression_attribute_names(Some(change.names))
            .set_expression_attribute_values(Some(change.values))
            .condition_expression(condition)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        // Boxed, since the call's future is large and a worker's are nested deep in others.
        match Box::pin(update.send()).await.map_err(SdkError::into_service_error) {
            Ok(_) => Ok(Updated::Done),
            Err(UpdateItemError::ConditionalCheckFailedException(failed)) => Ok(Updated::Refused(failed.item)),
            Err(error) => Err(Error::Unavailable { operation: "update", source: error.into() }),
        }
    }
}

/// The result of a conditional update.
pub(crate) enum Updated {
    Done,
    /// With the item in the table.
    Refused(Option<Item>),
}

/// A write that the SDK sent twice, because its first answer was lost, is no conflict: the table has `next` already.
pub(crate) fn unless_done(stored: Option<Item>, image: &Image, next: Image) -> Result<Image, Error> {
    match stored.map(from_item::<Image>).transpose()? {
        Some(stored) if stored.history == next.history && stored.version > image.version => Ok(next),
        _ => Err(Error::OutOfDate),
    }
}
