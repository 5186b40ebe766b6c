//! Amounts of money: figures with decimals, a sign and a currency, as shops of many countries print them.

use std::{collections::HashMap, ops::Range, sync::LazyLock};

use regex::Regex;
use rust_decimal::Decimal;

use super::{
    number_shapes::{Number, Shape, number_at},
    origin::Origin,
    rows::Row,
};
use crate::{
    reading::language::{CurrencySign, KnownCurrency, LocalSigns, currencies_alone, currency_after, currency_before},
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
    /// In hundredths of the currency, also where it has no smaller coin; in thousandths on a page that counts in these.
    pub(crate) cents: i64,
    /// Decimals of `cents`: 2 or 3.
    places: u32,
    /// With decimals; else a whole number.
    pub(crate) decimals: bool,
    /// A currency stands beside it.
    pub(crate) currency: Option<CurrencySign>,
    /// Letters that stand glued before the figures and are no sign that we know here.
    pub(crate) unknown_sign: Option<Range<usize>>,
}

impl Amount {
    pub(crate) fn size(&self) -> i64 {
        self.cents.abs()
    }

    pub(crate) fn value(&self) -> Decimal {
        if self.decimals {
            Decimal::new(self.cents, self.places)
        } else {
            Decimal::new(self.cents / 10_i64.pow(self.places), 0)
        }
    }
}

/// What figures without two decimals mean on a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    /// "12.50": whole numbers are money only beside a currency.
    Decimals,
    /// "12.500" or "12,500" is twelve thousand and five hundred, and no coin is smaller than one.
    Whole,
    /// "12.500" is twelve and a half.
    Thousandths,
}

/// More amounts than these are not looked at, and then the last ones are: the total is one of them.
const MAX_AMOUNTS: usize = 1000;

/// The amounts of a page.
#[derive(Debug)]
pub(crate) struct Amounts {
    pub(crate) all: Vec<Amount>,
    /// Nothing says whether "6.750" is a little, or six thousand.
    pub(crate) is_scale_unsure: bool,
    pub(crate) signs_alone: Vec<SignAlone>,
}

/// A sign of a currency that counts although it does not stand beside figures: "Amount (RM)".
#[derive(Debug)]
pub(crate) struct SignAlone {
    pub(crate) row: usize,
    pub(crate) range: Range<usize>,
    pub(crate) sign: CurrencySign,
}

fn signs_alone(rows: &[Row]) -> Vec<SignAlone> {
    let of_row = |(row, it): (usize, &Row)| {
        let found: Vec<_> = currencies_alone(&it.text).collect();
        found.into_iter().map(move |(range, sign)| SignAlone { row, range, sign })
    };
    rows.iter().enumerate().flat_map(of_row).collect()
}

/// All amounts, row by row, left to right.
pub(crate) fn amounts(rows: &[Row], origin: &Origin, local: &LocalSigns) -> Amounts {
    let mut found: Vec<(Amount, Shape)> =
        rows.iter().enumerate().flat_map(|(row, it)| amounts_on(row, it, local)).collect();
    for (amount, shape) in &mut found {
        if *shape == Shape::Plain {
            amount.currency = amount.currency.filter(|sign| !origin.is_chance_word(*sign, KNOWN));
        }
    }
    drop_numbers_after_letters(rows, &mut found);
    let signs_alone = signs_alone(rows);
    let (style, is_scale_unsure) = style(&signs_alone, &found, origin);
    found.retain(|(amount, shape)| is_money(amount, *shape, style));
    let first = found.len().saturating_sub(MAX_AMOUNTS);
    let all = found.into_iter().skip(first).map(|(amount, shape)| amount.scaled(shape, style)).collect();
    Amounts { all, is_scale_unsure, signs_alone }
}

fn is_money(amount: &Amount, shape: Shape, style: Style) -> bool {
    match (shape, style) {
        (Shape::Decimals, Style::Decimals | Style::Whole | Style::Thousandths)
        | (Shape::OneGroup | Shape::Grouped, Style::Whole | Style::Thousandths)
        | (Shape::Thousandths, Style::Thousandths) => true,
        (Shape::Thousandths, Style::Decimals | Style::Whole) => false,
        (Shape::OneGroup | Shape::Grouped | Shape::Plain, Style::Decimals) | (Shape::Plain, Style::Thousandths) => {
            amount.currency.is_some()
        }
        (Shape::Plain, Style::Whole) => amount.currency.is_some() || amount.cents.abs() >= LEAST_WHOLE,
    }
}

/// In thousandths: a smaller number without a currency is a count.
const LEAST_WHOLE: i64 = 100_000;
/// Points from which on the origin of a receipt is known.
const KNOWN: f32 = 2.0;

/// What the figures mean, and whether that is a guess.
fn style(signs_alone: &[SignAlone], found: &[(Amount, Shape)], origin: &Origin) -> (Style, bool) {
    let count = |shape: Shape| found.iter().filter(|(_, s)| *s == shape).count();
    let (one, grouped, decimals) = (count(Shape::OneGroup), count(Shape::Grouped), count(Shape::Decimals));
    // The last figure of a row: "0.456 X 6.98" is a weight.
    let ends_row = |at: usize| found.get(at + 1).is_none_or(|(next, _)| next.row != found[at].0.row);
    let thousandths = (0..found.len()).filter(|&at| found[at].1 == Shape::Thousandths && ends_row(at)).count();
    let signs = found.iter().filter_map(|(amount, _)| amount.currency);
    let signs: Vec<CurrencySign> = signs.chain(signs_alone.iter().map(|alone| alone.sign)).collect();
    let of_origin = origin.country().filter(|(_, ahead)| *ahead >= KNOWN);
    let of_origin = of_origin.and_then(|(country, _)| KnownCurrency::of(&country.currency));
    let may_have = |is_so: fn(&KnownCurrency) -> bool| {
        signs.iter().any(|sign| may_be(*sign, is_so)) || signs.is_empty() && of_origin.is_some_and(is_so)
    };
    let counts_in_thousandths = may_have(KnownCurrency::has_thousandths);
    let times = if may_have(KnownCurrency::has_whole_prices) { 1 } else { 2 };
    let is_known = !signs.is_empty() || origin.is_elsewhere(KnownCurrency::has_thousandths, KNOWN);
    let grouped_alike = one + grouped + thousandths;
    let shows_thousandths = !is_known && thousandths > 0 && grouped == 0 && grouped_alike > 2 * decimals;
    if counts_in_thousandths && grouped_alike > decimals || shows_thousandths {
        (Style::Thousandths, false)
    } else if one + grouped > times * decimals {
        (Style::Whole, !is_known && grouped == 0)
    } else {
        (Style::Decimals, false)
    }
}

/// Whether one of the currencies that a sign may mean is so.
fn may_be(sign: CurrencySign, is_so: fn(&KnownCurrency) -> bool) -> bool {
    match sign {
        CurrencySign::One(code) => KnownCurrency::of(code).is_some_and(is_so),
        CurrencySign::Shared(sign) => KnownCurrency::sharing(sign).any(is_so),
    }
}

impl Amount {
    /// With `cents` counted as the page counts, from the thousandths of its shape.
    fn scaled(mut self, shape: Shape, style: Style) -> Self {
        match (style, shape) {
            (Style::Decimals | Style::Whole, _) => {
                self.cents /= 10;
                self.decimals = shape == Shape::Decimals;
            }
            (Style::Thousandths, Shape::OneGroup) => {
                self.cents /= 1000;
                (self.places, self.decimals) = (3, true);
            }
            (Style::Thousandths, Shape::Decimals | Shape::Thousandths | Shape::Grouped | Shape::Plain) => {
                self.decimals = matches!(shape, Shape::Decimals | Shape::Thousandths);
                self.places = 3;
            }
        }
        self
    }
}

/// Drops the figures of "V2.50": a number after letters that are no sign of a currency. Those that are one somewhere, or that
/// readers take for one, are a sign although a shop prints them once; any others where they stand before several amounts.
fn drop_numbers_after_letters(rows: &[Row], found: &mut Vec<(Amount, Shape)>) {
    let sign_of = |amount: &Amount| amount.unknown_sign.clone().map(|range| &rows[amount.row].text[range]);
    let mut count: HashMap<&str, usize> = HashMap::new();
    for sign in found.iter().filter(|(_, shape)| *shape != Shape::Plain).filter_map(|(amount, _)| sign_of(amount)) {
        *count.entry(sign).or_default() += 1;
    }
    let is_known = |sign: &str| KnownCurrency::sharing(sign).chain(KnownCurrency::misread_as(sign)).next().is_some();
    let is_repeated = |sign: &str| count.get(sign).is_some_and(|count| *count > 1);
    let is_sign = |sign: &str| is_known(sign) || sign.ends_with('$') || is_repeated(sign);
    let fits = |amount: &Amount, shape: &Shape| match shape {
        Shape::Decimals => sign_of(amount).is_none_or(is_sign),
        Shape::Thousandths | Shape::OneGroup | Shape::Grouped | Shape::Plain => {
            sign_of(amount).is_none_or(|sign| is_known(sign) && is_repeated(sign))
        }
    };
    let kept: Vec<bool> = found.iter().map(|(amount, shape)| fits(amount, shape)).collect();
    let mut kept = kept.into_iter();
    found.retain(|_| kept.next().unwrap_or_default());
}

fn amounts_on(row: usize, it: &Row, local: &LocalSigns) -> Vec<(Amount, Shape)> {
    let text = it.figures.as_str();
    let mut found = Vec::new();
    for place in &it.places {
        let mut at = place.start;
        while at < place.end {
            let byte = text.as_bytes()[at];
            let before = if at == place.start { b' ' } else { text.as_bytes()[at - 1] };
            // An amount begins with the first of its figures.
            let starts = if byte == b'.' {
                !before.is_ascii_alphanumeric()
            } else {
                byte.is_ascii_digit() && !before.is_ascii_digit()
            };
            match starts.then(|| amount(text, at, place.end, local)).flatten() {
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
fn amount(text: &str, start: usize, limit: usize, local: &LocalSigns) -> Option<(Amount, Shape)> {
    let before = before(text, start, local)?;
    let signed = before.currency.is_some() || before.unknown_sign.is_some();
    let Number { shape, length, thousandths } = number_at(text, start, limit, signed, local)?;
    let mut end = start + length;
    let mut negative = before.negative;
    let after = &text[end..];
    if let Some(length) = minus_after(after) {
        negative = true;
        end += length;
    } else if before.bracket && after.starts_with(')') {
        negative = true;
    }
    let behind = currency_after(text, end, local);
    let currency = before.currency.or(behind.map(|(_, sign)| sign));
    let reach = before.reach..behind.map_or(end, |(end, _)| end);
    let amount = Amount {
        row: 0,
        range: before.glued..end,
        reach,
        cents: if negative { -thousandths } else { thousandths },
        places: 2,
        decimals: shape == Shape::Decimals,
        currency,
        unknown_sign: before.unknown_sign,
    };
    Some((amount, shape))
}

/// The length of what follows an amount and makes it negative: "156,44-", "156,44 -", "156.44 CR" (credited).
fn minus_after(after: &str) -> Option<usize> {
    let word = after.strip_prefix(' ').unwrap_or(after);
    let may_be_one = word.starts_with('-') || word.starts_with("CR");
    let found = if may_be_one { MINUS_AFTER.captures(after)?.get(1)? } else { return None };
    Some(found.end())
}

// A dash before further figures is theirs, and one before a word divides; a letter alone is the code of a tax: "0,45-V".
static MINUS_AFTER: LazyLock<Regex> =
    LazyLock::new(|| regex(r"^(-(?:$|[^A-Z0-9])|-(?:[A-Z](?:$| ))| -$| ?CR(?:$|[^A-Z0-9]))"));

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

fn before(text: &str, start: usize, local: &LocalSigns) -> Option<Before> {
    let mut before =
        Before { negative: false, bracket: false, currency: None, unknown_sign: None, glued: start, reach: start };
    let mut at = start;
    for _ in 0..2 {
        if let Some((from, sign)) = currency_before(text, at, local) {
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
        if sign && !before.negative && !before.bracket && (free || currency_before(text, outer.len(), local).is_some())
        {
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
    use crate::reading::{language::Languages, page::rows::row_of};

    #[track_caller]
    fn check(text: &str, expected: &str) {
        check_in("", text, expected);
    }

    #[track_caller]
    fn check_in(place: &str, text: &str, expected: &str) {
        let rows: Vec<Row> = place.lines().chain([text]).map(row_of).collect();
        let origin = Origin::of(&rows, Languages::default(), Languages::default());
        let found = amounts(&rows, &origin, &origin.local_signs()).all;
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
        check("0,45-V", "-0.45");
        check("0,45-V 5,25- E", "-0.45 -5.25");
        check("5.00-PACK", "5.00");
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
    fn currencies_with_three_decimals_have_them() {
        check("TOTAL KD 6.750", "6.750");
        check("TOTAL 6.750 KD", "6.750");
        check("TOTAL KWD 1,234.500", "1234.500");
        check("BHD 0.250  BHD 1.500", "0.250 1.500");
        check_in("SALMIYA, KUWAIT", "LABNEH 1.250  TEA 0.750", "1.250 0.750");
        check_in("TUNIS\nTEL +216 71 123 456", "TOTAL 6,750 DT", "6.750");
        check_in("MUSCAT, OMAN", "TOTAL R.O. 6.5", "");
        check("TOTAL RP 6.750", "6750");
        check("TOTAL ¥6,750", "6750");
        check_in("JAKARTA, INDONESIA", "TOTAL 6.750", "6750");
    }

    #[test]
    fn a_scale_of_which_nothing_speaks_is_unsure() {
        let is_unsure = |text: &str| {
            let rows: Vec<Row> = text.lines().map(row_of).collect();
            let origin = Origin::of(&rows, Languages::default(), Languages::default());
            amounts(&rows, &origin, &origin.local_signs()).is_scale_unsure
        };
        assert!(is_unsure("TEA 2.250\nTOTAL 6.750"));
        for text in [
            "TEA 2.250\nTOTAL 1.236.750",
            "SEOUL\nTOTAL 6,750",
            "TOTAL KD 6.750",
            "TEA 0.250\nTOTAL 6.750",
            "TOTAL 6.75",
        ] {
            assert!(!is_unsure(text), "{text}");
        }
    }

    #[test]
    fn figures_are_grouped_in_many_ways() {
        check("TOTAL ₹1,18,000.00", "118000.00");
        check("TOTAL RS.12,34,567.50", "1234567.50");
        check("TOTAL 1'234.50", "1234.50");
        check("TOTAL R1 234.50", "1234.50");
        check("TOTAL 1\u{a0}234,50 KC", "1234.50");
        check("TOTAL 12.- CHF", "12.00");
        check("TOTAL 156,44- EUR", "-156.44");
    }

    #[test]
    fn letters_are_signs_where_their_country_is_known() {
        check_in("CAPE TOWN, SOUTH AFRICA", "TOTAL R 156.44", "156.44");
        check_in("LUSAKA, ZAMBIA", "TOTAL K50", "50");
        check_in("TEGUCIGALPA, HONDURAS", "TOTAL L. 107.50", "107.50");
        check("MILK 2L 3.50", "3.50");
        check("PEN 2 3.50", "3.50");
        check("ATATURK CAD 12", "");
        check("TOTAL 12.50A", "12.50");
        check("GST12.50", "12.50");
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
