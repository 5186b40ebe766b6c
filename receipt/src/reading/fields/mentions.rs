//! Where else a receipt says the name of its shop: in its address on the web, in greetings, on other lines.

use std::{collections::BTreeMap, ops::Range};

use super::header::Header;
use crate::{
    reading::{
        language::{Class, Hit, Introduction, domain, introduction},
        page::Page,
    },
    text::{essence, fold},
};

/// What all lines say of the shop's name.
#[derive(Debug)]
pub(crate) struct Mentions<'a> {
    pub(crate) domains: Vec<Domain>,
    introduced: Vec<Introduced>,
    /// The rows on which each word of the head stands, addresses left out: many a branch is called after its street.
    rows: BTreeMap<&'a str, Vec<usize>>,
    /// Words of names that were surely read right, folded and as printed: of domains, of companies, of greetings.
    plain: Vec<(&'a str, &'a str)>,
}

/// A shop's own domain on the web.
#[derive(Debug)]
pub(crate) struct Domain {
    pub(crate) row: usize,
    pub(crate) name: Range<usize>,
    /// Whether there is no doubt that it is one.
    pub(crate) certain: bool,
    letters: String,
}

/// A name with words before it that say whose it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Introduced {
    row: usize,
    /// The first byte after these words.
    pub(crate) from: usize,
    pub(crate) kind: Introduction,
}

/// How a name is said elsewhere.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Support {
    pub(crate) domain: bool,
    pub(crate) greeting: bool,
    /// On how many other rows.
    pub(crate) rows: usize,
}

/// A shorter word is not enough to know a name by.
const WORD: usize = 3;
/// A domain may hold a name of so many letters anywhere, a shorter one at its beginning only.
const LONG: usize = 5;

/// A row with more points is one of an address.
const SURELY_ADDRESS: f32 = 0.8;

impl<'a> Mentions<'a> {
    /// The shop's name may stand in the head.
    pub(crate) fn new(page: &'a Page, header: &Header) -> Self {
        let texts = || page.rows.iter().map(|row| row.text.as_str()).enumerate();
        let domains = texts().filter_map(|(row, text)| {
            let found = domain(text)?;
            Some(Domain { row, letters: essence(&text[found.name.clone()]), name: found.name, certain: found.certain })
        });
        let introduced = texts().filter_map(|(row, text)| {
            let (kind, from) = introduction(text)?;
            Some(Introduced { row, from, kind })
        });
        let mut rows: BTreeMap<&str, Vec<usize>> =
            page.rows[..header.end].iter().flat_map(|row| words(&row.text)).map(|word| (word, Vec::new())).collect();
        for (row, text) in texts().filter(|(row, _)| header.address[*row] <= SURELY_ADDRESS) {
            for word in words(text) {
                if let Some(rows) = rows.get_mut(word) {
                    rows.push(row);
                }
            }
        }
        let (domains, introduced): (Vec<Domain>, Vec<Introduced>) = (domains.collect(), introduced.collect());
        let of_rows =
            texts().filter(|(row, _)| header.features[*row].strong_form || introduced.iter().any(|it| it.row == *row));
        let of_rows = of_rows.flat_map(|(row, text)| {
            telling_words(page, row, &(0..text.len())).into_iter().map(move |word| (row, word))
        });
        let of_domains = domains.iter().map(|it| (it.row, &page.rows[it.row].text[it.name.clone()]));
        let plain = of_rows
            .chain(of_domains)
            .filter(|(_, word)| word.len() >= WORD)
            .map(|(row, word)| (word, page.rows[row].printed(&place_of(word, &page.rows[row].text))))
            .collect();
        Self { domains, introduced, rows, plain }
    }

    /// Whether two names have a word in common, or one and its misreading.
    pub(crate) fn are_alike(&self, name: &str, other: &str) -> bool {
        let (name, other) = (fold(name), fold(other));
        let own: Vec<&str> = words(&name).collect();
        words(&other)
            .any(|word| self.plain.iter().any(|(plain, _)| *plain == word) && own.iter().any(|own| is_alike(own, word)))
    }

    /// A name with the words that the OCR misread as they are printed elsewhere, where letters are plain.
    pub(crate) fn spell(&self, name: &str) -> String {
        name.split(' ').map(|word| self.spell_word(word)).collect::<Vec<_>>().join(" ")
    }

    fn spell_word(&self, word: &str) -> String {
        let folded = essence(word);
        let known = |plain: &str| essence(plain) == folded;
        if self.rows.get(folded.as_str()).is_some_and(|rows| rows.len() > 1) || self.plain.iter().any(|it| known(it.0))
        {
            return word.to_owned();
        }
        let Some((_, printed)) = self.plain.iter().find(|(plain, _)| is_alike(&folded, plain)) else {
            return word.to_owned();
        };
        if word.chars().any(char::is_lowercase) { (*printed).to_owned() } else { printed.to_uppercase() }
    }

    /// What introduces a name on a row.
    pub(crate) fn introduced(&self, row: usize) -> Option<Introduced> {
        self.introduced.iter().find(|it| it.row == row).copied()
    }

    /// How a name on these rows, with these words that tell it from others, is said elsewhere.
    pub(crate) fn support(&self, rows: &Range<usize>, telling: &[&str]) -> Support {
        let name = telling.concat();
        let elsewhere = |row: usize| !rows.contains(&row);
        // Both the first word of a name and its longest may be what it is known by.
        let longest = telling.iter().copied().max_by_key(|word| word.len());
        let first = telling.iter().copied().find(|word| word.len() >= WORD);
        let said = [first, longest].into_iter().flatten().filter_map(|word| self.rows.get(word));
        let said = said.max_by_key(|rows| rows.len()).map(Vec::as_slice).unwrap_or_default();
        let greets = |row: usize| {
            let greets = |row: usize| self.introduced(row).is_some_and(|it| it.kind != Introduction::Company);
            greets(row) || row.checked_sub(1).is_some_and(greets)
        };
        Support {
            domain: self.domains.iter().any(|it| elsewhere(it.row) && is_called(&it.letters, &name, telling)),
            greeting: said.iter().any(|&row| elsewhere(row) && greets(row)),
            rows: said.iter().filter(|&&row| elsewhere(row)).count(),
        }
    }
}

/// Whether one word is the other with a letter misread, lost or made up; two of long words.
fn is_alike(a: &str, b: &str) -> bool {
    let allowed = match a.len().min(b.len()) {
        0..LETTERS_OF_MISREAD => 0,
        LETTERS_OF_MISREAD..LETTERS_OF_MISREAD_TWICE => 1,
        _ => 2,
    };
    a == b || allowed > 0 && a.len().abs_diff(b.len()) <= allowed && distance(a.as_bytes(), b.as_bytes()) <= allowed
}

/// Letters of a word in which one may be misread, and in which two may.
const LETTERS_OF_MISREAD: usize = 4;
const LETTERS_OF_MISREAD_TWICE: usize = 9;

/// How many letters must be changed, added or removed to make one word of the other.
fn distance(a: &[u8], b: &[u8]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let changed = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

/// Where a part of a text stands in it.
fn place_of(part: &str, text: &str) -> Range<usize> {
    let from = text.find(part).unwrap_or(0);
    from..from + part.len()
}

/// Whether a domain is called as a name.
fn is_called(domain: &str, name: &str, telling: &[&str]) -> bool {
    let part = |long: &str, short: &str| {
        short.len() >= WORD && (long.starts_with(short) || short.len() >= LONG && long.contains(short))
    };
    domain == name
        || part(domain, name)
        || part(name, domain) && domain.len() * 3 >= name.len()
        || telling.iter().any(|word| word.len() > LONG && domain.starts_with(word))
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() >= WORD)
}

/// The words within a range of a row that tell a name from others: neither a legal form nor a kind of shop nor a place.
pub(crate) fn telling_words<'a>(page: &'a Page, row: usize, range: &Range<usize>) -> Vec<&'a str> {
    let text = page.rows[row].text.as_str();
    let generic =
        |hit: &Hit| matches!(hit.class, Class::LegalForm | Class::Business | Class::AddressWord | Class::Place);
    let within = text.get(range.clone()).unwrap_or_default();
    let mut words = Vec::new();
    let mut at = range.start;
    for part in within.split_inclusive(|c: char| !c.is_alphanumeric()) {
        let word = part.trim_end_matches(|c: char| !c.is_alphanumeric());
        let place = at..at + word.len();
        at += part.len();
        let named = |hit: &Hit| generic(hit) && hit.range.start < place.end && place.start < hit.range.end;
        if !word.is_empty() && !page.hits[row].iter().any(named) {
            words.push(word);
        }
    }
    words
}
