//! What speaks for a country, as `countries.toml` lists it. A new country is a row there and nothing else;
//! `reading/tests/places.rs` draws receipts of many of them.

use std::{collections::HashMap, sync::LazyLock};

use jiff::civil::Date;
use regex::{Regex, RegexSet};
use serde::Deserialize;

use super::languages::{Language, Languages};
use crate::text::{confusable, fold, regex};

/// A row of the table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Country {
    /// ISO 3166-1.
    pub(crate) code: String,
    /// ISO 4217.
    pub(crate) currency: String,
    pub(crate) formerly: Option<Formerly>,
    #[serde(default)]
    names: Vec<String>,
    #[serde(default)]
    cities: Vec<String>,
    #[serde(default)]
    words: Vec<String>,
    #[serde(default)]
    hints: Vec<String>,
    #[serde(default)]
    numbers: Vec<String>,
    #[serde(default)]
    postcodes: Vec<String>,
    #[serde(default)]
    phones: Vec<String>,
    calling: Option<String>,
    #[serde(default)]
    languages: Vec<String>,
    #[serde(default)]
    letters: Vec<String>,
    script: Option<String>,
    #[serde(default)]
    pub(crate) first_in_dates: FirstInDates,
}

/// The currency that a country had.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Formerly {
    pub(crate) currency: String,
    pub(crate) until: Date,
}

/// What comes first in a date of figures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FirstInDates {
    #[default]
    Day,
    Month,
    MostlyMonth,
    Year,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    country: Vec<Country>,
}

/// All countries, in the order of the table.
pub(crate) fn countries() -> &'static [Country] {
    &COUNTRIES
}

static COUNTRIES: LazyLock<Vec<Country>> = LazyLock::new(|| {
    let table = toml::from_str::<Table>(include_str!("countries.toml"));
    table.expect("countries.toml is part of the program and tested").country
});

impl Country {
    /// The first of those that use a currency.
    pub(crate) fn using(currency: &str) -> Option<&'static Self> {
        COUNTRIES.iter().find(|country| country.currency == currency)
    }

    #[cfg(test)]
    pub(crate) fn sample_name(&self) -> Option<&str> {
        self.names.first().map(String::as_str)
    }

    /// Whether receipts from there are in a currency, now or before.
    pub(crate) fn uses(&self, currency: &str) -> bool {
        self.currencies().any(|code| code == currency)
    }

    /// All that receipts from there are in.
    pub(crate) fn currencies(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.currency).chain(self.formerly.as_ref().map(|it| &it.currency)).map(String::as_str)
    }

    pub(crate) fn speaks_one_of(&self, spoken: Languages) -> bool {
        let speaks = |language: Language| self.languages.iter().any(|code| code == language.code());
        spoken.iter().any(|language| language != Language::English && speaks(language))
    }
}

/// A kind of clue. The points of one kind add up to a maximum, so that a list of cities does not outweigh a tax number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Clue {
    Name,
    City,
    Word,
    Hint,
    Number,
    Postcode,
    Phone,
    Calling,
    Letter,
    Script,
}

impl Clue {
    pub(crate) const COUNT: usize = Self::Script as usize + 1;

    /// What one such clue is worth, and all of them. Set by hand; what they come to is measured (`confidence.rs`).
    pub(crate) fn points(self) -> (f32, f32) {
        match self {
            Self::Name | Self::Calling | Self::Script => (3.0, 3.0),
            Self::City => (2.0, 3.0),
            Self::Word => (2.0, 6.0),
            Self::Hint => (0.5, 2.0),
            Self::Number => (4.0, 5.0),
            Self::Postcode => (2.0, 2.5),
            Self::Phone => (1.0, 1.0),
            Self::Letter => (0.7, 2.5),
        }
    }
}

/// Words in a row, by the first of them: the others, what they are, and the country's place in the table.
type Phrases = HashMap<String, Vec<(Vec<String>, Clue, usize)>>;

static PHRASES: LazyLock<Phrases> = LazyLock::new(|| {
    let mut phrases = Phrases::new();
    for (at, country) in COUNTRIES.iter().enumerate() {
        let lists = [
            (&country.names, Clue::Name),
            (&country.cities, Clue::City),
            (&country.words, Clue::Word),
            (&country.hints, Clue::Hint),
        ];
        for (text, clue) in lists.into_iter().flat_map(|(list, clue)| list.iter().map(move |text| (text, clue))) {
            let folded = fold(text);
            let mut words = folded.split(' ').map(alike);
            let first = words.next().unwrap_or_default();
            phrases.entry(first).or_default().push((words.collect(), clue, at));
        }
    }
    phrases
});

/// A word with one letter for those that readers confuse.
fn alike(word: &str) -> String {
    word.chars().map(|c| u8::try_from(c).map_or(c, |byte| char::from(confusable(byte)))).collect()
}

/// The words of a folded text, and where each stands.
pub(crate) struct Words(Vec<(std::ops::Range<usize>, String)>);

impl Words {
    pub(crate) fn of(text: &str) -> Self {
        let mut words = Vec::new();
        let mut start = None;
        for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
            match (c.is_alphanumeric(), start) {
                (true, None) => start = Some(at),
                (false, Some(from)) => {
                    let word = &text[from..at];
                    words.push((from..at, alike(word)));
                    start = None;
                }
                (true, Some(_)) | (false, None) => {}
            }
        }
        Self(words)
    }

    /// Each name, city or word of a country among them, and the country's place in the table.
    pub(crate) fn clues(&self) -> impl Iterator<Item = (std::ops::Range<usize>, Clue, usize)> {
        self.0.iter().enumerate().flat_map(move |(at, (range, first))| {
            let phrases = PHRASES.get(first.as_str()).into_iter().flatten();
            phrases.filter_map(move |(rest, clue, country)| {
                let follow = self.0.get(at + 1..=at + rest.len())?;
                let fits = follow.iter().zip(rest).all(|((_, word), other)| word == other);
                let end = follow.last().map_or(range.end, |(last, _)| last.end);
                fits.then_some((range.start..end, *clue, *country))
            })
        })
    }
}

/// A shape of numbers, what it is, and the country's place in the table.
struct NumberShape {
    pattern: String,
    clue: Clue,
    country: usize,
}

static NUMBER_SHAPES: LazyLock<Vec<NumberShape>> = LazyLock::new(|| {
    let of = |(at, country): (usize, &'static Country)| {
        let lists =
            [(&country.numbers, Clue::Number), (&country.postcodes, Clue::Postcode), (&country.phones, Clue::Phone)];
        lists.into_iter().flat_map(move |(list, clue)| {
            list.iter().map(move |pattern| NumberShape { pattern: plain(pattern), clue, country: at })
        })
    };
    COUNTRIES.iter().enumerate().flat_map(of).collect()
});

/// A pattern by which only A to Z and 0 to 9 are letters and figures, as is faster.
fn plain(pattern: &str) -> String {
    pattern.replace(r"\b", r"(?-u:\b)").replace(r"\d", "[0-9]")
}

static ALL_SHAPES: LazyLock<RegexSet> = LazyLock::new(|| {
    let patterns = NUMBER_SHAPES.iter().map(|shape| &shape.pattern);
    RegexSet::new(patterns).expect("countries.toml is part of the program and tested")
});

/// A phone number as it is written for calls from abroad.
static CALLING: LazyLock<Regex> =
    LazyLock::new(|| regex(r"\+ ?\(?(\d{1,3}\)?[ .-]?\(?\d(?:[ ().-]{0,3}\d){5})|(?-u:\b)00(\d{2,3}[ -]\d)"));

/// The numbers of a country's shapes on a row, and the countries' places in the table.
pub(crate) fn numbers_of_countries(text: &str) -> impl Iterator<Item = (Clue, usize)> {
    let shapes = ALL_SHAPES.matches(text).into_iter().filter_map(|at| NUMBER_SHAPES.get(at));
    let shapes: Vec<(Clue, usize)> = shapes.map(|shape| (shape.clue, shape.country)).collect();
    let called = CALLING.captures(text).and_then(|found| found.get(1).or(found.get(2)));
    let called = called.map(|number| number.as_str().chars().filter(char::is_ascii_digit).collect::<String>());
    // The longest code that the number begins with: +7 7 is Kazakhstan, +7 Russia.
    let codes = || COUNTRIES.iter().enumerate().filter_map(|(at, country)| Some((at, country.calling.as_deref()?)));
    let begins = |code: &str| called.as_ref().is_some_and(|called| called.starts_with(code));
    let longest = codes().filter(|(_, code)| begins(code)).map(|(_, code)| code.len()).max();
    let calling = codes().filter(move |(_, code)| begins(code) && Some(code.len()) == longest);
    shapes.into_iter().chain(calling.map(|(at, _)| (Clue::Calling, at)).collect::<Vec<_>>())
}

static SCRIPTS: LazyLock<Vec<(Regex, usize)>> = LazyLock::new(|| {
    let named = COUNTRIES.iter().enumerate().filter_map(|(at, country)| Some((country.script.as_deref()?, at)));
    named.map(|(script, at)| (regex(&format!(r"\p{{{script}}}(?:.*?\p{{{script}}}){{3}}")), at)).collect()
});

/// The letters and scripts of countries in what is printed, if it has any but the plain ones.
pub(crate) fn writing_of_countries(printed: &str) -> Vec<(Clue, usize)> {
    let foreign: String = printed.chars().filter(|c| !c.is_ascii()).collect();
    if foreign.is_empty() {
        return Vec::new();
    }
    let scripts = SCRIPTS.iter().filter(|(script, _)| script.is_match(&foreign)).map(|(_, at)| (Clue::Script, *at));
    let letters = COUNTRIES.iter().enumerate().flat_map(|(at, country)| {
        let seen = country.letters.iter().filter(|letters| foreign.contains(letters.as_str()));
        seen.map(move |_| (Clue::Letter, at))
    });
    scripts.chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{super::currencies::KnownCurrency, *};

    #[test]
    fn every_country_stands_once_and_has_a_currency_that_is_known() {
        let mut seen = BTreeSet::new();
        for country in countries() {
            assert!(seen.insert(&country.code), "{} has two rows", country.code);
            let codes = [Some(&country.currency), country.formerly.as_ref().map(|it| &it.currency)];
            for code in codes.into_iter().flatten() {
                assert!(KnownCurrency::of(code).is_some(), "{}: {code} has no row", country.code);
            }
        }
    }

    #[test]
    fn words_are_written_as_they_are_compared() {
        for country in countries() {
            for text in country.names.iter().chain(&country.cities).chain(&country.words).chain(&country.hints) {
                let words: Vec<&str> = text.split(' ').collect();
                let whole = words.iter().all(|word| !word.is_empty() && word.chars().all(char::is_alphanumeric));
                assert!(whole && *text == text.to_uppercase(), "{}: {text:?}", country.code);
            }
        }
    }

    #[test]
    fn words_are_found_whole_and_misread() {
        let clues = |text: &str| {
            Words::of(text).clues().map(|(_, clue, at)| (clue, COUNTRIES[at].code.as_str())).collect::<Vec<_>>()
        };
        assert_eq!(clues("KUALA LUMPUR"), [(Clue::City, "MY")]);
        assert_eq!(clues("C.N.P.J"), []);
        assert_eq!(clues("CNPJ:1"), [(Clue::Word, "BR")]);
        assert!(clues("P.IVA 0123").contains(&(Clue::Word, "IT")));
        assert_eq!(clues("IST4NBUL"), []);
        assert_eq!(clues("1STANBUL"), [(Clue::City, "TR")]);
        assert_eq!(clues("ISTANBULER"), []);
    }

    #[test]
    fn numbers_have_the_shapes_of_their_countries() {
        let codes =
            |text: &str| numbers_of_countries(text).map(|(_, at)| COUNTRIES[at].code.as_str()).collect::<BTreeSet<_>>();
        for (text, country) in [
            ("CNPJ: 12.345.678/0001-90", "BR"),
            ("GSTIN: 29ABCDE1234F1Z5", "IN"),
            ("ABN 12 345 678 901", "AU"),
            ("AUSTIN, TX 78701", "US"),
            ("TORONTO ON M5V 2T6", "CA"),
            ("LEEDS LS1 4AP", "GB"),
            ("CHE-123.456.789 MWST", "CH"),
            ("R017123456", "RO"),
            ("TEL +48 22 123 45 67", "PL"),
            ("TEL +7 727 123 45 67", "KZ"),
            ("RUC: 20123456789", "PE"),
            ("30-12345678-9", "AR"),
        ] {
            assert!(codes(text).contains(country), "{text}: {:?}", codes(text));
        }
        assert!(codes("TOTAL 1,234.50").is_empty());
        assert!(codes("12/03/2024 12:30").is_empty(), "{:?}", codes("12/03/2024 12:30"));
    }
}
