//! What one photo shows of a receipt, as keyed hashes, so that two partial photos of one receipt are known for one.
//!
//! Views of a group agree in two facts (`groups`), and are compared by all that both show. What only one of them shows tells
//! nothing apart: a photo with the number covered and another with the time covered are one receipt, as far as anyone can see.

mod content;
mod fact;
mod groups;
mod hashes;
mod names;
mod number;
mod pieces;

use std::collections::BTreeSet;

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use self::{
    content::{Amounts, Content},
    fact::{Fact, Said},
    hashes::Hashes,
    number::{Number, Numbers},
    pieces::Pieces,
};
use super::{FingerprintKey, Mark, Printed};
use crate::{
    Field, OwnerId, Receipt,
    text::{essence, figures, fold},
};

/// What a photo shows of a receipt that was accepted, and whose it is. Nothing in it can be read without the key, and the
/// hashes of one group have nothing in common with those of another.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct View {
    /// Tells only whether two views of a group are of one owner.
    owner: String,
    day: Fact,
    total: Fact,
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<Fact>,
    /// The tax number and the phone number.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    registered: BTreeSet<String>,
    /// Pieces of the names.
    names: Pieces,
    /// Pieces of the address: a photo with the name covered may show a line of it as the name.
    address: Pieces,
    /// Numbers and times on the paper.
    printed: Pieces,
    /// The longest of these numbers.
    long_numbers: Pieces,
    content: Content,
}

/// How two views are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// Something that both show differs.
    Other,
    /// The merchant, the day and the total are the same, and nothing that both show tells more.
    Alike,
    /// Their numbers or times are the same, too.
    Same,
}

/// What figures are hashed as, where they stand on a paper and where they were taken for a fact.
const NUMBER: &str = "printed number";
const TIME: &str = "printed time";
const AMOUNT: &str = "printed amount";
/// A number of so many figures that stands on two papers, beside the day and the receipt's own, is their shop's.
const OF_ONE_SHOP: usize = 7;

impl View {
    /// A view for each of the groups in which the receipt is compared. None without a day or a total.
    pub(super) fn of(receipt: &Receipt, printed: &Printed, owner: &OwnerId, key: &FingerprintKey) -> Vec<(Mark, Self)> {
        let (Some(day), Some(total)) = (&receipt.date, &receipt.total) else { return Vec::new() };
        let in_group = |group: Mark| {
            let view = Self::in_group(receipt, (day, total), printed, owner, &Hashes { key, group: &group });
            (group, view)
        };
        groups::of(receipt, key).into_iter().map(in_group).collect()
    }

    fn in_group(
        receipt: &Receipt,
        (day, total): (&Field<Date>, &Field<Decimal>),
        printed: &Printed,
        owner: &OwnerId,
        hashes: &Hashes<'_>,
    ) -> Self {
        let known = |text: &str, kind: &str, least: usize| {
            let text = figures(&essence(text));
            (text.len() >= least).then(|| hashes.value(kind, &text))
        };
        let registered = [
            receipt.tax_number.as_ref().and_then(|tax| known(&tax.value, "tax number", 5)),
            receipt.phone.as_ref().and_then(|phone| known(&phone.value, "phone", 6)),
        ];
        let address = receipt.address.as_ref().map(|address| pieces::of(&fold(&address.value))).unwrap_or_default();
        let mut on_paper = hashes.pieces(NUMBER, &printed.numbers);
        on_paper.extend(hashes.pieces(TIME, &printed.times));
        Self {
            owner: hashes.value("owner", owner.as_str()),
            day: Fact::of_day(day, hashes),
            total: Fact::of_total(total, hashes),
            number: receipt.receipt_number.as_ref().and_then(|number| Number::of(number, hashes)),
            time: receipt.time.as_ref().map(|time| Fact::of_time(time, hashes)),
            registered: registered.into_iter().flatten().collect(),
            names: hashes.pieces("piece", names::of(receipt)),
            address: hashes.pieces("piece", address),
            printed: on_paper,
            long_numbers: hashes.pieces(NUMBER, printed.numbers.iter().filter(|it| it.len() >= OF_ONE_SHOP)),
            content: Content::of(receipt, printed, hashes),
        }
    }

    /// Shows neither a number nor a time.
    pub fn is_weak(&self) -> bool {
        self.number.is_none() && self.time.is_none()
    }

    pub fn is_of_the_owner_of(&self, other: &Self) -> bool {
        self.owner == other.owner
    }

    /// How this view, which is to be paid for, is like one of its group that was. A weak one never stands in the way of a
    /// stronger one of somebody else, or a stranger could void receipts of which he knows the shop, the day and the total.
    pub fn likeness(&self, paid: &Self) -> Likeness {
        let likeness = self.by_what_both_show(paid);
        let is_weaker = paid.is_weak() && !self.is_weak() || paid.shows_less_of_the_number_than(self);
        let is_passed_by = is_weaker && !self.is_of_the_owner_of(paid);
        match likeness {
            Likeness::Alike if is_passed_by => Likeness::Other,
            Likeness::Other | Likeness::Alike | Likeness::Same => likeness,
        }
    }

    fn by_what_both_show(&self, other: &Self) -> Likeness {
        let days = Said::of((&self.day, &self.printed), (&other.day, &other.printed));
        let totals = Said::of((&self.total, self.content.amounts()), (&other.total, other.content.amounts()));
        match (days, totals) {
            (Said::Same, Said::Same) => self.of_one_day_and_total(other),
            (days, totals) => self.of_another_day_or_total(other, days, totals),
        }
    }

    fn of_one_day_and_total(&self, other: &Self) -> Likeness {
        let (numbers, times) = (self.numbers(other), self.times(other));
        // The merchant's name is what is most often misread, or cut off: with these the receipt is known without it.
        let is_known_without_name = match times {
            Said::Same => match numbers {
                Numbers::Same { .. } => true,
                Numbers::Nothing => self.content.has_the_words_of(&other.content),
                Numbers::Next | Numbers::Far => false,
            },
            Said::OnBoth => matches!(numbers, Numbers::Same { .. }),
            Said::Nothing => matches!(numbers, Numbers::Same { long: true, .. }),
            Said::Part | Said::Other => false,
        };
        if is_known_without_name {
            return Likeness::Same;
        }
        if !self.may_be_of_the_merchant_of(other) {
            return Likeness::Other;
        }
        match (numbers, times) {
            (Numbers::Same { .. }, Said::Same | Said::Part | Said::OnBoth | Said::Nothing)
            | (Numbers::Same { sure: true, .. }, Said::Other)
            // In one minute a till writes numbers that follow each other: another is misread, or of something else.
            | (Numbers::Far | Numbers::Nothing, Said::Same | Said::Part | Said::OnBoth) => Likeness::Same,
            (Numbers::Nothing, Said::Nothing) => Likeness::Alike,
            (Numbers::Same { sure: false, .. } | Numbers::Far | Numbers::Nothing, Said::Other)
            | (Numbers::Next, Said::Same | Said::Part | Said::OnBoth | Said::Other | Said::Nothing)
            | (Numbers::Far, Said::Nothing) => Likeness::Other,
        }
    }

    /// Where the day or the total is another one, it is one receipt only where that was read from elsewhere on the paper or
    /// with a figure covered, and where what else stands on both papers says so, too.
    fn of_another_day_or_total(&self, other: &Self, days: Said, totals: Said) -> Likeness {
        if !self.may_be_of_the_merchant_of(other) {
            return Likeness::Other;
        }
        let (numbers, times) = (self.numbers(other), self.times(other));
        let amounts = self.content.amounts_beside(&self.total, &other.content, &other.total);
        let is_one_the_same = days == Said::Same || totals == Said::Same;
        let are = |explains: &dyn Fn(Said) -> bool| explains(days) && explains(totals);
        let are_possible = are(&|said| match said {
            Said::Same | Said::OnBoth => true,
            Said::Part => amounts != Amounts::Other,
            Said::Other | Said::Nothing => false,
        });
        // Whoever lists amounts stands in the way of nothing of which he has not seen the number.
        let are_explained = are_possible && are(&|said| said != Said::OnBoth || amounts == Amounts::Same);
        let is_list_the_same = self.content.has_the_list_of(&other.content);
        // Nothing but the merchant and a part of the day or the total is known to be the same. One list is sold on many days
        // where receipts show neither number nor time.
        let is_cut = match days {
            Said::Same => true,
            Said::Part => is_list_the_same && !(self.is_weak() && other.is_weak()),
            Said::OnBoth | Said::Other | Said::Nothing => false,
        };
        match (numbers, times) {
            (Numbers::Same { long: true, .. }, Said::Same | Said::Part) if is_one_the_same => Likeness::Same,
            (Numbers::Same { sure: true, .. }, Said::Same | Said::Part | Said::OnBoth | Said::Nothing)
                if are_possible =>
            {
                Likeness::Same
            }
            (Numbers::Same { .. } | Numbers::Nothing, Said::Same | Said::Part)
                if are_explained || days == Said::Same && is_list_the_same =>
            {
                Likeness::Same
            }
            (Numbers::Same { .. } | Numbers::Nothing, Said::Nothing) if are_explained && is_cut => Likeness::Alike,
            (
                Numbers::Same { .. } | Numbers::Next | Numbers::Far | Numbers::Nothing,
                Said::Same | Said::Part | Said::OnBoth | Said::Other | Said::Nothing,
            ) => Likeness::Other,
        }
    }

    fn times(&self, other: &Self) -> Said {
        let (Some(time), Some(others)) = (&self.time, &other.time) else { return Said::Nothing };
        Said::of((time, &self.printed), (others, &other.printed))
    }

    /// Only a part of it, or only a number of another kind.
    fn shows_less_of_the_number_than(&self, other: &Self) -> bool {
        self.number.as_ref().zip(other.number.as_ref()).is_some_and(|(less, whole)| less.is_less_than(whole))
    }

    fn numbers(&self, other: &Self) -> Numbers {
        let (Some(number), Some(others)) = (&self.number, &other.number) else { return Numbers::Nothing };
        match number.against(others) {
            Numbers::Next | Numbers::Far
                if number.figures().are_all_in(&other.printed) || others.figures().are_all_in(&self.printed) =>
            {
                Numbers::Nothing
            }
            said @ (Numbers::Same { .. } | Numbers::Next | Numbers::Far | Numbers::Nothing) => said,
        }
    }

    /// By a number with the tax office, by the phone, by a part of the name, because one shows as the name what the
    /// other shows as the address, by a long number on both papers, or by what was sold.
    fn may_be_of_the_merchant_of(&self, other: &Self) -> bool {
        !self.registered.is_disjoint(&other.registered)
            || self.names.are_like(&other.names)
            || self.names.are_in(&other.address)
            || other.names.are_in(&self.address)
            || self.has_the_print_of(other)
            || self.has_the_content_of(other)
    }

    /// With the head of one gone: the same things, and the same amounts beside the total.
    fn has_the_content_of(&self, other: &Self) -> bool {
        let amounts = self.content.amounts_beside(&self.total, &other.content, &other.total);
        let is_head_gone = self.registered.is_empty() || other.registered.is_empty();
        is_head_gone && amounts == Amounts::Same && self.content.has_the_words_of(&other.content)
    }

    fn has_the_print_of(&self, other: &Self) -> bool {
        let numbers = [self, other].map(|it| {
            let number = it.number.as_ref().map(Number::figures);
            let own = [Some(it.day.figures()), number].into_iter().flatten();
            own.fold(it.long_numbers.clone(), Pieces::without)
        });
        numbers[0].in_common(&numbers[1]) > 0
    }
}
