//! Whether the figures of a receipt add up: how items, subtotal, taxes, service, tip, discount and rounding come to the
//! total is computed here and nowhere else.
//!
//! The reading uses it to find misread figures, the rule `total_mismatch` to find receipts that do not fit, and the verdict
//! to report the sum of the items. They differ in the tolerance only, which each states.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{Field, Receipt, reading::MAX_ITEMS};

/// The tolerance of the reading: a figure that is off by a cent was misread. How much of a shop's own rounding is forgiven
/// is for the operator to say (`sum_tolerance` of the rules), and says nothing of how well the figures were read.
pub const EXACT: Decimal = Decimal::ZERO;

/// By how much a tax may miss its share of a sum: a cent for the rounding of each of the two.
const TAX_ROUNDING: Decimal = Decimal::from_parts(2, 0, 0, false, 2);

/// The figures that one sum is made of.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Figures {
    /// The sum of all items; absent where there are none or more than are read, or where one of them has no amount.
    pub items: Option<Decimal>,
    pub subtotal: Option<Decimal>,
    /// All taxes together.
    pub taxes: Decimal,
    pub service: Decimal,
    pub tip: Decimal,
    /// What was taken off, as a positive number.
    pub discount: Decimal,
    pub rounding: Decimal,
    pub total: Option<Decimal>,
}

/// What the items of a receipt come to, compared with its subtotal or its total.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ItemSum {
    pub is: ItemSumIs,
    /// Of all items.
    pub sum: Decimal,
    /// What is missing or too much, as a positive number, against the subtotal or, where there is none, the total.
    /// Absent where the sum fits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub difference: Option<Decimal>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ItemSumIs {
    Fits,
    /// Less than the receipt says.
    Missing,
    /// More than the receipt says.
    TooMuch,
}

impl Figures {
    pub fn of(receipt: &Receipt) -> Self {
        let value = |field: &Field<Decimal>| field.value;
        let [service, tip, discount, rounding] = [&receipt.service, &receipt.tip, &receipt.discount, &receipt.rounding]
            .map(|field| field.as_ref().map(value).unwrap_or_default());
        let items = receipt.items.iter().map(|item| item.amount.as_ref().map(value));
        let taxes = receipt.taxes.iter().filter_map(|tax| tax.amount.as_ref().map(value));
        Self {
            // A list that was cut off comes to nothing in particular.
            items: items
                .reduce(|sum, amount| sum?.checked_add(amount?))
                .flatten()
                .filter(|_| receipt.items.len() < MAX_ITEMS),
            subtotal: receipt.subtotal.as_ref().map(value),
            taxes: taxes.fold(Decimal::ZERO, Decimal::saturating_add),
            service,
            tip,
            discount,
            rounding,
            total: receipt.total.as_ref().map(value),
        }
    }

    /// Whether goods of this price come to the total by any of what is added and taken off below them: in some countries
    /// and shops the prices hold the taxes already, and so for the other parts. Each counts whole or not at all, a
    /// rounding with either sign, since shops do not agree on it.
    pub fn reach_total(&self, goods: Decimal, tolerance: Decimal) -> bool {
        self.total.is_some_and(|total| self.sums(goods).into_iter().any(|sum| near(sum, total, tolerance)))
    }

    /// What goods of this price come to by the way that comes nearest to the total.
    pub(crate) fn nearest_to_total(&self, goods: Decimal) -> Option<Decimal> {
        let total = self.total?;
        self.sums(goods).into_iter().min_by_key(|sum| sum.checked_sub(total).map_or(Decimal::MAX, |gap| gap.abs()))
    }

    fn sums(&self, goods: Decimal) -> Vec<Decimal> {
        let ways = [
            [self.taxes, Decimal::ZERO],
            [self.service, Decimal::ZERO],
            [self.tip, Decimal::ZERO],
            [-self.discount, Decimal::ZERO],
            [self.rounding, -self.rounding],
        ];
        ways.iter().fold(vec![goods], |mut sums, ways| {
            let parts: Vec<Decimal> = ways.iter().copied().filter(|part| !part.is_zero()).collect();
            let added: Vec<Decimal> =
                sums.iter().flat_map(|sum| parts.iter().filter_map(|part| sum.checked_add(*part))).collect();
            sums.extend(added);
            sums
        })
    }

    /// Whether the items come to the subtotal, a discount taken off before it or not, or to the total. `None` where there
    /// is nothing to compare.
    pub fn items_fit(&self, tolerance: Decimal) -> Option<bool> {
        let items = self.items?;
        let discounted = items.checked_sub(self.discount);
        let is_subtotal = |subtotal: Decimal| {
            [Some(items), discounted].into_iter().flatten().any(|sum| near(sum, subtotal, tolerance))
        };
        let fits = self.subtotal.is_some_and(is_subtotal) || self.reach_total(items, tolerance);
        (self.subtotal.is_some() || self.total.is_some()).then_some(fits)
    }

    /// For the verdict. Exact: adding the items up by hand gives the same.
    pub fn item_sum(&self) -> Option<ItemSum> {
        let (sum, goal) = (self.items?, self.subtotal.or(self.total)?);
        let difference = sum.checked_sub(goal)?;
        let (is, difference) = match self.items_fit(EXACT)? {
            true => (ItemSumIs::Fits, None),
            false if difference.is_sign_negative() => (ItemSumIs::Missing, Some(difference.abs())),
            false => (ItemSumIs::TooMuch, Some(difference)),
        };
        Some(ItemSum { is, sum, difference })
    }
}

/// Whether a tax is its rate, in per cent, of a sum to which it is added.
pub(crate) fn is_share(tax: Decimal, of: Decimal, rate: Decimal) -> bool {
    near(of * rate / Decimal::ONE_HUNDRED, tax, TAX_ROUNDING)
}

/// Whether two sums are the same.
pub(crate) fn near(a: Decimal, b: Decimal, tolerance: Decimal) -> bool {
    a.checked_sub(b).is_some_and(|gap| gap.abs() <= tolerance)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    fn figures(items: &str, subtotal: Option<&str>, total: Option<&str>) -> Figures {
        Figures {
            items: Some(decimal(items)),
            subtotal: subtotal.map(decimal),
            total: total.map(decimal),
            ..Figures::default()
        }
    }

    #[test]
    fn items_come_to_the_total_with_any_of_what_is_added_and_taken_off() {
        let base = Figures {
            taxes: decimal("2.00"),
            service: decimal("1.00"),
            tip: decimal("0.50"),
            discount: decimal("3.00"),
            rounding: decimal("-0.02"),
            ..figures("10.00", None, None)
        };
        for (total, fits) in [
            ("10.00", true),
            ("12.00", true),
            ("11.00", true),
            ("13.50", true),
            ("7.00", true),
            ("10.50", true),
            ("9.98", true),
            ("10.02", true),
            ("10.48", true),
            ("8.00", true),
            ("14.00", false),
            ("10.01", false),
        ] {
            let figures = Figures { total: Some(decimal(total)), ..base.clone() };
            assert_eq!(figures.items_fit(EXACT), Some(fits), "{total}");
        }
        let figures = Figures { total: Some(decimal("14.00")), ..base };
        assert_eq!(figures.items_fit(decimal("0.50")), Some(true), "13.50 is near");
    }

    #[test]
    fn items_come_to_the_subtotal_whatever_the_total() {
        let figures = Figures { discount: decimal("1.00"), ..figures("10.00", Some("9.00"), Some("77.00")) };
        assert_eq!(figures.items_fit(EXACT), Some(true));
    }

    #[test]
    fn what_is_said_of_the_items_sum_is_exact() {
        let check = |figures: &Figures, expected: &str| {
            assert_eq!(serde_json::to_string(&figures.item_sum()).unwrap(), expected);
        };
        check(&figures("8.50", None, Some("8.50")), r#"{"is":"fits","sum":"8.50"}"#);
        check(&figures("8.50", Some("9.00"), Some("9.54")), r#"{"is":"missing","sum":"8.50","difference":"0.50"}"#);
        check(&figures("8.50", None, Some("8.40")), r#"{"is":"too_much","sum":"8.50","difference":"0.10"}"#);
        check(&figures("8.50", None, None), "null");
        check(&Figures { items: None, ..figures("0", Some("1.00"), Some("1.00")) }, "null");
    }

    #[test]
    fn a_tax_is_its_share_of_a_sum_within_its_rounding() {
        assert!(is_share(decimal("1.67"), decimal("8.33"), decimal("20")));
        assert!(!is_share(decimal("1.70"), decimal("8.33"), decimal("20")));
    }
}
