//! Which words of a row say what it is about, by the table in `keywords.toml`.

use std::{ops::Range, sync::LazyLock};

use serde::Deserialize;

use super::keyword_tree::{Table, alike};

/// What a word makes of the figures beside it, or of its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Class {
    Total,
    /// A label that only the final total bears.
    StrongTotal,
    /// The total after rounding to the smallest coin.
    RoundedTotal,
    Payable,
    Subtotal,
    ExclTax,
    InclTax,
    Tax,
    /// The heading of a table of taxes.
    TaxSummary,
    /// A column of such a table.
    TaxTable,
    Supplies,
    Rounding,
    Cash,
    Card,
    Change,
    Discount,
    Points,
    Tip,
    Service,
    Count,
    /// The heading of a column of items.
    Column,
    /// What stands in a heading only beside others.
    ColumnSide,
    Date,
    /// A date that is not the day of the sale.
    OtherDate,
    Time,
    ReceiptNumber,
    Phone,
    TaxNumber,
    LegalForm,
    /// What a shop calls itself.
    Business,
    /// What a shop's name never holds.
    NotCompany,
    AddressWord,
    /// A town, a state or a country.
    Place,
    /// What names and addresses of customers follow.
    Customer,
    Thanks,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Language {
    /// English
    En,
    /// Malay
    Ms,
    /// Indonesian
    Id,
    /// German
    De,
    /// French
    Fr,
    /// Spanish
    Es,
    /// Italian
    It,
    /// Portuguese
    Pt,
    /// Dutch
    Nl,
    /// Polish
    Pl,
    /// Latvian
    Lv,
}

/// A set of classes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Classes(u64);

impl Classes {
    pub(super) fn has(self, class: Class) -> bool {
        self.0 & Self::from(class).0 != 0
    }

    pub(super) fn any(self, classes: &[Class]) -> bool {
        classes.iter().any(|&class| self.has(class))
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(super) fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl From<Class> for Classes {
    fn from(class: Class) -> Self {
        Self(1 << class as u32)
    }
}

/// A set of languages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Languages(u16);

impl Languages {
    pub(super) fn has(self, language: Language) -> bool {
        self.0 & Self::from(language).0 != 0
    }

    pub(super) fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether none of them is written with accents.
    pub(super) fn is_plain(self) -> bool {
        let plain = [Language::En, Language::Ms, Language::Id];
        LANGUAGES.into_iter().all(|language| plain.contains(&language) || !self.has(language))
    }

    fn shares(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    fn count(self) -> u32 {
        self.0.count_ones()
    }
}

impl From<Language> for Languages {
    fn from(language: Language) -> Self {
        Self(1 << language as u32)
    }
}

pub(super) const LANGUAGES: [Language; 11] = [
    Language::En,
    Language::Ms,
    Language::Id,
    Language::De,
    Language::Fr,
    Language::Es,
    Language::It,
    Language::Pt,
    Language::Nl,
    Language::Pl,
    Language::Lv,
];

/// A keyword found in a text.
#[derive(Debug, Clone)]
pub(super) struct Hit {
    /// Bytes of the folded text.
    pub(super) range: Range<usize>,
    pub(super) class: Class,
    pub(super) languages: Languages,
    /// Letters of the keyword.
    pub(super) length: usize,
}

impl Hit {
    pub(super) fn is_of(&self, languages: Languages) -> bool {
        self.languages.shares(languages)
    }
}

/// Every keyword of every language in a folded text.
pub(super) fn hits(text: &str) -> Vec<Hit> {
    TABLE.hits(text)
}

/// The month of a name, whole or shortened, in any language.
pub(super) fn month(name: &str) -> Option<i8> {
    let months = &TABLE.months;
    (3..=name.len().min(4)).rev().find_map(|length| months.get(name.get(..length)?).copied())
}

/// The word of an address that a folded word is a misreading of: through letters that readers confuse, one sign that is
/// no letter (`SE_ANGOR`), or one letter lost from a long word.
pub(super) fn misread_place(word: &str) -> Option<&'static str> {
    let places = &TABLE.places;
    if places.iter().any(|place| place == word) {
        return None;
    }
    places.iter().map(String::as_str).find(|place| is_misread(word.as_bytes(), place.as_bytes()))
}

fn is_misread(word: &[u8], place: &[u8]) -> bool {
    if word.len() == place.len() {
        let signs = word.iter().filter(|byte| !byte.is_ascii_alphanumeric()).count();
        let same = |(a, b): (&u8, &u8)| alike(*a) == alike(*b) || !a.is_ascii_alphanumeric();
        return signs <= 1 && word.iter().zip(place).all(same);
    }
    let common = word.iter().zip(place).take_while(|(a, b)| a == b).count();
    place.len() >= LONG_PLACE && word.len() + 1 == place.len() && word[common..] == place[common + 1..]
}

/// Letters of a word of which one may be lost.
const LONG_PLACE: usize = 8;

/// The languages that the hits on a receipt speak for. English always counts: shops all over the world print it.
pub(super) fn languages<'a>(hits: impl Iterator<Item = (&'a str, &'a Hit)>) -> Languages {
    let mut seen: Vec<(&str, Languages, f32)> = hits
        .filter(|(_, hit)| !hit.languages.has(Language::En))
        .map(|(text, hit)| (&text[hit.range.clone()], hit.languages, if hit.length >= 5 { 1.0 } else { 0.5 }))
        .collect();
    seen.sort_by_key(|(text, languages, _)| (*text, languages.0));
    seen.dedup_by_key(|(text, languages, _)| (*text, languages.0));
    #[expect(clippy::cast_precision_loss, reason = "there are eleven languages")]
    let share = |languages: Languages| 1.0 / languages.count() as f32;
    let scores = LANGUAGES.map(|language| {
        let its = seen.iter().filter(|(_, languages, _)| languages.has(language));
        its.map(|(_, languages, weight)| weight * share(*languages)).sum::<f32>()
    });
    let most = scores.iter().copied().fold(0.0, f32::max);
    LANGUAGES
        .into_iter()
        .zip(scores)
        .filter(|(_, score)| *score >= ENOUGH_WORDS && *score >= most * ENOUGH_BESIDE_ANOTHER)
        .fold(Languages::from(Language::En), |spoken, (language, _)| spoken.with(language.into()))
}

/// A language speaks on a receipt from this many long words that no other language has.
const ENOUGH_WORDS: f32 = 1.5;
/// And with this share of the words of the language that speaks most.
const ENOUGH_BESIDE_ANOTHER: f32 = 0.3;

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    Table::new(toml::from_str(include_str!("keywords.toml")).expect("keywords.toml is part of the program and tested"))
});

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, class: Class, expected: bool) {
        let found = hits(text).iter().any(|hit| hit.class == class);
        assert_eq!(found, expected, "{class:?} in {text}");
    }

    #[test]
    fn words_are_found_whole() {
        check("TOTAL 5.00", Class::Total, true);
        check("TOTALLY", Class::Total, false);
        check("THE CHANGE", Class::Change, true);
        check("ARTIST", Class::AddressWord, false);
    }

    #[test]
    fn lost_spaces_and_confused_letters_do_no_harm() {
        check("SUBT0TAL", Class::Subtotal, true);
        check("GRANDTOTALRM", Class::StrongTotal, true);
        check("TAXINVOICE", Class::NotCompany, true);
        check("T0TA1", Class::Total, true);
        check("SDNBHD", Class::LegalForm, true);
        check("STATIONERY", Class::Business, true);
    }

    #[test]
    fn figures_are_no_letters() {
        check("5 80", Class::LegalForm, false);
    }

    #[test]
    fn months_are_known_in_every_language() {
        for (name, expected) in [("OCT", 10), ("OKTOBER", 10), ("MAC", 3), ("MAI", 5), ("JUIN", 6), ("JUILLET", 7)] {
            assert_eq!(month(name), Some(expected), "{name}");
        }
        assert_eq!(month("ABC"), None);
    }

    #[test]
    fn misread_words_of_addresses_are_told_from_others() {
        for (word, expected) in [
            ("MAIAYSLA", Some("MALAYSIA")),
            ("SE_ANGOR", Some("SELANGOR")),
            ("JA:AN", Some("JALAN")),
            ("PERINDUSTIAN", Some("PERINDUSTRIAN")),
            ("JALAN", None),
            ("UTARA", None),
            ("PERMAI", None),
        ] {
            assert_eq!(misread_place(word), expected, "{word}");
        }
    }

    #[test]
    fn the_language_is_what_its_words_say() {
        let rows = ["ZWISCHENSUMME 3,00", "GEGEBEN 5,00", "DATUM 3.4.2024"];
        let found: Vec<_> = rows.iter().flat_map(|row| hits(row).into_iter().map(|hit| (*row, hit))).collect();
        let spoken = languages(found.iter().map(|(row, hit)| (*row, hit)));
        assert!(spoken.has(Language::De) && spoken.has(Language::En) && !spoken.has(Language::Fr));
    }
}
