//! What speaks for a country, as `countries.toml` lists it. A new country is a row there and nothing else;
//! `reading/tests/places.rs` draws receipts of many of them.

use std::{collections::HashMap, ops::Range, sync::LazyLock};

use jiff::civil::Date;
use regex::{Regex, RegexSet};
use serde::{Deserialize, Deserializer};

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
    #[serde(default, deserialize_with = "languages_by_code")]
    languages: Languages,
    #[serde(default)]
    letters: Vec<String>,
    script: Option<String>,
    #[serde(default)]
    pub(crate) first_in_dates: FirstInDates,
}

/// Languages by their codes; those without a file say nothing here.
fn languages_by_code<'de, D: Deserializer<'de>>(codes: D) -> Result<Languages, D::Error> {
    let codes = Vec::<String>::deserialize(codes)?;
    let named = Language::ALL.iter().filter(|language| codes.iter().any(|code| code == language.code()));
    Ok(named.fold(Languages::default(), |all, language| all.with((*language).into())))
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
        self.languages.shares(spoken.without(Language::English))
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

/// The lengths of the words in [`PHRASES`] that begin with each byte, a bit for each: most words of a receipt are none of them.
static LENGTHS: LazyLock<[u64; 256]> = LazyLock::new(|| {
    let mut lengths = [0; 256];
    for word in PHRASES.keys() {
        let first = word.bytes().next().unwrap_or_default();
        lengths[usize::from(first)] |= bit_of_length(word);
    }
    lengths
});

fn bit_of_length(word: &str) -> u64 {
    1 << word.len().min(63)
}

/// The phrases that begin with a word.
fn phrases_with(word: &str) -> &'static [(Vec<String>, Clue, usize)] {
    let may_be_one = word.bytes().next().is_some_and(|first| LENGTHS[usize::from(first)] & bit_of_length(word) != 0);
    if may_be_one { PHRASES.get(word).map_or(&[], Vec::as_slice) } else { &[] }
}

/// A word with one letter for those that readers confuse.
fn alike(word: &str) -> String {
    let mut alike = String::with_capacity(word.len());
    alike.extend(word.chars().map(|c| u8::try_from(c).map_or(c, |byte| char::from(confusable(byte)))));
    alike
}

/// The words of a folded text, and where each stands.
pub(crate) struct Words {
    /// The text, with one letter for those that readers confuse: as long as the text.
    alike: String,
    places: Vec<Range<usize>>,
}

impl Words {
    pub(crate) fn of(text: &str) -> Self {
        let mut places = Vec::new();
        let mut start = None;
        for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
            match (c.is_alphanumeric(), start) {
                (true, None) => start = Some(at),
                (false, Some(from)) => {
                    places.push(from..at);
                    start = None;
                }
                (true, Some(_)) | (false, None) => {}
            }
        }
        Self { alike: alike(text), places }
    }

    fn word(&self, place: &Range<usize>) -> &str {
        &self.alike[place.clone()]
    }

    /// Each name, city or word of a country among them, and the country's place in the table.
    pub(crate) fn clues(&self) -> impl Iterator<Item = (Range<usize>, Clue, usize)> {
        self.places.iter().enumerate().flat_map(move |(at, place)| {
            let phrases = phrases_with(self.word(place)).iter();
            phrases.filter_map(move |(rest, clue, country)| {
                let follow = self.places.get(at + 1..=at + rest.len())?;
                let fits = follow.iter().zip(rest).all(|(place, other)| self.word(place) == other);
                let end = follow.last().map_or(place.end, |last| last.end);
                fits.then_some((place.start..end, *clue, *country))
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
    // Most rows have none, and to say so takes less than to say which.
    let any = ALL_SHAPES.is_match(text);
    let shapes = any.then(|| ALL_SHAPES.matches(text).into_iter().filter_map(|at| NUMBER_SHAPES.get(at)));
    let shapes = shapes.into_iter().flatten().map(|shape| (shape.clue, shape.country));
    shapes.chain(countries_called(text).into_iter().map(|at| (Clue::Calling, at)))
}

/// The places of the countries that the calling code of a phone number is of.
fn countries_called(text: &str) -> Vec<usize> {
    let may_call = text.contains('+') || text.contains("00");
    let called = may_call.then(|| CALLING.captures(text)).flatten().and_then(|found| found.get(1).or(found.get(2)));
    let Some(called) = called else { return Vec::new() };
    let called: String = called.as_str().chars().filter(char::is_ascii_digit).collect();
    // The longest code that the number begins with: +7 7 is Kazakhstan, +7 Russia.
    let codes = || COUNTRIES.iter().enumerate().filter_map(|(at, country)| Some((at, country.calling.as_deref()?)));
    let beginning = || codes().filter(|(_, code)| called.starts_with(code));
    let longest = beginning().map(|(_, code)| code.len()).max();
    beginning().filter(|(_, code)| Some(code.len()) == longest).map(|(at, _)| at).collect()
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
