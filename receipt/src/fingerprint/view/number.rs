//! A receipt's number, of which a part may be covered and a figure misread.

use serde::{Deserialize, Serialize};

use super::{hashes::Hashes, pieces::Pieces};
use crate::{
    Field,
    fingerprint::{alike, printed},
};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Number {
    value: String,
    /// How many characters it has.
    length: usize,
    /// The whole as a part of a longer one.
    part: String,
    /// What would be read with its end or its start covered.
    parts: Pieces,
    /// It, and with each character but the last two replaced or left out, as a reader may: the next receipts' numbers differ
    /// in the last two.
    misread: Pieces,
    /// The runs of figures that it was read from.
    figures: Pieces,
}

/// What two numbers tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Numbers {
    Same {
        /// It stands for a receipt, whoever wrote it.
        long: bool,
        /// It stands for one receipt of the shop against another time: it is not the till's.
        sure: bool,
    },
    /// As two receipts of one till have them.
    Next,
    /// One is the other with a character misread in front of the last two, or they have another length: after 9 comes 10, but
    /// not a number that is longer by two.
    Far,
    /// One is not shown, is a part of the other, or counts something else: tables, tills, guests of the day.
    Nothing,
}

/// Characters of a number that nobody else has on one day with one total.
const LONG: usize = 6;
/// A shorter one may be the till's, or begin anew each hour.
const SURE: usize = 5;
/// A shorter part is in too many numbers.
const SHORTEST_PART: usize = 3;
/// In these, receipts that follow each other differ.
const COUNTING: usize = 2;
/// Longer ones are cut off.
const LONGEST: usize = 40;

/// It is not the till's.
pub(super) fn is_of_one_receipt(number: &str) -> bool {
    number.len() >= SURE
}

impl Number {
    pub(super) fn of(field: &Field<String>, hashes: &Hashes<'_>) -> Option<Self> {
        let mut number = alike(field);
        number.truncate(LONGEST);
        if number.is_empty() {
            return None;
        }
        let length = number.len();
        let shorter = SHORTEST_PART..length;
        let parts = shorter.flat_map(|part| [&number[..part], &number[length - part..]]);
        let misread: Vec<String> = (0..length.saturating_sub(COUNTING))
            .flat_map(|at| ["?", ""].map(|read| format!("{}{read}{}", &number[..at], &number[at + 1..])))
            .chain([number.clone()])
            .collect();
        let figures = printed::numbers(&field.text);
        Some(Self {
            value: hashes.value("number", &number),
            length,
            part: hashes.piece("part", &number),
            parts: hashes.pieces("part", parts),
            misread: hashes.pieces("misread", misread),
            figures: hashes.pieces(super::NUMBER, figures),
        })
    }

    pub(super) fn figures(&self) -> &Pieces {
        &self.figures
    }

    /// It is what is left of the other with its start or end covered. With one character less it may as well be the next
    /// number.
    pub(super) fn is_part_of(&self, whole: &Self) -> bool {
        whole.length > self.length + 1 && whole.parts.contains(&self.part)
    }

    /// It says less of the receipt: a part of its number, or the short one that stands beside that.
    pub(super) fn is_less_than(&self, whole: &Self) -> bool {
        self.is_part_of(whole) || self.length < SURE && whole.length >= LONG
    }

    pub(super) fn against(&self, other: &Self) -> Numbers {
        if self.value == other.value {
            Numbers::Same { long: self.length >= LONG, sure: self.length >= SURE }
        } else if self.is_less_than(other) || other.is_less_than(self) {
            Numbers::Nothing
        } else if self.length.abs_diff(other.length) > 1 || self.misread.in_common(&other.misread) > 0 {
            Numbers::Far
        } else {
            Numbers::Next
        }
    }
}
