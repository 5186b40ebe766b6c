//! The records of accepted receipts: what duplicates are known by (`payments.rs`), the owner's count of the day, and what
//! the owner has earned; what the day pays beside that is counted by `day_budget`. All are written in one transaction with
//! the image's last step, so that a receipt is paid for once, and counted exactly when it is.
//!
//! Keys: an owner's items are `pk = owner#ID` with `sk = day#YYYY-MM-DD` (UTC) and `sk = earned#CURRENCY`.

use std::collections::HashMap;

use aws_sdk_dynamodb::{
    error::SdkError,
    operation::transact_write_items::TransactWriteItemsError,
    types::{
        AttributeValue, CancellationReason, KeysAndAttributes, ReturnValuesOnConditionCheckFailure, TransactWriteItem,
        Update, builders::UpdateBuilder,
    },
};
use futures_util::future::try_join;
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use receipt::{
    Fingerprints, OwnerId, Status, utc_day,
    verdict::{Outcome, Precedent},
};
use rust_decimal::Decimal;
use serde::Deserialize;

use crate::{
    Analysis, DayLimits, Error, Image, Ledger, Money,
    item::{Item, Lock, Replacement, from_item, image_key, text},
    payments::GroupVersions,
    table::unless_done,
};

/// The facts in the table that a verdict depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerFacts {
    pub same_image: Precedent,
    pub same_receipt: Precedent,
    /// Of that receipt no more than the merchant, the day and the total is known to be the same.
    pub is_only_alike: bool,
    /// How many of the owner's receipts.
    pub accepted_today: u32,
    /// By which it is noticed, when the verdict is recorded, that another receipt was accepted in the meantime.
    pub versions: GroupVersions,
}

impl LedgerFacts {
    fn is_new(&self) -> bool {
        let none = |precedent| matches!(precedent, Precedent::None);
        none(self.same_image) && none(self.same_receipt)
    }
}

/// The result of recording a verdict.
#[derive(Debug)]
pub enum Recorded {
    Done(Box<Image>),
    /// Since the caller asked for the [`LedgerFacts`], another receipt was accepted that changes it: nothing was written.
    Conflict,
}

/// How long a day's count is kept, in days.
const COUNT_KEPT: i64 = 3;

#[derive(Debug, Deserialize)]
struct DayItem {
    accepted: u32,
}

impl Ledger {
    /// The facts for judging `image` at `now`.
    pub async fn facts(&self, image: &Image, prints: &Fingerprints, now: Timestamp) -> Result<LedgerFacts, Error> {
        let counts = self.read_all(vec![day_key(&image.owner, utc_day(now))]);
        let (before, counts) = try_join(self.paid_before(image, prints), counts).await?;
        let count: Option<DayItem> = counts.into_iter().next().map(from_item).transpose()?;
        Ok(LedgerFacts {
            same_image: before.same_image,
            same_receipt: before.same_receipt,
            is_only_alike: before.is_only_alike,
            accepted_today: count.map_or(0, |day| day.accepted),
            versions: before.versions,
        })
    }

    /// The last step of an image that was read: `accepted` or `rejected`, with the result. With an accepted one its
    /// fingerprints, the counts of its day and the rebate are written, within `limits`, all or nothing.
    pub async fn record_verdict(
        &self,
        image: &Image,
        analysis: Analysis,
        prints: &Fingerprints,
        facts: &LedgerFacts,
        limits: &DayLimits,
        at: Timestamp,
    ) -> Result<Recorded, Error> {
        let status = match analysis.verdict.outcome {
            Outcome::Accepted => Status::Accepted,
            Outcome::Rejected => Status::Rejected,
        };
        let next = image.judged(status, analysis, at)?;
        match status {
            Status::Accepted => self.accept(image, next, prints, facts, limits, at).await,
            Status::Uploaded | Status::Started | Status::TextDetected | Status::Rejected | Status::Failed => {
                self.replace(image, next, Lock::Own).await.map(|image| Recorded::Done(Box::new(image)))
            }
        }
    }

    async fn accept(
        &self,
        image: &Image,
        next: Image,
        prints: &Fingerprints,
        facts: &LedgerFacts,
        limits: &DayLimits,
        at: Timestamp,
    ) -> Result<Recorded, Error> {
        if !facts.is_new() {
            return Ok(Recorded::Conflict);
        }
        let mut writes = vec![self.last_step(image, &next)?];
        writes.extend(self.leave(image.image_id, prints, &facts.versions)?);
        writes.push(self.count(&image.owner, utc_day(at), limits.of_owner)?);
        if let Some(rebate) = next.summary.as_ref().and_then(|summary| summary.rebate) {
            let counted = self.payment_counts(image, rebate, limits, at).await?;
            let Some(counted) = counted else { return Ok(Recorded::Conflict) };
            writes.extend(counted);
            writes.push(self.pay(&image.owner, rebate)?);
        }
        let sent = self.client.transact_write_items().set_transact_items(Some(writes)).send().await;
        match sent.map_err(SdkError::into_service_error) {
            Ok(_) => Ok(Recorded::Done(Box::new(next))),
            Err(TransactWriteItemsError::TransactionCanceledException(canceled)) => {
                let reasons = canceled.cancellation_reasons.unwrap_or_default();
                match reasons.into_iter().next() {
                    Some(own) if is_refused(&own) => {
                        unless_done(own.item, image, next).map(|image| Recorded::Done(Box::new(image)))
                    }
                    // Another receipt of its day and total, the day's maximum, or another transaction on one of the items.
                    _ => Ok(Recorded::Conflict),
                }
            }
            Err(error) => Err(Error::Unavailable { operation: "accept", source: error.into() }),
        }
    }

    /// What the owner's accepted receipts have earned, by currency.
    pub async fn earned(&self, owner: &OwnerId) -> Result<Vec<Money>, Error> {
        let found = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :owner AND begins_with(sk, :earned)")
            .expression_attribute_values(":owner", text(&format!("owner#{owner}")))
            .expression_attribute_values(":earned", text(&"earned#"))
            .consistent_read(true)
            .send()
            .await
            .map_err(Error::unavailable("earned"))?;
        Ok(found.items.unwrap_or_default().iter().filter_map(money).collect())
    }

    /// The items that exist under these keys (consistent reads).
    pub(crate) async fn read_all(&self, keys: Vec<Item>) -> Result<Vec<Item>, Error> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let keys = KeysAndAttributes::builder().set_keys(Some(keys)).consistent_read(true).build();
        let keys = keys.map_err(Error::incomplete)?;
        let read = self.client.batch_get_item().request_items(&self.table, keys).send();
        let read = read.await.map_err(Error::unavailable("read"))?;
        if read.unprocessed_keys.is_some_and(|left| !left.is_empty()) {
            return Err(Error::Unavailable { operation: "read", source: "not all items were read".into() });
        }
        Ok(read.responses.and_then(|mut tables| tables.remove(&self.table)).unwrap_or_default())
    }

    fn last_step(&self, image: &Image, next: &Image) -> Result<TransactWriteItem, Error> {
        let Replacement { change, condition } = Replacement::of(image, next, Lock::Own)?;
        let update = Update::builder()
            .set_key(Some(image_key(image.image_id)))
            .update_expression(change.expression)
            .set_expression_attribute_names(Some(change.names))
            .set_expression_attribute_values(Some(change.values))
            .condition_expression(condition)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        self.written(update)
    }

    fn count(&self, owner: &OwnerId, day: Date, max_per_day: Option<u32>) -> Result<TransactWriteItem, Error> {
        let mut update = Update::builder()
            .set_key(Some(day_key(owner, day)))
            .update_expression("ADD accepted :one SET expires_at = :expires")
            .expression_attribute_values(":one", number(&1))
            .expression_attribute_values(":expires", number(&expires_after(day)));
        if let Some(max) = max_per_day {
            update = update
                .condition_expression("attribute_not_exists(accepted) OR accepted < :max")
                .expression_attribute_values(":max", number(&max));
        }
        self.written(update)
    }

    fn pay(&self, owner: &OwnerId, rebate: Money) -> Result<TransactWriteItem, Error> {
        let update = Update::builder()
            .set_key(Some(owner_key(owner, &format!("earned#{}", rebate.currency))))
            .update_expression("ADD amount :amount SET currency = :currency")
            .expression_attribute_values(":amount", number(&rebate.amount))
            .expression_attribute_values(":currency", text(&rebate.currency));
        self.written(update)
    }

    pub(crate) fn written(&self, update: UpdateBuilder) -> Result<TransactWriteItem, Error> {
        let update = update.table_name(&self.table).build().map_err(Error::incomplete)?;
        Ok(TransactWriteItem::builder().update(update).build())
    }
}

pub(crate) fn is_refused(reason: &CancellationReason) -> bool {
    reason.code.as_deref() == Some("ConditionalCheckFailed")
}

/// When the count of a day is no longer kept, in seconds.
pub(crate) fn expires_after(day: Date) -> i64 {
    (day + COUNT_KEPT.days()).to_zoned(TimeZone::UTC).map_or(i64::MAX, |at| at.timestamp().as_second())
}

fn day_key(owner: &OwnerId, day: Date) -> Item {
    owner_key(owner, &format!("day#{day}"))
}

pub(crate) fn owner_key(owner: &OwnerId, sort: &str) -> Item {
    key(&format!("owner#{owner}"), sort)
}

pub(crate) fn key(partition: &str, sort: &str) -> Item {
    HashMap::from([("pk".to_owned(), text(&partition)), ("sk".to_owned(), text(&sort))])
}

/// Read as text: a floating point number in between could be off by a cent.
fn money(item: &Item) -> Option<Money> {
    let mut amount: Decimal = item.get("amount")?.as_n().ok()?.parse().ok()?;
    // DynamoDB drops trailing zeros.
    amount.rescale(amount.scale().max(2));
    Some(Money { amount, currency: item.get("currency")?.as_s().ok()?.parse().ok()? })
}

pub(crate) fn number(value: &impl ToString) -> AttributeValue {
    AttributeValue::N(value.to_string())
}
