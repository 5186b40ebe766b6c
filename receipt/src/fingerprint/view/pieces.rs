//! Short hashes of the pieces of a text: parts of a text, and texts of which a letter was misread, have most in common.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::text::{essence, figures};

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(super) struct Pieces(BTreeSet<String>);

#[derive(Debug, thiserror::Error)]
#[error("pieces are hashes of {DIGITS} hexadecimal digits")]
pub(super) struct NotPieces;

/// Hexadecimal digits of a piece's hash: a chance of one in 16 million that two are taken for each other.
pub(super) const DIGITS: usize = 6;
/// Characters of a piece.
const PIECE: usize = 3;
/// Characters of a name or an address that are looked at.
const MAX_TEXT: usize = 96;
/// The share of the pieces of one text that another must have. Measured on names in readings of scans and photos.
const LIKE: (usize, usize) = (3, 5);

/// Each three characters in a row, or all there is, with characters that a reader takes for each other made equal.
pub(super) fn of(text: &str) -> BTreeSet<String> {
    let text: Vec<char> = figures(&essence(text)).chars().take(MAX_TEXT).collect();
    match text.len() {
        0 => BTreeSet::new(),
        1..PIECE => BTreeSet::from([text.iter().collect()]),
        _ => text.windows(PIECE).map(|piece| piece.iter().collect()).collect(),
    }
}

impl Pieces {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// All of them, and there are some.
    pub(super) fn are_all_in(&self, other: &Self) -> bool {
        !self.is_empty() && self.0.is_subset(&other.0)
    }

    pub(super) fn contains(&self, hash: &str) -> bool {
        self.0.contains(hash)
    }

    pub(super) fn extend(&mut self, more: Self) {
        self.0.extend(more.0);
    }

    pub(super) fn in_common(&self, other: &Self) -> usize {
        self.0.intersection(&other.0).count()
    }

    pub(super) fn without(self, other: &Self) -> Self {
        Self(self.0.difference(&other.0).cloned().collect())
    }

    /// Most of the smaller of the two is in the other.
    pub(super) fn are_like(&self, other: &Self) -> bool {
        if self.len() < other.len() { self.are_in(other) } else { other.are_in(self) }
    }

    pub(super) fn are_in(&self, other: &Self) -> bool {
        let common = self.in_common(other);
        common > 0 && common * LIKE.1 >= self.len() * LIKE.0
    }
}

impl FromIterator<String> for Pieces {
    fn from_iter<T: IntoIterator<Item = String>>(hashes: T) -> Self {
        Self(hashes.into_iter().collect())
    }
}

impl TryFrom<String> for Pieces {
    type Error = NotPieces;

    fn try_from(text: String) -> Result<Self, NotPieces> {
        let pieces = text.as_bytes().chunks(DIGITS);
        let read = |piece: &[u8]| std::str::from_utf8(piece).ok().filter(|it| it.len() == DIGITS).map(str::to_owned);
        pieces.map(|piece| read(piece).ok_or(NotPieces)).collect::<Result<_, _>>().map(Self)
    }
}

impl From<Pieces> for String {
    fn from(pieces: Pieces) -> String {
        pieces.0.into_iter().collect()
    }
}
