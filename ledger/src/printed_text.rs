//! The printed texts that were seen on receipts, until enough witnesses have one that it may be published.
//!
//! Keys: `pk = text#HASH, sk = text`, with `owners` and `networks`, keyed hashes of its witnesses, no two of which have
//! either in common. An item goes a while after the last of them, and is then counted anew.

use std::collections::{HashMap, HashSet};

use aws_sdk_dynamodb::{
    error::SdkError,
    operation::update_item::UpdateItemError,
    types::{AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure},
};
use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::{Timestamp, ToSpan};
use receipt::{
    fingerprint::Mark,
    mined::{Sighting, WITNESSES_NEEDED, Witness},
};
use serde::Deserialize;

use crate::{
    Error, Ledger,
    acceptance::{key, number},
    item::{Item, from_item, text},
};

const KEPT_HOURS: i64 = 400 * 24;
/// How many are counted at a time.
const AT_ONCE: usize = 8;
/// Of `BatchGetItem`.
const MAX_BATCH: usize = 100;

#[derive(Debug, Default, Deserialize)]
struct TextItem {
    #[serde(default)]
    pk: String,
    #[serde(default)]
    owners: HashSet<String>,
    #[serde(default)]
    networks: HashSet<String>,
}

impl TextItem {
    fn is_public(&self) -> bool {
        self.owners.len() >= WITNESSES_NEEDED
    }

    /// Whether a witness would add nothing.
    fn knows(&self, Witness { owner, network }: &Witness) -> bool {
        self.owners.contains(&owner.to_string()) || self.networks.contains(&network.to_string())
    }
}

impl Ledger {
    /// Counts the texts of one receipt, and says which of them have had enough witnesses. Counted twice, a witness is
    /// still one.
    pub async fn count_texts(&self, seen: &[Sighting], at: Timestamp) -> Result<HashSet<Mark>, Error> {
        let mut known: HashMap<String, TextItem> = HashMap::new();
        for batch in seen.chunks(MAX_BATCH) {
            for item in self.read_all(batch.iter().map(|it| text_key(&it.text)).collect()).await? {
                let item: TextItem = from_item(item)?;
                known.insert(item.pk.clone(), item);
            }
        }
        let item = |it: &Sighting| known.get(&partition(&it.text));
        let is_public = |it: &Sighting| item(it).is_some_and(TextItem::is_public);
        let mut public: HashSet<Mark> = seen.iter().filter(|it| is_public(it)).map(|it| it.text.clone()).collect();
        let others = seen.iter().filter(|it| !is_public(it)).filter_map(|it| Some((it, it.witness.as_ref()?)));
        let new: Vec<(Mark, Witness)> = others
            .filter(|(it, witness)| !item(it).is_some_and(|item| item.knows(witness)))
            .map(|(it, witness)| (it.text.clone(), witness.clone()))
            .collect();
        let counted: Vec<Option<Mark>> = stream::iter(new)
            .map(|(text, witness)| async move {
                Ok::<_, Error>(self.count_text(&text, &witness, at).await?.then_some(text))
            })
            .buffer_unordered(AT_ONCE)
            .try_collect()
            .await?;
        public.extend(counted.into_iter().flatten());
        Ok(public)
    }

    /// Whether it has had enough witnesses, this one included.
    async fn count_text(&self, counted: &Mark, witness: &Witness, at: Timestamp) -> Result<bool, Error> {
        let expires = at.checked_add(KEPT_HOURS.hours()).unwrap_or(Timestamp::MAX).as_second();
        let is_new =
            "size(owners) < :needed AND NOT contains(owners, :its_owner) AND NOT contains(networks, :its_network)";
        let updated = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(text_key(counted)))
            .update_expression("ADD owners :owner, networks :network SET expires_at = :expires")
            .condition_expression(format!("attribute_not_exists(owners) OR ({is_new})"))
            .expression_attribute_values(":owner", AttributeValue::Ss(vec![witness.owner.to_string()]))
            .expression_attribute_values(":network", AttributeValue::Ss(vec![witness.network.to_string()]))
            .expression_attribute_values(":its_owner", text(&witness.owner))
            .expression_attribute_values(":its_network", text(&witness.network))
            .expression_attribute_values(":expires", number(&expires))
            .expression_attribute_values(":needed", number(&WITNESSES_NEEDED))
            .return_values(ReturnValue::AllNew)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        let item = match updated.map_err(SdkError::into_service_error) {
            Ok(updated) => updated.attributes,
            Err(UpdateItemError::ConditionalCheckFailedException(failed)) => failed.item,
            Err(error) => return Err(Error::Unavailable { operation: "count a text", source: error.into() }),
        };
        Ok(item.map(from_item::<TextItem>).transpose()?.unwrap_or_default().is_public())
    }
}

fn partition(text: &Mark) -> String {
    format!("text#{text}")
}

fn text_key(seen: &Mark) -> Item {
    key(&partition(seen), "text")
}
