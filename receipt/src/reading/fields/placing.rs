//! Whether the total's figures stand beside its own label: on paper that is bent they may seem to be on another row.

use super::{
    labelled::{Labelled, largest_rounding},
    sums::Sums,
};
use crate::{
    reading::{
        language::Class,
        page::{Amount, Page},
        receipt::Receipt,
    },
    sum_check::{EXACT, Figures},
};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Placing {
    /// The rows are plain to see.
    #[default]
    Plain,
    /// They are not, but sums of several rows come out as they should, which they would not on other rows.
    Proven,
    Doubtful,
    /// They are, but a row that says how it was paid has no figures, or figures below it have no words: all may stand a row
    /// too high or too low, which upright boxes do not show.
    Odd,
}

/// On longer receipts it is not worth another reading.
const MAX_AMOUNTS: usize = 120;

pub(crate) fn placing(page: &Page, figures: &[Labelled], total: &Amount, receipt: &Receipt) -> Placing {
    let unproven = match (page.is_in_doubt(total.row), is_odd(page, total)) {
        (true, _) => Placing::Doubtful,
        (false, true) => Placing::Odd,
        (false, false) => return Placing::Plain,
    };
    let sums = Sums::new(page, figures, largest_rounding(None));
    let of_receipt = Figures::of(receipt);
    let items = of_receipt.items.filter(|_| receipt.items.len() > 1);
    let taxed = of_receipt.subtotal.filter(|_| !of_receipt.taxes.is_zero());
    let adds_up = [items, taxed].into_iter().flatten().any(|goods| of_receipt.reach_total(goods, EXACT));
    if adds_up || sums.is_paid_with_change(total.size()) { Placing::Proven } else { unproven }
}

fn is_odd(page: &Page, total: &Amount) -> bool {
    let is_paid = |row: usize| page.classes[row].any(&[Class::Cash, Class::Card, Class::Change]);
    let lacks_figures = |row: usize| is_paid(row) && !page.has_amount(row);
    let lacks_words = |row: usize| is_paid(row - 1) && !page.has_words(row) && page.has_amount(row);
    let below = total.row + 1..page.rows.len();
    page.amounts.len() <= MAX_AMOUNTS && below.into_iter().any(|row| lacks_figures(row) || lacks_words(row))
}
