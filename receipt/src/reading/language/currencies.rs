//! The currencies of receipts and their signs, as `currencies.toml` lists them. A new currency is a row there and nothing
//! else; `reading/tests/currencies.rs` checks each row in all the ways in which a receipt can show it.

use std::{collections::HashMap, sync::LazyLock};

use regex::Regex;
use rust_decimal::Decimal;
use serde::Deserialize;

use super::countries::{Country, FirstInDates};
use crate::text::regex;

/// A row of the table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KnownCurrency {
    /// ISO 4217.
    pub(crate) code: String,
    /// The code is a word or a name, too.
    #[serde(default)]
    pub(crate) code_is_a_word: bool,
    #[serde(default)]
    whole_prices: bool,
    #[serde(default)]
    signs: Vec<String>,
    #[serde(default)]
    signs_beside_figures: Vec<String>,
    #[serde(default)]
    shared_signs: Vec<String>,
    #[serde(default)]
    usual_for: Vec<String>,
    #[serde(default)]
    local_signs: Vec<String>,
    #[serde(default)]
    misread_as: Vec<String>,
    smallest_coin: Option<Decimal>,
}

/// A sign on a receipt, by what it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum CurrencySign {
    /// One currency, by its code.
    One(&'static str),
    /// One of several currencies, by the sign that they share, or by letters that are one only in its own countries.
    Shared(&'static str),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    currency: Vec<KnownCurrency>,
}

/// All currencies, in the order of the table.
pub(crate) fn known_currencies() -> &'static [KnownCurrency] {
    &CURRENCIES
}

static CURRENCIES: LazyLock<Vec<KnownCurrency>> = LazyLock::new(|| {
    let table = toml::from_str::<Table>(include_str!("currencies.toml"));
    table.expect("currencies.toml is part of the program and tested").currency
});

static BY_CODE: LazyLock<HashMap<&str, usize>> =
    LazyLock::new(|| CURRENCIES.iter().enumerate().map(|(at, currency)| (currency.code.as_str(), at)).collect());

impl KnownCurrency {
    pub(crate) fn of(code: &str) -> Option<&'static Self> {
        CURRENCIES.get(Self::place_of(code)?)
    }

    /// The place in the table.
    pub(crate) fn place_of(code: &str) -> Option<usize> {
        BY_CODE.get(code).copied()
    }

    /// The currencies that share a sign.
    pub(crate) fn sharing(sign: &str) -> impl Iterator<Item = &'static Self> {
        CURRENCIES.iter().filter(move |it| it.shared_signs.iter().chain(&it.local_signs).any(|shared| shared == sign))
    }

    /// The currencies for whose sign readers take letters.
    pub(crate) fn misread_as(letters: &str) -> impl Iterator<Item = &'static Self> {
        CURRENCIES.iter().filter(move |it| it.misread_as.iter().any(|misread| misread == letters))
    }

    /// Whether a sign that it shares means it where nothing else speaks.
    pub(crate) fn is_usual_for(&self, sign: &str) -> bool {
        self.usual_for.iter().any(|usual| usual == sign)
    }

    /// Of its smallest unit.
    fn exponent(&self) -> u32 {
        let known = iso_currency::Currency::from_code(&self.code);
        known.and_then(iso_currency::Currency::exponent).map_or(2, u32::from)
    }

    /// Prices are printed without a smaller unit.
    pub(crate) fn has_whole_prices(&self) -> bool {
        self.whole_prices || self.exponent() == 0
    }

    /// Prices are printed with three decimals.
    pub(crate) fn has_thousandths(&self) -> bool {
        !self.whole_prices && self.exponent() == 3
    }

    /// In circulation. A rounding may be as large.
    pub(crate) fn smallest_coin(&self) -> Decimal {
        self.smallest_coin.unwrap_or_else(|| Decimal::new(1, self.exponent()))
    }

    /// How usual it is to write the month before the day where it is used most.
    pub(crate) fn month_first(&self) -> Option<MonthFirst> {
        match Country::using(&self.code).map(|country| country.first_in_dates)? {
            FirstInDates::Month => Some(MonthFirst::Always),
            FirstInDates::MostlyMonth => Some(MonthFirst::Mostly),
            FirstInDates::Day | FirstInDates::Year => None,
        }
    }

    /// Whether years of two digits are written first where it is used most: "26/11/20".
    pub(crate) fn year_first(&self) -> bool {
        Country::using(&self.code).is_some_and(|country| country.first_in_dates == FirstInDates::Year)
    }

    #[cfg(test)]
    pub(crate) fn own_signs(&self) -> impl Iterator<Item = &String> {
        self.signs_alone().chain(&self.signs_beside_figures)
    }

    #[cfg(test)]
    pub(crate) fn signs_alone(&self) -> impl Iterator<Item = &String> {
        std::iter::once(&self.code).chain(&self.signs)
    }

    #[cfg(test)]
    pub(crate) fn shared_signs(&self) -> &[String] {
        &self.shared_signs
    }

    #[cfg(test)]
    pub(crate) fn local_signs(&self) -> &[String] {
        &self.local_signs
    }
}

/// How usual it is where a currency is used to write the month before the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MonthFirst {
    Always,
    Mostly,
}

impl CurrencySign {
    pub(crate) fn is_shared(self) -> bool {
        match self {
            Self::One(_) => false,
            Self::Shared(_) => true,
        }
    }
}

/// A sign or a code as folded text has it.
struct Sign {
    text: &'static str,
    meaning: CurrencySign,
    /// Known also where it does not stand beside figures.
    alone: bool,
    /// A stop may follow, as after no code: "RM. 5.00".
    stops: bool,
    /// It counts only where its country is known.
    local: bool,
}

static SIGNS: LazyLock<Vec<Sign>> = LazyLock::new(|| {
    let mut signs: Vec<Sign> = CURRENCIES
        .iter()
        .flat_map(|it| {
            let own = CurrencySign::One(&it.code);
            let sign = |text, meaning, alone| Sign { text, meaning, alone, stops: ends_in_letter(text), local: false };
            let code = Sign { text: &it.code, meaning: own, alone: !it.code_is_a_word, stops: false, local: false };
            let alone = it.signs.iter().map(move |text| sign(text, own, true));
            let beside = it.signs_beside_figures.iter().map(move |text| sign(text, own, false));
            let shared = it.shared_signs.iter().map(move |text| sign(text, CurrencySign::Shared(text), false));
            let local = it.local_signs.iter();
            let local = local.map(move |text| Sign { local: true, ..sign(text, CurrencySign::Shared(text), false) });
            std::iter::once(code).chain(alone).chain(beside).chain(shared).chain(local)
        })
        .collect();
    // The longest first: "US$" is no "S$".
    signs.sort_by_key(|sign| (std::cmp::Reverse(sign.text.len()), sign.text, sign.local));
    signs.dedup_by_key(|sign| sign.text);
    signs
});

/// The signs by their first or last byte, in the order of [`SIGNS`]: beside each figure of a page they are looked for.
type ByByte = [Vec<&'static Sign>; 256];
static BY_FIRST: LazyLock<ByByte> = LazyLock::new(|| by_byte(|text| text.bytes().next()));
static BY_LAST: LazyLock<ByByte> = LazyLock::new(|| by_byte(|text| text.bytes().next_back()));

fn by_byte(byte_of: fn(&str) -> Option<u8>) -> ByByte {
    let mut by_byte = [const { Vec::new() }; 256];
    for sign in SIGNS.iter() {
        if let Some(byte) = byte_of(sign.text) {
            by_byte[usize::from(byte)].push(sign);
        }
    }
    by_byte
}

/// The letters that are signs where a receipt comes from, and nothing elsewhere.
#[derive(Debug, Default)]
pub(crate) struct LocalSigns(Vec<&'static str>);

impl LocalSigns {
    /// Those of the currencies that fit.
    pub(crate) fn of(fits: impl Fn(&KnownCurrency) -> bool) -> Self {
        let known = CURRENCIES.iter().filter(|currency| fits(currency));
        Self(known.flat_map(|currency| &currency.local_signs).map(String::as_str).collect())
    }

    fn hold(&self, sign: &Sign) -> bool {
        !sign.local || self.0.contains(&sign.text)
    }
}

/// The currency that ends right before a byte, spaces and one stop apart: where it begins, and which it is.
pub(crate) fn currency_before(text: &str, at: usize, local: &LocalSigns) -> Option<(usize, CurrencySign)> {
    let head = text[..at].trim_end_matches(' ');
    let unstopped = head.strip_suffix('.');
    let candidates =
        |head: &str| head.bytes().next_back().map(|last| &BY_LAST[usize::from(last)]).into_iter().flatten();
    let found = |head: &str, sign: &Sign| {
        let outer = head.strip_suffix(sign.text)?;
        let torn = starts_with_letter(sign.text) && ends_in_letter(outer)
            || sign.local && outer.ends_with(|c: char| c.is_ascii_alphanumeric());
        (!torn && local.hold(sign)).then_some((outer.len(), sign.meaning))
    };
    let stopped = || unstopped.and_then(|head| candidates(head).filter(|it| it.stops).find_map(|it| found(head, it)));
    candidates(head).find_map(|sign| found(head, sign)).or_else(stopped)
}

/// The currency that begins right after a byte: where it ends, and which it is.
pub(crate) fn currency_after(text: &str, at: usize, local: &LocalSigns) -> Option<(usize, CurrencySign)> {
    let rest = &text[at..];
    let tail = rest.strip_prefix(' ').unwrap_or(rest);
    let start = text.len() - tail.len();
    let candidates = tail.bytes().next().map(|first| &BY_FIRST[usize::from(first)]).into_iter().flatten();
    candidates.filter(|sign| local.hold(sign)).find_map(|sign| {
        let rest = tail.strip_prefix(sign.text)?;
        let torn = starts_with_letter(sign.text) && rest.starts_with(|c: char| c.is_ascii_alphanumeric());
        // A sign before further figures belongs to those.
        let of_the_next = rest.trim_start().starts_with(|c: char| c.is_ascii_digit());
        (!torn && !of_the_next).then_some((start + sign.text.len(), sign.meaning))
    })
}

/// The signs in a text that count although they do not stand beside figures: "Amount (RM)".
pub(crate) fn currencies_alone(text: &str) -> impl Iterator<Item = (std::ops::Range<usize>, CurrencySign)> {
    ALONE.captures_iter(text).filter_map(|found| {
        let found = found.get(1).or(found.get(2))?;
        let sign = SIGNS.iter().find(|sign| sign.text == found.as_str())?;
        Some((found.range(), sign.meaning))
    })
}

/// Whether a word is a sign or code of a currency.
pub(crate) fn is_currency_sign(word: &str) -> bool {
    SIGNS.iter().any(|sign| sign.text == word && !sign.local)
}

/// The length of the sign that a text begins with, if it has this meaning.
pub(crate) fn currency_sign_length(text: &str, meaning: CurrencySign) -> Option<usize> {
    SIGNS.iter().find(|sign| sign.meaning == meaning && text.starts_with(sign.text)).map(|sign| sign.text.len())
}

/// The signs of letters only that count wherever they stand.
pub(super) fn currency_words() -> &'static [&'static str] {
    &WORDS
}

static WORDS: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| SIGNS.iter().filter(|sign| sign.alone && is_word(sign.text)).map(|sign| sign.text).collect());

/// A sign that counts wherever it stands, or any sign of one currency in brackets, as in the heading of a column: "(KD)".
static ALONE: LazyLock<Regex> = LazyLock::new(|| {
    let edge = |letter: bool| if letter { r"(?-u:\b)" } else { "" };
    let whole =
        |text: &str| format!("{}{}{}", edge(starts_with_letter(text)), regex::escape(text), edge(ends_in_letter(text)));
    let signs: Vec<String> = SIGNS.iter().filter(|sign| sign.alone).map(|sign| whole(sign.text)).collect();
    let own = SIGNS.iter().filter(|sign| !sign.alone && !sign.local && !sign.meaning.is_shared());
    let in_brackets: Vec<String> = own.map(|sign| regex::escape(sign.text)).collect();
    regex(&format!(r"({})|\(({})\)", signs.join("|"), in_brackets.join("|")))
});

/// For patterns: any sign of a currency.
pub(crate) fn any_currency_sign() -> String {
    SIGNS.iter().map(|sign| regex::escape(sign.text)).collect::<Vec<_>>().join("|")
}

/// The signs of letters only that are hardly anything else.
pub(crate) fn unmistakable_currency_words() -> impl Iterator<Item = &'static str> {
    let words = SIGNS.iter().filter(|sign| !sign.local && !is_a_word(sign)).map(|sign| sign.text);
    words.filter(|text| is_word(text))
}

/// Whether a sign is a code that is a word, too.
fn is_a_word(sign: &Sign) -> bool {
    match sign.meaning {
        CurrencySign::One(code) => code == sign.text && KnownCurrency::of(code).is_some_and(|it| it.code_is_a_word),
        CurrencySign::Shared(_) => false,
    }
}

fn is_word(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_uppercase())
}

fn starts_with_letter(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_uppercase())
}

fn ends_in_letter(text: &str) -> bool {
    text.ends_with(|c: char| c.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{super::languages::Language, *};

    #[test]
    fn every_code_is_of_iso_4217_and_stands_once() {
        let mut seen = BTreeSet::new();
        for KnownCurrency { code, .. } in known_currencies() {
            assert!(iso_currency::Currency::from_code(code).is_some(), "{code} is no currency in use");
            assert!(seen.insert(code), "{code} has two rows");
        }
    }

    #[test]
    fn every_currency_in_use_has_a_row() {
        let letters = || (b'A'..=b'Z').map(char::from);
        let codes = letters().flat_map(|a| letters().flat_map(move |b| letters().map(move |c| format!("{a}{b}{c}"))));
        let in_use = codes.filter(|code| {
            iso_currency::Currency::from_code(code)
                .is_some_and(|it| !it.is_fund() && !it.is_special() && it.is_superseded().is_none())
        });
        let missing: Vec<String> = in_use.filter(|code| KnownCurrency::of(code).is_none()).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn a_smallest_coin_is_made_of_the_smallest_unit() {
        for it in known_currencies() {
            let (coin, unit) = (it.smallest_coin(), Decimal::new(1, it.exponent()));
            let whole = coin > Decimal::ZERO && (coin % unit).is_zero();
            assert!(whole, "{}: {coin} is no multiple of {unit}", it.code);
        }
    }

    #[test]
    fn a_sign_means_one_currency_or_is_shared_by_several() {
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        for it in known_currencies() {
            for sign in it.own_signs() {
                assert!(seen.insert(sign), "{sign} stands in two rows: it belongs to `shared_signs` of both");
            }
        }
        for sign in known_currencies().iter().flat_map(|it| &it.shared_signs) {
            assert!(!seen.contains(sign.as_str()), "{sign} is shared, and one currency's own");
            let usual: Vec<&str> =
                KnownCurrency::sharing(sign).filter(|it| it.is_usual_for(sign)).map(|it| it.code.as_str()).collect();
            assert!(usual.len() == 1, "{sign} must mean one currency where nothing tells which: {usual:?}");
        }
    }

    #[test]
    fn languages_speak_for_currencies_that_are_known() {
        for language in Language::ALL {
            let unknown = language.currency().filter(|code| KnownCurrency::of(code).is_none());
            assert_eq!(unknown, None, "{language:?} speaks for a currency without a row");
        }
    }
}
