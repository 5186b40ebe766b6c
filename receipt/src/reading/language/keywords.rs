//! The keywords and the names of months in a text, and the languages that they belong to.

use std::sync::LazyLock;

use super::{
    class::Class,
    currencies::currency_words,
    keyword_tree::{Hit, KeywordTree},
    languages::{Language, Languages},
};
use crate::text::confusable;

/// Every keyword of every language in a folded text.
pub(crate) fn hits(text: &str) -> Vec<Hit> {
    TREE.hits(text)
}

/// The month of a name, whole or shortened to three letters or more, and the languages that call it so. A word that only
/// begins like a month is none, nor is what means different months.
pub(crate) fn month(name: &str) -> Option<(i8, Languages)> {
    let is_it = |whole: &str| {
        whole.starts_with(name)
            || whole.len() == name.len() && name.len() >= LONG_MONTH && is_misread_alike(name, whole)
    };
    let mut found: Option<(i8, Languages)> = None;
    for (_, number, language) in MONTHS.iter().filter(|(whole, _, _)| name.len() >= SHORTEST_MONTH && is_it(whole)) {
        found = match found {
            None => Some((*number, Languages::from(*language))),
            Some((same, languages)) if same == *number => Some((same, languages.with((*language).into()))),
            Some(_) => return None,
        };
    }
    found
}

/// Letters of the shortest abbreviation.
const SHORTEST_MONTH: usize = 3;
/// Letters of a name in which one may be taken for another that looks like it.
const LONG_MONTH: usize = 5;

fn is_misread_alike(word: &str, whole: &str) -> bool {
    word.bytes().zip(whole.bytes()).all(|(a, b)| confusable(a) == confusable(b))
}

/// The word of an address that a folded word is a misreading of: through letters that readers confuse, one sign that is
/// no letter (`SE_ANGOR`), or one letter lost from a long word.
pub(crate) fn misread_place(word: &str) -> Option<&'static str> {
    if PLACES.contains(&word) {
        return None;
    }
    PLACES.iter().copied().find(|place| is_misread(word.as_bytes(), place.as_bytes()))
}

fn is_misread(word: &[u8], place: &[u8]) -> bool {
    if word.len() == place.len() {
        let signs = word.iter().filter(|byte| !byte.is_ascii_alphanumeric()).count();
        let same = |(a, b): (&u8, &u8)| confusable(*a) == confusable(*b) || !a.is_ascii_alphanumeric();
        return signs <= 1 && word.iter().zip(place).all(same);
    }
    let common = word.iter().zip(place).take_while(|(a, b)| a == b).count();
    place.len() >= LONG_PLACE && word.len() + 1 == place.len() && word[common..] == place[common + 1..]
}

/// Letters of a word of which one may be lost.
const LONG_PLACE: usize = 8;

/// The languages of a receipt, by its keywords. English always counts: shops all over the world print it.
pub(crate) fn spoken<'a>(hits: impl Iterator<Item = (&'a str, &'a Hit)>) -> Languages {
    let mut seen: Vec<(&str, Languages, f32)> = hits
        .filter(|(_, hit)| !hit.languages.has(Language::English))
        .map(|(text, hit)| (&text[hit.range.clone()], hit.languages, if hit.length >= 5 { 1.0 } else { 0.5 }))
        .collect();
    seen.sort_by_key(|(text, languages, _)| (*text, *languages));
    seen.dedup_by_key(|(text, languages, _)| (*text, *languages));
    #[expect(clippy::cast_precision_loss, reason = "there are some dozens of languages")]
    let share = |languages: Languages| 1.0 / languages.count() as f32;
    let score = |language: Language| {
        let its = seen.iter().filter(|(_, languages, _)| languages.has(language));
        its.map(|(_, languages, weight)| weight * share(*languages)).sum::<f32>()
    };
    let scores: Vec<(Language, f32)> = Language::ALL.iter().map(|&language| (language, score(language))).collect();
    let most = scores.iter().map(|(_, score)| *score).fold(0.0, f32::max);
    scores
        .into_iter()
        .filter(|(_, score)| *score >= ENOUGH_WORDS && *score >= most * ENOUGH_BESIDE_ANOTHER)
        .fold(Languages::from(Language::English), |spoken, (language, _)| spoken.with(language.into()))
}

/// A language counts from this many long words that no other language has.
const ENOUGH_WORDS: f32 = 1.5;
/// And with this share of the words of the language that has most.
const ENOUGH_BESIDE_ANOTHER: f32 = 0.3;

static TREE: LazyLock<KeywordTree> = LazyLock::new(|| KeywordTree::new(keywords().chain(currencies_in_headings())));

/// The names of months, the number of each, and the language.
static MONTHS: LazyLock<Vec<(&'static str, i8, Language)>> = LazyLock::new(|| {
    let of_language = |&language: &Language| {
        let numbered = (1..).zip(&language.definition().months);
        numbered.flat_map(move |(number, names)| names.split('|').map(move |name| (name, number, language)))
    };
    Language::ALL.iter().flat_map(of_language).collect()
});

/// Words of addresses and places that are long enough to be told from others although one letter was misread.
static PLACES: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let places = keywords().filter(|(_, class, _)| matches!(class, Class::AddressWord | Class::Place));
    let telling = |word: &&str| word.len() >= TELLING_PLACE && word.bytes().all(|b| b.is_ascii_uppercase());
    places.map(|(_, _, word)| word).filter(telling).collect()
});

const TELLING_PLACE: usize = 5;

fn keywords() -> impl Iterator<Item = (Language, Class, &'static str)> {
    Language::ALL.iter().flat_map(|&language| {
        let classes = language.definition().keywords.iter();
        classes.flat_map(move |(class, words)| words.iter().map(move |word| (language, *class, word.as_str())))
    })
}

/// "PRICE EUR": a currency may stand in the heading of a column in any language, as English does.
fn currencies_in_headings() -> impl Iterator<Item = (Language, Class, &'static str)> {
    currency_words().iter().map(|word| (Language::English, Class::ColumnSide, *word))
}

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
            assert_eq!(month(name).map(|(number, _)| number), Some(expected), "{name}");
        }
        for word in ["ABC", "MARGARITA", "MARKET", "DECAF", "JUNIOR", "AUGUSTINER", "JUI", "MA"] {
            assert_eq!(month(word), None, "{word}");
        }
        assert!(month("SET").unwrap().1.has(Language::Italian) && !month("SET").unwrap().1.has(Language::English));
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
        let spoken = spoken(found.iter().map(|(row, hit)| (*row, hit)));
        assert!(spoken.has(Language::German) && spoken.has(Language::English) && !spoken.has(Language::French));
    }

    #[test]
    fn every_language_is_known_by_its_own_words() {
        for &language in Language::ALL {
            let words: Vec<&str> = keywords().filter(|(of, _, _)| *of == language).map(|(_, _, word)| word).collect();
            let found: Vec<_> = words.iter().flat_map(|word| hits(word).into_iter().map(|hit| (*word, hit))).collect();
            let spoken = spoken(found.iter().map(|(word, hit)| (*word, hit)));
            assert!(spoken.has(language), "the words of {language:?} speak for {spoken:?}");
        }
    }

    #[test]
    fn a_name_means_the_same_month_in_every_language() {
        for language in Language::ALL {
            for (number, names) in (1..).zip(&language.definition().months) {
                for name in names.split('|') {
                    assert_eq!(month(name).map(|(number, _)| number), Some(number), "{name} of {language:?}");
                }
            }
        }
    }
}
