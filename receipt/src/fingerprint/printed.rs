//! The numbers, times and amounts that stand on a paper, wherever they stand.
//!
//! A receipt may show two numbers, two times, two dates and many amounts, of which a reading takes one each. With that
//! one covered it takes another: so what one photo is known by is looked for among all that stands on the other. A paper that
//! lists many numbers or times says nothing by them: it would stand in the way of receipts of which it knows nothing.

use std::{collections::BTreeSet, sync::LazyLock};

use regex::Regex;

use crate::{
    text::regex,
    textract::{BlockType, DetectDocumentText},
};

/// What is printed on a paper in figures, without what separates them: "14:32" is `1432`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Printed {
    /// Long runs of figures: numbers of receipts, with the tax office, phones, days.
    pub(super) numbers: BTreeSet<String>,
    pub(super) times: BTreeSet<String>,
    pub(super) amounts: BTreeSet<String>,
}

static TIME: LazyLock<Regex> = LazyLock::new(|| regex(r"\b([0-2]?\d):([0-5]\d)\b"));
static AMOUNT: LazyLock<Regex> = LazyLock::new(|| regex(r"\d[\d.,']*[.,]\d\d\b"));
static NUMBER: LazyLock<Regex> = LazyLock::new(|| regex(r"\d(?:[-/.]?\d)+"));

/// Shorter runs may be anything.
const SHORTEST: usize = 6;
/// Longer ones are no number of a receipt.
const LONGEST: usize = 40;
/// A receipt has no more; a list has.
const MOST_NUMBERS: usize = 16;
const MOST_TIMES: usize = 4;
const MOST_AMOUNTS: usize = 96;

impl Printed {
    pub fn of(answer: &DetectDocumentText) -> Self {
        let mut printed = Self::default();
        let lines = answer.blocks.iter().filter(|block| block.block_type == BlockType::Line);
        for line in lines.filter_map(|line| line.text.as_deref()) {
            printed.numbers.extend(numbers(line));
            printed.times.extend(times(line));
            printed.amounts.extend(amounts(line));
        }
        for (list, most) in [
            (&mut printed.numbers, MOST_NUMBERS),
            (&mut printed.times, MOST_TIMES),
            (&mut printed.amounts, MOST_AMOUNTS),
        ] {
            if list.len() > most {
                list.clear();
            }
        }
        printed
    }
}

pub(super) fn numbers(text: &str) -> Vec<String> {
    let found = NUMBER.find_iter(text).map(|found| figures(found.as_str()));
    found.filter(|run| (SHORTEST..=LONGEST).contains(&run.len())).collect()
}

pub(super) fn times(text: &str) -> Vec<String> {
    TIME.find_iter(text).map(|found| figures(found.as_str())).collect()
}

pub(super) fn amounts(text: &str) -> Vec<String> {
    AMOUNT.find_iter(text).map(|found| figures(found.as_str())).collect()
}

fn figures(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_is_known_by_its_shape() {
        let line = "CB-00421799 14/03/2026 16:42 RM1,250.00 2 x 4.50 12 SHOPS";
        assert_eq!(numbers(line), ["00421799", "14032026"]);
        assert_eq!(times(line), ["1642"]);
        assert_eq!(amounts(line), ["125000", "450"]);
        assert_eq!(numbers(&"1".repeat(41)), [""; 0]);
    }
}
