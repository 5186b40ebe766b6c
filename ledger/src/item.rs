//! Images as items, and the difference between two of them as an update expression.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use receipt::ImageId;
use serde::Deserialize;

use crate::{Error, Image};

/// DynamoDB takes no longer item, names and values together.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html>
pub const MAX_ITEM_BYTES: usize = 400 * 1024;

pub(crate) type Item = HashMap<String, AttributeValue>;

/// The number of partitions of the index of unfinished images.
pub(crate) const SHARDS: u8 = 8;

/// An update expression with its names and values.
#[derive(Default)]
pub(crate) struct Change {
    pub(crate) expression: String,
    pub(crate) names: HashMap<String, String>,
    pub(crate) values: Item,
}

impl Change {
    pub(crate) fn between(before: &Item, after: Item) -> Self {
        let mut change = Self::default();
        let (mut set, mut remove) = (Vec::new(), Vec::new());
        for name in before.keys().filter(|name| !after.contains_key(*name)) {
            remove.push(format!("#{name}"));
            change.names.insert(format!("#{name}"), name.clone());
        }
        for (name, value) in after.into_iter().filter(|(name, value)| before.get(name) != Some(value)) {
            set.push(format!("#{name} = :{name}"));
            change.values.insert(format!(":{name}"), value);
            change.names.insert(format!("#{name}"), name);
        }
        let clause = |verb: &str, parts: &[String]| match parts {
            [] => String::new(),
            parts => format!("{verb} {} ", parts.join(", ")),
        };
        change.expression = clause("SET", &set) + &clause("REMOVE", &remove);
        change
    }
}

/// What a change requires of the lease in the table.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Lock {
    /// Exactly the lease that was read, so that a renewal in between refuses the change: for taking a lease over.
    AsSeen,
    /// A lease of the same worker, whatever its end: a renewal whose answer was lost may have moved it.
    Own,
}

/// The change from one state of an image to the next, and its condition.
pub(crate) struct Replacement {
    pub(crate) change: Change,
    pub(crate) condition: String,
}

impl Replacement {
    /// Conditional on `image`'s version and on the lease as `lock` says. Only attributes that differ are written, so
    /// that those of a newer program survive an older one.
    pub(crate) fn of(image: &Image, next: &Image, lock: Lock) -> Result<Self, Error> {
        let mut before = to_item(image)?;
        if next.history.len() > image.history.len() {
            // A newer program's reason is read as none; the next step must remove it all the same.
            before.entry("reason".to_owned()).or_insert(AttributeValue::Null(true));
        }
        let mut change = Change::between(&before, to_item(next)?);
        change.values.insert(":known_version".to_owned(), AttributeValue::N(image.version.to_string()));
        change.names.extend(["version", "lease"].map(|name| (format!("#{name}"), name.to_owned())));
        let condition = match (&image.lease, lock) {
            (None, Lock::AsSeen | Lock::Own) => "#version = :known_version AND attribute_not_exists(#lease)",
            (Some(lease), Lock::AsSeen) => {
                let lease = serde_dynamo::to_attribute_value(lease).map_err(Error::Malformed)?;
                change.values.insert(":known_lease".to_owned(), lease);
                "#version = :known_version AND #lease = :known_lease"
            }
            (Some(lease), Lock::Own) => {
                change.values.insert(":worker".to_owned(), text(&lease.worker));
                change.names.insert("#worker".to_owned(), "worker".to_owned());
                "#version = :known_version AND #lease.#worker = :worker"
            }
        };
        Ok(Self { change, condition: condition.to_owned() })
    }
}

pub(crate) fn image_key(id: ImageId) -> Item {
    HashMap::from([("pk".to_owned(), text(&format!("image#{id}"))), ("sk".to_owned(), text(&"image"))])
}

/// With a fixed number of digits, so that the order of texts is the order of times.
pub(crate) fn sortable(at: Timestamp) -> String {
    format!("{at:.3}")
}

pub(crate) fn text(value: &impl ToString) -> AttributeValue {
    AttributeValue::S(value.to_string())
}

/// The image's attributes, its keys and, until it has ended, those of the index of unfinished images.
pub(crate) fn to_item(image: &Image) -> Result<Item, Error> {
    let mut item: Item = serde_dynamo::to_item(image).map_err(Error::Malformed)?;
    item.extend(image_key(image.image_id));
    if !image.status.is_final() {
        item.insert("unfinished".to_owned(), text(&(image.image_id.last_byte() % SHARDS)));
        item.insert("unfinished_since".to_owned(), text(&sortable(image.waiting_since())));
    }
    Ok(item)
}

pub(crate) fn from_item<'a, T: Deserialize<'a>>(item: Item) -> Result<T, Error> {
    serde_dynamo::from_item(item).map_err(Error::Malformed)
}
