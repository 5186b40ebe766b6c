//! Whether the figures on a receipt fit its total.
//!
//! One figure that does not fit is more often misread than printed wrong, so a receipt is turned away only where two
//! witnesses, its items and its subtotal, agree with each other and not with the total.

use rust_decimal::Decimal;

use super::{RuleCode, RuleOutcome, RuleResult};
use crate::{Field, Receipt, Rules};

pub(super) fn fit(receipt: &Receipt, rules: &Rules) -> RuleResult {
    let surely = |field: &&Field<Decimal>| field.confidence >= rules.min_confidence;
    let total = receipt.total.as_ref().filter(surely);
    let subtotal = receipt.subtotal.as_ref().filter(surely);
    let rule = |outcome, message: &str| RuleResult::new(RuleCode::TotalMismatch, outcome, message).of(total);
    let (Some(tolerance), Some(total)) = (rules.sum_tolerance, total) else {
        return rule(RuleOutcome::NotChecked, "We did not check the sum.");
    };
    let items = sum_of_items(receipt);
    let near = |a: Decimal, b: Decimal| a.checked_sub(b).is_some_and(|gap| gap.abs() <= tolerance);
    let reaches_total = |from: Decimal| sums_from(from, receipt).any(|sum| near(sum, total.value));
    let subtotal = subtotal.map(|field| field.value);
    let confirmed = [items, subtotal].into_iter().flatten().any(reaches_total);
    let contradicted = items.zip(subtotal).is_some_and(|(items, subtotal)| near(items, subtotal));
    match (confirmed, contradicted) {
        (true, _) => rule(RuleOutcome::Passed, "The sum is right."),
        (false, true) => rule(RuleOutcome::Failed, "The items and the subtotal do not add up to the total."),
        (false, false) => rule(RuleOutcome::NotChecked, "We could not check the sum."),
    }
}

/// Of all items, if each has an amount and there are any.
fn sum_of_items(receipt: &Receipt) -> Option<Decimal> {
    let amounts = receipt.items.iter().map(|item| item.amount.as_ref().map(|amount| amount.value));
    let sum = |sum: Decimal, amount: Option<Decimal>| sum.checked_add(amount?);
    if receipt.items.is_empty() { None } else { amounts.into_iter().try_fold(Decimal::ZERO, sum) }
}

/// Where one comes to from `base` by any of what is added and taken off below it: prices hold the tax in some countries
/// and shops, and so for the other parts.
fn sums_from(base: Decimal, receipt: &Receipt) -> impl Iterator<Item = Decimal> {
    let value = |field: &Option<Field<Decimal>>| field.as_ref().map(|field| field.value);
    let taxes = receipt.taxes.iter().filter_map(|tax| value(&tax.amount)).try_fold(Decimal::ZERO, Decimal::checked_add);
    let parts = [
        taxes,
        value(&receipt.service),
        value(&receipt.tip),
        value(&receipt.rounding),
        value(&receipt.discount).map(|discount| -discount),
    ];
    let parts: Vec<Decimal> = parts.into_iter().flatten().filter(|part| !part.is_zero()).collect();
    (0..1_u32 << parts.len()).filter_map(move |chosen| {
        let chosen = parts.iter().enumerate().filter(|(place, _)| chosen & (1 << place) != 0);
        chosen.map(|(_, part)| *part).try_fold(base, Decimal::checked_add)
    })
}
