//! The numbers, times and amounts that stand on a paper, wherever they stand.
//!
//! A receipt may show two numbers, two times, two dates and many amounts, of which a reading takes one each. With that
//! one covered it takes another: so what one photo is known by is looked for among all that stands on the other. Of a paper that
//! lists many only those in its head and its foot count, where a receipt's own are: a list would stand in the way of receipts
//! of which it knows nothing.

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
const SHORTEST: usize = 5;
/// Longer ones are no number of a receipt.
const LONGEST: usize = 40;
/// A receipt hardly has more; a list has.
const MOST_NUMBERS: usize = 16;
const MOST_TIMES: usize = 4;
const MOST_AMOUNTS: usize = 96;

impl Printed {
    pub fn of(answer: &DetectDocumentText) -> Self {
        let lines = answer.blocks.iter().filter(|block| block.block_type == BlockType::Line);
        let lines: Vec<&str> = lines.filter_map(|line| line.text.as_deref()).collect();
        let on_paper = |found: fn(&str) -> Vec<String>, most| {
            head_and_foot(lines.iter().flat_map(|line| found(line)).collect(), most)
        };
        Self {
            numbers: on_paper(numbers, MOST_NUMBERS),
            times: on_paper(times, MOST_TIMES),
            amounts: on_paper(amounts, MOST_AMOUNTS),
        }
    }
}

/// Half of the most from either end, those that stand there several times once.
fn head_and_foot(found: Vec<String>, most: usize) -> BTreeSet<String> {
    let mut once = BTreeSet::new();
    let found: Vec<String> = found.into_iter().filter(|it| once.insert(it.clone())).collect();
    let left_out = most / 2..found.len().saturating_sub(most / 2);
    found.into_iter().enumerate().filter(|(at, _)| !left_out.contains(at)).map(|(_, it)| it).collect()
}

pub(super) fn numbers(text: &str) -> Vec<String> {
    let found = NUMBER.find_iter(text).filter(|found| !is_amount(found.as_str())).map(|found| figures(found.as_str()));
    found.filter(|run| (SHORTEST..=LONGEST).contains(&run.len())).collect()
}

fn is_amount(run: &str) -> bool {
    run.split_once('.').is_some_and(|(whole, cents)| cents.len() == 2 && whole.bytes().all(|b| b.is_ascii_digit()))
}

pub(super) fn times(text: &str) -> Vec<String> {
    TIME.find_iter(text).map(|found| figures(found.as_str())).collect()
}

pub(super) fn amounts(text: &str) -> Vec<String> {
    // Nothing is on every paper.
    AMOUNT.find_iter(text).map(|found| figures(found.as_str())).filter(|it| it.contains(|c| c != '0')).collect()
}

fn figures(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_is_known_by_its_shape() {
        let line = "CB-00421799 14/03/2026 16:42 RM1,250.00 2 x 4.50 1234 SHOPS";
        assert_eq!(numbers(line), ["00421799", "14032026"]);
        assert_eq!(numbers("14.03.26 A-77120 250.00"), ["140326", "77120"]);
        assert_eq!(times(line), ["1642"]);
        assert_eq!(amounts(line), ["125000", "450"]);
        assert_eq!(numbers(&"1".repeat(41)), [""; 0]);
    }

    #[test]
    fn of_a_long_list_only_the_ends_count() {
        let list = |count: usize| (0..count).map(|n| format!("{n:03}")).collect::<Vec<_>>();
        let kept = |count: usize| head_and_foot(list(count), 4).into_iter().collect::<Vec<_>>();
        assert_eq!(kept(4), list(4));
        assert_eq!(kept(9), ["000", "001", "007", "008"]);
        assert_eq!(head_and_foot(["7"; 9].map(str::to_owned).into(), 4).len(), 1);
    }
}
