//! The rules, one function each.

use std::fmt::Display;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::outcome::{Facts, Precedent, Rebate, RuleCode, RuleOutcome, RuleResult};
use crate::{
    Currency, Field, Kind, Receipt, Rules, Seam,
    rules::Requirement,
    sum_check::{EXACT, Figures, near},
};

pub(super) const UNSEEN: &str = "We can't see ";

/// Every rule once, in the order of their codes. `earned` is what the receipt earns if it is accepted.
pub(super) fn all(receipt: &Receipt, facts: &Facts, rules: &Rules, earned: Option<&Rebate>) -> Vec<RuleResult> {
    let readable = readable(receipt, facts, rules);
    let is_readable = readable.outcome != RuleOutcome::Failed;
    let like_a_receipt = like_a_receipt(receipt, is_readable);
    // If the photo shows no receipt, or cannot be read, a list of missing fields does not help.
    let worthwhile = is_readable && like_a_receipt.outcome != RuleOutcome::Failed;
    let seen = Seen { rules, worthwhile };
    let check = |code: RuleCode| match code {
        RuleCode::Unreadable => readable.clone(),
        RuleCode::NotAReceipt => like_a_receipt.clone(),
        RuleCode::NotASale => of_a_sale(receipt, rules),
        RuleCode::SeveralReceipts => of_one_receipt(receipt),
        RuleCode::PartsApart => of_parts_that_meet(receipt),
        RuleCode::MissingMerchant => {
            seen.field(code, Requirement::Merchant, "the name of the shop", receipt.merchant.as_ref())
        }
        RuleCode::MissingDate => seen.field(code, Requirement::Date, "the date", receipt.date.as_ref()),
        RuleCode::MissingTotal => seen.field(code, Requirement::Total, "the total", receipt.total.as_ref()),
        RuleCode::MissingItems => seen.items(receipt),
        RuleCode::MissingCurrency => seen.currency(receipt),
        RuleCode::TotalMismatch => adds_up(receipt, rules),
        RuleCode::FutureDate => not_in_the_future(receipt.date.as_ref(), facts),
        RuleCode::TooOld => not_too_old(receipt.date.as_ref(), facts, rules).under(rules.max_age_days.map(u32::from)),
        RuleCode::UnsupportedCurrency => in_a_currency_we_take(receipt, rules),
        RuleCode::DuplicateImage => first_of_its_kind(code, facts.same_image, "photo"),
        // The same photo is the same receipt: one failed rule says it.
        RuleCode::DuplicateReceipt => match facts.same_image {
            Precedent::Own { .. } | Precedent::Foreign => first_of_its_kind(code, Precedent::Unknown, "receipt"),
            Precedent::Unknown | Precedent::None => told_apart(receipt, facts),
        },
        RuleCode::OverLimit => within_the_limit(facts, rules).under(rules.max_per_day),
        RuleCode::OverAddressLimit => {
            within_the_limit_of_the_address(facts, rules, earned).under(rules.max_per_address)
        }
        RuleCode::OverBudget => within_the_budget(facts, rules, earned),
    };
    RuleCode::ALL.into_iter().map(check).collect()
}

impl RuleResult {
    pub(super) fn new(code: RuleCode, outcome: RuleOutcome, message: impl Into<String>) -> Self {
        Self { code, outcome, message: message.into(), limit: None, value: None, bounds: None, earlier: None }
    }

    /// The same with the operator's figure, if there is one.
    fn under(self, limit: Option<u32>) -> Self {
        Self { limit, ..self }
    }

    /// The same with what the rule looked at.
    pub(super) fn of<T>(self, field: Option<&Field<T>>) -> Self {
        Self { value: field.map(|field| field.text.clone()), bounds: field.map(|field| field.bounds), ..self }
    }
}

fn readable(receipt: &Receipt, facts: &Facts, rules: &Rules) -> RuleResult {
    let code = RuleCode::Unreadable;
    let (Some(found), Some(asked)) = (facts.legibility, rules.legibility) else {
        return RuleResult::new(code, RuleOutcome::NotChecked, "We did not check how clear the photo is.");
    };
    let enough = |confidence: f32, of: Requirement| confidence >= rules.min_confidence_of(of);
    let all_there = receipt.merchant.as_ref().is_some_and(|it| enough(it.confidence, Requirement::Merchant))
        && receipt.date.as_ref().is_some_and(|it| enough(it.confidence, Requirement::Date))
        && receipt.total.as_ref().is_some_and(|it| enough(it.confidence, Requirement::Total));
    if all_there || found.lines >= asked.min_lines && found.confidence >= asked.min_confidence {
        return RuleResult::new(code, RuleOutcome::Passed, "We can read the photo.");
    }
    let help = "We can't read this photo. Try more light, come closer, and keep the whole receipt in the frame.";
    RuleResult::new(code, RuleOutcome::Failed, help)
}

/// A receipt shows at least two of the things that receipts show, and does not look like a form, a table or a letter.
fn like_a_receipt(receipt: &Receipt, is_readable: bool) -> RuleResult {
    let signs = [
        receipt.date.is_some(),
        receipt.total.is_some(),
        receipt.subtotal.is_some(),
        receipt.items.iter().any(|item| item.amount.is_some()),
        !receipt.taxes.is_empty(),
        receipt.payment_method.is_some(),
        receipt.tax_number.is_some(),
        receipt.receipt_number.is_some(),
    ];
    let signs = match receipt.kind {
        Kind::Other => 0,
        Kind::Sale | Kind::Refund | Kind::Void | Kind::Training | Kind::Estimate | Kind::Statement => {
            signs.into_iter().filter(|sign| *sign).count()
        }
    };
    let (outcome, message) = match (is_readable, signs) {
        (_, 2..) => (RuleOutcome::Passed, "This looks like a receipt."),
        (true, 0..=1) => (RuleOutcome::Failed, "This does not look like a receipt to us."),
        (false, 0..=1) => (RuleOutcome::NotChecked, "We did not check whether this is a receipt."),
    };
    let sign = receipt.kind_sign.as_ref().filter(|_| receipt.kind == Kind::Other);
    RuleResult::new(RuleCode::NotAReceipt, outcome, message).of(sign)
}

fn of_a_sale(receipt: &Receipt, rules: &Rules) -> RuleResult {
    let code = RuleCode::NotASale;
    let (outcome, message) = match (rules.only_sales, receipt.kind) {
        // What it is instead is said by the rule before.
        (true, Kind::Other) | (false, _) => (RuleOutcome::NotChecked, "We did not check whether something was sold."),
        (true, Kind::Sale) => (RuleOutcome::Passed, "Nothing says that this is no sale."),
        (true, Kind::Refund) => (RuleOutcome::Failed, "Money was given back here, so this is no purchase."),
        (true, Kind::Void) => (RuleOutcome::Failed, "This sale was cancelled, or was not paid."),
        (true, Kind::Training) => (RuleOutcome::Failed, "This says that it is a copy, or no real receipt."),
        (true, Kind::Estimate) => (RuleOutcome::Failed, "This is an offer or a bill to pay, not a receipt."),
        (true, Kind::Statement) => (RuleOutcome::Failed, "This is a statement, not a receipt from a shop."),
    };
    RuleResult::new(code, outcome, message).of(receipt.kind_sign.as_ref())
}

/// Two receipts on one photo would be paid as one, and the other could be sent again.
fn of_one_receipt(receipt: &Receipt) -> RuleResult {
    let (outcome, message) = match &receipt.other_receipt {
        None => (RuleOutcome::Passed, "The photo shows one receipt."),
        Some(_) => (RuleOutcome::Failed, "The photo shows more than one receipt. Take a photo of each alone."),
    };
    RuleResult::new(RuleCode::SeveralReceipts, outcome, message).of(receipt.other_receipt.as_ref())
}

/// Between photos that do not overlap something may be missing, unless the items come to what the receipt says.
fn of_parts_that_meet(receipt: &Receipt) -> RuleResult {
    let has = |seam: Seam| receipt.seams.contains(&seam);
    let (outcome, message) = if receipt.seams.is_empty() {
        (RuleOutcome::NotChecked, "There is one photo.".to_owned())
    } else if let Some(seam) = receipt.seams.iter().position(|seam| *seam == Seam::Apart) {
        if Figures::of(receipt).items_fit(EXACT) == Some(true) {
            (RuleOutcome::Passed, "The photos don't overlap, but the items add up.".to_owned())
        } else {
            let gap = format!(
                "Photos {} and {} don't overlap, so something may be missing between them. \
                 Take them so that two or three lines are on both.",
                seam + 1,
                seam + 2
            );
            (RuleOutcome::Failed, gap)
        }
    } else if has(Seam::OutOfOrder) {
        (RuleOutcome::Passed, "The photos make one receipt. They came in another order.".to_owned())
    } else {
        (RuleOutcome::Passed, "The photos make one receipt.".to_owned())
    };
    RuleResult::new(RuleCode::PartsApart, outcome, message)
}

/// The rules about what must be seen.
struct Seen<'a> {
    rules: &'a Rules,
    worthwhile: bool,
}

impl Seen<'_> {
    fn field<T: Display>(
        &self,
        code: RuleCode,
        required: Requirement,
        name: &str,
        field: Option<&Field<T>>,
    ) -> RuleResult {
        let surely = field.is_some_and(|field| field.confidence >= self.rules.min_confidence_of(required));
        let other = field.and_then(|field| Some((&field.value, field.alternatives.first()?)));
        let (outcome, message) = match (surely, field, other) {
            (true, _, _) => (RuleOutcome::Passed, format!("We can see {name}.")),
            (false, None, _) => (self.when_unseen(required), format!("{UNSEEN}{name}.")),
            (false, Some(_), None) => (self.when_unseen(required), format!("We can't read {name} well enough.")),
            (false, Some(_), Some((one, other))) => {
                (self.when_unseen(required), format!("We can't tell whether {name} is {one} or {other}."))
            }
        };
        RuleResult::new(code, outcome, message).of(field)
    }

    fn items(&self, receipt: &Receipt) -> RuleResult {
        let seen = receipt.items.iter().any(|item| item.amount.is_some());
        let (outcome, message) = if seen {
            (RuleOutcome::Passed, "We can see what was bought.".to_owned())
        } else {
            (self.when_unseen(Requirement::Items), format!("{UNSEEN}what was bought."))
        };
        let rule = RuleResult::new(RuleCode::MissingItems, outcome, message);
        RuleResult { value: seen.then(|| receipt.items.len().to_string()), ..rule }
    }

    /// A receipt may do without: it fails only where a sign means several currencies, of which some are taken.
    fn currency(&self, receipt: &Receipt) -> RuleResult {
        let field = receipt.currency.as_ref();
        let sure = sure_currency(receipt, self.rules);
        let other =
            sure.zip(self.rules.currencies.as_ref()).and_then(|(it, taken)| other_currency_that_we_take(it, taken));
        let (outcome, message) = match (field, sure, other.filter(|_| self.worthwhile)) {
            (_, Some(field), Some(other)) => {
                (RuleOutcome::Failed, format!("We can't tell whether the currency is {} or {other}.", field.value))
            }
            (_, Some(_), None) => (RuleOutcome::Passed, "We can see the currency.".to_owned()),
            (Some(_), None, _) => (RuleOutcome::NotChecked, "We can't read the currency well enough.".to_owned()),
            (None, None, _) => (RuleOutcome::NotChecked, format!("{UNSEEN}the currency.")),
        };
        RuleResult::new(RuleCode::MissingCurrency, outcome, message).of(field)
    }

    fn when_unseen(&self, required: Requirement) -> RuleOutcome {
        let matters = self.worthwhile && self.rules.required.contains(&required);
        if matters { RuleOutcome::Failed } else { RuleOutcome::NotChecked }
    }
}

/// One figure that does not fit is more often misread than printed wrong, so a receipt is rejected only where its items
/// and its subtotal agree with each other and not with the total.
fn adds_up(receipt: &Receipt, rules: &Rules) -> RuleResult {
    let surely = |field: &&Field<Decimal>| field.confidence >= rules.min_confidence;
    let total = receipt.total.as_ref().filter(surely);
    let rule = |outcome, message: &str| RuleResult::new(RuleCode::TotalMismatch, outcome, message).of(total);
    let (Some(tolerance), Some(_)) = (rules.sum_tolerance, total) else {
        return rule(RuleOutcome::NotChecked, "We did not check the sum.");
    };
    let subtotal = receipt.subtotal.as_ref().filter(surely).map(|field| field.value);
    let figures = Figures { subtotal, ..Figures::of(receipt) };
    let confirmed = [figures.items, subtotal].into_iter().flatten().any(|goods| figures.reach_total(goods, tolerance));
    let contradicted = figures.items.zip(subtotal).is_some_and(|(items, subtotal)| near(items, subtotal, tolerance));
    match (confirmed, contradicted) {
        (true, _) => rule(RuleOutcome::Passed, "The sum is right."),
        (false, true) => rule(RuleOutcome::Failed, "The items and the subtotal do not add up to the total."),
        (false, false) => rule(RuleOutcome::NotChecked, "We could not check the sum."),
    }
}

fn not_in_the_future(date: Option<&Field<Date>>, facts: &Facts) -> RuleResult {
    let (outcome, message) = match (date, facts.today) {
        // A day's grace: the shop may be ahead of us by a time zone.
        (Some(date), Some(today)) if today.tomorrow().is_ok_and(|tomorrow| date.value > tomorrow) => {
            (RuleOutcome::Failed, "The date on this receipt is in the future.")
        }
        (Some(_), Some(_)) => (RuleOutcome::Passed, "The date is not in the future."),
        (None, _) | (_, None) => (RuleOutcome::NotChecked, "We did not check whether the date is in the future."),
    };
    RuleResult::new(RuleCode::FutureDate, outcome, message).of(date)
}

fn not_too_old(date: Option<&Field<Date>>, facts: &Facts, rules: &Rules) -> RuleResult {
    let code = RuleCode::TooOld;
    let (Some(date), Some(today), Some(days)) = (date, facts.today, rules.max_age_days) else {
        return RuleResult::new(code, RuleOutcome::NotChecked, "We did not check how old it is.").of(date);
    };
    // A day's grace here too: the shop may be behind us.
    let is_old = date.value.duration_until(today).as_hours() > (i64::from(days) + 1) * 24;
    let (outcome, message) = if is_old {
        (RuleOutcome::Failed, format!("Older than {days} days, so we can't take it."))
    } else {
        (RuleOutcome::Passed, format!("Not older than {days} days."))
    };
    RuleResult::new(code, outcome, message).of(Some(date))
}

const NO_CURRENCY: &str = "We did not check the currency.";

fn sure_currency<'a>(receipt: &'a Receipt, rules: &Rules) -> Option<&'a Field<Currency>> {
    receipt.currency.as_ref().filter(|field| field.confidence >= rules.min_confidence)
}

/// Where the likeliest currency is not taken, another that it may be as well: "$" is the sign of many.
fn other_currency_that_we_take(field: &Field<Currency>, taken: &[Currency]) -> Option<Currency> {
    let other = field.alternatives.iter().find(|other| taken.contains(other)).copied();
    other.filter(|_| !taken.contains(&field.value))
}

fn in_a_currency_we_take(receipt: &Receipt, rules: &Rules) -> RuleResult {
    let code = RuleCode::UnsupportedCurrency;
    let field = sure_currency(receipt, rules);
    let (Some(field), Some(taken)) = (field, &rules.currencies) else {
        return RuleResult::new(code, RuleOutcome::NotChecked, NO_CURRENCY).of(field);
    };
    let (outcome, message) = if taken.contains(&field.value) {
        (RuleOutcome::Passed, format!("We take receipts in {}.", field.value))
    } else if other_currency_that_we_take(field, taken).is_some() {
        (RuleOutcome::NotChecked, NO_CURRENCY.to_owned())
    } else {
        (RuleOutcome::Failed, format!("We can't take receipts in {} yet.", field.value))
    };
    RuleResult::new(code, outcome, message).of(Some(field))
}

fn first_of_its_kind(code: RuleCode, same: Precedent, thing: &str) -> RuleResult {
    let (outcome, message, earlier) = match same {
        Precedent::Unknown => {
            (RuleOutcome::NotChecked, format!("We did not check whether this {thing} was sent before."), None)
        }
        Precedent::None => (RuleOutcome::Passed, format!("This {thing} is new to us."), None),
        Precedent::Own { image_id, sent_on } => {
            let day = sent_on.strftime("%-d %b %Y");
            (RuleOutcome::Failed, format!("You sent this {thing} on {day}."), Some(image_id))
        }
        Precedent::Foreign => (RuleOutcome::Failed, format!("This {thing} was sent before."), None),
    };
    RuleResult { earlier, ..RuleResult::new(code, outcome, message) }
}

/// Two photos may be of one receipt, or of two that they do not tell apart: the person is told what would.
fn told_apart(receipt: &Receipt, facts: &Facts) -> RuleResult {
    let rule = first_of_its_kind(RuleCode::DuplicateReceipt, facts.same_receipt, "receipt");
    if rule.outcome != RuleOutcome::Failed {
        return rule;
    }
    if facts.is_only_alike {
        let help = "A receipt of this shop, day and total was accepted before. If yours is another purchase, take a photo \
                    that shows its number and time.";
        return RuleResult { message: help.to_owned(), ..rule };
    }
    // By which it is known.
    if let Some(number) = &receipt.receipt_number { rule.of(Some(number)) } else { rule.of(receipt.time.as_ref()) }
}

fn within_the_limit(facts: &Facts, rules: &Rules) -> RuleResult {
    let code = RuleCode::OverLimit;
    let (Some(accepted), Some(limit)) = (facts.accepted_today, rules.max_per_day) else {
        return RuleResult::new(code, RuleOutcome::NotChecked, "We did not count today's receipts.");
    };
    let (outcome, message) = if accepted < limit {
        (RuleOutcome::Passed, format!("Within the {limit} receipts that we take in a day."))
    } else {
        (
            RuleOutcome::Failed,
            format!("You have reached the {limit} receipts that we take in a day. Try again tomorrow."),
        )
    };
    let rule = RuleResult::new(code, outcome, message);
    RuleResult { value: Some(accepted.to_string()), ..rule }
}

/// Not told: how many came from there. They are other people's.
fn within_the_limit_of_the_address(facts: &Facts, rules: &Rules, earned: Option<&Rebate>) -> RuleResult {
    let code = RuleCode::OverAddressLimit;
    let (Some(counted), Some(limit), Some(_)) = (facts.earned_at_address, rules.max_per_address, earned) else {
        return RuleResult::new(code, RuleOutcome::NotChecked, "We did not count what came from your network.");
    };
    if counted < limit {
        let message = format!("Within the {limit} receipts that we take from one network in a day.");
        return RuleResult::new(code, RuleOutcome::Passed, message);
    }
    let message = format!(
        "Your network has reached the {limit} receipts that we take from one in a day. Send it again tomorrow or from elsewhere."
    );
    RuleResult::new(code, RuleOutcome::Failed, message)
}

/// A receipt that cannot be paid today is not accepted, so that it can be sent again and its rebate is not lost.
fn within_the_budget(facts: &Facts, rules: &Rules, earned: Option<&Rebate>) -> RuleResult {
    let code = RuleCode::OverBudget;
    let budget = rules.rebate.as_ref().and_then(|rebate| rebate.max_per_day);
    let (Some(payable), Some(_), Some(earned)) = (facts.payable_today, budget, earned) else {
        return RuleResult::new(code, RuleOutcome::NotChecked, "We did not look at what is left for today.");
    };
    if earned.amount <= payable {
        return RuleResult::new(code, RuleOutcome::Passed, "There is enough left for today.");
    }
    let message = "All that we pay in a day is paid for today. Keep the paper and send it again tomorrow.";
    RuleResult::new(code, RuleOutcome::Failed, message)
}
