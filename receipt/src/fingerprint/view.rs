//! What one photo shows of a receipt, as keyed hashes, so that two partial photos of one receipt are known for one.
//!
//! Views of one day and total are compared by all that both show. What only one of them shows tells nothing apart: a
//! photo with the number covered and another with the time covered are one receipt, as far as anyone can see.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{FingerprintKey, Mark, alike};
use crate::{
    OwnerId, Receipt,
    text::{essence, figures, fold},
};

/// What a photo shows of a receipt that was accepted, and whose it is. Nothing in it can be read without the key.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct View {
    /// Of the owner, and different for each day and total: it tells only whether two views of a group are of one owner.
    owner: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<Number>,
    /// The minute.
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<String>,
    /// The tax number and the phone number.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    registered: BTreeSet<String>,
    /// Pieces of the names.
    names: Pieces,
    /// Pieces of the address: a photo with the name covered may show a line of it as the name.
    address: Pieces,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Number {
    whole: String,
    /// Too short to be one receipt's only: it may be the till's.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    short: bool,
}

/// Hashes of each three characters in a row, so that parts of a text, and texts of which a letter was misread, are known
/// for alike.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
struct Pieces(BTreeSet<String>);

#[derive(Debug, thiserror::Error)]
#[error("pieces are hashes of {PIECE_DIGITS} hexadecimal digits")]
struct NotPieces;

/// How two views are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Likeness {
    /// Something that both show differs.
    Other,
    /// The merchant, the day and the total are the same, and nothing that both show tells more.
    Alike,
    /// Their numbers or times are the same, too.
    Same,
}

const PIECE: usize = 3;
/// Hexadecimal digits of a piece's hash: a chance of one in 16 million that two are taken for each other.
const PIECE_DIGITS: usize = 6;
/// Of a number's hash.
const DIGITS: usize = 16;
/// Characters of a name or an address that are looked at.
const MAX_TEXT: usize = 96;
/// A shorter number does not stand for one receipt against another time.
const SURE_NUMBER: usize = 3;
/// The share of the pieces of one name that another must have. Measured on readings of scans and photos.
const LIKE: (usize, usize) = (3, 5);

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

impl View {
    /// The view, and the group in which it is compared: of all accepted receipts of one day and total.
    pub(super) fn of(receipt: &Receipt, owner: &OwnerId, key: &FingerprintKey) -> Option<(Mark, Self)> {
        let date = receipt.date.as_ref()?.value.to_string();
        let total = super::canonical(receipt.total.as_ref()?.value);
        let hash = |kind: &str, text: &str, digits: usize| {
            let mut hash = key.mark(kind, &[&date, &total, text]).0;
            hash.truncate(digits);
            hash
        };
        let known = |text: &str, kind: &str, least: usize| {
            let text = figures(&essence(text));
            (text.len() >= least).then(|| hash(kind, &text, DIGITS))
        };
        let pieces = |text: &str| Pieces(pieces(text).iter().map(|piece| hash("piece", piece, PIECE_DIGITS)).collect());
        let number = receipt.receipt_number.as_ref().map(alike).filter(|number| !number.is_empty());
        let registered = [
            receipt.tax_number.as_ref().and_then(|tax| known(&tax.value, "tax number", 5)),
            receipt.phone.as_ref().and_then(|phone| known(&phone.value, "phone", 6)),
        ];
        let mut names = receipt.merchant.as_ref().map(|name| pieces(&without_common(&name.value))).unwrap_or_default();
        if let Some(name) = &receipt.trade_name {
            names.0.extend(pieces(&without_common(&name.value)).0);
        }
        let view = Self {
            owner: hash("owner", owner.as_str(), DIGITS),
            number: number
                .map(|number| Number { short: number.len() < SURE_NUMBER, whole: hash("number", &number, DIGITS) }),
            time: receipt.time.as_ref().map(|time| hash("time", &time.value.strftime("%H:%M").to_string(), DIGITS)),
            registered: registered.into_iter().flatten().collect(),
            names,
            address: receipt.address.as_ref().map(|address| pieces(&fold(&address.value))).unwrap_or_default(),
        };
        Some((key.mark("day and total", &[&date, &total]), view))
    }

    /// Shows neither a number nor a time.
    pub fn is_weak(&self) -> bool {
        self.number.is_none() && self.time.is_none()
    }

    pub fn is_of_the_owner_of(&self, other: &Self) -> bool {
        self.owner == other.owner
    }

    /// How this view, which is to be paid for, is like one that was. A weak one never stands in the way of a stronger
    /// one of somebody else, or a stranger could void receipts of which he knows the shop, the day and the total.
    pub fn likeness(&self, paid: &Self) -> Likeness {
        let likeness = self.by_what_both_show(paid);
        let is_passed_by = paid.is_weak() && !self.is_weak() && !self.is_of_the_owner_of(paid);
        match likeness {
            Likeness::Alike if is_passed_by => Likeness::Other,
            Likeness::Other | Likeness::Alike | Likeness::Same => likeness,
        }
    }

    fn by_what_both_show(&self, other: &Self) -> Likeness {
        let same_time = self.time.as_ref().zip(other.time.as_ref()).map(|(time, other)| time == other);
        let same_number =
            self.number.as_ref().zip(other.number.as_ref()).map(|(number, other)| number.whole == other.whole);
        let is_sure = self.number.as_ref().is_some_and(|number| !number.short);
        match (same_number, same_time) {
            // The merchant's name is what is most often misread: with both, the receipt is known without it.
            (Some(true), Some(true)) => Likeness::Same,
            _ if !self.may_be_of_the_merchant_of(other) => Likeness::Other,
            (Some(true), Some(false)) if !is_sure => Likeness::Other,
            (Some(true), Some(false) | None) | (None, Some(true)) => Likeness::Same,
            (Some(false), Some(_) | None) | (None, Some(false)) => Likeness::Other,
            (None, None) => Likeness::Alike,
        }
    }

    /// By a number with the tax office, by the phone, by a part of the name, or because one shows as the name what the
    /// other shows as the address.
    fn may_be_of_the_merchant_of(&self, other: &Self) -> bool {
        !self.registered.is_disjoint(&other.registered)
            || self.names.are_like(&other.names)
            || self.names.are_in(&other.address)
            || other.names.are_in(&self.address)
    }
}

impl Pieces {
    fn are_like(&self, other: &Self) -> bool {
        if self.0.len() < other.0.len() { self.are_in(other) } else { other.are_in(self) }
    }

    fn are_in(&self, other: &Self) -> bool {
        let common = self.0.intersection(&other.0).count();
        common > 0 && common * LIKE.1 >= self.0.len() * LIKE.0
    }
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

/// Each three characters in a row, or all there is.
fn pieces(text: &str) -> BTreeSet<String> {
    let text: Vec<char> = figures(&essence(text)).chars().take(MAX_TEXT).collect();
    match text.len() {
        0 => BTreeSet::new(),
        1..PIECE => BTreeSet::from([text.iter().collect()]),
        _ => text.windows(PIECE).map(|piece| piece.iter().collect()).collect(),
    }
}

impl TryFrom<String> for Pieces {
    type Error = NotPieces;

    fn try_from(text: String) -> Result<Self, NotPieces> {
        let pieces = text.as_bytes().chunks(PIECE_DIGITS);
        let read =
            |piece: &[u8]| std::str::from_utf8(piece).ok().filter(|it| it.len() == PIECE_DIGITS).map(str::to_owned);
        pieces.map(|piece| read(piece).ok_or(NotPieces)).collect::<Result<_, _>>().map(Self)
    }
}

impl From<Pieces> for String {
    fn from(pieces: Pieces) -> String {
        pieces.0.into_iter().collect()
    }
}
