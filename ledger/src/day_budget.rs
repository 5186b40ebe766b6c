//! What a day pays: for receipts of one address, and in all. Both are counted in the transaction that pays.
//!
//! Keys: an address's count is `pk = address#HASH, sk = earned`; the hash is of one day already. The budget of a day is
//! `pk = budget#YYYY-MM-DD#CURRENCY`, with `sk = given`, how much of it was given to its shards, and `sk = shard#0` to
//! `shard#7`, how much of that each has left. A payment takes from one shard, so that payments at the same time seldom
//! meet on one item; a shard with too little is first given another part of the budget. No more is paid than was given to
//! shards, and no more is given than the budget, also where that is changed within the day.

use std::{array, ops::Range};

use aws_sdk_dynamodb::{
    error::SdkError,
    operation::transact_write_items::TransactWriteItemsError,
    types::{TransactWriteItem, Update, builders::UpdateBuilder},
};
use jiff::{Timestamp, civil::Date};
use receipt::{Currency, Rules, utc_day};
use rust_decimal::Decimal;

use crate::{
    AddressHash, Error, Image, Ledger, Money,
    acceptance::{expires_after, key, number},
    item::{Item, SHARDS},
};

/// A budget is given to its shards in about so many parts.
const PARTS: u32 = 64;

/// The limits of the day on which an image is judged, and what of them was used up when they were read. By default none.
#[derive(Debug, Clone, Default)]
pub struct DayLimits {
    /// How many receipts from the image's address have earned something; `None` where that is unknown or does not matter.
    pub earned_at_address: Option<u32>,
    pub(crate) of_owner: Option<u32>,
    of_address: Option<u32>,
    budget: Option<Budget>,
}

#[derive(Debug, Clone)]
struct Budget {
    day: Date,
    currency: Currency,
    max: Decimal,
    given: Decimal,
    left: [Decimal; SHARDS as usize],
}

impl DayLimits {
    /// The most that one receipt may still be paid; `None` without a budget.
    pub fn payable(&self) -> Option<Decimal> {
        let budget = self.budget.as_ref()?;
        Some(budget.left.iter().max().copied().unwrap_or_default() + budget.not_given())
    }
}

/// A shard from which a payment may be taken, after it was given so much more.
struct Choice {
    shard: usize,
    add: Decimal,
}

impl Budget {
    fn not_given(&self) -> Decimal {
        (self.max - self.given).max(Decimal::ZERO)
    }

    /// The payment's own shard, as long as there is something left for that one; then any that has enough.
    fn choose(&self, own: usize, amount: Decimal) -> Option<Choice> {
        let shards = || (0..self.left.len()).map(|step| (own + step) % self.left.len());
        let as_it_is = |shard: usize| (self.left[shard] >= amount).then_some(Choice { shard, add: Decimal::ZERO });
        let with_more = |shard: usize| {
            (self.left[shard] + self.not_given() >= amount).then(|| Choice { shard, add: self.part(amount) })
        };
        let own_one = as_it_is(own).or_else(|| with_more(own));
        own_one.or_else(|| shards().find_map(as_it_is)).or_else(|| shards().find_map(with_more))
    }

    /// As many payments of this amount as fit into a part, at least one, so that little is left over in shards.
    fn part(&self, amount: Decimal) -> Decimal {
        let payments = (self.max / Decimal::from(PARTS) / amount).floor().max(Decimal::ONE);
        (payments * amount).min(self.not_given())
    }

    fn key(&self, sort: &str) -> Item {
        key(&format!("budget#{}#{}", self.day, self.currency), sort)
    }

    fn keys(&self) -> Vec<Item> {
        let shards: Range<usize> = 0..self.left.len();
        shards.map(|shard| self.key(&shard_name(shard))).chain([self.key("given")]).collect()
    }
}

impl Ledger {
    /// The limits that `rules` set for `image` if it is judged at `now`.
    pub async fn day_limits(&self, image: &Image, rules: &Rules, now: Timestamp) -> Result<DayLimits, Error> {
        let address = image.sender.address.as_ref().filter(|_| rules.max_per_address.is_some()).map(earned_key);
        let rebate = rules.rebate.as_ref().and_then(|rebate| Some((rebate.currency, rebate.max_per_day?)));
        let mut budget = rebate.map(|(currency, max)| Budget {
            day: utc_day(now),
            currency,
            max,
            given: Decimal::ZERO,
            left: array::from_fn(|_| Decimal::ZERO),
        });
        let keys: Vec<Item> = address.iter().cloned().chain(budget.iter().flat_map(Budget::keys)).collect();
        let found = self.read_all(keys).await?;
        let figure = |key: &Item, name: &str| {
            let item = found.iter().find(|item| item.get("pk") == key.get("pk") && item.get("sk") == key.get("sk"));
            item.and_then(|item| item.get(name)?.as_n().ok()?.parse::<Decimal>().ok()).unwrap_or_default()
        };
        if let Some(budget) = &mut budget {
            budget.given = figure(&budget.key("given"), "amount");
            budget.left = array::from_fn(|shard| figure(&budget.key(&shard_name(shard)), "amount"));
        }
        let counted = address.map(|address| figure(&address, "accepted"));
        let earned_at_address = counted.map(|counted| counted.try_into().unwrap_or(u32::MAX));
        let (of_owner, of_address) = (rules.max_per_day, rules.max_per_address);
        Ok(DayLimits { earned_at_address, of_owner, of_address, budget })
    }

    /// The writes that count a payment of `rebate` for `image`, in the transaction that makes it. `None` where `limits` are
    /// out of date, or leave nothing.
    pub(crate) async fn payment_counts(
        &self,
        image: &Image,
        rebate: Money,
        limits: &DayLimits,
        at: Timestamp,
    ) -> Result<Option<Vec<TransactWriteItem>>, Error> {
        let mut writes = Vec::new();
        if let (Some(address), Some(max)) = (&image.sender.address, limits.of_address) {
            let count = Update::builder()
                .set_key(Some(earned_key(address)))
                .update_expression("ADD accepted :one SET expires_at = :expires")
                .condition_expression("attribute_not_exists(accepted) OR accepted < :max")
                .expression_attribute_values(":one", number(&1))
                .expression_attribute_values(":max", number(&max))
                .expression_attribute_values(":expires", number(&expires_after(utc_day(at))));
            writes.push(self.written(count)?);
        }
        if let Some(budget) = &limits.budget {
            let own = usize::from(image.image_id.last_byte() % SHARDS);
            let Some(Choice { shard, add }) = budget.choose(own, rebate.amount) else { return Ok(None) };
            if !add.is_zero() && !self.give(budget, shard, add).await? {
                return Ok(None);
            }
            let take = Update::builder()
                .set_key(Some(budget.key(&shard_name(shard))))
                .update_expression("SET amount = amount - :amount")
                .condition_expression("amount >= :amount")
                .expression_attribute_values(":amount", number(&rebate.amount));
            writes.push(self.written(take)?);
        }
        Ok(Some(writes))
    }

    /// Gives a shard a part of the budget. False if so much is not left by now, or another transaction was on it.
    async fn give(&self, budget: &Budget, shard: usize, part: Decimal) -> Result<bool, Error> {
        let adding = |update: UpdateBuilder| {
            update
                .update_expression("ADD amount :part SET expires_at = :expires")
                .expression_attribute_values(":part", number(&part))
                .expression_attribute_values(":expires", number(&expires_after(budget.day)))
        };
        let given = adding(Update::builder().set_key(Some(budget.key("given"))))
            .condition_expression("attribute_not_exists(amount) OR amount <= :most")
            .expression_attribute_values(":most", number(&(budget.max - part)));
        let left = adding(Update::builder().set_key(Some(budget.key(&shard_name(shard)))));
        let writes = vec![self.written(given)?, self.written(left)?];
        let sent = self.client.transact_write_items().set_transact_items(Some(writes)).send().await;
        match sent.map_err(SdkError::into_service_error) {
            Ok(_) => Ok(true),
            Err(TransactWriteItemsError::TransactionCanceledException(_)) => Ok(false),
            Err(error) => Err(Error::Unavailable { operation: "give a part of the budget", source: error.into() }),
        }
    }
}

fn earned_key(address: &AddressHash) -> Item {
    key(&address.partition(), "earned")
}

fn shard_name(shard: usize) -> String {
    format!("shard#{shard}")
}
