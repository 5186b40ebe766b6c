use jiff::civil::{Date, date};
use rust_decimal::Decimal;

use super::*;
use crate::{
    BoundingBox, Field, ImageId, Item, KnownBy, Tax,
    rules::{Earners, Offer},
    textract::Legibility,
};

fn field<T>(text: &str, value: T, confidence: f32) -> Field<T> {
    let bounds = BoundingBox::new([0.1, 0.1, 0.2, 0.1]);
    Field { text: text.to_owned(), value, confidence, alternatives: Vec::new(), bounds }
}

fn money(text: &str) -> Field<Decimal> {
    field(text, text.parse().unwrap(), 0.9)
}

fn item(description: &str, amount: &str) -> Item {
    Item {
        description: Some(field(description, description.to_owned(), 0.9)),
        amount: Some(money(amount)),
        ..Item::default()
    }
}

fn complete() -> Receipt {
    Receipt {
        merchant: Some(field("Corner Shop", "Corner Shop".to_owned(), 0.9)),
        date: Some(field("25/12/2018", date(2018, 12, 25), 0.9)),
        total: Some(money("9.00")),
        ..Receipt::default()
    }
}

fn on(today: Date) -> Facts {
    Facts { today: Some(today), ..Facts::default() }
}

fn rule(verdict: &Verdict, code: RuleCode) -> &RuleResult {
    verdict.rules.iter().find(|rule| rule.code == code).unwrap()
}

/// What one rule says of a receipt, with nothing else to object to.
fn check(code: RuleCode, receipt: &Receipt, facts: &Facts, rules: &Rules, expected: RuleOutcome, message: &str) {
    let verdict = judge(receipt, facts, rules);
    let found = rule(&verdict, code);
    assert_eq!((found.outcome, found.message.as_str()), (expected, message));
    let outcome = if expected == Failed { Outcome::Rejected } else { Outcome::Accepted };
    assert_eq!(verdict.outcome, outcome, "{}", verdict.summary);
    if expected == Failed {
        assert_eq!(verdict.summary, message);
    }
}

use RuleOutcome::{Failed, NotChecked, Passed};

#[test]
fn a_complete_receipt_is_accepted_and_earns_the_base() {
    let verdict = judge(&complete(), &Facts::default(), &Rules::default());
    assert_eq!((verdict.outcome, verdict.summary.as_str()), (Outcome::Accepted, "Accepted, you earn 0.25 MYR."));
    let codes: Vec<_> = verdict.rules.iter().map(|rule| serde_json::to_value(rule.code).unwrap()).collect();
    let expected = [
        "unreadable",
        "not_a_receipt",
        "not_a_sale",
        "several_receipts",
        "parts_apart",
        "missing_merchant",
        "missing_date",
        "missing_total",
        "missing_items",
        "missing_currency",
        "total_mismatch",
        "future_date",
        "too_old",
        "unsupported_currency",
        "duplicate_image",
        "duplicate_receipt",
        "over_limit",
        "over_address_limit",
        "over_budget",
    ];
    assert_eq!(codes, expected);
}

#[test]
fn what_is_missing_is_named() {
    let receipt = Receipt { total: None, items: vec![item("Tea", "9.00")], ..complete() };
    let verdict = judge(&receipt, &Facts::default(), &Rules::default());
    assert_eq!((verdict.outcome, verdict.summary.as_str()), (Outcome::Rejected, "We can't see the total."));
    assert_eq!(verdict.rebate, None);

    let receipt = Receipt { items: vec![item("Tea", "9.00")], payment_method: None, ..Receipt::default() };
    let receipt = Receipt { subtotal: Some(money("9.00")), ..receipt };
    let verdict = judge(&receipt, &Facts::default(), &Rules::default());
    assert_eq!(verdict.summary, "We can't see the name of the shop, the date or the total.");
}

#[test]
fn items_are_asked_for_only_where_the_rules_do() {
    let mut rules = Rules::default();
    let code = RuleCode::MissingItems;
    check(code, &complete(), &Facts::default(), &rules, NotChecked, "We can't see what was bought.");
    rules.required.insert(crate::rules::Requirement::Items);
    check(code, &complete(), &Facts::default(), &rules, Failed, "We can't see what was bought.");
    let receipt = Receipt { items: vec![item("Tea", "9.00")], ..complete() };
    check(code, &receipt, &Facts::default(), &rules, Passed, "We can see what was bought.");
}

#[test]
fn a_field_that_was_hardly_read_counts_as_not_seen() {
    let receipt = Receipt { total: Some(field("9.0O", Decimal::new(900, 2), 0.2)), ..complete() };
    let verdict = judge(&receipt, &Facts::default(), &Rules::default());
    assert_eq!(verdict.summary, "We can't read the total well enough.");
    assert_eq!(rule(&verdict, RuleCode::MissingTotal).value.as_deref(), Some("9.0O"));
}

#[test]
fn the_merchant_need_not_be_as_sure_as_what_is_paid_for() {
    let code = RuleCode::MissingMerchant;
    let mut rules = Rules { min_merchant_confidence: Some(0.3), ..Rules::default() };
    let receipt = Receipt { merchant: Some(field("Shop", "Shop".to_owned(), 0.4)), ..complete() };
    check(code, &receipt, &Facts::default(), &rules, Passed, "We can see the name of the shop.");
    rules.min_merchant_confidence = None;
    check(code, &receipt, &Facts::default(), &rules, Failed, "We can't read the name of the shop well enough.");
}

#[test]
fn a_photo_without_enough_text_is_unreadable_and_nothing_else_is_held_against_it() {
    let code = RuleCode::Unreadable;
    let help = "We can't read this photo. Try more light, come closer, and keep the whole receipt in the frame.";
    let seen = |lines, confidence| Facts { legibility: Some(Legibility { lines, confidence }), ..Facts::default() };
    let check = |receipt: &Receipt, facts, expected, message: &str| {
        check(code, receipt, &facts, &Rules::default(), expected, message);
    };
    check(&Receipt::default(), seen(0, 0.0), Failed, help);
    check(&Receipt { date: None, ..complete() }, seen(30, 0.3), Failed, help);
    check(&complete(), seen(3, 0.99), Passed, "We can read the photo.");
    check(&complete(), seen(30, 0.9), Passed, "We can read the photo.");

    let verdict = judge(&Receipt::default(), &seen(0, 0.0), &Rules::default());
    let failed: Vec<_> = verdict.rules.iter().filter(|rule| rule.outcome == Failed).map(|rule| rule.code).collect();
    assert_eq!(failed, [code]);
}

#[test]
fn a_picture_of_something_else_is_no_receipt() {
    let facts = Facts { legibility: Some(Legibility { lines: 40, confidence: 0.99 }), ..Facts::default() };
    let receipt = Receipt { date: complete().date, ..Receipt::default() };
    check(
        RuleCode::NotAReceipt,
        &receipt,
        &facts,
        &Rules::default(),
        Failed,
        "This does not look like a receipt to us.",
    );
}

#[test]
fn the_sum_is_right_where_any_usual_way_leads_to_the_total() {
    let code = RuleCode::TotalMismatch;
    let check = |receipt: Receipt, expected, message: &str| {
        check(code, &receipt, &Facts::default(), &Rules::default(), expected, message);
    };
    let items = || vec![item("Tea", "5.00"), item("Cake", "4.00")];
    let tax = |amount: &str| vec![Tax { rate: None, amount: Some(money(amount)) }];
    check(Receipt { items: items(), ..complete() }, Passed, "The sum is right.");
    check(Receipt { items: items(), taxes: tax("0.54"), ..complete() }, Passed, "The sum is right.");
    let taxed = Receipt { subtotal: Some(money("8.49")), taxes: tax("0.51"), ..complete() };
    check(taxed, Passed, "The sum is right.");
    let reduced = Receipt {
        items: items(),
        discount: Some(money("1.02")),
        rounding: Some(money("0.02")),
        total: Some(money("8.00")),
        ..complete()
    };
    check(reduced, Passed, "The sum is right.");
    check(complete(), NotChecked, "We could not check the sum.");
}

#[test]
fn only_two_witnesses_who_agree_speak_against_a_total() {
    let code = RuleCode::TotalMismatch;
    let items = || vec![item("Tea", "5.00"), item("Cake", "4.00")];
    let one = Receipt { items: items(), total: Some(money("90.00")), ..complete() };
    check(code, &one, &Facts::default(), &Rules::default(), NotChecked, "We could not check the sum.");
    let two = Receipt { items: items(), subtotal: Some(money("9.00")), total: Some(money("90.00")), ..complete() };
    let message = "The items and the subtotal do not add up to the total.";
    check(code, &two, &Facts::default(), &Rules::default(), Failed, message);
    let unasked = Rules { sum_tolerance: None, ..Rules::default() };
    check(code, &two, &Facts::default(), &unasked, NotChecked, "We did not check the sum.");
}

#[test]
fn sums_of_amounts_beyond_all_measure_are_not_checked() {
    let huge = "79228162514264337593543950335";
    let receipt =
        Receipt { items: vec![item("Tea", huge), item("Tea", huge)], subtotal: Some(money(huge)), ..complete() };
    let verdict = judge(&receipt, &Facts::default(), &Rules::default());
    assert_eq!(rule(&verdict, RuleCode::TotalMismatch).outcome, NotChecked);
}

#[test]
fn a_date_in_the_future_is_not_taken() {
    let code = RuleCode::FutureDate;
    let check = |facts, expected, message: &str| check(code, &complete(), &facts, &Rules::default(), expected, message);
    check(on(date(2018, 12, 23)), Failed, "The date on this receipt is in the future.");
    check(on(date(2018, 12, 24)), Passed, "The date is not in the future.");
    check(Facts::default(), NotChecked, "We did not check whether the date is in the future.");
}

#[test]
fn an_old_receipt_is_not_taken_where_the_rules_say_so() {
    let code = RuleCode::TooOld;
    let rules = Rules { max_age_days: Some(14), ..Rules::default() };
    let check =
        |facts, rules: &Rules, expected, message: &str| check(code, &complete(), &facts, rules, expected, message);
    check(on(date(2019, 1, 9)), &rules, Passed, "Not older than 14 days.");
    check(on(date(2019, 1, 10)), &rules, Failed, "Older than 14 days, so we can't take it.");
    check(on(date(2026, 1, 10)), &rules.clone().for_trying_out(), NotChecked, "We did not check how old it is.");
}

#[test]
fn a_currency_that_the_rules_do_not_name_is_not_taken() {
    let code = RuleCode::UnsupportedCurrency;
    let in_euro = Receipt { currency: Some(field("€", "EUR".parse().unwrap(), 0.9)), ..complete() };
    let rules = |codes: &[&str]| Rules {
        currencies: Some(codes.iter().map(|code| code.parse().unwrap()).collect()),
        ..Rules::default()
    };
    let facts = Facts::default();
    check(code, &in_euro, &facts, &rules(&["MYR", "EUR"]), Passed, "We take receipts in EUR.");
    check(code, &in_euro, &facts, &rules(&["MYR"]), Failed, "We can't take receipts in EUR yet.");
    check(code, &complete(), &facts, &rules(&["MYR"]), NotChecked, "We did not check the currency.");
    check(code, &in_euro, &facts, &Rules::default(), NotChecked, "We did not check the currency.");
}

#[test]
fn a_sign_of_several_currencies_is_doubted_and_not_refused_where_one_of_them_is_taken() {
    let [dollar, other] = ["USD", "AUD"].map(|code| code.parse().unwrap());
    let lone = Field { alternatives: vec![other], ..field("$", dollar, 0.6) };
    let receipt = Receipt { currency: Some(lone), ..complete() };
    let rules = |code: &str| Rules { currencies: Some(vec![code.parse().unwrap()]), ..Rules::default() };
    let facts = Facts::default();
    let doubt = "We can't tell whether the currency is USD or AUD.";
    check(RuleCode::MissingCurrency, &receipt, &facts, &rules("AUD"), Failed, doubt);
    let doubted = judge(&receipt, &facts, &rules("AUD"));
    assert_eq!(rule(&doubted, RuleCode::UnsupportedCurrency).outcome, NotChecked);
    check(RuleCode::MissingCurrency, &receipt, &facts, &rules("USD"), Passed, "We can see the currency.");
    check(RuleCode::MissingCurrency, &receipt, &facts, &Rules::default(), Passed, "We can see the currency.");
    check(RuleCode::UnsupportedCurrency, &receipt, &facts, &rules("EUR"), Failed, "We can't take receipts in USD yet.");
}

#[test]
fn a_duplicate_leads_to_the_owners_first_and_tells_nothing_of_somebody_elses() {
    let image_id = ImageId::new();
    let own = Precedent::Own { image_id, sent_on: date(2018, 12, 24) };
    let (rules, receipt) = (Rules::default(), complete());
    for (code, thing, facts) in [
        (RuleCode::DuplicateImage, "photo", (|same_image| Facts { same_image, ..Facts::default() }) as fn(_) -> _),
        (RuleCode::DuplicateReceipt, "receipt", |same_receipt| Facts { same_receipt, ..Facts::default() }),
    ] {
        check(code, &receipt, &facts(own), &rules, Failed, &format!("You sent this {thing} on 24 Dec 2018."));
        assert_eq!(rule(&judge(&receipt, &facts(own), &rules), code).earlier, Some(image_id));
        check(code, &receipt, &facts(Precedent::Foreign), &rules, Failed, &format!("This {thing} was sent before."));
        assert_eq!(rule(&judge(&receipt, &facts(Precedent::Foreign), &rules), code).earlier, None);
        check(code, &receipt, &facts(Precedent::None), &rules, Passed, &format!("This {thing} is new to us."));
        let unchecked = format!("We did not check whether this {thing} was sent before.");
        check(code, &receipt, &Facts::default(), &rules, NotChecked, &unchecked);
    }
}

#[test]
fn of_a_photo_that_was_sent_before_one_hears_once() {
    let facts = Facts { same_image: Precedent::Foreign, same_receipt: Precedent::Foreign, ..Facts::default() };
    let verdict = judge(&complete(), &facts, &Rules::default());
    assert_eq!(rule(&verdict, RuleCode::DuplicateImage).outcome, Failed);
    assert_eq!(rule(&verdict, RuleCode::DuplicateReceipt).outcome, NotChecked);
}

#[test]
fn a_day_has_only_so_many_receipts() {
    let code = RuleCode::OverLimit;
    let rules = Rules { max_per_day: Some(3), ..Rules::default() };
    let facts = |accepted| Facts { accepted_today: Some(accepted), ..Facts::default() };
    check(code, &complete(), &facts(2), &rules, Passed, "Within the 3 receipts that we take in a day.");
    let full = "You have reached the 3 receipts that we take in a day. Try again tomorrow.";
    check(code, &complete(), &facts(3), &rules, Failed, full);
    let unlimited = Rules { max_per_day: None, ..Rules::default() };
    check(code, &complete(), &facts(3), &unlimited, NotChecked, "We did not count today's receipts.");
}

#[test]
fn an_address_has_only_so_many_receipts_that_earn() {
    let code = RuleCode::OverAddressLimit;
    let rules = Rules { max_per_address: Some(3), ..Rules::default() };
    let facts = |counted| Facts { earned_at_address: Some(counted), ..Facts::default() };
    check(
        code,
        &complete(),
        &facts(2),
        &rules,
        Passed,
        "Within the 3 receipts that we take from one network in a day.",
    );
    let full = "Your network has reached the 3 receipts that we take from one in a day. Send it again tomorrow or from elsewhere.";
    check(code, &complete(), &facts(3), &rules, Failed, full);
    let uncounted = "We did not count what came from your network.";
    check(code, &complete(), &Facts::default(), &rules, NotChecked, uncounted);
    let free = Rules { rebate: None, ..rules };
    check(code, &complete(), &facts(3), &free, NotChecked, uncounted);
}

#[test]
fn a_day_pays_no_more_than_its_budget() {
    let code = RuleCode::OverBudget;
    let facts = |cents| Facts { payable_today: Some(Decimal::new(cents, 2)), ..Facts::default() };
    check(code, &complete(), &facts(25), &Rules::default(), Passed, "There is enough left for today.");
    let spent = "All that we pay in a day is paid for today. Keep the paper and send it again tomorrow.";
    check(code, &complete(), &facts(24), &Rules::default(), Failed, spent);
    let mut unlimited = Rules::default();
    unlimited.rebate.as_mut().unwrap().max_per_day = None;
    let unchecked = "We did not look at what is left for today.";
    check(code, &complete(), &facts(24), &unlimited, NotChecked, unchecked);
}

#[test]
fn where_only_signed_in_people_earn_others_are_told_so() {
    let rules = Rules { earns: Earners::SignedIn, ..Rules::default() };
    let known_by = |known_by| Facts {
        known_by: Some(known_by),
        earned_at_address: Some(1000),
        payable_today: Some(Decimal::ZERO),
        ..Facts::default()
    };
    let verdict = judge(&complete(), &known_by(KnownBy::Cookie), &rules);
    assert_eq!((verdict.outcome, verdict.rebate), (Outcome::Accepted, None));
    assert_eq!(verdict.no_rebate, Some(NoRebate::NotSignedIn));
    assert_eq!(verdict.summary, "Accepted. Only receipts sent while signed in earn something.");

    let rich = |known| Facts { payable_today: Some(Decimal::TEN), earned_at_address: Some(0), ..known_by(known) };
    let verdict = judge(&complete(), &rich(KnownBy::Token), &rules);
    assert_eq!((verdict.rebate.is_some(), verdict.no_rebate), (true, None));
    let everyone = judge(&complete(), &rich(KnownBy::Cookie), &Rules::default());
    assert_eq!((everyone.rebate.is_some(), everyone.no_rebate), (true, None));
}

#[test]
fn an_offer_is_met_by_its_words_once_a_receipt() {
    let with_offer = |pattern: &str| {
        let mut rules = Rules::default();
        let offer = Offer { name: "Oat milk".to_owned(), pattern: pattern.to_owned(), amount: Decimal::new(50, 2) };
        rules.rebate.as_mut().unwrap().offers.push(offer);
        rules
    };
    let receipt = Receipt {
        items: vec![
            item("OAT MILK returned", "-2.00"),
            item("1x 0AT MlLK 1L", "2.00"),
            item("Oat Milk", "2.00"),
            item("Müsli", "7.00"),
        ],
        ..complete()
    };
    let check = |pattern: &str, expected: &str, item: Option<usize>| {
        let rebate = judge(&receipt, &Facts::default(), &with_offer(pattern)).rebate.unwrap();
        assert_eq!((rebate.amount.to_string().as_str(), rebate.parts.last().unwrap().item), (expected, item));
    };
    check("oat milk", "0.75", Some(1));
    check("milk*", "0.75", Some(1));
    check("musli", "0.75", Some(3));
    check("mil", "0.25", None);
    check("milk oat", "0.25", None);
}

#[test]
fn what_earns_nothing_has_no_rebate() {
    let rules = Rules { rebate: None, ..Rules::default() };
    let verdict = judge(&complete(), &Facts::default(), &rules);
    assert_eq!((verdict.rebate, verdict.summary.as_str()), (None, "Accepted. Thank you!"));
}

#[test]
fn a_verdict_says_what_the_items_come_to_and_an_older_one_nothing() {
    let receipt = Receipt { items: vec![item("Tea", "2.50"), item("Bun", "6.00")], ..complete() };
    let verdict = judge(&receipt, &Facts::default(), &Rules::default());
    let json = serde_json::to_value(&verdict).unwrap();
    let expected = serde_json::json!({ "is": "missing", "sum": "8.50", "difference": "0.50" });
    assert_eq!(json["itemSum"], expected);
    assert_eq!(serde_json::from_value::<Verdict>(json).unwrap(), verdict);

    let old = serde_json::json!({ "outcome": "rejected", "summary": "No.", "rules": [] });
    assert_eq!(serde_json::from_value::<Verdict>(old).unwrap().item_sum, None);
    let nothing = judge(&complete(), &Facts::default(), &Rules::default());
    assert!(serde_json::to_value(&nothing).unwrap().get("itemSum").is_none());
}
