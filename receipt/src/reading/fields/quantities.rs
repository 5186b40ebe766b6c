//! Quantity and unit price of an item, in the shapes in which shops print them.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;
use rust_decimal::Decimal;

use crate::{
    reading::{
        language::{Language, any_currency_sign},
        page::{Amount, Page},
    },
    text::regex,
};

/// A quantity and a price, with their places on a row.
#[derive(Debug, Clone)]
pub(crate) struct Detail {
    pub(crate) row: usize,
    pub(crate) quantity: Option<(Range<usize>, Decimal)>,
    pub(crate) price: Option<(Range<usize>, Decimal)>,
}

/// "2 X 3.50", "2 PCS @ RM 3.50".
static TIMES: LazyLock<Regex> = LazyLock::new(|| {
    let (pieces, currency) = (Language::all_pieces().join("|"), any_currency_sign());
    regex(&format!(
        r"(?:^|[^\d.,A-Z])(\d{{1,4}}(?:[.,]\d{{1,4}})?) *(?:X|\*|@|{pieces})\.? *(?:@|X|A)? *(?:{currency})? *(\d{{1,6}}[.,]\d{{2,4}})"
    ))
});
/// Where [`TIMES`] is met first: most rows have nothing like it, and to see so takes less.
pub(crate) fn times(text: &str) -> Option<regex::Match<'_>> {
    may_multiply(text).then(|| TIMES.find(text)).flatten()
}

/// Whether a sign for "times", or two letters as of a word for pieces, follow a figure.
fn may_multiply(text: &str) -> bool {
    let bytes = text.as_bytes();
    let follows = |two: &[u8]| two[0].is_ascii_digit() && !two[1].is_ascii_digit();
    bytes.windows(2).enumerate().filter(|(_, two)| follows(two)).any(|(at, _)| {
        match bytes[at + 1..].trim_ascii_start() {
            [b'X' | b'*' | b'@', ..] => true,
            [a @ b'A'..=b'Z', b @ b'A'..=b'Z', ..] => PIECES[usize::from(a - b'A')] & (1 << (b - b'A')) != 0,
            [] | [..] => false,
        }
    })
}

/// The second letters of words for pieces, a bit for each, by the first one.
static PIECES: LazyLock<[u32; 26]> = LazyLock::new(|| {
    let mut pieces = [0; 26];
    for piece in Language::all_pieces() {
        if let [a @ b'A'..=b'Z', b @ b'A'..=b'Z', ..] = piece.as_bytes() {
            pieces[usize::from(a - b'A')] |= 1 << (b - b'A');
        }
    }
    pieces
});

/// "@ 3.50 X 2".
static AT: LazyLock<Regex> = LazyLock::new(|| {
    let currency = any_currency_sign();
    regex(&format!(r"@ *(?:{currency})? *(\d{{1,6}}[.,]\d{{2,4}})(?: *[X*] *(\d{{1,3}}))?"))
});
static WHOLE: LazyLock<Regex> = LazyLock::new(|| regex(r"(?:^|[ (])(\d{1,3}(?:[.,]0{1,3})?)(?:$|[ )X])"));
static LEADING: LazyLock<Regex> = LazyLock::new(|| regex(r"^(\d{1,2}) ?(X )? *[A-Z]"));

/// What a row says of quantity and price in one shape: "2 X 3.50".
pub(crate) fn detail(page: &Page, row: usize) -> Option<Detail> {
    let text = &page.rows[row].figures;
    let part = |found: Option<regex::Match>| {
        let found = found?;
        Some((found.range(), decimal(found.as_str())?))
    };
    if let Some(found) = may_multiply(text).then(|| TIMES.captures(text)).flatten() {
        return Some(Detail { row, quantity: part(found.get(1)), price: part(found.get(2)) });
    }
    let found = text.contains('@').then(|| AT.captures(text)).flatten()?;
    Some(Detail { row, quantity: part(found.get(2)), price: part(found.get(1)) })
}

pub(crate) fn decimal(text: &str) -> Option<Decimal> {
    text.replace(',', ".").parse().ok()
}

/// A whole number and an amount on the same row whose product is the item's amount; else the amount before it.
pub(crate) fn factors(page: &Page, amount: &Amount) -> Option<Detail> {
    let row = amount.row;
    let text = &page.rows[row].figures;
    let prices: Vec<&Amount> =
        page.amounts_of(row).filter(|other| other.range.start < amount.range.start).take(8).collect();
    let price = prices.first()?;
    let counts = WHOLE.captures_iter(text).take(8).filter_map(|found| {
        let found = found.get(1)?;
        Some((found.range(), decimal(found.as_str())?))
    });
    for (range, quantity) in counts {
        for price in &prices {
            let detail = Detail {
                row,
                quantity: Some((range.clone(), quantity)),
                price: Some((price.range.clone(), price.value())),
            };
            if makes(&detail, amount) {
                return Some(detail);
            }
        }
    }
    Some(Detail { row, quantity: None, price: Some((price.range.clone(), price.value())) })
}

/// Whether quantity and price make the amount.
pub(crate) fn makes(detail: &Detail, amount: &Amount) -> bool {
    let (Some((_, quantity)), Some((_, price))) = (&detail.quantity, &detail.price) else { return false };
    let cent = Decimal::new(1, 2);
    let product = quantity.checked_mul(*price);
    *quantity > Decimal::ZERO && product.is_some_and(|product| (product - amount.value().abs()).abs() <= cent)
}

/// A number before the words of a row: "2 X TEA", "2 TEA".
pub(crate) fn leading(page: &Page, row: usize) -> Option<(Range<usize>, Decimal)> {
    let text = &page.rows[row].text;
    let found = text.starts_with(|c: char| c.is_ascii_digit()).then(|| LEADING.captures(text)).flatten()?.get(1)?;
    Some((found.range(), decimal(found.as_str())?))
}

/// A small whole number detected apart, between the words and an amount.
pub(crate) fn lone(page: &Page, amount: &Amount) -> Option<(Range<usize>, Decimal)> {
    let row = &page.rows[amount.row];
    let mut before = row.places.iter().skip(1).filter(|place| place.end <= amount.reach.start && place.len() <= 3);
    let place = before.rfind(|place| row.figures[(*place).clone()].bytes().all(|byte| byte.is_ascii_digit()))?;
    Some((place.clone(), decimal(&row.figures[place.clone()])?))
}
