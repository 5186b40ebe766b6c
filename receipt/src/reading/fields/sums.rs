//! Which labelled amounts are sums of others: cash less change, subtotal and tax, rounding, items. Evidence for the total,
//! taken before fields are known; whether the fields add up in the end is for `sum_check`.

use std::collections::{BTreeMap, BTreeSet};

use super::labelled::{Labelled, first_total};
use crate::reading::{language::Class, page::Page};

/// The figures of a receipt by what their labels call them, in hundredths.
#[derive(Debug, Default)]
pub(crate) struct Sums {
    all: BTreeSet<i64>,
    handed_over: BTreeSet<i64>,
    change: BTreeSet<i64>,
    taxes: BTreeSet<i64>,
    subtotals: BTreeSet<i64>,
    totals: BTreeSet<i64>,
    strong: BTreeSet<i64>,
    rounded: BTreeSet<i64>,
    /// With their signs, both ways: shops do not agree on them.
    roundings: BTreeSet<i64>,
    discounts: BTreeSet<i64>,
    tips: BTreeSet<i64>,
    items: i64,
    has_items: bool,
    /// The last figures of rows that are the sum of others directly above them: row, hundredths.
    closing: BTreeSet<(usize, i64)>,
    /// And those that start three rows of total, handed over and change.
    starting_payment: BTreeSet<(usize, i64)>,
    /// What the last figures of two rows leave, handed over and change, and the last row where they do.
    left: BTreeMap<i64, usize>,
}

/// Further figures are not compared.
const MAX_SET: usize = 64;
/// Further figures above one are not added up.
const MAX_ABOVE: usize = 100;

/// The rows whose figure is the sum of two or more directly above it, with its size.
fn closing(column: &[(usize, i64)]) -> BTreeSet<(usize, i64)> {
    // The rows above which all others come to a sum.
    let mut rows_above: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
    let mut closing = BTreeSet::new();
    let mut sum = 0_i64;
    for (at, &(row, cents)) in column.iter().enumerate() {
        // An item and its subtotal come to twice the total, as the money for it may.
        let is_twice = |from: usize| at - from == 2 && cents == 2 * column[from].1;
        let adds_up = |from: usize| (2..=MAX_ABOVE).contains(&(at - from)) && !is_twice(from);
        let mut firsts = rows_above.get(&sum.saturating_sub(cents)).into_iter().flatten();
        if cents > 0 && firsts.any(|from| adds_up(*from)) {
            closing.insert((row, cents));
        }
        rows_above.entry(sum).or_default().push(at);
        sum = sum.saturating_add(cents);
    }
    closing
}

/// Of the sizes of the last figures of each row, top down.
fn starting_payment(column: &[(usize, i64)]) -> BTreeSet<(usize, i64)> {
    let starts = |three: &[(usize, i64)]| match three {
        [total, (_, cash), (_, change)] => Some(*total).filter(|(_, total)| *change > 0 && cash - change == *total),
        _ => None,
    };
    column.windows(3).filter_map(starts).collect()
}

fn left(column: &[(usize, i64)]) -> BTreeMap<i64, usize> {
    let leave = |two: &[(usize, i64)]| match two {
        [(row, cash), (_, change)] => Some((cash - change, *row)).filter(|_| *change > 0),
        _ => None,
    };
    column.windows(2).filter_map(leave).collect()
}

impl Sums {
    pub(crate) fn new(page: &Page, figures: &[Labelled], largest_rounding: i64) -> Self {
        let mut sums = Self::default();
        let mut last: BTreeMap<usize, &Labelled> = BTreeMap::new();
        for figure in figures {
            let (classes, own) = (figure.own.with(figure.above), figure.own);
            let size = figure.amount.size();
            let mut put = |set: fn(&mut Self) -> &mut BTreeSet<i64>, fits: bool| {
                let set = set(&mut sums);
                if fits && set.len() < MAX_SET {
                    set.insert(size);
                }
            };
            let total_like = [Class::ExclTax, Class::Count, Class::Subtotal, Class::Discount];
            put(|it| &mut it.all, true);
            put(
                |it| &mut it.handed_over,
                classes.any(&[Class::Cash, Class::Card]) && !classes.any(&[Class::Change, Class::Rounding]),
            );
            put(|it| &mut it.change, classes.has(Class::Change));
            let taxed_total = own.any(&[Class::Subtotal, Class::InclTax, Class::StrongTotal]);
            put(|it| &mut it.taxes, classes.has(Class::Tax) && (own.has(Class::Total) || !taxed_total));
            put(|it| &mut it.taxes, classes.has(Class::Service) && !own.has(Class::Total));
            put(|it| &mut it.subtotals, classes.any(&[Class::Subtotal, Class::ExclTax]));
            let plain = !classes.any(&total_like);
            put(|it| &mut it.strong, plain && classes.any(&[Class::StrongTotal, Class::RoundedTotal]));
            let other = [Class::Tax, Class::Cash, Class::Change, Class::Points];
            put(|it| &mut it.totals, plain && classes.has(Class::Total) && !classes.any(&other));
            // "18% = 3.87" only proposes a tip.
            put(|it| &mut it.tips, classes.has(Class::Tip) && size > 0 && !figure.label.contains('%'));
            put(|it| &mut it.discounts, classes.has(Class::Discount) && size > 0);
            put(|it| &mut it.rounded, classes.has(Class::RoundedTotal));
            if classes.has(Class::Rounding) && 2 * size <= largest_rounding && size > 0 {
                sums.roundings.extend([size, -size]);
            }
            last.insert(figure.amount.row, figure);
        }
        let first_total = first_total(figures).unwrap_or(page.rows.len());
        let signed: Vec<(usize, i64)> = last.iter().map(|(row, figure)| (*row, figure.amount.cents)).collect();
        sums.closing = closing(&signed);
        let sizes: Vec<(usize, i64)> = last.iter().map(|(row, figure)| (*row, figure.amount.size())).collect();
        (sums.starting_payment, sums.left) = (starting_payment(&sizes), left(&sizes));
        for (row, figure) in last {
            let closing = figure.own.any(&[Class::Total, Class::Subtotal, Class::Cash, Class::Change]);
            if row < first_total && !closing {
                sums.items = sums.items.saturating_add(figure.amount.cents);
                sums.has_items = true;
            }
        }
        sums
    }

    pub(crate) fn is_rounded_total(&self, size: i64) -> bool {
        self.rounded.contains(&size)
    }

    pub(crate) fn is_strong_total(&self, size: i64) -> bool {
        self.strong.contains(&size)
    }

    pub(crate) fn is_total(&self, size: i64) -> bool {
        self.totals.contains(&size)
    }

    pub(crate) fn is_handed_over(&self, size: i64) -> bool {
        self.handed_over.contains(&size)
    }

    /// Handed over less change.
    pub(crate) fn is_paid(&self, size: i64) -> bool {
        self.change.iter().any(|change| size.checked_add(*change).is_some_and(|cash| self.handed_over.contains(&cash)))
    }

    /// Handed over less change, where there was change. That all was handed back says nothing of a total of zero: both may
    /// be read a row too high.
    pub(crate) fn is_paid_with_change(&self, size: i64) -> bool {
        let mut given_back = self.change.iter().filter(|change| **change > 0);
        size > 0 && given_back.any(|change| self.handed_over.contains(&(size + change)))
    }

    /// A subtotal with a tax and perhaps a rounding.
    pub(crate) fn is_taxed_sum(&self, size: i64) -> bool {
        let bases = || self.subtotals.iter().chain(&self.strong).chain(&self.totals);
        let taxes = || self.taxes.iter().filter(|tax| **tax > 0);
        taxes().any(|tax| {
            bases().any(|base| {
                let difference = size - base - tax;
                difference == 0 || self.roundings.contains(&difference)
            })
        })
    }

    /// Another figure, rounded, gives this one, which ends as coins do.
    pub(crate) fn is_reached_by_rounding(&self, size: i64) -> bool {
        size % 5 == 0 && self.is_a_rounding_away(size)
    }

    /// This one, rounded, gives another figure.
    pub(crate) fn is_left_by_rounding(&self, size: i64) -> bool {
        size % 5 != 0 && self.is_a_rounding_away(size)
    }

    fn is_a_rounding_away(&self, size: i64) -> bool {
        self.roundings.iter().any(|rounding| self.all.contains(&(size - rounding)))
    }

    /// A total less a discount, and handed over.
    pub(crate) fn is_paid_after_discount(&self, size: i64) -> bool {
        self.handed_over.contains(&size)
            && self.discounts.iter().any(|discount| self.totals.contains(&(size + discount)))
    }

    /// A total from which a discount leaves what was handed over.
    pub(crate) fn is_left_by_discount(&self, size: i64) -> bool {
        self.discounts.iter().any(|discount| self.is_paid_after_discount(size - discount))
    }

    /// Another total with a tip.
    pub(crate) fn is_with_tip(&self, size: i64) -> bool {
        self.tips.iter().any(|tip| self.totals.contains(&(size - tip)) || self.strong.contains(&(size - tip)))
    }

    /// By two sums that share no figure: what it is made of, and how it was paid.
    pub(crate) fn is_proven_twice(&self, size: i64) -> bool {
        self.is_taxed_sum(size) && self.handed_over.contains(&size)
    }

    /// What the rows above the first total add up to.
    pub(crate) fn is_sum_of_items(&self, size: i64) -> bool {
        self.has_items && self.items == size
    }

    /// The figures directly above, two or more, add up to this one.
    pub(crate) fn closes_column(&self, row: usize, size: i64) -> bool {
        self.closing.contains(&(row, size))
    }

    /// Three rows, one below the other, are total, handed over and change.
    pub(crate) fn starts_payment(&self, row: usize, size: i64) -> bool {
        self.starting_payment.contains(&(row, size))
    }

    /// Somewhere below, two rows are handed over and change and leave this.
    pub(crate) fn is_left_below(&self, row: usize, size: i64) -> bool {
        self.left.get(&size).is_some_and(|last| *last > row)
    }
}
