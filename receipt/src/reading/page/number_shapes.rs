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
/// Figures of an amount that are not grouped, before its decimals, at most.
const MAX_FIGURES: usize = 7;
/// "12,-": no cents.
static DASHED: LazyLock<Regex> = LazyLock::new(|| regex(r"^(\d{1,3}(?:[.']\d{3})*|\d{1,6})[.,]-{1,2}(?:$| )"));
static ONE_GROUP: LazyLock<Regex> = LazyLock::new(|| regex(r"^\d{1,3}[.,]\d{3}"));
static GROUPED: LazyLock<Regex> = LazyLock::new(|| regex(r"^(?:\d{1,2}(?:,\d\d)+,\d{3}|\d{1,3}(?:[.,']\d{3})+)"));
static SPACED: LazyLock<Regex> = LazyLock::new(|| regex(r"^\d{1,3}(?: \d{3})+"));
/// A number that goes on like this is no amount: more figures, a percentage, a measure.
static NO_END: LazyLock<Regex> = LazyLock::new(|| regex(r"^(?:[\d%/]|[.,:-]\d| %| ?(?:KG|ML|LTR|CM|MM|OZ|LBS?)\b)"));

/// The number that starts at a byte and ends before another. Behind a sign of a currency it may have spaces.
pub(crate) fn number_at(text: &str, start: usize, limit: usize, signed: bool, local: &LocalSigns) -> Option<Number> {
    let rest = &text[start..limit];
    let begins = Beginning::of(rest);
    let grouped_decimals = |pattern| begins.may_be_grouped().then(|| grouped_decimals(rest, pattern)).flatten();
    grouped_decimals(&GROUPED_DECIMALS)
        .or_else(|| signed.then(|| grouped_decimals(&SPACED_DECIMALS)).flatten())
        .or_else(|| rest.contains('-').then(|| dashed(rest)).flatten())
        .or_else(|| decimals(rest))
        .or_else(|| begins.may_be_grouped().then(|| thousandths(rest)).flatten())
        .or_else(|| begins.may_be_grouped().then(|| whole(rest, &ONE_GROUP, Shape::OneGroup)).flatten())
        .or_else(|| begins.may_be_grouped().then(|| whole(rest, &GROUPED, Shape::Grouped)).flatten())
        .or_else(|| begins.may_be_grouped().then(|| spaced(text, start, limit, local)).flatten())
        .or_else(|| plain(rest))
}

/// How a number begins. Most are not grouped, and to see so takes less than to try all the shapes of those that are.
#[derive(Debug, Clone, Copy)]
struct Beginning {
    /// What stands behind its first figures.
    divider: Option<u8>,
    /// Figures behind that, a space apart or not.
    next: usize,
    /// Further such dividers and figures may follow.
    goes_on: bool,
}

impl Beginning {
    fn of(rest: &str) -> Self {
        let bytes = rest.as_bytes();
        let figures = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let first = figures(0);
        let divider = bytes.get(first).copied();
        let from = first + 1 + usize::from(divider != Some(b' ') && bytes.get(first + 1) == Some(&b' '));
        let next = if from < bytes.len() { figures(from) } else { 0 };
        Self { divider, next, goes_on: bytes.get(from + next) == Some(&b',') }
    }

    /// Three figures behind the divider, or two and another one, as in lakhs.
    fn may_be_grouped(self) -> bool {
        matches!(self.divider, Some(b',' | b'.' | b'\'' | b' ')) && (self.next >= 3 || self.next == 2 && self.goes_on)
    }
}

fn ends_well(rest: &str, length: usize) -> bool {
    let after = &rest[length..];
    let may_go_on = after.starts_with(|c: char| !matches!(c, ' ' | 'A'..='Z')) || after.starts_with(MEASURES);
    !(may_go_on || after.starts_with(' ') && after[1..].starts_with(PARTS)) || !NO_END.is_match(after)
}

/// How [`NO_END`] may begin, but for figures and signs.
const MEASURES: [char; 5] = ['K', 'M', 'L', 'C', 'O'];
const PARTS: [char; 6] = ['%', 'K', 'M', 'L', 'C', 'O'];

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

/// "12.50", "12 ,50", ".50".
fn decimals(rest: &str) -> Option<Number> {
    let bytes = rest.as_bytes();
    let is_figure = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let skip_space = |at: usize| at + usize::from(bytes.get(at) == Some(&b' '));
    let figures = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let divider = skip_space(figures);
    if figures > MAX_FIGURES || !matches!(bytes.get(divider), Some(b'.' | b',')) {
        return None;
    }
    let cents = skip_space(divider + 1);
    let (length, spaced) = match (is_figure(cents), is_figure(cents + 1), is_figure(cents + 2)) {
        (true, true, _) => (cents + 2, false),
        (true, false, true) if bytes.get(cents + 1) == Some(&b' ') => (cents + 3, true),
        (true, false, _) | (false, _, _) => return None,
    };
    let whole = if figures == 0 { 0 } else { digits(&rest[..figures])? };
    let fits = ends_well(rest, length) && !(figures == 0 && (spaced || rest.starts_with([' ', ','])));
    let thousandths = whole * 1000 + digits(&rest[cents..length])? * 10;
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

fn plain(rest: &str) -> Option<Number> {
    let figures = rest.bytes().take_while(u8::is_ascii_digit).count();
    (figures > 0).then(|| of_length(rest, figures.min(MAX_FIGURES), Shape::Plain)).flatten()
}

fn whole(rest: &str, pattern: &Regex, shape: Shape) -> Option<Number> {
    of_length(rest, pattern.find(rest)?.end(), shape)
}

fn of_length(rest: &str, length: usize, shape: Shape) -> Option<Number> {
    let thousandths = digits(&rest[..length])?.checked_mul(1000)?;
    ends_well(rest, length).then_some(Number { shape, length, thousandths })
}

/// No amount is as large.
const TOO_MUCH: i64 = 1_000_000_000_000;

fn digits(text: &str) -> Option<i64> {
    let mut figures = text.bytes().filter(u8::is_ascii_digit).map(|byte| i64::from(byte - b'0'));
    let first = figures.next()?;
    figures.try_fold(first, |number, figure| number.checked_mul(10)?.checked_add(figure)).filter(|it| *it < TOO_MUCH)
}
