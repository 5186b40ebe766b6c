//! Images as items, and the difference between two of them as an update expression.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use receipt::ImageId;
use serde::Deserialize;

use crate::{Error, Image};

pub(crate) type Item = HashMap<String, AttributeValue>;

/// Unfinished images are dealt over so many partitions of their index.
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

pub(crate) fn image_key(id: ImageId) -> Item {
    HashMap::from([("pk".to_owned(), text(&format!("image#{id}"))), ("sk".to_owned(), text(&"image"))])
}

/// A fixed number of digits, so that the order of texts is the order of times.
pub(crate) fn sortable(at: Timestamp) -> String {
    format!("{at:.3}")
}

pub(crate) fn text(value: &impl ToString) -> AttributeValue {
    AttributeValue::S(value.to_string())
}

/// The image's attributes, its keys and, until it has ended, those that put it into the index of unfinished ones.
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
