//! What identifies a receipt beyond one photo of it, so that it is paid for once.
//!
//! Everything here is a keyed hash (HMAC with SHA-256, RFC 2104) of what is printed. Without the key it reveals nothing, so it
//! may stay when the receipt is deleted. An accepted receipt leaves its [`View`] in each of its groups; another of a group that
//! it cannot be told apart from is the same.

mod printed;
mod view;

use std::{fmt, str::FromStr};

use hmac::{Hmac, KeyInit, Mac};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use sha2::Sha256;

pub use self::{
    printed::Printed,
    view::{Likeness, View},
};
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

impl PictureHash {
    /// Its digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a picture's hash has 64 hexadecimal digits")]
pub struct NotAPictureHash;

/// One keyed hash, 64 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Mark(String);

/// What one photo of one receipt leaves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fingerprints {
    /// Of the picture's bytes; absent where they were not hashed.
    pub image: Option<Mark>,
    /// What the photo shows of the receipt, for each group of those that may be the same: of two facts, as of one day and
    /// total. None without a day or a total.
    pub views: Vec<(Mark, View)>,
}

impl Fingerprints {
    pub fn of(
        receipt: &Receipt,
        printed: &Printed,
        owner: &OwnerId,
        picture: Option<&PictureHash>,
        key: &FingerprintKey,
    ) -> Self {
        let image = picture.map(|hash| key.mark("image", &[&hash.0]));
        Self { image, views: View::of(receipt, printed, owner, key) }
    }

    /// Shows neither a number nor a time.
    pub fn is_weak(&self) -> bool {
        self.views.iter().all(|(_, view)| view.is_weak())
    }

    /// How the receipt is like one that was paid for: by the group in which they are most alike.
    pub fn likeness(&self, paid: &Self) -> Likeness {
        let common = self.views.iter().filter_map(|(group, view)| {
            let (_, paid) = paid.views.iter().find(|(other, _)| other == group)?;
            Some(view.likeness(paid))
        });
        common.max().unwrap_or(Likeness::Other)
    }
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
    use std::collections::HashSet;

    use jiff::civil::{date, time};

    use super::*;
    use crate::{BoundingBox, Item};

    fn field<T>(value: T) -> Field<T> {
        let bounds = BoundingBox::new([0.1, 0.1, 0.2, 0.1]);
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

    fn prints(receipt: &Receipt) -> Fingerprints {
        let key = "k".repeat(32).parse().unwrap();
        Fingerprints::of(receipt, &Printed::default(), &OwnerId::random(), None, &key)
    }

    fn are_one(first: &Receipt, second: &Receipt) -> bool {
        prints(second).likeness(&prints(first)) != Likeness::Other
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
        check(Receipt { total: Some(field(Decimal::new(90, 1))), ..complete() });
    }

    #[test]
    fn a_weak_one_is_only_alike_and_stands_in_no_other_owners_way() {
        let weak = prints(&Receipt { receipt_number: None, time: None, ..complete() });
        assert_eq!(weak.likeness(&prints(&complete())), Likeness::Alike);
        assert_eq!(prints(&complete()).likeness(&weak), Likeness::Other);
    }

    #[test]
    fn two_receipts_of_one_shop_and_day_are_two() {
        let check = |first: &Receipt, second: Receipt| assert!(!are_one(first, &second), "{second:?}");
        check(&complete(), Receipt { receipt_number: Some(field("B-0016".to_owned())), ..complete() });
        check(&complete(), Receipt { total: Some(field(Decimal::new(901, 2))), ..complete() });
        let unnumbered = Receipt { receipt_number: None, ..complete() };
        check(&unnumbered, Receipt { time: Some(field(time(14, 4, 0, 0))), ..unnumbered.clone() });
        let nameless = Receipt { merchant: None, ..unnumbered };
        check(&nameless, Receipt { time: Some(field(time(14, 4, 0, 0))), ..nameless.clone() });
    }

    #[test]
    fn no_list_of_amounts_stands_in_the_way_of_receipts_of_its_minute() {
        let key = "k".repeat(32).parse().unwrap();
        let with = |amounts: &[&str], total: Decimal| {
            let printed =
                Printed { amounts: amounts.iter().map(|it| (*it).to_owned()).collect(), ..Printed::default() };
            let total = Some(Field { text: total.to_string(), ..field(total) });
            let receipt = Receipt { receipt_number: None, total, ..complete() };
            Fingerprints::of(&receipt, &printed, &OwnerId::random(), None, &key)
        };
        let list = with(&["900", "910", "920", "930", "940", "950", "9910"], Decimal::new(9910, 2));
        for honest in [&["900"][..], &["900", "450"], &["900", "325", "575", "1000"]] {
            assert_eq!(with(honest, Decimal::new(900, 2)).likeness(&list), Likeness::Other, "{honest:?}");
        }
        // The cash is read in the place of the total.
        let whole = with(&["900", "325", "575", "1000"], Decimal::new(900, 2));
        let covered = with(&["325", "575", "1000"], Decimal::new(1000, 2));
        assert_eq!(covered.likeness(&whole), Likeness::Same);
        assert_eq!(whole.likeness(&covered), Likeness::Same);
    }

    #[test]
    fn what_shows_no_date_or_total_has_no_print_but_its_pictures() {
        let picture = PictureHash::from([7; 32]);
        let key: FingerprintKey = "k".repeat(32).parse().unwrap();
        let receipt = Receipt { total: None, ..complete() };
        let found = Fingerprints::of(&receipt, &Printed::default(), &OwnerId::random(), Some(&picture), &key);
        assert!(found.image.is_some() && found.views.is_empty());
    }

    /// Each costs two writes of the transaction that pays.
    #[test]
    fn a_receipt_is_looked_for_in_at_most_nine_groups() {
        let item = |cents| Item { amount: Some(field(Decimal::new(cents, 2))), ..Item::default() };
        let total = Some(field(Decimal::new(1_234_567, 2)));
        let items = [1_000_000, 200_000, 34_567].map(item).into();
        let found = prints(&Receipt { items, total, ..complete() }).views;
        let groups: HashSet<_> = found.iter().map(|(group, _)| group).collect();
        assert_eq!((found.len(), groups.len()), (9, 9));
    }

    #[test]
    fn another_key_makes_other_groups() {
        let key = "x".repeat(32).parse().unwrap();
        let other = Fingerprints::of(&complete(), &Printed::default(), &OwnerId::random(), None, &key);
        let known = prints(&complete());
        assert!(other.views.iter().all(|(group, _)| known.views.iter().all(|(known, _)| known != group)));
        assert_eq!("x".repeat(31).parse::<FingerprintKey>(), Err(ShortKey));
    }
}
