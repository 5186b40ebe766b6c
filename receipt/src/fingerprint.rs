//! What identifies a receipt beyond one photo of it, so that it is paid for once.
//!
//! Every mark is a keyed hash (HMAC with SHA-256, RFC 2104) of what is printed. Without the key it reveals nothing, so it
//! may stay when the receipt is deleted. An accepted receipt leaves its [`View`] in the group of its day and total; another
//! of the group that it cannot be told apart from is the same. Earlier programs knew only marks, each of a few fields:
//! they are still written and read, so that a receipt which one program paid for is not paid for by another.

mod view;

use std::{fmt, str::FromStr};

use hmac::{Hmac, KeyInit, Mac};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use sha2::Sha256;

pub use self::view::{Likeness, View};
use crate::{
    Field, OwnerId, Receipt, hex,
    text::{essence, figures},
};

/// The secret of the hashes: at least 32 bytes, the same for every task and for good, since another key matches no earlier
/// receipt.
#[derive(Clone, PartialEq, Eq)]
pub struct FingerprintKey(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a fingerprint key has at least 32 bytes")]
pub struct ShortKey;

/// SHA-256 of a picture's bytes: 64 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PictureHash(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a picture's hash has 64 hexadecimal digits")]
pub struct NotAPictureHash;

/// One keyed hash, 64 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Mark(String);

/// What one photo of one receipt leaves.
///
/// Of the marks: receipts with a number are distinguished by it, those with only a time by that, and others by merchant, date and total
/// alone. Two receipts are compared by what both of them show, so each also leaves the marks that it would have with less.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fingerprints {
    /// Of the picture's bytes; absent where they were not hashed.
    pub image: Option<Mark>,
    /// By all that the receipt shows: no other may have left one of them.
    pub exact: Vec<Mark>,
    /// By less: the same as another's only where that one shows no more, which is to say that it is exact there.
    pub vague: Vec<Mark>,
    /// What the photo shows of the receipt, and the group of all that may be the same. Absent without a day or a total.
    pub view: Option<(Mark, View)>,
}

impl Fingerprints {
    pub fn of(receipt: &Receipt, owner: &OwnerId, picture: Option<&PictureHash>, key: &FingerprintKey) -> Self {
        let image = picture.map(|hash| key.mark("image", &[&hash.0]));
        let (Some(date), Some(total)) = (&receipt.date, &receipt.total) else {
            return Self { image, ..Self::default() };
        };
        let date = date.value.to_string();
        let total = canonical(total.value);
        let merchant = receipt.merchant.as_ref().map(alike).filter(|name| !name.is_empty());
        let number = receipt.receipt_number.as_ref().map(alike).filter(|number| !number.is_empty());
        let time = receipt.time.as_ref().map(|time| time.value.strftime("%H:%M").to_string());
        let (merchant, number, time) = (merchant.as_deref(), number.as_deref(), time.as_deref());
        let mark = |kind: &str, fields: &[Option<&str>]| {
            let fields: Vec<&str> = fields.iter().copied().collect::<Option<_>>()?;
            Some(key.mark(kind, &[&[date.as_str(), total.as_str()], fields.as_slice()].concat()))
        };
        // The merchant's name is what is most often misread: with time and number, the receipt is known without it.
        let numbered = [mark("merchant and number", &[merchant, number]), mark("time and number", &[time, number])];
        let levels = [
            numbered.into_iter().flatten().collect(),
            one(mark("merchant and time", &[merchant, time])),
            one(mark("merchant", &[merchant])),
        ];
        let mut levels = levels.into_iter().filter(|level: &Vec<Mark>| !level.is_empty());
        Self {
            image,
            exact: levels.next().unwrap_or_default(),
            vague: levels.flatten().collect(),
            view: View::of(receipt, owner, key),
        }
    }

    /// The vague mark that only a receipt with neither number nor time leaves as exact.
    pub fn mark_of_a_weak_one(&self) -> Option<&Mark> {
        if self.is_weak() { None } else { self.vague.last() }
    }

    /// Shows neither a number nor a time.
    pub fn is_weak(&self) -> bool {
        self.view.as_ref().is_none_or(|(_, view)| view.is_weak())
    }
}

fn one(mark: Option<Mark>) -> Vec<Mark> {
    mark.into_iter().collect()
}

/// Letters and figures, with those that a reader takes for each other made equal.
fn alike(field: &Field<String>) -> String {
    figures(&essence(&field.value))
}

/// "9.0" and "9.00" are one amount.
fn canonical(amount: Decimal) -> String {
    amount.normalize().to_string()
}

impl FingerprintKey {
    pub(crate) fn mark(&self, kind: &str, fields: &[&str]) -> Mark {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.0.as_bytes()).expect("HMAC takes keys of any length");
        for part in std::iter::once(&kind).chain(fields) {
            // With its length before it, no field can pass for the end of another.
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        Mark(hex(&mac.finalize().into_bytes()))
    }
}

impl FromStr for FingerprintKey {
    type Err = ShortKey;

    fn from_str(text: &str) -> Result<Self, ShortKey> {
        if text.len() < 32 { Err(ShortKey) } else { Ok(Self(text.to_owned())) }
    }
}

impl fmt::Debug for FingerprintKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FingerprintKey(…)")
    }
}

impl From<[u8; 32]> for PictureHash {
    fn from(digest: [u8; 32]) -> Self {
        Self(hex(&digest))
    }
}

impl TryFrom<String> for PictureHash {
    type Error = NotAPictureHash;

    fn try_from(text: String) -> Result<Self, NotAPictureHash> {
        let is_hex = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        if is_hex { Ok(Self(text)) } else { Err(NotAPictureHash) }
    }
}

impl From<PictureHash> for String {
    fn from(hash: PictureHash) -> String {
        hash.0
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, time};

    use super::*;
    use crate::BoundingBox;

    fn field<T>(value: T) -> Field<T> {
        let bounds = BoundingBox { left: 0.1, top: 0.1, width: 0.2, height: 0.1 };
        Field { text: "as printed".to_owned(), value, confidence: 0.9, alternatives: Vec::new(), bounds }
    }

    fn complete() -> Receipt {
        Receipt {
            merchant: Some(field("Corner Books OHG".to_owned())),
            date: Some(field(date(2018, 12, 25))),
            time: Some(field(time(14, 3, 59, 0))),
            receipt_number: Some(field("B-0015".to_owned())),
            total: Some(field(Decimal::new(900, 2))),
            ..Receipt::default()
        }
    }

    fn marks(receipt: &Receipt) -> Fingerprints {
        Fingerprints::of(receipt, &OwnerId::random(), None, &"k".repeat(32).parse().unwrap())
    }

    /// As the ledger decides it.
    fn are_one(first: &Receipt, second: &Receipt) -> bool {
        let (first, second) = (marks(first), marks(second));
        let left = |mark: &Mark| first.exact.contains(mark) || first.vague.contains(mark);
        second.exact.iter().any(left) || second.vague.iter().any(|mark| first.exact.contains(mark))
    }

    #[test]
    fn two_readings_of_one_receipt_are_one() {
        let check = |other: Receipt| {
            assert!(are_one(&complete(), &other), "{other:?}");
            assert!(are_one(&other, &complete()), "{other:?}");
        };
        check(complete());
        check(Receipt { merchant: Some(field("CORNER B00KS 0HG".to_owned())), ..complete() });
        check(Receipt { merchant: Some(field("Corner Bocks OHG".to_owned())), ..complete() });
        check(Receipt { merchant: None, ..complete() });
        check(Receipt { receipt_number: Some(field("B-OO1S".to_owned())), time: None, ..complete() });
        check(Receipt { receipt_number: None, time: Some(field(time(14, 3, 0, 0))), ..complete() });
        check(Receipt { receipt_number: None, time: None, ..complete() });
        check(Receipt { total: Some(field(Decimal::new(90, 1))), ..complete() });
    }

    #[test]
    fn two_receipts_of_one_shop_and_day_are_two() {
        let check = |first: &Receipt, second: Receipt| assert!(!are_one(first, &second), "{second:?}");
        check(&complete(), Receipt { receipt_number: Some(field("B-0016".to_owned())), ..complete() });
        check(&complete(), Receipt { total: Some(field(Decimal::new(901, 2))), ..complete() });
        let unnumbered = Receipt { receipt_number: None, ..complete() };
        check(&unnumbered, Receipt { time: Some(field(time(14, 4, 0, 0))), ..unnumbered.clone() });
        let nameless = Receipt { merchant: None, ..unnumbered };
        assert_eq!(marks(&nameless).exact, []);
    }

    #[test]
    fn what_shows_no_date_or_total_has_no_marks_but_its_pictures() {
        let picture = PictureHash::from([7; 32]);
        let key: FingerprintKey = "k".repeat(32).parse().unwrap();
        let found = Fingerprints::of(&Receipt { total: None, ..complete() }, &OwnerId::random(), Some(&picture), &key);
        assert!(found.image.is_some() && found.exact.is_empty() && found.vague.is_empty());
    }

    #[test]
    fn another_key_makes_other_marks() {
        let other = Fingerprints::of(&complete(), &OwnerId::random(), None, &"x".repeat(32).parse().unwrap());
        assert!(other.exact.iter().all(|mark| !marks(&complete()).exact.contains(mark)));
        assert_eq!("x".repeat(31).parse::<FingerprintKey>(), Err(ShortKey));
    }
}
