//! The languages of receipts. A new one is a file in `languages/` and a line in the list below; the tests say what its file
//! lacks.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::Deserialize;

use super::class::Class;
use crate::text::{fold, read_as_latin};

/// Declares the languages, all of them, and the file of each from one list.
macro_rules! languages {
    ($($language:ident $code:literal,)+) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum Language { $($language),+ }

        impl Language {
            pub(crate) const ALL: &[Self] = &[$(Self::$language),+];

            /// As ISO 639-1 has it.
            pub(crate) fn code(self) -> &'static str {
                match self { $(Self::$language => $code),+ }
            }

            fn file(self) -> &'static str {
                match self { $(Self::$language => include_str!(concat!("languages/", $code, ".toml"))),+ }
            }
        }
    };
}

languages! {
    English "en",
    Polish "pl",
    German "de",
    French "fr",
    Spanish "es",
    Italian "it",
    Portuguese "pt",
    Dutch "nl",
    Latvian "lv",
    Indonesian "id",
    Malay "ms",
    Finnish "fi",
    Swedish "sv",
    Norwegian "no",
    Danish "da",
    Icelandic "is",
    Estonian "et",
    Lithuanian "lt",
    Czech "cs",
    Slovak "sk",
    Hungarian "hu",
    Croatian "hr",
    Serbian "sr",
    Bosnian "bs",
    Slovene "sl",
    Romanian "ro",
    Turkish "tr",
    Azerbaijani "az",
    Vietnamese "vi",
    Albanian "sq",
    Maltese "mt",
    Catalan "ca",
    Basque "eu",
    Galician "gl",
    Filipino "tl",
    Swahili "sw",
    Afrikaans "af",
    Irish "ga",
    Welsh "cy",
    Luxembourgish "lb",
    Russian "ru",
    Ukrainian "uk",
    Bulgarian "bg",
    Macedonian "mk",
    Kazakh "kk",
    Belarusian "be",
    Greek "el",
}

/// What the file of a language says. Its words are upper case and without accents, Greek and Cyrillic ones in their own
/// letters; here they are folded as texts are.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Definition {
    /// Whether it is written with accents.
    accents: bool,
    /// Whether days come before months wherever it is spoken.
    day_first: bool,
    /// Whether years come before months even where they have two digits.
    #[serde(default)]
    year_first: bool,
    /// The code of the currency of a receipt in this language that shows no sign of one.
    currency: Option<String>,
    /// The whole names of each month in all their forms, with bars between them, and what is no beginning of one ("MRZ").
    pub(super) months: [String; 12],
    /// What stands between a quantity and a price: "2 PCS 3.50".
    pieces: Vec<String>,
    /// Words before names of customers and cashiers, by which these are kept out of the analytics export.
    persons: Vec<String>,
    /// Endings of names of streets that are written as one word: "Gartenstr. 14".
    street_endings: Vec<String>,
    /// For each class, its words. They are looked for at the start of a word; spaces inside are ignored, and letters and
    /// figures that OCR confuses are equal (O and 0, I, L and 1, S and 5, B and 8). Further letters may follow a keyword of
    /// six letters or more ("SUBTOTALRM"), and one that ends in a star.
    pub(super) keywords: BTreeMap<Class, Vec<String>>,
}

static DEFINITIONS: LazyLock<Vec<Definition>> =
    LazyLock::new(|| Language::ALL.iter().map(|language| Definition::of(*language).folded()).collect());

/// Letters of a word in other letters that is known as well by what a reader of Latin ones makes of it.
const LONG_AS_SEEN: usize = 4;

impl Definition {
    fn of(language: Language) -> Self {
        toml::from_str(language.file()).unwrap_or_else(|error| panic!("languages/{}.toml: {error}", language.code()))
    }

    fn folded(self) -> Self {
        let all = |words: Vec<String>| words.iter().map(|word| fold(word)).collect();
        let as_seen = |words: Vec<String>| {
            let seen =
                words.iter().filter(|word| word.chars().count() >= LONG_AS_SEEN).filter_map(|word| read_as_latin(word));
            let folded = words.iter().map(|word| fold(word));
            folded.chain(seen).collect()
        };
        Self {
            months: self.months.map(|names| fold(&names)),
            pieces: all(self.pieces),
            persons: all(self.persons),
            street_endings: all(self.street_endings),
            keywords: self.keywords.into_iter().map(|(class, words)| (class, as_seen(words))).collect(),
            ..self
        }
    }
}

impl Language {
    pub(super) fn definition(self) -> &'static Definition {
        &DEFINITIONS[self as usize]
    }

    pub(crate) fn is_day_first(self) -> bool {
        self.definition().day_first
    }

    pub(crate) fn is_year_first(self) -> bool {
        self.definition().year_first
    }

    pub(crate) fn currency(self) -> Option<&'static str> {
        self.definition().currency.as_deref()
    }

    #[cfg(test)]
    pub(crate) fn words_of(self, class: Class) -> &'static [String] {
        self.definition().keywords.get(&class).map_or(&[], Vec::as_slice)
    }

    /// Of all languages, the longest first.
    pub(crate) fn all_pieces() -> Vec<&'static str> {
        let mut pieces: Vec<&str> =
            Self::ALL.iter().flat_map(|it| &it.definition().pieces).map(String::as_str).collect();
        pieces.sort_by_key(|piece| std::cmp::Reverse(piece.len()));
        pieces
    }

    /// Of all languages.
    pub(crate) fn all_street_endings() -> impl Iterator<Item = &'static str> {
        Self::ALL.iter().flat_map(|it| &it.definition().street_endings).map(String::as_str)
    }

    /// Of all languages.
    pub(crate) fn all_persons() -> impl Iterator<Item = &'static str> {
        Self::ALL.iter().flat_map(|it| &it.definition().persons).map(String::as_str)
    }
}

/// A set of languages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Languages(u64);

impl Languages {
    pub(crate) fn has(self, language: Language) -> bool {
        self.shares(language.into())
    }

    pub(crate) fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) fn without(self, language: Language) -> Self {
        Self(self.0 & !Self::from(language).0)
    }

    /// In the order of [`Language::ALL`].
    pub(crate) fn iter(self) -> impl Iterator<Item = Language> {
        Language::ALL.iter().copied().filter(move |&language| self.has(language))
    }

    /// Whether none of them is written with accents.
    pub(crate) fn is_plain(self) -> bool {
        self.iter().all(|language| !language.definition().accents)
    }

    pub(crate) fn shares(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

impl From<Language> for Languages {
    fn from(language: Language) -> Self {
        Self(1 << language as u32)
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::*;

    #[test]
    fn every_file_of_a_language_is_in_the_list() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/reading/language/languages");
        let files: BTreeSet<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
            .collect();
        let listed: BTreeSet<String> = Language::ALL.iter().map(|language| language.code().to_owned()).collect();
        assert_eq!(files, listed, "a file in `languages/` needs a line in `languages!`");
    }

    #[test]
    fn every_language_says_something_of_every_class_if_only_that_it_has_no_word() {
        for language in Language::ALL {
            let keywords = &language.definition().keywords;
            // Nothing in the numbers of a receipt depends on these.
            let of_some = [Class::OtherPaper, Class::Transfer, Class::Deposit, Class::Filler];
            let missing: Vec<&Class> =
                Class::ALL.iter().filter(|class| !of_some.contains(class) && !keywords.contains_key(class)).collect();
            assert!(missing.is_empty(), "languages/{}.toml lacks {missing:?}; `[]` where it has none", language.code());
        }
    }

    #[test]
    fn words_are_written_as_texts_are_compared() {
        for language in Language::ALL {
            let Definition { months, pieces, persons, street_endings, keywords, .. } = Definition::of(*language);
            let words = [pieces, persons, street_endings].into_iter().chain(keywords.into_values()).flatten();
            for word in months.into_iter().chain(words) {
                let is_plain = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b" |*".contains(&b);
                let folded = fold(&word);
                let as_compared = !word.is_empty() && folded.bytes().all(is_plain);
                let in_capitals = word.chars().zip(folded.chars()).all(|(c, f)| c == f || c >= 'Ͱ' && c.is_uppercase());
                assert!(as_compared && in_capitals, "languages/{}.toml: {word:?}", language.code());
            }
        }
    }
}
