//! Papers that look like receipts, and receipts that look like other papers: what kind each is, and whether it is taken.

use super::photograph::{Pose, photograph};
use crate::{
    Orientation, Rules, judge,
    reading::{read, receipt::Kind},
    verdict::{Facts, Outcome},
};

/// Drawn for these tests: a title after `==`, then the lines.
const NO_SALE: &str = include_str!("../../../testdata/papers/no-sale.txt");
const SALE: &str = include_str!("../../../testdata/papers/sale.txt");
const OTHER: &str = include_str!("../../../testdata/papers/other.txt");

const TOTALS: &str = include_str!("../../../testdata/papers/totals.txt");

fn papers(file: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    file.split("== ").skip(1).filter_map(|paper| paper.split_once('\n'))
}

fn judged(text: &str) -> (Kind, Outcome, Vec<String>) {
    let answer = photograph(text, Pose::default());
    let receipt = read(&answer, Orientation::Upright);
    let today = Some(jiff::civil::date(2026, 11, 28));
    let facts = Facts { today, legibility: Some(answer.legibility()), ..Facts::default() };
    let verdict = judge(&receipt, &facts, &Rules::default());
    let failed = verdict.rules.iter().filter(|rule| rule.outcome == crate::verdict::RuleOutcome::Failed);
    let failed = failed.map(|rule| format!("{:?}", rule.code)).collect();
    (receipt.kind, verdict.outcome, failed)
}

#[test]
fn papers_that_say_that_they_are_no_sale_are_not_taken() {
    for (title, text) in papers(NO_SALE) {
        let (kind, outcome, _) = judged(text);
        let expected = title.split(':').next().unwrap();
        assert_eq!((format!("{kind:?}").to_lowercase().as_str(), outcome), (expected, Outcome::Rejected), "{title}");
    }
}

#[test]
fn sales_whose_papers_have_such_words_are_taken() {
    for (title, text) in papers(SALE) {
        let (kind, outcome, failed) = judged(text);
        assert_eq!((kind, outcome), (Kind::Sale, Outcome::Accepted), "{title}: {failed:?}");
    }
}

#[test]
fn forms_letters_and_tables_are_not_taken() {
    for (title, text) in papers(OTHER) {
        let (_, outcome, _) = judged(text);
        assert_eq!(outcome, Outcome::Rejected, "{title}");
    }
}

/// The title begins with the total; with `~` where it may be any, but not surely, and with `?` where it is not to be seen.
#[test]
fn a_total_is_as_sure_as_the_rest_of_the_paper_makes_it() {
    for (title, text) in papers(TOTALS) {
        let total = read(&photograph(text, Pose::default()), Orientation::Upright).total;
        let confidence = total.as_ref().map_or(0.0, |total| total.confidence);
        let value = total.map(|total| total.value.to_string()).unwrap_or_default();
        match title.split(':').next().unwrap() {
            "?" => assert!(confidence < 0.5, "{title}: {value} at {confidence}"),
            "~" => assert!(confidence < 0.9, "{title}: {value} at {confidence}"),
            expected => assert!(value == expected && confidence >= 0.5, "{title}: {value} at {confidence}"),
        }
    }
}
