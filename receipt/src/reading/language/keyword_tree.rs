//! Keywords as a tree of letters, so that one pass over a text finds all of them.

use std::ops::Range;

use super::{
    class::Class,
    currencies::currency_words,
    languages::{Language, Languages},
};
use crate::text::confusable;

/// A keyword found in a text.
#[derive(Debug, Clone)]
pub(crate) struct Hit {
    /// Bytes of the folded text.
    pub(crate) range: Range<usize>,
    pub(crate) class: Class,
    pub(crate) languages: Languages,
    /// Letters of the keyword.
    pub(crate) length: usize,
}

impl Hit {
    pub(crate) fn is_of(&self, languages: Languages) -> bool {
        self.languages.shares(languages)
    }
}

pub(super) struct KeywordTree {
    nodes: Vec<Node>,
}

#[derive(Default)]
struct Node {
    next: Vec<(u8, usize)>,
    ends: Vec<End>,
}

/// A keyword ends at this letter.
struct End {
    class: Class,
    languages: Languages,
    /// Further letters may follow.
    open: bool,
    /// How the keyword is spelt, where it is too short for confused letters to be forgiven.
    spelt: Option<String>,
}

/// Keywords of this length may be followed by further letters: readers lose spaces.
const GLUED_AFTER: usize = 6;
/// Words of this length may hold a keyword of `GLUED_KEYWORD` letters that another word stands glued before.
const GLUED_WORD: usize = 8;
const GLUED_KEYWORD: usize = 5;
/// Keywords of this length may be followed by a currency: "FRAUD" is no "FR" in Australian dollars.
const BEFORE_CURRENCY: usize = 3;
/// Keywords below this length must be spelt as they are: "SRI" is no "SRL".
const FORGIVEN_FROM: usize = 4;

impl KeywordTree {
    pub(super) fn new<'a>(keywords: impl Iterator<Item = (Language, Class, &'a str)>) -> Self {
        let mut tree = Self { nodes: vec![Node::default()] };
        for (language, class, keyword) in keywords {
            tree.insert(keyword, class, language);
        }
        tree
    }

    fn insert(&mut self, keyword: &str, class: Class, language: Language) {
        let open = keyword.ends_with('*');
        let mut at = 0;
        for letter in keyword.bytes().filter(u8::is_ascii_alphanumeric).map(confusable) {
            at = self.step(at, letter).unwrap_or_else(|| {
                let next = self.nodes.len();
                self.nodes.push(Node::default());
                self.nodes[at].next.push((letter, next));
                next
            });
        }
        let letters: String = keyword.chars().filter(char::is_ascii_alphanumeric).collect();
        let spelt = Some(letters).filter(|letters| letters.len() < FORGIVEN_FROM);
        let ends = &mut self.nodes[at].ends;
        match ends.iter_mut().find(|end| end.class == class && end.open == open && end.spelt == spelt) {
            Some(end) => end.languages = end.languages.with(language.into()),
            None => ends.push(End { class, languages: language.into(), open, spelt }),
        }
    }

    fn step(&self, node: usize, letter: u8) -> Option<usize> {
        self.nodes[node].next.iter().find(|(l, _)| *l == letter).map(|(_, next)| *next)
    }

    /// Every keyword in a folded text.
    pub(super) fn hits(&self, text: &str) -> Vec<Hit> {
        let letters = letters(text);
        let mut hits = Vec::new();
        let mut word = 0..0;
        for start in 0..letters.len() {
            if letters[start].begins {
                let end = letters[start + 1..].iter().position(|letter| letter.begins);
                word = start..end.map_or(letters.len(), |end| start + 1 + end);
            }
            let inside = start != word.start;
            if inside && word.len() < GLUED_WORD {
                continue;
            }
            let mut node = 0;
            for (end, letter) in letters.iter().enumerate().skip(start) {
                let Some(next) = self.step(node, letter.confusable) else { break };
                node = next;
                if self.nodes[node].ends.is_empty() {
                    continue;
                }
                let length = end + 1 - start;
                let whole = ends_word(&letters[end + 1..], length >= BEFORE_CURRENCY);
                for found in &self.nodes[node].ends {
                    let spelt = |spelt: &str| letters[start..=end].iter().map(|it| it.byte).eq(spelt.bytes());
                    let fits =
                        (whole || found.open || length >= GLUED_AFTER) && found.spelt.as_deref().is_none_or(spelt);
                    if fits && (!inside || length >= GLUED_KEYWORD) {
                        let range = letters[start].at..letter.at + 1;
                        hits.push(Hit { range, class: found.class, languages: found.languages, length });
                    }
                }
            }
        }
        hits
    }
}

/// Whether a word ends before these letters. Where `currency` allows it, a currency may follow, since readers lose the space
/// before it too: "TOTALRM", "TOTALRM9".
fn ends_word(rest: &[Letter], currency: bool) -> bool {
    let tail = rest.iter().position(|letter| letter.begins).unwrap_or(rest.len());
    let tail: Vec<u8> = rest[..tail].iter().map(|letter| letter.byte).collect();
    let figures = |rest: &[u8]| rest.iter().all(u8::is_ascii_digit);
    tail.is_empty()
        || currency && currency_words().iter().any(|sign| tail.strip_prefix(sign.as_bytes()).is_some_and(figures))
}

/// A letter or figure of a text, without what stands between.
struct Letter {
    at: usize,
    byte: u8,
    /// The same for letters and figures that readers confuse.
    confusable: u8,
    /// Something else than a letter or figure stands before it.
    begins: bool,
}

fn letters(text: &str) -> Vec<Letter> {
    let bytes = text.as_bytes();
    let mut letters = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_alphanumeric() {
            at += 1;
            continue;
        }
        let end = bytes[at..].iter().position(|b| !b.is_ascii_alphanumeric()).map_or(bytes.len(), |n| at + n);
        // "T0TAL" is a word, "5B" the number of a house.
        let figures = bytes[at..end].iter().filter(|byte| byte.is_ascii_digit()).count();
        let number = figures * 2 >= end - at;
        for (place, &byte) in bytes.iter().enumerate().take(end).skip(at) {
            let confusable = if number && byte.is_ascii_digit() { byte } else { confusable(byte) };
            letters.push(Letter { at: place, byte, confusable, begins: place == at });
        }
        at = end;
    }
    letters
}
