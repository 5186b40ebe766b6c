//! How many pictures are taken in a day, in all and from one address: each of them is paid for, whoever sends it.
//!
//! Keys: a day's pictures are counted in `pk = pictures#YYYY-MM-DD, sk = all`, those of an address in
//! `pk = address#HASH, sk = pictures`; the hash is of one day already. A write that is sent again because its answer was
//! lost may count twice: the budget holds all the same.

use aws_sdk_dynamodb::{
    error::SdkError, operation::update_item::UpdateItemError, types::ReturnValuesOnConditionCheckFailure,
};
use jiff::civil::Date;

use crate::{
    AddressHash, Error, Ledger,
    acceptance::{expires_after, key, number},
    item::Item,
};

impl Ledger {
    /// Takes up to `wanted` of the `max` pictures of a day: how many there were. 0 means that all are taken.
    pub async fn take_pictures(&self, day: Date, wanted: u32, max: u32) -> Result<u32, Error> {
        let mut wanted = wanted.min(max);
        while wanted > 0 {
            let Some(taken) = self.count_pictures(all_key(day), day, wanted, max).await? else { return Ok(wanted) };
            // Fewer than before in each turn.
            wanted = max.saturating_sub(taken).min(wanted - 1);
        }
        Ok(0)
    }

    /// Gives back pictures of a day that were not taken after all.
    pub async fn return_pictures(&self, day: Date, unused: u32) -> Result<(), Error> {
        self.uncount_pictures(all_key(day), unused).await
    }

    /// Counts one more picture from an address, of at most `max` in its day. False if it has them already.
    pub async fn take_picture_of(&self, address: &AddressHash, day: Date, max: u32) -> Result<bool, Error> {
        Ok(max > 0 && self.count_pictures(address_key(address), day, 1, max).await?.is_none())
    }

    /// Gives back one that was not taken after all.
    pub async fn return_picture_of(&self, address: &AddressHash) -> Result<(), Error> {
        self.uncount_pictures(address_key(address), 1).await
    }

    /// `None` if they are counted, else how many there are.
    async fn count_pictures(&self, key: Item, day: Date, more: u32, max: u32) -> Result<Option<u32>, Error> {
        let counted = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key))
            .update_expression("ADD taken :more SET expires_at = :expires")
            .condition_expression("attribute_not_exists(taken) OR taken <= :most")
            .expression_attribute_values(":more", number(&more))
            .expression_attribute_values(":most", number(&max.saturating_sub(more)))
            .expression_attribute_values(":expires", number(&expires_after(day)))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        match counted.map_err(SdkError::into_service_error) {
            Ok(_) => Ok(None),
            Err(UpdateItemError::ConditionalCheckFailedException(refused)) => {
                let taken = refused.item.and_then(|item| item.get("taken")?.as_n().ok()?.parse().ok());
                Ok(Some(taken.unwrap_or(max)))
            }
            Err(error) => Err(Error::Unavailable { operation: "count pictures", source: error.into() }),
        }
    }

    async fn uncount_pictures(&self, key: Item, unused: u32) -> Result<(), Error> {
        let counted = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key))
            .update_expression("SET taken = taken - :unused")
            .condition_expression("taken >= :unused")
            .expression_attribute_values(":unused", number(&unused))
            .send()
            .await;
        match counted.map_err(SdkError::into_service_error) {
            Ok(_) | Err(UpdateItemError::ConditionalCheckFailedException(_)) => Ok(()),
            Err(error) => Err(Error::Unavailable { operation: "give back pictures", source: error.into() }),
        }
    }
}

fn all_key(day: Date) -> Item {
    key(&format!("pictures#{day}"), "all")
}

fn address_key(address: &AddressHash) -> Item {
    key(&address.partition(), "pictures")
}
