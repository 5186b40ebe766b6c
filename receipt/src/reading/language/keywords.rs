//! The keywords and the names of months in a text, and the languages that they belong to.

use std::{
    collections::{HashMap, HashSet},
    ops::Range,
    sync::LazyLock,
};

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

/// The month of a name, whole or shortened to three letters or more, and the languages that call it so: those on the
/// receipt, where it means another month in others. A word that only begins like a month is none, nor is what means
/// different months.
pub(crate) fn month(name: &str, spoken: Languages) -> Option<(i8, Languages)> {
    if name.len() < SHORTEST_MONTH {
        return None;
    }
    let looks = looks(name);
    let from = MONTHS.partition_point(|month| *month.looks < *looks);
    let alike = MONTHS[from..].iter().take_while(|month| month.looks.starts_with(&looks));
    // Only a long name may be misread, and only a whole one.
    let is_misread = |month: &Month| month.name.len() == name.len() && name.len() >= LONG_MONTH;
    let fitting: Vec<&Month> = alike.filter(|month| month.name.starts_with(name) || is_misread(month)).collect();
    let means = |fits: &dyn Fn(&Month) -> bool| {
        let mut found = fitting.iter().filter(|month| fits(month));
        let Month { number, language, .. } = found.next()?;
        let languages = found.try_fold(Languages::from(*language), |languages, other| {
            (other.number == *number).then(|| languages.with(other.language.into()))
        });
        Some(languages.map(|languages| (*number, languages)))
    };
    let is_spoken = |month: &Month| spoken.has(month.language);
    means(&|month| is_spoken(month) && month.name == name)
        .or_else(|| means(&is_spoken))
        .or_else(|| means(&|month| month.name == name))
        .or_else(|| means(&|_| true))?
}

/// Whether the name of a month in some language may begin with three letters, misread or not.
pub(crate) fn begins_month(letters: [u8; SHORTEST_MONTH]) -> bool {
    let [first, second, third] = letters.map(confusable);
    MONTH_BEGINNINGS[usize::from(first & 127)][usize::from(second & 127)] & bit_of(third) != 0
}

/// The third letters, a bit for each, by the first and the second one: every word of a receipt is looked up.
static MONTH_BEGINNINGS: LazyLock<Box<[[u32; 128]; 128]>> = LazyLock::new(|| {
    let mut beginnings = Box::new([[0; 128]; 128]);
    for [first, second, third] in MONTHS.iter().filter_map(|month| month.looks.first_chunk()) {
        beginnings[usize::from(first & 127)][usize::from(second & 127)] |= bit_of(*third);
    }
    beginnings
});

fn bit_of(letter: u8) -> u32 {
    1 << (letter & 31)
}

/// Letters of the shortest abbreviation.
const SHORTEST_MONTH: usize = 3;
/// Letters of a name in which one may be taken for another that looks like it.
const LONG_MONTH: usize = 5;

/// The word of an address that a folded word is a misreading of: through letters that readers confuse, one sign that is
/// no letter (`SE_ANGOR`), or one letter lost from a long word.
pub(crate) fn misread_place(word: &str) -> Option<&'static str> {
    if PLACES.known.contains(word) {
        return None;
    }
    let of_length = |length: usize| PLACES.by_length.get(&length).into_iter().flatten().copied();
    let same = match word.bytes().filter(|byte| !byte.is_ascii_alphanumeric()).count() {
        0 => PLACES.by_looks.get(&looks(word)).copied(),
        1 => of_length(word.len()).find(|place| {
            word.bytes().zip(place.bytes()).all(|(a, b)| confusable(a) == confusable(b) || !a.is_ascii_alphanumeric())
        }),
        _ => None,
    };
    let whole = word.len() + 1;
    same.or_else(|| of_length(whole).find(|place| whole >= LONG_PLACE && has_lost_one(word, place)))
}

fn has_lost_one(word: &str, place: &str) -> bool {
    let common = word.bytes().zip(place.bytes()).take_while(|(a, b)| a == b).count();
    word.as_bytes()[common..] == place.as_bytes()[common + 1..]
}

/// The same for texts of letters that readers confuse.
fn looks(text: &str) -> Vec<u8> {
    text.bytes().map(confusable).collect()
}

/// Letters of a word of which one may be lost.
const LONG_PLACE: usize = 8;

/// The languages of a receipt, by its keywords. English always counts: shops all over the world print it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Spoken {
    pub(crate) all: Languages,
    /// The one that explains most of its words; several where they explain the same ones.
    pub(crate) leading: Languages,
}

pub(crate) fn spoken<'a>(hits: impl Iterator<Item = (&'a str, &'a Hit)>) -> Spoken {
    let mut seen: Vec<(&str, &Hit)> = hits
        .filter(|(text, hit)| begins_word(text, hit.range.start))
        .map(|(text, hit)| (&text[hit.range.clone()], hit))
        .collect();
    seen.sort_unstable_by_key(|(word, _)| *word);
    let english = Languages::from(Language::English);
    let words: Vec<(Languages, f32)> = seen
        .chunk_by(|(a, _), (b, _)| a == b)
        .map(|same| {
            let languages = same.iter().fold(Languages::default(), |all, (_, hit)| all.with(hit.languages));
            (languages, if same[0].1.length < LONG_WORD { 0.5 } else { 1.0 })
        })
        .filter(|(languages, _)| !languages.shares(english))
        .collect();
    let told_by = |language: Language, known: Languages| -> f32 {
        let told = words.iter().filter(|(languages, _)| languages.has(language) && !languages.shares(known));
        told.map(|(_, weight)| weight).sum()
    };
    let mut ranked: Vec<(Language, f32)> =
        Language::ALL.iter().map(|&language| (language, told_by(language, english))).collect();
    ranked.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    let most = ranked.first().map_or(0.0, |(_, score)| *score).max(ENOUGH_WORDS);
    let leading = ranked.iter().filter(|(_, score)| *score >= most);
    let leading = leading.fold(Languages::default(), |leading, (language, _)| leading.with((*language).into()));
    // Another one counts by the words that those before it do not have.
    let all = ranked.iter().fold(english.with(leading), |all, (language, _)| {
        let enough = told_by(*language, all) >= ENOUGH_WORDS.max(most * ENOUGH_BESIDE_ANOTHER);
        if enough { all.with((*language).into()) } else { all }
    });
    Spoken { all, leading }
}

fn begins_word(text: &str, at: usize) -> bool {
    !text[..at].ends_with(|c: char| c.is_ascii_alphanumeric())
}

/// Letters of a word that is hardly one of another language.
const LONG_WORD: usize = 5;
/// A language counts from this many long words.
const ENOUGH_WORDS: f32 = 1.5;
/// And with this share of the words of the language that has most.
const ENOUGH_BESIDE_ANOTHER: f32 = 0.3;

/// Leaves of the words that mean one thing in one language and another in another what they mean in the language that leads.
pub(crate) fn settle(hits: &mut Vec<Hit>, leading: Languages) {
    let decided: Vec<(Range<usize>, Class)> = hits
        .iter()
        .filter(|hit| hit.is_of(leading) && OF_FIGURES.contains(&hit.class))
        .map(|hit| (hit.range.clone(), hit.class))
        .collect();
    hits.retain(|hit| {
        let mut meant = decided.iter().filter(|(range, _)| *range == hit.range).peekable();
        !OF_FIGURES.contains(&hit.class) || meant.peek().is_none() || meant.any(|(_, class)| *class == hit.class)
    });
}

/// What the figures beside a word are, or the whole paper: of these a word means one.
const OF_FIGURES: [Class; 22] = [
    Class::Total,
    Class::StrongTotal,
    Class::RoundedTotal,
    Class::Payable,
    Class::Subtotal,
    Class::ExclTax,
    Class::InclTax,
    Class::Tax,
    Class::Rounding,
    Class::Cash,
    Class::Card,
    Class::Change,
    Class::Discount,
    Class::Points,
    Class::Tip,
    Class::Service,
    Class::Count,
    Class::Refund,
    Class::Void,
    Class::Training,
    Class::Estimate,
    Class::Statement,
];

static TREE: LazyLock<KeywordTree> = LazyLock::new(|| KeywordTree::new(keywords().chain(currencies_in_headings())));

/// What a language calls a month.
struct Month {
    name: &'static str,
    /// The name in letters of which each stands for all that look like it.
    looks: Vec<u8>,
    number: i8,
    language: Language,
}

/// Sorted by their looks.
static MONTHS: LazyLock<Vec<Month>> = LazyLock::new(|| {
    let of_language = |&language: &Language| {
        let numbered = (1..).zip(&language.definition().months);
        numbered.flat_map(move |(number, names)| {
            let month = move |name: &'static str| Month { name, looks: looks(name), number, language };
            names.split('|').map(month)
        })
    };
    let mut months: Vec<Month> = Language::ALL.iter().flat_map(of_language).collect();
    months.sort_by(|a, b| a.looks.cmp(&b.looks));
    months
});

/// Words of addresses and places that are long enough to be told from others although one letter was misread.
struct Places {
    known: HashSet<&'static str>,
    by_looks: HashMap<Vec<u8>, &'static str>,
    by_length: HashMap<usize, Vec<&'static str>>,
}

static PLACES: LazyLock<Places> = LazyLock::new(|| {
    let places = keywords().filter(|(_, class, _)| matches!(class, Class::AddressWord | Class::Place));
    let telling = |word: &&str| word.len() >= TELLING_PLACE && word.bytes().all(|b| b.is_ascii_uppercase());
    let mut all = Places { known: HashSet::new(), by_looks: HashMap::new(), by_length: HashMap::new() };
    for word in places.map(|(_, _, word)| word).filter(telling) {
        if all.known.insert(word) {
            all.by_looks.entry(looks(word)).or_insert(word);
            all.by_length.entry(word.len()).or_default().push(word);
        }
    }
    all
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
    use std::collections::{BTreeMap, BTreeSet};

    use super::{super::class::Classes, *};

    fn check(text: &str, class: Class, expected: bool) {
        let languages = Languages::from(Language::English).with(Language::Malay.into());
        let found = hits(text).iter().any(|hit| hit.class == class && hit.is_of(languages));
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
        let month = |name: &str| month(name, Language::English.into());
        for (name, expected) in [("OCT", 10), ("OKTOBER", 10), ("MAC", 3), ("MAI", 5), ("JUIN", 6), ("JUILLET", 7)] {
            assert_eq!(month(name).map(|(number, _)| number), Some(expected), "{name}");
        }
        for word in ["ABC", "MARGARITA", "MARKET", "DECAF", "JUNIOR", "AUGUSTINER", "JUI", "MA"] {
            assert_eq!(month(word), None, "{word}");
        }
        assert!(month("SET").unwrap().1.has(Language::Italian) && !month("SET").unwrap().1.has(Language::English));
    }

    #[test]
    fn a_name_of_two_months_means_the_one_of_the_language_spoken() {
        for (language, expected) in
            [(Language::Croatian, Some(10)), (Language::Czech, Some(11)), (Language::German, None)]
        {
            assert_eq!(month("LISTOPAD", language.into()).map(|(number, _)| number), expected, "{language:?}");
        }
        assert_eq!(month("CERVEN", Language::Czech.into()).map(|(number, _)| number), Some(6));
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
        let spoken = spoken(found.iter().map(|(row, hit)| (*row, hit))).all;
        assert!(spoken.has(Language::German) && spoken.has(Language::English) && !spoken.has(Language::French));
    }

    #[test]
    fn every_language_is_known_by_its_own_words() {
        for &language in Language::ALL {
            let words: Vec<&str> = keywords().filter(|(of, _, _)| *of == language).map(|(_, _, word)| word).collect();
            let found: Vec<_> = words.iter().flat_map(|word| hits(word).into_iter().map(|hit| (*word, hit))).collect();
            let spoken = spoken(found.iter().map(|(word, hit)| (*word, hit))).all;
            assert!(spoken.has(language), "the words of {language:?} speak for {spoken:?}");
        }
    }

    #[test]
    fn every_language_knows_its_own_months() {
        for language in Language::ALL {
            for (number, names) in (1..).zip(&language.definition().months) {
                for name in names.split('|') {
                    let found = month(name, (*language).into()).map(|(number, _)| number);
                    assert_eq!(found, Some(number), "{name} of {language:?}");
                }
            }
        }
    }

    /// Every keyword by what it makes of figures in each language.
    fn meanings() -> BTreeMap<&'static str, BTreeMap<Language, Classes>> {
        let mut meanings: BTreeMap<&str, BTreeMap<Language, Classes>> = BTreeMap::new();
        for (language, class, word) in keywords().filter(|(_, class, _)| OF_FIGURES.contains(class)) {
            let of_language = meanings.entry(word).or_default().entry(language).or_default();
            *of_language = of_language.with(class.into());
        }
        meanings
    }

    #[test]
    fn a_word_of_several_meanings_means_that_of_the_language_of_the_paper() {
        let papers: BTreeMap<Language, Languages> = Language::ALL
            .iter()
            .map(|&language| {
                let words: Vec<&str> =
                    keywords().filter(|(of, _, _)| *of == language).map(|(_, _, word)| word).collect();
                let found: Vec<_> =
                    words.iter().flat_map(|word| hits(word).into_iter().map(|hit| (*word, hit))).collect();
                (language, spoken(found.iter().map(|(word, hit)| (*word, hit))).leading)
            })
            .collect();
        let mut disputed = 0;
        for (word, languages) in meanings() {
            let alike = languages.values().collect::<BTreeSet<_>>().len() < 2;
            for (language, meant) in languages.iter().filter(|_| !alike) {
                disputed += 1;
                // English is on the paper as well, as it always counts.
                let leading = papers[language];
                let on_paper = leading.with(Language::English.into());
                let is_there = |hit: &Hit| hit.range == (0..word.len()) && hit.is_of(on_paper);
                let mut found: Vec<Hit> = hits(word).into_iter().filter(is_there).collect();
                settle(&mut found, leading);
                let of_figures = found.iter().map(|hit| hit.class).filter(|class| OF_FIGURES.contains(class));
                assert_eq!(of_figures.collect::<Classes>(), *meant, "{word} on a paper in {language:?}");
            }
        }
        assert!(disputed > 40, "{disputed} words are of several meanings");
    }
}
