//! What holds for every receipt that is read, whatever it was read from. Shared with `fuzz/fuzz_targets/receipt.rs`.

use std::fmt::Debug;

use jiff::civil::date;
use receipt::{
    BoundingBox, Field, ImageId, Orientation, Receipt, Rules, judge, mined, textract::DetectDocumentText,
    verdict::Facts,
};
use serde::{Serialize, de::DeserializeOwned};

/// Items, and taxes, that one receipt may have.
const MAX_ITEMS: usize = 200;
const MAX_TAXES: usize = 8;
/// Bytes of one field's text: an address is seven rows of at most 500 characters.
const MAX_TEXT: usize = 16 << 10;
/// Bytes of one line of what is mined: three texts of a receipt and one of an item, and numbers.
const MAX_MINED_LINE: usize = 8 << 10;
/// Bytes of a receipt as JSON.
const MAX_JSON: usize = 2 << 20;
/// What a right or a lower edge may exceed the picture by: left and width are rounded on their own.
const ROUNDING: f32 = 1e-6;

/// Reads and judges; panics where something does not hold.
pub(crate) fn hold(answer: &DetectDocumentText, orientation: Orientation) {
    let receipt = receipt::read(answer, orientation);
    assert!(receipt.items.len() <= MAX_ITEMS, "{} items", receipt.items.len());
    assert!(receipt.taxes.len() <= MAX_TAXES, "{} taxes", receipt.taxes.len());
    each_field(&receipt);
    assert!(comes_back(&receipt) <= MAX_JSON, "the receipt is too large");

    for today in [None, Some(date(2024, 2, 29))] {
        let verdict = judge(
            &receipt,
            &Facts { today, legibility: Some(answer.legibility()), ..Facts::default() },
            &Rules::default(),
        );
        assert!(!verdict.rules.is_empty() && !verdict.summary.is_empty(), "{verdict:?} says nothing");
        verdict.rules.iter().filter_map(|rule| rule.bounds).for_each(within_the_picture);
        assert!(comes_back(&verdict) <= MAX_JSON, "the verdict is too large");
        let mined = mined::lines(ImageId::new(), &receipt, &verdict);
        let mined = mined::to_json_lines(&mined).expect("what is mined is serialised");
        assert!(mined.lines().all(|line| line.len() <= MAX_MINED_LINE), "a mined line is too long");
    }
}

/// Serialises, reads that again, and returns its length in bytes.
fn comes_back<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) -> usize {
    let json = serde_json::to_string(value).expect("a result is serialised");
    let again: T = serde_json::from_str(&json).unwrap_or_else(|error| panic!("{error} in {json}"));
    assert_eq!(&again, value, "JSON changes what was read");
    json.len()
}

fn each_field(it: &Receipt) {
    let texts =
        [&it.merchant, &it.trade_name, &it.address, &it.phone, &it.tax_number, &it.receipt_number, &it.card_last_four];
    for field in texts.into_iter().chain(it.items.iter().map(|item| &item.description)) {
        sane(field.as_ref());
    }
    sane(it.date.as_ref());
    sane(it.time.as_ref());
    sane(it.currency.as_ref());
    sane(it.payment_method.as_ref());
    [&it.subtotal, &it.tip, &it.service, &it.discount, &it.rounding, &it.total, &it.other_receipt]
        .into_iter()
        .chain(it.taxes.iter().flat_map(|tax| [&tax.rate, &tax.amount]))
        .chain(it.items.iter().flat_map(|item| [&item.quantity, &item.unit_price, &item.amount]))
        .for_each(|field| sane(field.as_ref()));
}

fn sane<T: Debug>(field: Option<&Field<T>>) {
    if let Some(field) = field {
        assert!((0.0..=1.0).contains(&field.confidence), "{field:?} is more or less than sure");
        assert!(field.text.len() <= MAX_TEXT, "{field:?} is too long");
        within_the_picture(field.bounds);
    }
}

fn within_the_picture(bounds: BoundingBox) {
    let BoundingBox { left, top, width, height, page: _ } = bounds;
    for (from, length) in [(left, width), (top, height)] {
        let inside = (0.0..=1.0).contains(&from) && length >= 0.0 && from + length <= 1.0 + ROUNDING;
        assert!(inside, "{bounds:?} is not within the picture");
    }
}
