//! Keyed hashes of one group: those of another group are others, so that nothing tells which views are of one receipt.

use super::pieces::{self, Pieces};
use crate::fingerprint::{FingerprintKey, Mark};

/// Hexadecimal digits of the hash of a value.
const DIGITS: usize = 16;

pub(super) struct Hashes<'a> {
    pub(super) key: &'a FingerprintKey,
    pub(super) group: &'a Mark,
}

impl Hashes<'_> {
    fn of(&self, kind: &str, text: &str, digits: usize) -> String {
        let mut hash = self.key.mark(kind, &[&self.group.0, text]).0;
        hash.truncate(digits);
        hash
    }

    pub(super) fn value(&self, kind: &str, text: &str) -> String {
        self.of(kind, text, DIGITS)
    }

    pub(super) fn piece(&self, kind: &str, text: &str) -> String {
        self.of(kind, text, pieces::DIGITS)
    }

    pub(super) fn pieces<T: AsRef<str>>(&self, kind: &str, texts: impl IntoIterator<Item = T>) -> Pieces {
        texts.into_iter().map(|text| self.piece(kind, text.as_ref())).collect()
    }
}
