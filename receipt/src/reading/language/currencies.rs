//! The currencies of receipts and their signs, as `currencies.toml` lists them. A new currency is a row there and nothing
//! else; `reading/tests/currencies.rs` checks each row in all the ways in which a receipt can show it.

use std::sync::LazyLock;

use regex::Regex;
use rust_decimal::Decimal;
use serde::Deserialize;

use super::languages::Language;
use crate::text::regex;

/// A row of the table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KnownCurrency {
    /// ISO 4217.
    pub(crate) code: String,
    #[serde(default)]
    signs: Vec<String>,
    #[serde(default)]
    signs_beside_figures: Vec<String>,
    #[serde(default)]
    shared_signs: Vec<String>,
    #[serde(default, rename = "where")]
    place: Option<Place>,
    /// In circulation.
    pub(crate) smallest_coin: Decimal,
    pub(crate) month_first: Option<MonthFirst>,
    /// Years of two digits are written first: "26/11/20".
    #[serde(default)]
    pub(crate) year_first: bool,
}

/// Evidence that a receipt comes from where a currency is used.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Place {
    pub(crate) words: Vec<String>,
    language: Option<String>,
}

/// How usual it is where a currency is used to write the month before the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MonthFirst {
    Always,
    Mostly,
}

/// A sign on a receipt, by what it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum CurrencySign {
    /// One currency, by its code.
    One(&'static str),
    /// One of several currencies, by the sign that they share.
    Shared(&'static str),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    currency: Vec<KnownCurrency>,
}

/// All currencies, in the order of the table.
#[cfg(test)]
pub(crate) fn currencies() -> &'static [KnownCurrency] {
    &CURRENCIES
}

static CURRENCIES: LazyLock<Vec<KnownCurrency>> = LazyLock::new(|| {
    let table = toml::from_str::<Table>(include_str!("currencies.toml"));
    table.expect("currencies.toml is part of the program and tested").currency
});

impl KnownCurrency {
    pub(crate) fn of(code: &str) -> Option<&'static Self> {
        CURRENCIES.iter().find(|currency| currency.code == code)
    }

    /// The currencies that share a sign, the one that it means without any other evidence last.
    pub(crate) fn sharing(sign: &str) -> Vec<&'static Self> {
        let mut sharing: Vec<&Self> =
            CURRENCIES.iter().filter(|it| it.shared_signs.iter().any(|shared| shared == sign)).collect();
        sharing.sort_by_key(|currency| currency.place.is_none());
        sharing
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

    /// Where its shared signs mean it.
    pub(crate) fn place(&self) -> Option<&Place> {
        self.place.as_ref()
    }
}

impl Place {
    /// The language that must be spoken there besides.
    pub(crate) fn language(&self) -> Option<Language> {
        let code = self.language.as_deref()?;
        Language::ALL.iter().copied().find(|language| language.code() == code)
    }
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
}

static SIGNS: LazyLock<Vec<Sign>> = LazyLock::new(|| {
    let mut signs: Vec<Sign> = CURRENCIES
        .iter()
        .flat_map(|it| {
            let meaning = CurrencySign::One(&it.code);
            let sign = |text, meaning, alone| Sign { text, meaning, alone, stops: ends_in_letter(text) };
            let code = Sign { text: &it.code, meaning, alone: true, stops: false };
            let alone = it.signs.iter().map(move |text| sign(text, meaning, true));
            let beside = it.signs_beside_figures.iter().map(move |text| sign(text, meaning, false));
            let shared = it.shared_signs.iter().map(move |text| sign(text, CurrencySign::Shared(text), false));
            std::iter::once(code).chain(alone).chain(beside).chain(shared)
        })
        .collect();
    // The longest first: "US$" is no "S$".
    signs.sort_by_key(|sign| (std::cmp::Reverse(sign.text.len()), sign.text));
    signs.dedup_by_key(|sign| sign.text);
    signs
});

/// The currency that ends right before a byte, spaces and one stop apart: where it begins, and which it is.
pub(crate) fn currency_before(text: &str, at: usize) -> Option<(usize, CurrencySign)> {
    let head = text[..at].trim_end_matches(' ');
    let unstopped = head.strip_suffix('.');
    SIGNS.iter().find_map(|sign| {
        let stopped = || unstopped.filter(|_| sign.stops)?.strip_suffix(sign.text);
        let outer = head.strip_suffix(sign.text).or_else(stopped)?;
        let torn = starts_with_letter(sign.text) && ends_in_letter(outer);
        (!torn).then_some((outer.len(), sign.meaning))
    })
}

/// The currency that begins right after a byte: where it ends, and which it is.
pub(crate) fn currency_after(text: &str, at: usize) -> Option<(usize, CurrencySign)> {
    let rest = &text[at..];
    let tail = rest.strip_prefix(' ').unwrap_or(rest);
    let start = text.len() - tail.len();
    SIGNS.iter().find_map(|sign| {
        let rest = tail.strip_prefix(sign.text)?;
        let torn = starts_with_letter(sign.text) && rest.starts_with(|c: char| c.is_ascii_alphanumeric());
        // A sign before further figures belongs to those.
        let of_the_next = rest.trim_start().starts_with(|c: char| c.is_ascii_digit());
        (!torn && !of_the_next).then_some((start + sign.text.len(), sign.meaning))
    })
}

/// The signs in a text that count although they do not stand beside figures: "Amount (RM)".
pub(crate) fn currencies_alone(text: &str) -> impl Iterator<Item = (std::ops::Range<usize>, CurrencySign)> {
    ALONE.find_iter(text).filter_map(|found| {
        let sign = SIGNS.iter().find(|sign| sign.text == found.as_str())?;
        Some((found.range(), sign.meaning))
    })
}

/// Whether a word is a sign or code of a currency.
pub(crate) fn is_currency_sign(word: &str) -> bool {
    SIGNS.iter().any(|sign| sign.text == word)
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

static ALONE: LazyLock<Regex> = LazyLock::new(|| {
    let edge = |letter: bool| if letter { r"\b" } else { "" };
    let whole =
        |text: &str| format!("{}{}{}", edge(starts_with_letter(text)), regex::escape(text), edge(ends_in_letter(text)));
    let signs: Vec<String> = SIGNS.iter().filter(|sign| sign.alone).map(|sign| whole(sign.text)).collect();
    regex(&signs.join("|"))
});

/// For patterns: any sign of a currency.
pub(crate) fn any_currency_sign() -> String {
    SIGNS.iter().map(|sign| regex::escape(sign.text)).collect::<Vec<_>>().join("|")
}

/// For patterns: any sign of letters only.
pub(crate) fn any_currency_word() -> String {
    SIGNS.iter().map(|sign| sign.text).filter(|text| is_word(text)).collect::<Vec<_>>().join("|")
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

    use super::*;

    #[test]
    fn every_code_is_of_iso_4217_and_stands_once() {
        let mut seen = BTreeSet::new();
        for KnownCurrency { code, .. } in currencies() {
            assert!(iso_currency::Currency::from_code(code).is_some(), "{code} is no currency in use");
            assert!(seen.insert(code), "{code} has two rows");
        }
    }

    #[test]
    fn a_smallest_coin_is_made_of_the_smallest_unit() {
        for KnownCurrency { code, smallest_coin, .. } in currencies() {
            let decimals = iso_currency::Currency::from_code(code).and_then(iso_currency::Currency::exponent);
            let unit = Decimal::new(1, decimals.unwrap_or_default().into());
            let whole = *smallest_coin > Decimal::ZERO && (*smallest_coin % unit).is_zero();
            assert!(whole, "{code}: {smallest_coin} is no multiple of {unit}");
        }
    }

    #[test]
    fn a_sign_means_one_currency_or_is_shared_by_several() {
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        for it in currencies() {
            for sign in it.own_signs() {
                assert!(seen.insert(sign), "{sign} stands in two rows: it belongs to `shared_signs` of both");
            }
        }
        for sign in currencies().iter().flat_map(|it| &it.shared_signs) {
            assert!(!seen.contains(sign.as_str()), "{sign} is shared, and one currency's own");
            let sharing = KnownCurrency::sharing(sign);
            let anywhere: Vec<&str> =
                sharing.iter().filter(|it| it.place().is_none()).map(|it| it.code.as_str()).collect();
            assert!(anywhere.len() == 1, "{sign} must mean one currency where nothing tells which: {anywhere:?}");
        }
    }

    #[test]
    fn places_name_languages_that_are_known() {
        for it in currencies() {
            let place = it.place();
            assert!(place.is_none_or(|place| !place.words.is_empty()), "{}: `where` has no words", it.code);
            let unknown = place.is_some_and(|place| place.language.is_some() && place.language().is_none());
            assert!(!unknown, "{}: `where` has a language without a file", it.code);
        }
        for language in Language::ALL {
            let unknown = language.currency().filter(|code| KnownCurrency::of(code).is_none());
            assert_eq!(unknown, None, "{language:?} speaks for a currency without a row");
        }
    }
}
