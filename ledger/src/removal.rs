//! The deletion of an image by its owner: one transaction deletes the image's item and writes a removal record, by
//! which its files are found however often their removal fails.
//!
//! A removal record is `pk = image#ID, sk = removal`. It is in the index `unfinished`, under a partition of its own,
//! until the files are removed.

use aws_sdk_dynamodb::types::{AttributeValue, Delete, Put, TransactWriteItem};
use jiff::Timestamp;
use receipt::{ImageId, ObjectKey, OwnerId};
use serde::{Deserialize, Serialize};

use crate::{
    Error, Image, Ledger,
    item::{Item, from_item, image_key, sortable, text},
    transaction::Both,
    unfinished::UNFINISHED,
};

const PARTITION: &str = "removal";

/// A deleted image's files, which are still to be removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removal {
    /// Of the first part.
    pub key: ObjectKey,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub further_keys: Vec<ObjectKey>,
    /// Not called `owner`, which would put the record into the owner's list.
    whose: OwnerId,
}

impl Ledger {
    /// Deletes an image of `owner`, and writes a removal record of its files. `None` if this owner has no such image.
    /// While the record exists, deleting again returns it again.
    pub async fn remove(&self, owner: &OwnerId, id: ImageId, at: Timestamp) -> Result<Option<Removal>, Error> {
        let Some(image) = self.get(id).await? else {
            let recorded = self.removal(id).await?;
            return Ok(recorded.filter(|removal| removal.whose == *owner));
        };
        if image.owner != *owner {
            return Ok(None);
        }
        let further_keys = image.further_parts.iter().map(|part| part.key).collect();
        let removal = Removal { key: image.key, further_keys, whose: image.owner.clone() };
        let writes = [self.deletion(&image)?, self.record(&removal, at)?];
        match self.write_both(writes, "remove").await? {
            // Refused: deleted in the meantime, so there is a record, or its files are removed already.
            Both::Written | Both::Refused { .. } => Ok(Some(removal)),
        }
    }

    /// Records of files that are still to be removed, oldest first, at most `limit`.
    pub async fn removals(&self, limit: i32) -> Result<Vec<Removal>, Error> {
        let page = self
            .client
            .query()
            .table_name(&self.table)
            .index_name(UNFINISHED)
            .key_condition_expression("unfinished = :removal")
            .expression_attribute_values(":removal", text(&PARTITION))
            .limit(limit)
            .send()
            .await
            .map_err(Error::unavailable("removals"))?;
        page.items.unwrap_or_default().into_iter().map(from_item).collect()
    }

    /// Deletes the record of files that are removed.
    pub async fn removed(&self, removal: &Removal) -> Result<(), Error> {
        let delete = self.client.delete_item().table_name(&self.table);
        let deleted = delete.set_key(Some(record_key(removal.key.image_id()))).send().await;
        deleted.map(drop).map_err(Error::unavailable("removed"))
    }

    async fn removal(&self, id: ImageId) -> Result<Option<Removal>, Error> {
        let get = self.client.get_item().table_name(&self.table).set_key(Some(record_key(id))).consistent_read(true);
        get.send().await.map_err(Error::unavailable("removal"))?.item.map(from_item).transpose()
    }

    fn deletion(&self, image: &Image) -> Result<TransactWriteItem, Error> {
        let delete = Delete::builder()
            .table_name(&self.table)
            .set_key(Some(image_key(image.image_id)))
            .condition_expression("attribute_exists(pk)")
            .build();
        delete.map(|delete| TransactWriteItem::builder().delete(delete).build()).map_err(Error::incomplete)
    }

    fn record(&self, removal: &Removal, at: Timestamp) -> Result<TransactWriteItem, Error> {
        let mut item: Item = serde_dynamo::to_item(removal).map_err(Error::Malformed)?;
        item.extend(record_key(removal.key.image_id()));
        item.insert("unfinished".to_owned(), text(&PARTITION));
        item.insert("unfinished_since".to_owned(), text(&sortable(at)));
        let put = Put::builder().table_name(&self.table).set_item(Some(item)).build();
        put.map(|put| TransactWriteItem::builder().put(put).build()).map_err(Error::incomplete)
    }
}

fn record_key(id: ImageId) -> Item {
    let mut key = image_key(id);
    key.insert("sk".to_owned(), AttributeValue::S("removal".to_owned()));
    key
}
