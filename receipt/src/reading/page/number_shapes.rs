//! Figures as shops print amounts: with decimals, grouped by thousands, or plain.

use std::sync::LazyLock;

use regex::Regex;

use crate::{
    reading::language::{LocalSigns, currency_after},
    text::regex,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Decimals,
    /// Three decimals for sure: "0.250", "1250.500".
    Thousandths,
    /// "12.500", which may be that, too.
    OneGroup,
    Grouped,
    Plain,
}

/// Figures that may be an amount.
pub(crate) struct Number {
    pub(crate) shape: Shape,
    /// In bytes.
    pub(crate) length: usize,
    /// In thousandths.
    pub(crate) thousandths: i64,
}

static GROUPED_DECIMALS: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"^(?:(\d{1,3}(?:[,'] ?\d{3})+) ?\. ?(\d\d)|(\d{1,3}(?:[.'] ?\d{3})+) ?, ?(\d\d)|(\d{1,3}(?: \d{3})+),(\d\d)|(\d{1,2}(?:,\d\d)+,\d{3})\.(\d\d))",
    )
});
/// The same with spaces before a point, which could be two numbers but behind a sign: "R1 234.50".
static SPACED_DECIMALS: LazyLock<Regex> = LazyLock::new(|| regex(r"^(\d{1,3}(?: \d{3})+)\.(\d\d)"));
static THOUSANDTHS: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"^(?:(0|\d{4,6})[.,](\d{3})|(\d{1,3}(?:[,']\d{3})+)\.(\d{3})|(\d{1,3}(?:[.']\d{3})+),(\d{3}))")
});
static DECIMALS: LazyLock<Regex> = LazyLock::new(|| regex(r"^(\d{0,7}) ?[.,] ?(\d\d|\d \d)"));
/// "12,-": no cents.
static DASHED: LazyLock<Regex> = LazyLock::new(|| regex(r"^(\d{1,3}(?:[.']\d{3})*|\d{1,6})[.,]-{1,2}(?:$| )"));
static ONE_GROUP: LazyLock<Regex> = LazyLock::new(|| regex(r"^\d{1,3}[.,]\d{3}"));
static GROUPED: LazyLock<Regex> = LazyLock::new(|| regex(r"^(?:\d{1,2}(?:,\d\d)+,\d{3}|\d{1,3}(?:[.,']\d{3})+)"));
static SPACED: LazyLock<Regex> = LazyLock::new(|| regex(r"^\d{1,3}(?: \d{3})+"));
static PLAIN: LazyLock<Regex> = LazyLock::new(|| regex(r"^\d{1,7}"));
/// A number that goes on like this is no amount: more figures, a percentage, a measure.
static NO_END: LazyLock<Regex> = LazyLock::new(|| regex(r"^(?:[\d%/]|[.,:-]\d| %| ?(?:KG|ML|LTR|CM|MM|OZ|LBS?)\b)"));

/// The number that starts at a byte and ends before another. Behind a sign of a currency it may have spaces.
pub(crate) fn number_at(text: &str, start: usize, limit: usize, signed: bool, local: &LocalSigns) -> Option<Number> {
    let rest = &text[start..limit];
    let spaced_decimals = || grouped_decimals(rest, &SPACED_DECIMALS).filter(|_| signed);
    grouped_decimals(rest, &GROUPED_DECIMALS)
        .or_else(spaced_decimals)
        .or_else(|| dashed(rest))
        .or_else(|| decimals(rest))
        .or_else(|| thousandths(rest))
        .or_else(|| whole(rest, &ONE_GROUP, Shape::OneGroup))
        .or_else(|| whole(rest, &GROUPED, Shape::Grouped))
        .or_else(|| spaced(text, start, limit, local))
        .or_else(|| whole(rest, &PLAIN, Shape::Plain))
}

fn ends_well(rest: &str, length: usize) -> bool {
    !NO_END.is_match(&rest[length..])
}

fn grouped_decimals(rest: &str, pattern: &Regex) -> Option<Number> {
    let found = pattern.captures(rest)?;
    let length = found.get(0)?.end();
    let mut parts = found.iter().skip(1).flatten();
    let (whole, part) = (parts.next()?.as_str(), parts.next()?.as_str());
    let thousandths = digits(whole)?.checked_mul(1000)?.checked_add(digits(part)? * 10)?;
    ends_well(rest, length).then_some(Number { shape: Shape::Decimals, length, thousandths })
}

fn thousandths(rest: &str) -> Option<Number> {
    let found = THOUSANDTHS.captures(rest)?;
    let length = found.get(0)?.end();
    let mut parts = found.iter().skip(1).flatten();
    let (whole, part) = (parts.next()?.as_str(), parts.next()?.as_str());
    let thousandths = digits(whole)?.checked_mul(1000)?.checked_add(digits(part)?)?;
    ends_well(rest, length).then_some(Number { shape: Shape::Thousandths, length, thousandths })
}

fn decimals(rest: &str) -> Option<Number> {
    let found = DECIMALS.captures(rest)?;
    let length = found.get(0)?.end();
    let whole = if found[1].is_empty() { 0 } else { digits(&found[1])? };
    let spaced = found[2].len() == 3;
    let fits = ends_well(rest, length) && !(found[1].is_empty() && (spaced || rest.starts_with([' ', ','])));
    let thousandths = whole * 1000 + digits(&found[2])? * 10;
    fits.then_some(Number { shape: Shape::Decimals, length, thousandths })
}

fn dashed(rest: &str) -> Option<Number> {
    let found = DASHED.captures(rest)?;
    let length = found.get(0)?.as_str().trim_end().len();
    Some(Number { shape: Shape::Decimals, length, thousandths: digits(&found[1])?.checked_mul(1000)? })
}

/// "4 580 Ft": only with a currency, since it could be two numbers.
fn spaced(text: &str, start: usize, limit: usize, local: &LocalSigns) -> Option<Number> {
    let number = whole(&text[start..limit], &SPACED, Shape::Grouped)?;
    currency_after(text, start + number.length, local).map(|_| number)
}

fn whole(rest: &str, pattern: &Regex, shape: Shape) -> Option<Number> {
    let length = pattern.find(rest)?.end();
    let thousandths = digits(&rest[..length])?.checked_mul(1000)?;
    ends_well(rest, length).then_some(Number { shape, length, thousandths })
}

fn digits(text: &str) -> Option<i64> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits.parse().ok().filter(|number| *number < 1_000_000_000_000)
}
