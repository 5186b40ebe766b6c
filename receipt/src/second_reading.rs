//! Two readers' words for one receipt, compared: where they disagree on what decides, neither is sure.

use crate::{Receipt, reading::Field};

/// The most that is left of a field's confidence where two readers disagree: below what any sensible rule takes for seen.
const DOUBTED: f32 = 0.2;

/// How two readings of one receipt agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Agreement {
    pub total: Agreed,
    pub date: Agreed,
    pub merchant: Agreed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Agreed {
    /// Both found the same, or neither found anything.
    Yes,
    No,
    /// Only the first, or only the second, found it.
    OnlyFirst,
    OnlySecond,
}

impl Agreed {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::OnlyFirst => "only_first",
            Self::OnlySecond => "only_second",
        }
    }
}

impl Receipt {
    /// Compares with what another reader makes of the same pages. What both found and disagree on is doubted: it counts as not
    /// seen, and the other's value is one more that it may be. A merchant's name is the same whatever its case, accents and
    /// punctuation.
    pub fn compare_with(&mut self, other: &Self) -> Agreement {
        let same_name = |a: &String, b: &String| crate::text::essence(a) == crate::text::essence(b);
        Agreement {
            total: compare(self.total.as_mut(), other.total.as_ref(), PartialEq::eq),
            date: compare(self.date.as_mut(), other.date.as_ref(), PartialEq::eq),
            merchant: compare(self.merchant.as_mut(), other.merchant.as_ref(), same_name),
        }
    }
}

fn compare<T: Clone + PartialEq>(
    first: Option<&mut Field<T>>,
    second: Option<&Field<T>>,
    is_same: impl Fn(&T, &T) -> bool,
) -> Agreed {
    let (first, second) = match (first, second) {
        (None, None) => return Agreed::Yes,
        (Some(_), None) => return Agreed::OnlyFirst,
        (None, Some(_)) => return Agreed::OnlySecond,
        (Some(first), Some(second)) => (first, second),
    };
    if is_same(&first.value, &second.value) {
        return Agreed::Yes;
    }
    first.confidence = first.confidence.min(DOUBTED);
    if !first.alternatives.contains(&second.value) {
        first.alternatives.push(second.value.clone());
    }
    Agreed::No
}

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal;

    use super::*;
    use crate::BoundingBox;

    fn field<T>(value: T) -> Field<T> {
        let bounds = BoundingBox::new([0.0, 0.0, 1.0, 1.0]);
        Field { text: String::new(), value, confidence: 0.9, alternatives: Vec::new(), bounds }
    }

    fn receipt(total: i64, merchant: &str) -> Receipt {
        Receipt {
            total: Some(field(Decimal::new(total, 2))),
            merchant: Some(field(merchant.to_owned())),
            ..Receipt::default()
        }
    }

    #[test]
    fn what_both_read_alike_stays_as_sure() {
        let mut first = receipt(1050, "Café Olé");
        let agreement = first.compare_with(&receipt(1050, "CAFE OLE"));
        assert_eq!(agreement, Agreement { total: Agreed::Yes, date: Agreed::Yes, merchant: Agreed::Yes });
        assert_eq!(first, receipt(1050, "Café Olé"));
    }

    #[test]
    fn what_they_disagree_on_is_seen_by_nobody() {
        let mut first = receipt(1050, "Corner Books");
        let agreement = first.compare_with(&receipt(1850, "Corner Books"));
        assert_eq!((agreement.total, agreement.merchant), (Agreed::No, Agreed::Yes));
        let total = first.total.unwrap();
        assert_eq!((total.value, total.alternatives), (Decimal::new(1050, 2), vec![Decimal::new(1850, 2)]));
        assert!(total.confidence < 0.3);
    }

    #[test]
    fn what_only_one_found_is_as_sure_as_that_one_was() {
        let mut first = receipt(1050, "Corner Books");
        let agreement = first.compare_with(&Receipt::default());
        assert_eq!((agreement.total, agreement.date), (Agreed::OnlyFirst, Agreed::Yes));
        assert_eq!(first, receipt(1050, "Corner Books"));
        assert_eq!(Receipt::default().compare_with(&first).total, Agreed::OnlySecond);
    }
}
