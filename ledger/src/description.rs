//! The descriptions of items that were seen on receipts, until enough people's have one that it may be published.
//!
//! Keys: `pk = description#HASH, sk = description`, with `owners`, keyed hashes of those who had it. An item goes a while
//! after the last of them, and is then counted anew.

use std::collections::{HashMap, HashSet};

use aws_sdk_dynamodb::{
    error::SdkError,
    operation::update_item::UpdateItemError,
    types::{AttributeValue, ReturnValue},
};
use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::{Timestamp, ToSpan};
use receipt::{
    fingerprint::Mark,
    mined::{OWNERS_NEEDED, Sighting},
};
use serde::Deserialize;

use crate::{
    Error, Ledger,
    item::{Item, from_item, text},
};

const KEPT_HOURS: i64 = 400 * 24;
/// How many are counted at a time.
const AT_ONCE: usize = 8;
/// Of `BatchGetItem`.
const MAX_BATCH: usize = 100;

#[derive(Debug, Default, Deserialize)]
struct DescriptionItem {
    #[serde(default)]
    pk: String,
    #[serde(default)]
    owners: HashSet<String>,
}

impl Ledger {
    /// Counts the descriptions of one owner's receipt, and says which of them enough owners have had. Counted twice, an
    /// owner is still one.
    pub async fn count_descriptions(&self, seen: &[Sighting], at: Timestamp) -> Result<HashSet<Mark>, Error> {
        let mut known: HashMap<String, HashSet<String>> = HashMap::new();
        for batch in seen.chunks(MAX_BATCH) {
            let keys = batch.iter().map(|it| description_key(&it.description)).collect();
            for item in self.read_all(keys).await? {
                let DescriptionItem { pk, owners } = from_item(item)?;
                known.insert(pk, owners);
            }
        }
        let owners = |it: &Sighting| known.get(&partition(&it.description));
        let is_counted = |it: &Sighting| owners(it).is_some_and(|of| of.contains(&it.owner.to_string()));
        let is_public = |it: &Sighting| owners(it).is_some_and(|of| of.len() >= OWNERS_NEEDED);
        let mut public: HashSet<Mark> =
            seen.iter().filter(|it| is_public(it)).map(|it| it.description.clone()).collect();
        let new: Vec<Sighting> = seen.iter().filter(|it| !is_public(it) && !is_counted(it)).cloned().collect();
        let counted: Vec<Option<Mark>> = stream::iter(new)
            .map(|it| async move { Ok::<_, Error>(self.count_description(&it, at).await?.then_some(it.description)) })
            .buffer_unordered(AT_ONCE)
            .try_collect()
            .await?;
        public.extend(counted.into_iter().flatten());
        Ok(public)
    }

    /// Whether enough owners have had it, this one included.
    async fn count_description(&self, seen: &Sighting, at: Timestamp) -> Result<bool, Error> {
        let expires = at.checked_add(KEPT_HOURS.hours()).unwrap_or(Timestamp::MAX).as_second();
        let counted = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(description_key(&seen.description)))
            .update_expression("ADD owners :owner SET expires_at = :expires")
            .condition_expression("attribute_not_exists(owners) OR size(owners) < :needed")
            .expression_attribute_values(":owner", AttributeValue::Ss(vec![seen.owner.to_string()]))
            .expression_attribute_values(":expires", AttributeValue::N(expires.to_string()))
            .expression_attribute_values(":needed", AttributeValue::N(OWNERS_NEEDED.to_string()))
            .return_values(ReturnValue::AllNew)
            .send()
            .await;
        match counted.map_err(SdkError::into_service_error) {
            Ok(counted) => {
                let item = counted.attributes.map(from_item::<DescriptionItem>).transpose()?.unwrap_or_default();
                Ok(item.owners.len() >= OWNERS_NEEDED)
            }
            Err(UpdateItemError::ConditionalCheckFailedException(_)) => Ok(true),
            Err(error) => Err(Error::Unavailable { operation: "count a description", source: error.into() }),
        }
    }
}

fn partition(description: &Mark) -> String {
    format!("description#{description}")
}

fn description_key(description: &Mark) -> Item {
    HashMap::from([("pk".to_owned(), text(&partition(description))), ("sk".to_owned(), text(&"description"))])
}
