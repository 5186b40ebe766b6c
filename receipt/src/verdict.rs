//! Whether we take a receipt, why, and what it earns.

mod checks;
mod outcome;
mod rebate;
#[cfg(test)]
mod tests;

pub use self::outcome::{
    Facts, NoRebate, Outcome, Precedent, Rebate, RebatePart, RuleCode, RuleOutcome, RuleResult, Verdict,
};
use crate::{Receipt, Rules, sum_check::Figures};

/// Holds a receipt against the rules. Accepted when no rule failed.
pub fn judge(receipt: &Receipt, facts: &Facts, rules: &Rules) -> Verdict {
    let earned = rebate::earned(receipt, rules);
    let no_rebate = earned.as_ref().and_then(|_| rebate::withheld(facts, rules));
    let earned = earned.filter(|_| no_rebate.is_none());
    let results = checks::all(receipt, facts, rules, earned.as_ref());
    let failed: Vec<_> = results.iter().filter(|rule| rule.outcome == RuleOutcome::Failed).collect();
    let is_accepted = failed.is_empty();
    let (rebate, no_rebate) = (earned.filter(|_| is_accepted), no_rebate.filter(|_| is_accepted));
    let (outcome, summary) = match failed.as_slice() {
        [] => (Outcome::Accepted, accepted(rebate.as_ref(), no_rebate)),
        [one] => (Outcome::Rejected, one.message.clone()),
        [first, rest @ ..] => (Outcome::Rejected, summary_of_several(first, rest)),
    };
    Verdict { outcome, summary, rules: results, rebate, no_rebate, item_sum: Figures::of(receipt).item_sum() }
}

fn accepted(rebate: Option<&Rebate>, no_rebate: Option<NoRebate>) -> String {
    match (rebate, no_rebate) {
        (Some(Rebate { amount, currency, .. }), _) => format!("Accepted, you earn {amount} {currency}."),
        (None, Some(NoRebate::NotSignedIn)) => {
            "Accepted. Only receipts sent while signed in earn something.".to_owned()
        }
        (None, None) => "Accepted. Thank you!".to_owned(),
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
