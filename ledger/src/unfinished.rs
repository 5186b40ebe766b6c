//! Images that have not ended, for the sweep that looks after those without a worker.

use jiff::Timestamp;
use receipt::Reason;
use tracing::warn;

use crate::{
    Error, Image, Ledger,
    item::{Item, Lock, Replacement, SHARDS, from_item, sortable, text},
    table::Updated,
};

pub(crate) const UNFINISHED: &str = "unfinished";

/// A position in the iteration over unfinished images.
#[derive(Debug)]
pub struct Place {
    shard: u8,
    shards_left: u8,
    after: Option<Item>,
}

/// A part of the unfinished images, oldest first within each shard.
#[derive(Debug)]
pub struct UnfinishedPage {
    pub images: Vec<Image>,
    /// Where the next page begins; absent on the last.
    pub next: Option<Place>,
}

impl Place {
    /// The beginning, at a random shard: so that sweeps that stop before the end do not all leave out the same images.
    pub fn anywhere(shard: u8) -> Self {
        Self { shard: shard % SHARDS, shards_left: SHARDS - 1, after: None }
    }
}

impl Ledger {
    /// Images that came into `uploaded` before `before` and have not ended, at most `limit`. The index is eventually
    /// consistent.
    pub async fn unfinished(&self, before: Timestamp, place: Place, limit: i32) -> Result<UnfinishedPage, Error> {
        let Place { shard, shards_left, after } = place;
        let page = self
            .client
            .query()
            .table_name(&self.table)
            .index_name(UNFINISHED)
            .key_condition_expression("unfinished = :shard AND unfinished_since < :before")
            .expression_attribute_values(":shard", text(&shard))
            .expression_attribute_values(":before", text(&sortable(before)))
            .set_exclusive_start_key(after)
            .limit(limit)
            .send()
            .await
            .map_err(Error::unavailable("unfinished"))?;
        // One item that a newer program wrote must not hide the others.
        let images = page.items.unwrap_or_default().into_iter().filter_map(readable).collect();
        let next = match page.last_evaluated_key {
            Some(last) => Some(Place { shard, shards_left, after: Some(last) }),
            None => shards_left.checked_sub(1).map(|left| Place {
                shard: (shard + 1) % SHARDS,
                shards_left: left,
                after: None,
            }),
        };
        Ok(UnfinishedPage { images, next })
    }

    /// Records that an image without a worker is about to be announced again; of several concurrent callers one
    /// succeeds, and the others get [`Error::OutOfDate`]. A reason to show is a step of its own.
    pub async fn announce_again(&self, image: &Image, say: Option<Reason>, at: Timestamp) -> Result<Image, Error> {
        let mut next = match say {
            Some(_) => image.stepped(image.status, say, at)?,
            None => image.clone(),
        };
        next.announced_at = Some(at);
        let mut replacement = Replacement::of(image, &next, Lock::AsSeen)?;
        replacement.change.names.insert("#announced_at".to_owned(), "announced_at".to_owned());
        replacement.condition.push_str(match image.announced_at {
            None => " AND attribute_not_exists(#announced_at)",
            Some(known) => {
                replacement.change.values.insert(":known_announced_at".to_owned(), text(&known));
                " AND #announced_at = :known_announced_at"
            }
        });
        match self.update(image.image_id, replacement).await? {
            Updated::Done => Ok(next),
            // The SDK sent this write twice, because its first answer was lost.
            Updated::Refused(Some(stored)) if stored.get("announced_at") == Some(&text(&at)) => Ok(next),
            Updated::Refused(_) => Err(Error::OutOfDate),
        }
    }

    /// Ends an image without a worker as `failed`.
    pub async fn fail_idle(&self, image: &Image, reason: Reason, at: Timestamp) -> Result<Image, Error> {
        if image.is_in_hand(at) {
            return Err(Error::OutOfDate);
        }
        self.replace(image, image.failed(reason, at)?, Lock::AsSeen).await
    }
}

/// The image in an item, or nothing if this version of the program cannot read it.
fn readable(item: Item) -> Option<Image> {
    from_item(item).inspect_err(|error| warn!("an unfinished image was passed over: {error}")).ok()
}
