//! What on the paper says the same as the total, beside the items.

use rust_decimal::Decimal;

use super::{Surroundings, is_called_total};
use crate::reading::{fields::labelled::Labelled, language::Class, page::Amount};

/// How else the total is known.
#[derive(Debug, Clone, Default)]
pub(crate) struct Witnesses {
    /// What was handed over, less change.
    pub(crate) paid: bool,
    /// It is said again, rounded or not, or a sum and its tax come to it.
    pub(crate) said_again: bool,
    /// What was added to the items or taken off: the labelled figures.
    pub(crate) parts: Vec<Decimal>,
}

/// By which one total may differ from another that says the same, in hundredths.
const MOST_ROUNDED: i64 = 5;
/// Further figures are not taken for what was added to the items.
const MOST_PARTS: usize = 16;

impl Surroundings {
    pub(super) fn witnesses(&self, figures: &[Labelled], amount: &Amount) -> Witnesses {
        let size = amount.size();
        let again = self.said.get(&size).is_some_and(|said| said.rows > 1);
        let pays = self.sums.starts_payment(amount.row, size) || self.sums.is_left_below(amount.row, size);
        let is_rounded = |it: &Labelled| {
            let gap = (it.amount.size() - size).abs();
            it.amount.row != amount.row && is_called_total(it) && gap <= MOST_ROUNDED
        };
        let parts = [Class::Tax, Class::Service, Class::Tip, Class::Discount, Class::Rounding];
        let added = figures.iter().filter(|it| it.own.any(&parts) && it.amount.size() > 0);
        Witnesses {
            paid: self.sums.is_paid_with_change(size) || pays || again && self.sums.is_handed_over(size),
            said_again: figures.iter().any(is_rounded) || self.sums.is_taxed_sum(size),
            parts: added.take(MOST_PARTS).map(|it| it.amount.value().abs()).collect(),
        }
    }
}
