//! Whether we take a receipt, why, and what it earns.

mod checks;
mod outcome;
mod rebate;
#[cfg(test)]
mod tests;

pub use self::outcome::{Facts, Outcome, Precedent, Rebate, RebatePart, RuleCode, RuleOutcome, RuleResult, Verdict};
use crate::{Receipt, Rules, sum_check::Figures};

/// Holds a receipt against the rules. Accepted when no rule failed.
pub fn judge(receipt: &Receipt, facts: &Facts, rules: &Rules) -> Verdict {
    let results = checks::all(receipt, facts, rules);
    let failed: Vec<_> = results.iter().filter(|rule| rule.outcome == RuleOutcome::Failed).collect();
    let rebate = if failed.is_empty() { rebate::earned(receipt, rules) } else { None };
    let (outcome, summary) = match failed.as_slice() {
        [] => (Outcome::Accepted, accepted(rebate.as_ref())),
        [one] => (Outcome::Rejected, one.message.clone()),
        [first, rest @ ..] => (Outcome::Rejected, summary_of_several(first, rest)),
    };
    Verdict { outcome, summary, rules: results, rebate, item_sum: Figures::of(receipt).item_sum() }
}

fn accepted(rebate: Option<&Rebate>) -> String {
    match rebate {
        Some(Rebate { amount, currency, .. }) => format!("Accepted, you earn {amount} {currency}."),
        None => "Accepted. Thank you!".to_owned(),
    }
}

/// "We can't see the date or the total." where all that failed is something unseen, else the first message.
fn summary_of_several(first: &RuleResult, rest: &[&RuleResult]) -> String {
    let unseen: Option<Vec<&str>> = std::iter::once(first)
        .chain(rest.iter().copied())
        .map(|rule| rule.message.strip_prefix(checks::UNSEEN)?.strip_suffix('.'))
        .collect();
    match unseen.as_deref().and_then(<[_]>::split_last) {
        Some((last, others)) => format!("{}{} or {last}.", checks::UNSEEN, others.join(", ")),
        None => first.message.clone(),
    }
}
