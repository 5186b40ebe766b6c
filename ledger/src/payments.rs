//! What a receipt is known by once it was paid for, so that it is not paid for again.
//!
//! Views of accepted receipts stand in groups, each a keyed hash of two facts: `pk = group#HASH`, one item for each with
//! `sk = view#IMAGE`, and one with `sk = version`, which each acceptance raises by one. A new receipt is compared with all
//! views of its groups, and written only if the groups' versions are still the same: of two photos of one receipt that are
//! accepted at once, one must look again. A picture's own hash is `pk = mark#HASH, sk = mark`.
//!
//! None of these items names the owner, and all stay when the image is deleted.

use aws_sdk_dynamodb::types::{Put, TransactWriteItem, Update};
use futures_util::future::{try_join, try_join_all};
use receipt::{
    Fingerprints, ImageId,
    fingerprint::{Likeness, Mark, View},
    utc_day,
    verdict::Precedent,
};
use serde::{Deserialize, Serialize};

use crate::{
    Error, Image, Ledger,
    acceptance::{key, number},
    item::{Item, from_item, text},
};

const VERSION: &str = "version";

#[derive(Debug, Deserialize)]
struct MarkItem {
    image: ImageId,
}

#[derive(Debug, Serialize, Deserialize)]
struct ViewItem {
    image: ImageId,
    view: View,
}

#[derive(Debug, Deserialize)]
struct VersionItem {
    version: u64,
}

/// The views of a group that were paid for.
#[derive(Debug, Default)]
struct Group {
    views: Vec<ViewItem>,
    version: u64,
}

/// The versions of a receipt's groups when it was compared with them, in the order of its views.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GroupVersions(Vec<u64>);

/// What was accepted before that a receipt may repeat.
#[derive(Debug)]
pub(crate) struct PaidBefore {
    pub(crate) same_image: Precedent,
    pub(crate) same_receipt: Precedent,
    /// Nothing but the merchant, the day and the total is known to be the same.
    pub(crate) is_only_alike: bool,
    pub(crate) versions: GroupVersions,
}

impl Ledger {
    pub(crate) async fn paid_before(&self, image: &Image, prints: &Fingerprints) -> Result<PaidBefore, Error> {
        let groups = try_join_all(prints.views.iter().map(|(group, _)| self.group(group)));
        let (groups, same_image) = try_join(groups, self.of_one_picture(image, prints)).await?;
        let views = prints.views.iter().zip(&groups);
        let precedents = views.flat_map(|((_, view), group)| {
            let others = group.views.iter().filter(|it| it.image != image.image_id);
            others.map(|it| (view.likeness(&it.view), view.is_of_the_owner_of(&it.view), it.image))
        });
        // What is the owner's own is said first.
        let nearest = precedents
            .filter(|(likeness, ..)| *likeness != Likeness::Other)
            .max_by_key(|(likeness, is_own, _)| (*likeness, *is_own));
        Ok(PaidBefore {
            same_image: self.precedent(image, same_image).await?,
            same_receipt: self.precedent(image, nearest.map(|(.., first)| first)).await?,
            is_only_alike: nearest.is_some_and(|(likeness, ..)| likeness == Likeness::Alike),
            versions: GroupVersions(groups.iter().map(|group| group.version).collect()),
        })
    }

    async fn of_one_picture(&self, image: &Image, prints: &Fingerprints) -> Result<Option<ImageId>, Error> {
        let found = self.read_all(prints.image.iter().map(mark_key).collect()).await?;
        let found: Option<MarkItem> = found.into_iter().next().map(from_item).transpose()?;
        // A mark of this image itself, by a transaction whose answer was lost, is no precedent.
        Ok(found.map(|mark| mark.image).filter(|first| *first != image.image_id))
    }

    async fn precedent(&self, image: &Image, first: Option<ImageId>) -> Result<Precedent, Error> {
        let Some(first) = first else { return Ok(Precedent::None) };
        let first = self.get(first).await?;
        Ok(match first.filter(|first| first.owner == image.owner) {
            Some(first) => Precedent::Own { image_id: first.image_id, sent_on: utc_day(first.created_at) },
            None => Precedent::Foreign,
        })
    }

    async fn group(&self, mark: &Mark) -> Result<Group, Error> {
        let query = self.client.query().table_name(&self.table).key_condition_expression("pk = :group");
        let query = query.expression_attribute_values(":group", text(&group_pk(mark))).consistent_read(true);
        let mut pages = query.into_paginator().send();
        let mut group = Group::default();
        while let Some(page) = pages.next().await {
            for item in page.map_err(Error::unavailable("group"))?.items.unwrap_or_default() {
                if item.get("sk") == Some(&text(&VERSION)) {
                    group.version = from_item::<VersionItem>(item)?.version;
                } else {
                    group.views.push(from_item(item)?);
                }
            }
        }
        Ok(group)
    }

    /// What an accepted receipt leaves, on condition that nothing was left in its groups since it was compared with them.
    pub(crate) fn leave(
        &self,
        image: ImageId,
        prints: &Fingerprints,
        GroupVersions(seen): &GroupVersions,
    ) -> Result<Vec<TransactWriteItem>, Error> {
        let mut writes: Vec<_> = prints.image.iter().map(|mark| self.mark(image, mark)).collect::<Result<_, _>>()?;
        for (at, (group, view)) in prints.views.iter().enumerate() {
            let mut item: Item =
                serde_dynamo::to_item(ViewItem { image, view: view.clone() }).map_err(Error::Malformed)?;
            item.extend(key(&group_pk(group), &format!("view#{image}")));
            let put = Put::builder().table_name(&self.table).set_item(Some(item)).build().map_err(Error::incomplete)?;
            writes.push(TransactWriteItem::builder().put(put).build());
            writes.push(self.raise(group, seen.get(at).copied().unwrap_or_default())?);
        }
        Ok(writes)
    }

    fn mark(&self, image: ImageId, mark: &Mark) -> Result<TransactWriteItem, Error> {
        let mut item = mark_key(mark);
        item.insert("image".to_owned(), text(&image));
        let put = Put::builder()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(pk) OR image = :image")
            .expression_attribute_values(":image", text(&image));
        put.build().map(|put| TransactWriteItem::builder().put(put).build()).map_err(Error::incomplete)
    }

    fn raise(&self, group: &Mark, seen: u64) -> Result<TransactWriteItem, Error> {
        let condition = if seen == 0 { "attribute_not_exists(pk)" } else { "#version = :seen" };
        let mut update = Update::builder()
            .set_key(Some(key(&group_pk(group), VERSION)))
            .update_expression("SET #version = :next")
            .expression_attribute_names("#version", VERSION)
            .expression_attribute_values(":next", number(&(seen + 1)))
            .condition_expression(condition);
        if seen > 0 {
            update = update.expression_attribute_values(":seen", number(&seen));
        }
        self.written(update)
    }
}

fn group_pk(group: &Mark) -> String {
    format!("group#{group}")
}

fn mark_key(mark: &Mark) -> Item {
    key(&format!("mark#{mark}"), "mark")
}
