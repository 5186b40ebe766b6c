//! Whether we take a receipt, and why.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{BoundingBox, Field, Receipt};

/// What is known beside the receipt itself.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// The day on which it is judged; without it, rules about time are not checked.
    pub today: Option<Date>,
}

/// What is asked of a receipt.
#[derive(Debug, Clone)]
pub struct Rules {
    /// A field below this confidence counts as not seen.
    pub min_confidence: f32,
}

impl Default for Rules {
    fn default() -> Self {
        Self { min_confidence: 0.5 }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Verdict {
    pub outcome: Outcome,
    /// One sentence for the person who sent the receipt.
    pub summary: String,
    /// Every rule, in the order of its checking.
    pub rules: Vec<RuleResult>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Accepted,
    Rejected,
}

/// What one rule found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RuleResult {
    pub code: RuleCode,
    pub outcome: RuleOutcome,
    /// One sentence for the person who sent the receipt.
    pub message: String,
    /// What the rule looked at, as read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Where that stands on the picture.
    #[serde(rename = "box", default, skip_serializing_if = "Option::is_none")]
    pub bounds: Option<BoundingBox>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleCode {
    MissingMerchant,
    MissingDate,
    MissingTotal,
    FutureDate,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleOutcome {
    Passed,
    Failed,
    NotChecked,
}

/// Holds a receipt against the rules. Accepted when no rule failed.
pub fn judge(receipt: &Receipt, facts: &Facts, rules: &Rules) -> Verdict {
    let results = vec![
        seen(RuleCode::MissingMerchant, "the name of the shop", receipt.merchant.as_ref(), rules),
        seen(RuleCode::MissingDate, "the date", receipt.date.as_ref(), rules),
        seen(RuleCode::MissingTotal, "the total", receipt.total.as_ref(), rules),
        not_in_the_future(receipt.date.as_ref(), facts),
    ];
    let failed: Vec<_> = results.iter().filter(|rule| rule.outcome == RuleOutcome::Failed).collect();
    let (outcome, summary) = match failed.as_slice() {
        [] => (Outcome::Accepted, "Accepted. Thank you!".to_owned()),
        [one] => (Outcome::Rejected, one.message.clone()),
        [first, rest @ ..] => (Outcome::Rejected, summary_of_several(first, rest)),
    };
    Verdict { outcome, summary, rules: results }
}

/// "We can't see the date or the total." where all that failed is something unseen, else the first message.
fn summary_of_several(first: &RuleResult, rest: &[&RuleResult]) -> String {
    let unseen: Option<Vec<&str>> = std::iter::once(first)
        .chain(rest.iter().copied())
        .map(|rule| rule.message.strip_prefix(UNSEEN)?.strip_suffix('.'))
        .collect();
    match unseen.as_deref().and_then(<[_]>::split_last) {
        Some((last, others)) => format!("{UNSEEN}{} or {last}.", others.join(", ")),
        None => first.message.clone(),
    }
}

const UNSEEN: &str = "We can't see ";

fn seen<T>(code: RuleCode, name: &str, field: Option<&Field<T>>, rules: &Rules) -> RuleResult {
    let surely = field.is_some_and(|field| field.confidence >= rules.min_confidence);
    RuleResult {
        code,
        outcome: if surely { RuleOutcome::Passed } else { RuleOutcome::Failed },
        message: match (surely, field) {
            (true, _) => format!("We can see {name}."),
            (false, None) => format!("{UNSEEN}{name}."),
            (false, Some(_)) => format!("We can't read {name} well enough."),
        },
        value: field.map(|field| field.text.clone()),
        bounds: field.map(|field| field.bounds),
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
    RuleResult {
        code: RuleCode::FutureDate,
        outcome,
        message: message.to_owned(),
        value: date.map(|date| date.text.clone()),
        bounds: date.map(|date| date.bounds),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use rust_decimal::Decimal;

    use super::*;

    fn field<T>(text: &str, value: T, confidence: f32) -> Field<T> {
        let bounds = BoundingBox { left: 0.1, top: 0.1, width: 0.2, height: 0.1 };
        Field { text: text.to_owned(), value, confidence, bounds }
    }

    fn complete() -> Receipt {
        Receipt {
            merchant: Some(field("Corner Shop", "Corner Shop".to_owned(), 0.9)),
            date: Some(field("25/12/2018", date(2018, 12, 25), 0.9)),
            total: Some(field("9.00", Decimal::new(900, 2), 0.9)),
            ..Receipt::default()
        }
    }

    #[test]
    fn a_complete_receipt_is_accepted() {
        let verdict = judge(&complete(), &Facts::default(), &Rules::default());
        assert_eq!(verdict.outcome, Outcome::Accepted);
    }

    #[test]
    fn what_is_missing_is_named() {
        let receipt = Receipt { total: None, ..complete() };
        let verdict = judge(&receipt, &Facts::default(), &Rules::default());
        assert_eq!((verdict.outcome, verdict.summary.as_str()), (Outcome::Rejected, "We can't see the total."));

        let verdict = judge(&Receipt::default(), &Facts::default(), &Rules::default());
        assert_eq!(verdict.summary, "We can't see the name of the shop, the date or the total.");
    }

    #[test]
    fn a_field_that_was_hardly_read_counts_as_not_seen() {
        let receipt = Receipt { total: Some(field("9.0O", Decimal::new(900, 2), 0.2)), ..complete() };
        let verdict = judge(&receipt, &Facts::default(), &Rules::default());
        assert_eq!(verdict.summary, "We can't read the total well enough.");
        assert_eq!(verdict.rules[2].value.as_deref(), Some("9.0O"));
    }

    #[test]
    fn a_date_in_the_future_is_not_taken() {
        let facts = Facts { today: Some(date(2018, 12, 23)) };
        assert_eq!(judge(&complete(), &facts, &Rules::default()).outcome, Outcome::Rejected);
        let facts = Facts { today: Some(date(2018, 12, 24)) };
        assert_eq!(judge(&complete(), &facts, &Rules::default()).outcome, Outcome::Accepted);
    }
}
