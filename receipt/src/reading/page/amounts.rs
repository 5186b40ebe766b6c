//! Amounts of money: figures with decimals, a sign and a currency, as shops of many countries print them.

use std::{collections::HashMap, ops::Range, sync::LazyLock};

use regex::Regex;
use rust_decimal::Decimal;

use super::{
    number_shapes::{Number, Shape, number_at},
    rows::Row,
};
use crate::{
    reading::language::{CurrencySign, currency_after, currency_before},
    text::regex,
};

/// An amount on a row.
#[derive(Debug, Clone)]
pub(crate) struct Amount {
    pub(crate) row: usize,
    /// Bytes of the row's text, with the sign, and with the currency if it is glued to the figures.
    pub(crate) range: Range<usize>,
    /// The same with the currency wherever it stands.
    pub(crate) reach: Range<usize>,
    /// In hundredths of the currency, also where it has no smaller coin.
    pub(crate) cents: i64,
    /// With two decimals; else a whole number.
    pub(crate) decimals: bool,
    /// A currency stands beside it.
    pub(crate) currency: Option<CurrencySign>,
    /// Letters that stand glued before the figures and are no sign that we know.
    unknown_sign: Option<Range<usize>>,
}

impl Amount {
    pub(crate) fn size(&self) -> i64 {
        self.cents.abs()
    }

    pub(crate) fn value(&self) -> Decimal {
        if self.decimals { Decimal::new(self.cents, 2) } else { Decimal::new(self.cents / 100, 0) }
    }
}

/// What figures without two decimals mean on a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    /// "12.50": whole numbers are money only beside a currency.
    Decimals,
    /// "12.500" or "12,500" is twelve thousand and five hundred, and no coin is smaller than one.
    Whole,
}

/// More amounts than these are not looked at, and then the last ones are: the total is one of them.
const MAX_AMOUNTS: usize = 1000;

/// All amounts, row by row, left to right.
pub(crate) fn amounts(rows: &[Row]) -> Vec<Amount> {
    let mut found: Vec<(Amount, Shape)> = rows.iter().enumerate().flat_map(|(row, it)| amounts_on(row, it)).collect();
    drop_numbers_after_letters(rows, &mut found);
    let count = |shape: Shape| found.iter().filter(|(_, s)| *s == shape).count();
    let style = if count(Shape::Grouped) > 2 * count(Shape::Decimals) { Style::Whole } else { Style::Decimals };
    let money = found
        .into_iter()
        .filter(|(amount, shape)| match (shape, style) {
            (Shape::Decimals, Style::Decimals | Style::Whole) | (Shape::Grouped, Style::Whole) => true,
            (Shape::Grouped | Shape::Plain, Style::Decimals) => amount.currency.is_some(),
            (Shape::Plain, Style::Whole) => amount.currency.is_some() || amount.cents.abs() >= 10_000,
        })
        .map(|(amount, _)| amount);
    let money: Vec<Amount> = money.collect();
    let first = money.len().saturating_sub(MAX_AMOUNTS);
    money.into_iter().skip(first).collect()
}

/// Letters that stand for a currency, or that an OCR takes for the sign of one ("f" for £, "B" for ฿), where a shop prints
/// them once; any others are a sign where they stand before several amounts.
const LIKE_SIGNS: &[&str] =
    &["B", "C", "D", "E", "F", "FR", "G", "K", "KR", "L", "N", "P", "Q", "R", "RS", "S", "SH", "T", "Y"];

/// Drops the figures of "V2.50": a number after letters that are no sign of a currency.
fn drop_numbers_after_letters(rows: &[Row], found: &mut Vec<(Amount, Shape)>) {
    let sign_of = |amount: &Amount| amount.unknown_sign.clone().map(|range| &rows[amount.row].text[range]);
    let mut count: HashMap<&str, usize> = HashMap::new();
    for sign in found.iter().filter_map(|(amount, _)| sign_of(amount)) {
        *count.entry(sign).or_default() += 1;
    }
    let is_sign = |sign: &str| LIKE_SIGNS.contains(&sign) || sign.ends_with('$') || count[sign] > 1;
    let fits = |amount: &Amount, shape: &Shape| match shape {
        Shape::Decimals => sign_of(amount).is_none_or(is_sign),
        Shape::Grouped | Shape::Plain => amount.unknown_sign.is_none(),
    };
    found.retain(|(amount, shape)| fits(amount, shape));
}

fn amounts_on(row: usize, it: &Row) -> Vec<(Amount, Shape)> {
    let text = it.figures.as_str();
    let mut found = Vec::new();
    for place in &it.places {
        let mut at = place.start;
        while at < place.end {
            let byte = text.as_bytes()[at];
            let apart = at == place.start || !text.as_bytes()[at - 1].is_ascii_alphanumeric();
            let starts = byte.is_ascii_digit() || byte == b'.' && apart;
            match starts.then(|| amount(text, at, place.end)).flatten() {
                Some((amount, shape)) => {
                    at = amount.range.end;
                    found.push((Amount { row, ..amount }, shape));
                }
                None => at += 1,
            }
        }
    }
    found
}

/// The amount that starts at a byte and ends before another, in the same fragment.
fn amount(text: &str, start: usize, limit: usize) -> Option<(Amount, Shape)> {
    let Number { shape, length, cents } = number_at(text, start, limit)?;
    let mut end = start + length;
    let before = before(text, start)?;
    let mut negative = before.negative;
    let after = &text[end..];
    if let Some(length) = minus_after(after) {
        negative = true;
        end += length;
    } else if before.bracket && after.starts_with(')') {
        negative = true;
    }
    let behind = currency_after(text, end);
    let currency = before.currency.or(behind.map(|(_, sign)| sign));
    let reach = before.reach..behind.map_or(end, |(end, _)| end);
    let amount = Amount {
        row: 0,
        range: before.glued..end,
        reach,
        cents: if negative { -cents } else { cents },
        decimals: shape == Shape::Decimals,
        currency,
        unknown_sign: before.unknown_sign,
    };
    Some((amount, shape))
}

/// The length of what follows an amount and makes it negative: "156,44-", "156,44 -", "156.44 CR" (credited).
fn minus_after(after: &str) -> Option<usize> {
    let found = MINUS_AFTER.captures(after)?.get(1)?;
    Some(found.end())
}

// A dash before further figures is theirs, and one before a word divides.
static MINUS_AFTER: LazyLock<Regex> = LazyLock::new(|| regex(r"^(-(?:$|[^A-Z0-9])| -$| ?CR(?:$|[^A-Z0-9]))"));

/// What stands before a number, if an amount may begin there.
struct Before {
    negative: bool,
    bracket: bool,
    currency: Option<CurrencySign>,
    unknown_sign: Option<Range<usize>>,
    /// Where the text without a loose currency begins.
    glued: usize,
    /// Where the text with the currency begins.
    reach: usize,
}

fn before(text: &str, start: usize) -> Option<Before> {
    let mut before =
        Before { negative: false, bracket: false, currency: None, unknown_sign: None, glued: start, reach: start };
    let mut at = start;
    for _ in 0..2 {
        if let Some((from, sign)) = currency_before(text, at) {
            before.currency = Some(sign);
            if from + 4 >= at && !text[from..at].ends_with([' ', '.']) && at == before.glued {
                before.glued = from;
            }
            at = from;
            before.reach = from;
        }
        if let Some(from) = letters_before(text, at).filter(|_| before.unknown_sign.is_none() && at == before.glued) {
            // "RD$5.00" is in no currency that "$" stands for.
            before.currency = None;
            before.unknown_sign = Some(from..start);
            (before.glued, before.reach, at) = (from, from, from);
        }
        let trimmed = text[..at].trim_end_matches(' ');
        let sign = trimmed.ends_with(['-', '(']);
        let glued = trimmed.len() == at;
        let outer = trimmed.get(..trimmed.len().wrapping_sub(1)).unwrap_or_default();
        let free = outer.is_empty() || outer.ends_with([' ', ')', '$']);
        if sign && !before.negative && !before.bracket && (free || currency_before(text, outer.len()).is_some()) {
            before.negative = trimmed.ends_with('-');
            before.bracket = trimmed.ends_with('(');
            if glued && before.negative && at == before.glued {
                before.glued = outer.len();
            }
            at = outer.len();
            before.reach = before.reach.min(at);
        } else {
            break;
        }
    }
    let head = &text[..at];
    let mut last = head.chars().rev();
    let fits = match (last.next(), last.next()) {
        (Some(c), _) if c.is_ascii_digit() => false,
        (Some(':'), inner) => !inner.is_some_and(|c| c.is_ascii_digit()),
        (Some('.'), inner) => inner.is_none_or(|c| c == '.' || c == ' '),
        (Some(',' | '/' | '-'), _) => false,
        (Some(c), _) if c.is_ascii_uppercase() => {
            // A lost space, not a serial number: "TOTAL9.00".
            head.bytes().rev().take_while(u8::is_ascii_uppercase).count() >= 3
        }
        (Some(_) | None, _) => true,
    };
    fits.then_some(before)
}

/// Where one or two letters begin that stand glued before a byte and are no end of a word.
fn letters_before(text: &str, at: usize) -> Option<usize> {
    let head = &text[..at];
    let outer = head.trim_end_matches(|c: char| c.is_ascii_uppercase());
    let stands_free = outer.is_empty() || outer.ends_with([' ', '-', '(']);
    ((1..=2).contains(&(head.len() - outer.len())) && stands_free).then_some(outer.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::page::rows::row_of;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let found = amounts(&[row_of(text)]);
        let read: Vec<String> = found.iter().map(|amount| amount.value().to_string()).collect();
        assert_eq!(read.join(" "), expected, "{text}");
    }

    #[test]
    fn amounts_are_read_as_many_countries_print_them() {
        check("TOTAL 1,234.50", "1234.50");
        check("SUMME 1.234,50", "1234.50");
        check("TOTAL 1 234,50 €", "1234.50");
        check("TOTAL CHF 1'249.00", "1249.00");
        check("TOTAL 12.345.678,90", "12345678.90");
        check("RM5.00 RM 6.00", "5.00 6.00");
        check("TOTAL $8", "8");
        check("TOTAL ¥1,650", "1650");
        check("ROUNDING .02", "0.02");
        check("TOTAAL 12,- €", "12.00");
        check("TOTAL CHF 1'250.--", "1250.00");
    }

    #[test]
    fn a_sign_may_stand_anywhere() {
        check("-5.00", "-5.00");
        check("RABATT 0,75-", "-0.75");
        check("(5.00)", "-5.00");
        check("-RM5.00", "-5.00");
        check("RM -5.00", "-5.00");
        check("£ -1.89", "-1.89");
        check("ROUNDING -.02", "-0.02");
        check("156,44 -", "-156.44");
        check("156.44 CR", "-156.44");
        check("156.44CR", "-156.44");
        check("5.00 CREAM", "5.00");
    }

    #[test]
    fn letters_before_an_amount_are_a_sign_and_no_figures() {
        check("TOTAL S19.21", "19.21");
        check("TOTAL B39.00", "39.00");
        check("TOTAL L107.50", "107.50");
        check("TOTAL f21.15", "21.15");
        check("TOTAL R156.44", "156.44");
        check("TOTAL RD$1,156.44", "1156.44");
        check("TOTAL -R156.44", "-156.44");
        check("A2.50  A3.50", "2.50 3.50");
        check("TOTAL 1O.5O", "10.50");
    }

    #[test]
    fn a_quantity_before_an_amount_is_no_thousand() {
        check("2 350.00", "350.00");
        check("2  350,00", "350.00");
    }

    #[test]
    fn readers_lose_spaces_and_put_some() {
        check("TOTAL 170. 00", "170.00");
        check("TOTAL9.00", "9.00");
        check("TOTAL:9.00", "9.00");
        check("TOTAL....9.00", "9.00");
        check("RM1O.5O", "10.50");
    }

    #[test]
    fn other_numbers_are_no_money() {
        check("GST 6.00%", "");
        check("12/03/2018 12:30:45", "");
        check("12.03.2018", "");
        check("TEL 03-8700.1122", "");
        check("1.999 KG", "");
        check("9556001234567", "");
        check("V2.50", "");
        check("MILK 1.50L", "1.50");
    }
}
