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

    /// Whether all of a range of bytes is in it.
    pub(crate) fn covers(&self, range: &Range<usize>) -> bool {
        self.range.start <= range.start && range.end <= self.range.end
    }
}

/// One node for each beginning of a keyword, those that differ in their last letter side by side.
pub(super) struct KeywordTree {
    nodes: Vec<Node>,
}

#[derive(Default)]
struct Node {
    /// The letters that may follow, a bit for each, and where the node of the first of them is.
    next: u64,
    first: usize,
    ends: Vec<End>,
}

/// A keyword ends at this letter.
#[derive(Clone)]
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
        let mut keywords: Vec<(Vec<u8>, End)> = keywords
            .map(|(language, class, keyword)| {
                let letters: String = keyword.chars().filter(char::is_ascii_alphanumeric).collect();
                let looks = letters.bytes().map(confusable).collect();
                let spelt = Some(letters).filter(|letters| letters.len() < FORGIVEN_FROM);
                (looks, End { class, languages: language.into(), open: keyword.ends_with('*'), spelt })
            })
            .collect();
        keywords.sort_by(|(a, _), (b, _)| a.cmp(b));
        let mut nodes = vec![Node::default()];
        // The keywords that begin like each node, and how many letters that is.
        let mut spans = vec![(0..keywords.len(), 0)];
        let mut at = 0;
        while let Some((span, depth)) = spans.get(at).cloned() {
            let first = nodes.len();
            let mut start = span.start;
            for group in keywords[span].chunk_by(|(a, _), (b, _)| a.get(depth) == b.get(depth)) {
                let end = start + group.len();
                match group[0].0.get(depth) {
                    Some(letter) => {
                        nodes[at].next |= bit(*letter);
                        nodes.push(Node::default());
                        spans.push((start..end, depth + 1));
                    }
                    None => group.iter().for_each(|(_, end)| nodes[at].add(end)),
                }
                start = end;
            }
            nodes[at].first = first;
            at += 1;
        }
        Self { nodes }
    }

    fn step(&self, node: usize, letter: u8) -> Option<usize> {
        let Node { next, first, .. } = &self.nodes[node];
        let bit = bit(letter);
        (next & bit != 0).then(|| first + (next & (bit - 1)).count_ones() as usize)
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

impl Node {
    fn add(&mut self, end: &End) {
        let same = |it: &&mut End| it.class == end.class && it.open == end.open && it.spelt == end.spelt;
        match self.ends.iter_mut().find(same) {
            Some(it) => it.languages = it.languages.with(end.languages),
            None => self.ends.push(end.clone()),
        }
    }
}

/// In the order of the bytes.
fn bit(letter: u8) -> u64 {
    let place = if letter.is_ascii_digit() { letter - b'0' } else { letter.wrapping_sub(b'A').wrapping_add(10) };
    1_u64.checked_shl(place.into()).unwrap_or_default()
}

/// Whether a word ends before these letters. Where `currency` allows it, a currency may follow, since readers lose the space
/// before it too: "TOTALRM", "TOTALRM9".
fn ends_word(rest: &[Letter], currency: bool) -> bool {
    if rest.first().is_none_or(|letter| letter.begins) {
        return true;
    }
    let tail = || rest.iter().take_while(|letter| !letter.begins).map(|letter| letter.byte);
    let letters = tail().take_while(u8::is_ascii_uppercase).count();
    let is_sign = |sign: &str| sign.len() == letters && tail().take(letters).eq(sign.bytes());
    currency && tail().skip(letters).all(|byte| byte.is_ascii_digit()) && currency_words().iter().any(|it| is_sign(it))
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
