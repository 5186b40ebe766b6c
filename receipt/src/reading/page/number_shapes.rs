//! Figures as shops print amounts: with decimals, grouped by thousands, or plain.

use std::sync::LazyLock;

use regex::Regex;

use crate::{reading::language::currency_after, text::regex};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Decimals,
    Grouped,
    Plain,
}

/// Figures that may be an amount.
pub(crate) struct Number {
    pub(crate) shape: Shape,
    /// In bytes.
    pub(crate) length: usize,
    /// In hundredths.
    pub(crate) cents: i64,
}

static GROUPED_DECIMALS: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"^(?:(\d{1,3}(?:[,'] ?\d{3})+) ?\. ?(\d\d)|(\d{1,3}(?:[.'] ?\d{3})+) ?, ?(\d\d)|(\d{1,3}(?: \d{3})+),(\d\d))",
    )
});
static DECIMALS: LazyLock<Regex> = LazyLock::new(|| regex(r"^(\d{0,7}) ?[.,] ?(\d\d|\d \d)"));
/// "12,-": no cents.
static DASHED: LazyLock<Regex> = LazyLock::new(|| regex(r"^(\d{1,3}(?:[.']\d{3})*|\d{1,6})[.,]-{1,2}(?:$| )"));
static GROUPED: LazyLock<Regex> = LazyLock::new(|| regex(r"^\d{1,3}(?:[.,']\d{3})+"));
static SPACED: LazyLock<Regex> = LazyLock::new(|| regex(r"^\d{1,3}(?: \d{3})+"));
static PLAIN: LazyLock<Regex> = LazyLock::new(|| regex(r"^\d{1,7}"));
/// A number that goes on like this is no amount: more figures, a percentage, a measure.
static NO_END: LazyLock<Regex> = LazyLock::new(|| regex(r"^(?:[\d%/]|[.,:-]\d| %| ?(?:KG|ML|LTR|CM|MM|OZ|LBS?)\b)"));

/// The number that starts at a byte and ends before another.
pub(crate) fn number_at(text: &str, start: usize, limit: usize) -> Option<Number> {
    let rest = &text[start..limit];
    grouped_decimals(rest)
        .or_else(|| dashed(rest))
        .or_else(|| decimals(rest))
        .or_else(|| whole(rest, &GROUPED, Shape::Grouped))
        .or_else(|| spaced(text, start, limit))
        .or_else(|| whole(rest, &PLAIN, Shape::Plain))
}

fn ends_well(rest: &str, length: usize) -> bool {
    !NO_END.is_match(&rest[length..])
}

fn grouped_decimals(rest: &str) -> Option<Number> {
    let found = GROUPED_DECIMALS.captures(rest)?;
    let length = found.get(0)?.end();
    let whole = found.get(1).or(found.get(3)).or(found.get(5))?.as_str();
    let part = found.get(2).or(found.get(4)).or(found.get(6))?.as_str();
    let cents = digits(whole)?.checked_mul(100)?.checked_add(digits(part)?)?;
    ends_well(rest, length).then_some(Number { shape: Shape::Decimals, length, cents })
}

fn decimals(rest: &str) -> Option<Number> {
    let found = DECIMALS.captures(rest)?;
    let length = found.get(0)?.end();
    let whole = if found[1].is_empty() { 0 } else { digits(&found[1])? };
    let spaced = found[2].len() == 3;
    let fits = ends_well(rest, length) && !(found[1].is_empty() && (spaced || rest.starts_with([' ', ','])));
    fits.then_some(Number { shape: Shape::Decimals, length, cents: whole * 100 + digits(&found[2])? })
}

fn dashed(rest: &str) -> Option<Number> {
    let found = DASHED.captures(rest)?;
    let length = found.get(0)?.as_str().trim_end().len();
    Some(Number { shape: Shape::Decimals, length, cents: digits(&found[1])?.checked_mul(100)? })
}

/// "4 580 Ft": only with a currency, since it could be two numbers.
fn spaced(text: &str, start: usize, limit: usize) -> Option<Number> {
    let number = whole(&text[start..limit], &SPACED, Shape::Grouped)?;
    currency_after(text, start + number.length).map(|_| number)
}

fn whole(rest: &str, pattern: &Regex, shape: Shape) -> Option<Number> {
    let length = pattern.find(rest)?.end();
    ends_well(rest, length).then_some(Number { shape, length, cents: digits(&rest[..length])?.checked_mul(100)? })
}

fn digits(text: &str) -> Option<i64> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits.parse().ok().filter(|number| *number < 1_000_000_000_000)
}
