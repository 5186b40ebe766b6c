//! Amounts with the classes of the words beside them.

use rust_decimal::{Decimal, prelude::ToPrimitive};

use super::products;
use crate::{
    reading::{
        language::{Class, Classes, KnownCurrency},
        page::{Amount, Page},
    },
    text::letters,
};

/// An amount with what its label says.
#[derive(Debug)]
pub(crate) struct Labelled<'a> {
    pub(crate) amount: &'a Amount,
    pub(crate) label: String,
    /// The classes of the words to its left.
    pub(crate) own: Classes,
    /// Where it has none: the classes of the row above it.
    pub(crate) above: Classes,
}

pub(crate) fn labelled(page: &Page) -> Vec<Labelled<'_>> {
    let mut figures = with_labels(page);
    products::clear_labels(page, &mut figures);
    let is_total = |it: &Labelled| it.amount.size() > 0 && it.own.with(it.above).any(&TOTALS);
    if !figures.iter().any(is_total) {
        call_balance_total(&mut figures);
    }
    figures
}

const TOTALS: [Class; 4] = [Class::Total, Class::StrongTotal, Class::RoundedTotal, Class::Payable];

/// Where nothing is called a total, a balance that was still to be paid, and was, is it. What is left after paying is change.
fn call_balance_total(figures: &mut [Labelled]) {
    let paid = |it: &&Labelled| it.own.any(&[Class::Cash, Class::Card]);
    let Some(payment) = figures.iter().find(paid).map(|it| it.amount.row) else { return };
    let is_open = |it: &&mut Labelled| it.own.has(Class::Balance) && it.amount.size() > 0 && it.amount.row < payment;
    for it in figures.iter_mut().filter(is_open) {
        it.own = it.own.without(Class::Change).with(Class::Total.into());
    }
}

fn with_labels(page: &Page) -> Vec<Labelled<'_>> {
    page.amounts
        .iter()
        .map(|amount| {
            let label = page.label(amount);
            if letters(&label) >= 2 {
                let own = page.classes_before(amount.row, amount.reach.start);
                return Labelled { amount, label, own, above: Classes::default() };
            }
            let above = amount.row.checked_sub(1).filter(|&row| !page.has_amount(row) && !page.is_heading(row));
            let above = above.map_or(Classes::default(), |row| page.classes[row]);
            Labelled { amount, label: String::new(), own: Classes::default(), above }
        })
        .collect()
}

/// The first row that a total stands on.
pub(crate) fn first_total(figures: &[Labelled]) -> Option<usize> {
    figures
        .iter()
        .filter(|it| it.own.any(&[Class::Total, Class::Subtotal, Class::StrongTotal]) && !it.own.has(Class::Count))
        .map(|it| it.amount.row)
        .min()
}

/// The most that a figure called a rounding comes to, in hundredths: a unit of the currency, or its smallest coin where
/// that is more.
pub(crate) fn largest_rounding(currency: Option<&KnownCurrency>) -> i64 {
    let coin = currency.map(|currency| currency.smallest_coin() * Decimal::ONE_HUNDRED).and_then(|coin| coin.to_i64());
    coin.unwrap_or_default().max(100)
}
