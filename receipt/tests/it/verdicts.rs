//! From lines of text to the verdict: receipts of shops that do not exist, drawn here, one for each rule.

use jiff::civil::{Date, date};
use receipt::{
    ImageId, Orientation, Rules, judge, read,
    verdict::{Facts, Outcome, Precedent, RuleCode, RuleOutcome, RuleResult},
};

use crate::photograph::{Pose, photograph};

const GOOD: &str = "\
         CORNER BOOKS SDN BHD
            (734512-K)
      12, JALAN MAWAR 3/2,
      50480 KUALA LUMPUR
RECEIPT NO: CB-004217
DATE: 14/03/2026           16:42
PENCIL 2B                   4.50
NOTEBOOK A5 RULED          22.90
SUBTOTAL                   27.40
TOTAL RM                   27.40
CASH                       30.00
CHANGE                      2.60";

const TODAY: Date = date(2026, 3, 15);

/// The one rule that fails, if any.
fn check(text: &str, facts: &Facts, rules: &Rules, expected: Option<RuleCode>) {
    let answer = photograph(text, Pose::default());
    let receipt = read(&answer, Orientation::Upright);
    let facts = Facts { today: facts.today.or(Some(TODAY)), legibility: Some(answer.legibility()), ..facts.clone() };
    let verdict = judge(&receipt, &facts, rules);
    let failed: Vec<_> = verdict.rules.iter().filter(|rule| rule.outcome == RuleOutcome::Failed).collect();
    assert_eq!(
        failed.iter().map(|rule| rule.code).collect::<Vec<_>>(),
        Vec::from_iter(expected),
        "{}",
        verdict.summary
    );
    assert_eq!(verdict.outcome == Outcome::Accepted, expected.is_none());
    assert_eq!(verdict.rebate.is_some(), expected.is_none());
    for rule in failed {
        assert_eq!(rule.message, verdict.summary);
    }
}

fn without(lines: &[&str]) -> String {
    GOOD.lines().filter(|line| !lines.iter().any(|left_out| line.contains(left_out))).collect::<Vec<_>>().join("\n")
}

#[test]
fn goods_whose_amounts_follow_their_words_and_stand_in_no_column_are_goods() {
    let text = GOOD.replace(
        "PENCIL 2B                   4.50\nNOTEBOOK A5 RULED          22.90",
        "BUN 4.50\nNOTEBOOK A5 RULED 22.90",
    );
    let text = text.replace("SUBTOTAL                   27.40\n", "").replace("\nCHANGE                      2.60", "");
    check(&text, &Facts::default(), &Rules::default(), None);
    let receipt = read(&photograph(&text, Pose::default()), Orientation::Upright);
    assert_eq!(receipt.items.len(), 2, "{:?}", receipt.items);
}

#[test]
fn a_good_receipt_passes() {
    check(GOOD, &Facts::default(), &Rules::default(), None);
}

#[test]
fn what_is_not_on_the_paper_is_missed() {
    let rules = Rules::default();
    check(&without(&["DATE"]), &Facts::default(), &rules, Some(RuleCode::MissingDate));
    check(
        &without(&["CORNER", "734512", "JALAN", "50480"]),
        &Facts::default(),
        &rules,
        Some(RuleCode::MissingMerchant),
    );
    let cut_off = without(&["4.50", "22.90", "TOTAL", "CASH", "CHANGE"]);
    check(&cut_off, &Facts::default(), &rules, Some(RuleCode::MissingTotal));
    let mut strict = Rules::default();
    strict.required.insert(receipt::rules::Requirement::Items);
    check(&without(&["4.50", "22.90"]), &Facts::default(), &strict, Some(RuleCode::MissingItems));
}

#[test]
fn a_page_of_a_book_is_no_receipt_and_an_empty_photo_is_unreadable() {
    let page = "It was a quiet street, and the\nlamps were lit early that evening.\nNobody came to the door, though\n\
        the bell had rung twice before.\nShe put the letter on the table\nand sat down beside the window.";
    check(page, &Facts::default(), &Rules::default(), Some(RuleCode::NotAReceipt));
    check("", &Facts::default(), &Rules::default(), Some(RuleCode::Unreadable));
    check("HM", &Facts::default(), &Rules::default(), Some(RuleCode::Unreadable));
}

#[test]
fn a_total_that_was_changed_does_not_fit_the_sums() {
    let forged = GOOD.replace("TOTAL RM                   27.40", "TOTAL RM                   97.40");
    let forged = forged.replace("30.00", "100.00");
    check(&forged, &Facts::default(), &Rules::default(), Some(RuleCode::TotalMismatch));
}

#[test]
fn the_day_must_fit() {
    let rules = Rules::default();
    check(GOOD, &Facts { today: Some(date(2026, 3, 12)), ..Facts::default() }, &rules, Some(RuleCode::FutureDate));
    check(GOOD, &Facts { today: Some(date(2026, 8, 12)), ..Facts::default() }, &rules, Some(RuleCode::TooOld));
    let any_age = Rules::default().for_trying_out();
    check(GOOD, &Facts { today: Some(date(2036, 8, 12)), ..Facts::default() }, &any_age, None);
}

#[test]
fn the_currency_must_be_taken() {
    let rules = |code: &str| Rules { currencies: Some(vec![code.parse().unwrap()]), ..Rules::default() };
    check(GOOD, &Facts::default(), &rules("EUR"), Some(RuleCode::UnsupportedCurrency));
    check(GOOD, &Facts::default(), &rules("MYR"), None);
}

#[test]
fn a_receipt_counts_once_and_a_day_has_its_limit() {
    let earlier = Precedent::Own { image_id: ImageId::new(), sent_on: TODAY };
    let rules = Rules::default();
    let facts = Facts { same_image: earlier, ..Facts::default() };
    check(GOOD, &facts, &rules, Some(RuleCode::DuplicateImage));
    let facts = Facts { same_receipt: Precedent::Foreign, ..Facts::default() };
    check(GOOD, &facts, &rules, Some(RuleCode::DuplicateReceipt));
    let facts = Facts { accepted_today: Some(25), ..Facts::default() };
    check(GOOD, &facts, &rules, Some(RuleCode::OverLimit));
}

#[test]
fn a_rule_tells_the_operators_figure_whatever_came_of_it() {
    use RuleOutcome::{Failed, NotChecked, Passed};
    let receipt = read(&photograph(GOOD, Pose::default()), Orientation::Upright);
    let limits = |facts: &Facts, rules: &Rules| {
        let results = judge(&receipt, facts, rules).rules;
        let limited = results.iter().filter(|rule| rule.limit.is_some());
        limited.map(|rule| (rule.code, rule.outcome, rule.limit)).collect::<Vec<_>>()
    };
    let rules = Rules { max_age_days: Some(14), max_per_day: Some(3), max_per_address: None, ..Rules::default() };
    let facts = |today, accepted| Facts { today: Some(today), accepted_today: Some(accepted), ..Facts::default() };
    let all = |outcome| [(RuleCode::TooOld, outcome, Some(14)), (RuleCode::OverLimit, outcome, Some(3))];
    assert_eq!(limits(&facts(TODAY, 2), &rules), all(Passed));
    assert_eq!(limits(&facts(date(2026, 5, 1), 3), &rules), all(Failed));
    assert_eq!(limits(&Facts::default(), &rules), all(NotChecked));
    let unlimited = Rules { max_age_days: None, max_per_day: None, ..rules };
    assert_eq!(limits(&facts(TODAY, 2), &unlimited), []);
}

#[test]
fn a_rule_of_an_older_program_has_no_figure_and_is_still_read() {
    let old = r#"{"code": "too_old", "outcome": "failed", "message": "Older than 14 days, so we can't take it."}"#;
    let rule: RuleResult = serde_json::from_str(old).unwrap();
    assert_eq!((rule.code, rule.limit), (RuleCode::TooOld, None));
}

#[test]
fn the_end_of_a_very_long_receipt_is_read() {
    let items: Vec<_> = (0..240).map(|row| format!("NOTEBOOK {row:03}               1.00")).collect();
    let long = GOOD.replace("PENCIL 2B                   4.50\nNOTEBOOK A5 RULED          22.90", &items.join("\n"));
    let long = long.replace("27.40", "240.00").replace("30.00", "250.00").replace("2.60", "10.00");
    let receipt = read(&photograph(&long, Pose::default()), Orientation::Upright);
    assert_eq!(receipt.total.unwrap().value.to_string(), "240.00");
    assert_eq!(receipt.items.len(), 200, "more are not kept");
}
