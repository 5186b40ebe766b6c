//! What a receipt is known by once it was paid for, so that it is not paid for again.
//!
//! Views of accepted receipts are grouped by a keyed hash of day and total: `pk = mark#HASH`, one item for each with
//! `sk = view#IMAGE`, and one with `sk = version`, which each acceptance raises by one. A new receipt is compared with all
//! views of its group, and written only if the group's version is still the same: of two photos of one receipt that are
//! accepted at once, one must look again. Marks are of earlier programs (`pk = mark#HASH, sk = mark`), and the picture's.
//!
//! None of these items names the owner, and all stay when the image is deleted.

use aws_sdk_dynamodb::types::{AttributeValue, Put, TransactWriteItem, Update};
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
    pk: String,
    image: ImageId,
    /// The receipt of this mark shows no more than the fields that the mark was made of.
    #[serde(default)]
    exact: bool,
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

/// The views of a day and total that were paid for.
#[derive(Debug, Default)]
struct Group {
    views: Vec<ViewItem>,
    version: u64,
}

/// What was accepted before that a receipt may repeat.
#[derive(Debug)]
pub(crate) struct PaidBefore {
    pub(crate) same_image: Precedent,
    pub(crate) same_receipt: Precedent,
    /// Nothing but the merchant, the day and the total is known to be the same.
    pub(crate) is_only_alike: bool,
    known: Vec<String>,
    version: u64,
}

impl PaidBefore {
    pub(crate) fn is_new(&self) -> bool {
        let none = |precedent| matches!(precedent, Precedent::None);
        none(self.same_image) && none(self.same_receipt)
    }
}

impl Ledger {
    pub(crate) async fn paid_before(&self, image: &Image, prints: &Fingerprints) -> Result<PaidBefore, Error> {
        let group = match &prints.view {
            Some((mark, _)) => self.group(mark).await?,
            None => Group::default(),
        };
        let every_mark = prints.image.iter().chain(&prints.exact).chain(&prints.vague);
        let keys: Vec<Item> = every_mark.map(mark_key).collect();
        let found = self.read_all(keys).await?;
        let mut found: Vec<MarkItem> = found.into_iter().map(from_item).collect::<Result<_, _>>()?;
        let known = found.iter().map(|mark| mark.pk.clone()).collect();
        // A mark of this image itself, by a transaction whose answer was lost, is no precedent.
        found.retain(|mark| mark.image != image.image_id);
        let by_picture = |mark: &Mark| found.iter().find(|it| it.pk == mark_pk(mark));
        let same_image = prints.image.as_ref().and_then(by_picture).map(|mark| mark.image);
        let same_image = self.precedent(image, same_image).await?;

        let likenesses = || {
            let others = group.views.iter().filter(|it| it.image != image.image_id);
            let (_, view) = prints.view.as_ref()?;
            // What is the owner's own is said first.
            others
                .map(|it| (view.likeness(&it.view), view.is_of_the_owner_of(&it.view), it.image))
                .filter(|(likeness, ..)| *likeness != Likeness::Other)
                .max_by_key(|(likeness, is_own, _)| (*likeness == Likeness::Same, *is_own))
        };
        let (same_receipt, is_only_alike) = if let Some((likeness, _, first)) = likenesses() {
            (self.precedent(image, Some(first)).await?, likeness == Likeness::Alike)
        } else {
            // What has a view is compared by that.
            found.retain(|mark| group.views.iter().all(|it| it.image != mark.image));
            let precedent = self.by_marks(image, prints, &found).await?;
            (precedent, prints.is_weak() && precedent != Precedent::None)
        };
        Ok(PaidBefore { same_image, same_receipt, is_only_alike, known, version: group.version })
    }

    /// By the marks of receipts that an earlier program accepted. A weak one stands only in its owner's way.
    async fn by_marks(&self, image: &Image, prints: &Fingerprints, found: &[MarkItem]) -> Result<Precedent, Error> {
        let left_by = |mark: &Mark| found.iter().find(|it| it.pk == mark_pk(mark));
        let exactly = prints.exact.iter().find_map(left_by);
        let weak = prints.mark_of_a_weak_one();
        let stronger = || prints.vague.iter().filter(|mark| Some(*mark) != weak);
        if let Some(mark) = exactly.or_else(|| stronger().filter_map(left_by).find(|it| it.exact)) {
            return self.precedent(image, Some(mark.image)).await;
        }
        let weakly = weak.and_then(left_by).filter(|mark| mark.exact);
        Ok(match self.precedent(image, weakly.map(|mark| mark.image)).await? {
            own @ Precedent::Own { .. } => own,
            Precedent::Foreign | Precedent::Unknown | Precedent::None => Precedent::None,
        })
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
        let query = query.expression_attribute_values(":group", text(&mark_pk(mark))).consistent_read(true);
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

    /// What an accepted receipt leaves, on condition that nothing was left since `before`.
    pub(crate) fn leave(
        &self,
        image: ImageId,
        prints: &Fingerprints,
        before: &PaidBefore,
    ) -> Result<Vec<TransactWriteItem>, Error> {
        let exact = prints.image.iter().chain(&prints.exact).map(|mark| (mark, true));
        let marks = exact.chain(prints.vague.iter().map(|mark| (mark, false)));
        let unknown = marks.filter(|(mark, _)| !before.known.contains(&mark_pk(mark)));
        let mut writes = unknown.map(|(mark, exact)| self.mark(image, mark, exact)).collect::<Result<Vec<_>, _>>()?;
        if let Some((group, view)) = &prints.view {
            let mut item: Item =
                serde_dynamo::to_item(ViewItem { image, view: view.clone() }).map_err(Error::Malformed)?;
            item.extend(key(&mark_pk(group), &format!("view#{image}")));
            let put = Put::builder().table_name(&self.table).set_item(Some(item)).build().map_err(Error::incomplete)?;
            writes.push(TransactWriteItem::builder().put(put).build());
            writes.push(self.raise(group, before.version)?);
        }
        Ok(writes)
    }

    fn mark(&self, image: ImageId, mark: &Mark, exact: bool) -> Result<TransactWriteItem, Error> {
        let mut item = mark_key(mark);
        item.extend([("image".to_owned(), text(&image)), ("exact".to_owned(), AttributeValue::Bool(exact))]);
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
            .set_key(Some(key(&mark_pk(group), VERSION)))
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

fn mark_pk(mark: &Mark) -> String {
    format!("mark#{mark}")
}

fn mark_key(mark: &Mark) -> Item {
    key(&mark_pk(mark), "mark")
}
