//! What one photo shows of a receipt, as keyed hashes, so that two partial photos of one receipt are known for one.
//!
//! Views of a group agree in two facts, the day and the total or one of them and a long number, and are compared by all that
//! both show. What only one of them shows tells nothing apart: a photo with the number covered and another with the time
//! covered are one receipt, as far as anyone can see.

mod number;
mod pieces;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use self::{
    number::{Number, Numbers},
    pieces::Pieces,
};
use super::{FingerprintKey, Mark, Printed, alike, canonical, printed};
use crate::{
    OwnerId, Receipt,
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
    /// The minute, on a dial of twelve hours: "PM" may be covered.
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<Fact>,
    /// As printed, where the hour has one figure.
    #[serde(skip_serializing_if = "Option::is_none")]
    short_time: Option<String>,
    /// What would be read with one of the hour's two figures covered.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    covered_times: BTreeSet<String>,
    /// The tax number and the phone number.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    registered: BTreeSet<String>,
    /// Pieces of the names.
    names: Pieces,
    /// Pieces of the address: a photo with the name covered may show a line of it as the name.
    address: Pieces,
    /// Numbers, times and amounts on the paper.
    printed: Pieces,
    /// The longest of these numbers.
    long_numbers: Pieces,
}

/// A value, and the figures that it was read from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Fact {
    value: String,
    #[serde(default, skip_serializing_if = "Pieces::is_empty")]
    figures: Pieces,
}

/// What two views say of one fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    Same,
    /// They say something else, but what one says stands on the other's paper, too.
    OnBoth,
    Other,
    /// One of them does not show it.
    Nothing,
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
/// Hexadecimal digits of the hash of a value.
const DIGITS: usize = 16;
/// A number of so many figures that stands on two papers, beside the day and the receipt's own, is their shop's.
const OF_ONE_SHOP: usize = 7;

/// Words that many merchants have in their names. With misread letters made equal, as the names are.
const COMMON: [&str; 32] = [
    "SDN",
    "BHD",
    "BERHAD",
    "SB",
    "PLT",
    "GMBH",
    "LTD",
    "LIMITED",
    "INC",
    "LLC",
    "PLC",
    "CO",
    "COMPANY",
    "KG",
    "OHG",
    "SARL",
    "SRL",
    "SPA",
    "ENTERPRISE",
    "TRADING",
    "RESTORAN",
    "RESTAURANT",
    "SUPERMARKET",
    "MARKET",
    "STORE",
    "SHOP",
    "CAFE",
    "KEDAI",
    "PERNIAGAAN",
    "HARDWARE",
    "MACHINERY",
    "MALAYSIA",
];

/// Hashes for one group: another's are others.
struct Hashes<'a> {
    key: &'a FingerprintKey,
    group: &'a Mark,
}

impl Hashes<'_> {
    fn of(&self, kind: &str, text: &str, digits: usize) -> String {
        let mut hash = self.key.mark(kind, &[&self.group.0, text]).0;
        hash.truncate(digits);
        hash
    }

    fn value(&self, kind: &str, text: &str) -> String {
        self.of(kind, text, DIGITS)
    }

    fn pieces<'t>(&self, kind: &str, texts: impl IntoIterator<Item = &'t str>) -> Pieces {
        texts.into_iter().map(|text| self.of(kind, text, pieces::DIGITS)).collect()
    }

    /// `printed` is what it was read from, as it is found on a paper.
    fn fact(&self, kind: &str, value: &str, printed: &[String]) -> Fact {
        Fact { value: self.value(kind, value), figures: self.pieces(kind, printed.iter().map(String::as_str)) }
    }
}

impl View {
    /// A view for each of the groups in which the receipt is compared. None without a day or a total.
    pub(super) fn of(receipt: &Receipt, printed: &Printed, owner: &OwnerId, key: &FingerprintKey) -> Vec<(Mark, Self)> {
        let (Some(date), Some(total)) = (&receipt.date, &receipt.total) else { return Vec::new() };
        let (day, sum) = (date.value.to_string(), canonical(total.value));
        let mut groups = vec![key.mark("day, total", &[&day, &sum])];
        let number = receipt.receipt_number.as_ref().map(alike).filter(|number| number::is_long(number));
        if let Some(number) = number {
            groups.push(key.mark("number, day", &[&number, &day]));
            groups.push(key.mark("number, total", &[&number, &sum]));
        }
        let in_group = |group: Mark| {
            let hashes = Hashes { key, group: &group };
            let day = hashes.fact(NUMBER, &day, &printed::numbers(&date.text));
            let total = hashes.fact(AMOUNT, &sum, &printed::amounts(&total.text));
            let view = Self::in_group(receipt, (day, total), printed, owner, &hashes);
            (group, view)
        };
        groups.into_iter().map(in_group).collect()
    }

    fn in_group(
        receipt: &Receipt,
        (day, total): (Fact, Fact),
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
        let text = |text: &str| hashes.pieces("piece", pieces::of(text).iter().map(String::as_str));
        let mut names = receipt.merchant.as_ref().map(|name| text(&without_common(&name.value))).unwrap_or_default();
        if let Some(name) = &receipt.trade_name {
            names.extend(text(&without_common(&name.value)));
        }
        let time = receipt
            .time
            .as_ref()
            .map(|time| hashes.fact(TIME, &time.value.strftime("%I:%M").to_string(), &printed::times(&time.text)));
        let clock = receipt.time.as_ref().map(|time| time.value);
        let one_figure = |hour: i8| clock.map(|time| hashes.value("short time", &format!("{hour}:{}", time.minute())));
        let hour = clock.map_or(0, jiff::civil::Time::hour);
        let (tens, ones) = (hour / 10, hour % 10);
        let covered = [tens, ones].into_iter().filter(|_| tens > 0).filter_map(one_figure);
        let long = printed.numbers.iter().filter(|number| number.len() >= OF_ONE_SHOP);
        let of_kind = |kind: &str, printed: &BTreeSet<String>| hashes.pieces(kind, printed.iter().map(String::as_str));
        let mut on_paper = of_kind(NUMBER, &printed.numbers);
        on_paper.extend(of_kind(TIME, &printed.times));
        on_paper.extend(of_kind(AMOUNT, &printed.amounts));
        Self {
            owner: hashes.value("owner", owner.as_str()),
            day,
            total,
            number: receipt.receipt_number.as_ref().and_then(|number| Number::of(number, hashes)),
            time,
            short_time: if tens == 0 { one_figure(hour) } else { None },
            covered_times: covered.collect(),
            registered: registered.into_iter().flatten().collect(),
            names,
            address: receipt.address.as_ref().map(|address| text(&fold(&address.value))).unwrap_or_default(),
            printed: on_paper,
            long_numbers: hashes.pieces(NUMBER, long.map(String::as_str)),
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
        let is_weaker = paid.is_weak() && !self.is_weak() || paid.shows_a_part_of_the_number_of(self);
        let is_passed_by = is_weaker && !self.is_of_the_owner_of(paid);
        match likeness {
            Likeness::Alike if is_passed_by => Likeness::Other,
            Likeness::Other | Likeness::Alike | Likeness::Same => likeness,
        }
    }

    fn by_what_both_show(&self, other: &Self) -> Likeness {
        let said = |one: &Fact, two: &Fact| Said::of(Some(one), self, Some(two), other);
        match (said(&self.day, &other.day), said(&self.total, &other.total)) {
            (Said::Same, Said::Same) => self.of_one_day_and_total(other),
            (Said::Same, differs) | (differs, Said::Same) => self.of_one_number(other, differs),
            (Said::OnBoth | Said::Other | Said::Nothing, Said::OnBoth | Said::Other | Said::Nothing) => Likeness::Other,
        }
    }

    fn of_one_day_and_total(&self, other: &Self) -> Likeness {
        let (numbers, times) = (self.numbers(other), self.times(other));
        // The merchant's name is what is most often misread, or cut off: with these the receipt is known without it.
        let is_known_without_name = match times {
            Said::Same | Said::OnBoth => matches!(numbers, Numbers::Same { .. }),
            Said::Nothing => matches!(numbers, Numbers::Same { long: true, .. }),
            Said::Other => false,
        };
        if is_known_without_name {
            return Likeness::Same;
        }
        if !self.may_be_of_the_merchant_of(other) {
            return Likeness::Other;
        }
        match (numbers, times) {
            (Numbers::Same { .. }, Said::Same | Said::OnBoth | Said::Nothing)
            | (Numbers::Same { sure: true, .. }, Said::Other)
            // In one minute a till writes numbers that follow each other: another is misread, or of something else.
            | (Numbers::Far | Numbers::Nothing, Said::Same | Said::OnBoth) => Likeness::Same,
            (Numbers::Nothing, Said::Nothing) => Likeness::Alike,
            (Numbers::Same { sure: false, .. } | Numbers::Far | Numbers::Nothing, Said::Other)
            | (Numbers::Next, Said::Same | Said::OnBoth | Said::Other | Said::Nothing)
            | (Numbers::Far, Said::Nothing) => Likeness::Other,
        }
    }

    /// Of a group of one long number, where the day or the total is another one: one receipt only where that was taken from
    /// elsewhere on the paper, or where the time is the same as well.
    fn of_one_number(&self, other: &Self, differs: Said) -> Likeness {
        let is_the_number = matches!(self.numbers(other), Numbers::Same { long: true, .. });
        let is_one = match (self.times(other), differs) {
            (Said::Same, _) | (Said::OnBoth | Said::Nothing, Said::OnBoth) => true,
            (Said::OnBoth | Said::Nothing, Said::Same | Said::Other | Said::Nothing) | (Said::Other, _) => false,
        };
        if is_the_number && is_one && self.may_be_of_the_merchant_of(other) { Likeness::Same } else { Likeness::Other }
    }

    fn times(&self, other: &Self) -> Said {
        let is_left_of =
            |one: &Self, two: &Self| one.short_time.as_ref().is_some_and(|it| two.covered_times.contains(it));
        if is_left_of(self, other) || is_left_of(other, self) {
            return Said::Same;
        }
        Said::of(self.time.as_ref(), self, other.time.as_ref(), other)
    }

    fn shows_a_part_of_the_number_of(&self, other: &Self) -> bool {
        self.number.as_ref().zip(other.number.as_ref()).is_some_and(|(part, whole)| part.is_part_of(whole))
    }

    fn numbers(&self, other: &Self) -> Numbers {
        let (Some(number), Some(others)) = (&self.number, &other.number) else { return Numbers::Nothing };
        match number.against(others) {
            Numbers::Next | Numbers::Far if is_on(number.figures(), other) || is_on(others.figures(), self) => {
                Numbers::Nothing
            }
            said @ (Numbers::Same { .. } | Numbers::Next | Numbers::Far | Numbers::Nothing) => said,
        }
    }

    /// By a number with the tax office, by the phone, by a part of the name, because one shows as the name what the
    /// other shows as the address, or by a long number on both papers.
    fn may_be_of_the_merchant_of(&self, other: &Self) -> bool {
        !self.registered.is_disjoint(&other.registered)
            || self.names.are_like(&other.names)
            || self.names.are_in(&other.address)
            || other.names.are_in(&self.address)
            || self.has_the_print_of(other)
    }

    fn has_the_print_of(&self, other: &Self) -> bool {
        let numbers = [self, other].map(|it| {
            let number = it.number.as_ref().map(Number::figures);
            let own = [Some(&it.day.figures), number].into_iter().flatten();
            own.fold(it.long_numbers.clone(), Pieces::without)
        });
        numbers[0].in_common(&numbers[1]) > 0
    }
}

impl Said {
    fn of(one: Option<&Fact>, on: &View, two: Option<&Fact>, on_other: &View) -> Self {
        let (Some(one), Some(two)) = (one, two) else { return Self::Nothing };
        if one.value == two.value {
            Self::Same
        } else if is_on(&one.figures, on_other) || is_on(&two.figures, on) {
            Self::OnBoth
        } else {
            Self::Other
        }
    }
}

fn is_on(figures: &Pieces, view: &View) -> bool {
    !figures.is_empty() && figures.in_common(&view.printed) == figures.len()
}

fn without_common(name: &str) -> String {
    let folded = fold(name);
    let words: Vec<&str> = folded.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let own: Vec<&str> = words.iter().copied().filter(|word| !is_common(word)).collect();
    if own.is_empty() { words.concat() } else { own.concat() }
}

fn is_common(word: &str) -> bool {
    COMMON.iter().any(|common| figures(common) == figures(word))
}
