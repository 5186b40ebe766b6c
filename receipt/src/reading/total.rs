//! The total: every amount is scored by its label, its place and the sums that it is part of; the best one wins.

use std::{collections::BTreeMap, sync::LazyLock};

use regex::Regex;
use rust_decimal::Decimal;

use super::{
    amounts::Amount,
    arithmetic::{Ledger, first_total},
    confidence::{self, Clue},
    field::Field,
    frame::median,
    keywords::{Class, Classes},
    page::Page,
    text::{letters, regex},
};

/// Measured: points for what was seen to tell the total from other amounts. ARCHITECTURE.md says how.
mod points {
    pub(super) const ROUNDED_TOTAL: f32 = 9.0;
    pub(super) const STRONG_TOTAL: f32 = 7.0;
    pub(super) const TOTAL: f32 = 6.0;
    pub(super) const TOTAL_ABOVE: f32 = 4.5;
    pub(super) const NOTHING_BUT_TOTAL: f32 = 1.0;
    pub(super) const INCLUDING_TAX: f32 = 1.0;
    pub(super) const SUBTOTAL: f32 = -4.0;
    pub(super) const COUNT: f32 = -3.0;
    pub(super) const TAX: f32 = -5.0;
    pub(super) const DISCOUNT: f32 = -5.0;
    pub(super) const ROUNDING: f32 = -5.0;
    pub(super) const TOTAL_BESIDE_ROUNDING: f32 = 7.0;
    pub(super) const BELOW_ROUNDING: f32 = 2.0;
    pub(super) const BETWEEN_ROUNDING_AND_CASH: f32 = 3.0;
    pub(super) const NEGATIVE: f32 = -8.0;
    pub(super) const SHARE: f32 = -3.0;
    pub(super) const SUPPLIES: f32 = -4.0;
    pub(super) const PAYABLE: f32 = 2.0;
    pub(super) const TORN_LABEL: f32 = 3.0;
    pub(super) const CHANGE: f32 = -4.0;
    pub(super) const HANDED_OVER: f32 = 0.5;
    pub(super) const TAX_TABLE: f32 = -4.0;
    pub(super) const SAID_ROUNDED: f32 = 1.5;
    pub(super) const SAID_STRONG: f32 = 1.0;
    pub(super) const SAID_TOTAL: f32 = 0.8;
    pub(super) const SAID_HANDED_OVER: f32 = 0.6;
    pub(super) const PAID_WITH_CHANGE: f32 = 2.0;
    pub(super) const PAID: f32 = 1.0;
    pub(super) const TAXED_SUM: f32 = 1.0;
    pub(super) const REACHED_BY_ROUNDING: f32 = 2.0;
    pub(super) const LEFT_BY_ROUNDING: f32 = -2.0;
    pub(super) const PAID_AFTER_DISCOUNT: f32 = 2.0;
    pub(super) const LEFT_BY_DISCOUNT: f32 = -2.0;
    pub(super) const WITH_TIP: f32 = 4.0;
    pub(super) const PROVEN_TWICE: f32 = 5.5;
    pub(super) const SUM_OF_ITEMS: f32 = 0.7;
    pub(super) const REPEATED: f32 = 0.4;
    pub(super) const LAST_ON_ROW: f32 = 1.2;
    pub(super) const COMPANY_ON_ROW: f32 = -0.3;
    pub(super) const HEIGHT: f32 = 1.0;
    pub(super) const SHARE_OF_LARGEST: f32 = 1.0;
    pub(super) const BEFORE_CASH: f32 = 0.5;
    pub(super) const AFTER_ROUNDING: f32 = 0.5;
    pub(super) const AMONG_ITEMS: f32 = -1.0;
    pub(super) const STARTS_PAYMENT: f32 = 3.0;
    pub(super) const LEFT_BELOW: f32 = 1.0;
}

/// An amount with what its label says.
#[derive(Debug)]
pub(super) struct Labelled<'a> {
    pub(super) amount: &'a Amount,
    pub(super) label: String,
    /// The classes of the words to its left.
    pub(super) own: Classes,
    /// Where it has none: the classes of the row above it.
    pub(super) above: Classes,
}

pub(super) fn labelled(page: &Page) -> Vec<Labelled<'_>> {
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

pub(super) fn total(page: &Page, figures: &[Labelled]) -> Option<(Field<Decimal>, Clue)> {
    let scores = scores(page, figures);
    let best = (0..figures.len()).max_by(|&a, &b| scores[a].total_cmp(&scores[b]).then(b.cmp(&a)))?;
    let amount = figures[best].amount;
    let rival = (0..figures.len())
        .filter(|&i| figures[i].amount.size() != amount.size())
        .map(|i| scores[i])
        .fold(f32::NEG_INFINITY, f32::max);
    let clue = Clue { margin: scores[best] - rival, eyesight: page.rows[amount.row].eyesight() };
    Some((page.field(amount.row, &amount.range, amount.value().abs(), confidence::total(clue, scores[best])), clue))
}

static SHARE: LazyLock<Regex> = LazyLock::new(|| regex(r"\d ?%"));

/// What is the same for all amounts of a page.
struct Surroundings {
    ledger: Ledger,
    largest: i64,
    usual_height: f32,
    first_total: usize,
    /// The rows of roundings and of money handed over.
    roundings: Vec<usize>,
    payments: Vec<usize>,
    /// How many rows say each amount.
    said: BTreeMap<i64, usize>,
}

fn scores(page: &Page, figures: &[Labelled]) -> Vec<f32> {
    let surroundings = Surroundings::new(page, figures);
    figures.iter().map(|it| score(page, figures, it, &surroundings)).collect()
}

impl Surroundings {
    fn new(page: &Page, figures: &[Labelled]) -> Self {
        let rows_of = |fits: &dyn Fn(&Labelled) -> bool| -> Vec<usize> {
            figures.iter().filter(|it| fits(it)).map(|it| it.amount.row).collect()
        };
        let mut said: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
        for figure in figures {
            let rows = said.entry(figure.amount.size()).or_default();
            if rows.last() != Some(&figure.amount.row) {
                rows.push(figure.amount.row);
            }
        }
        let height = |it: &Labelled| fragment_height(page, it.amount);
        Self {
            ledger: Ledger::new(page, figures),
            largest: figures.iter().map(|it| it.amount.size()).max().unwrap_or(0).max(1),
            usual_height: median(&mut figures.iter().map(height).collect::<Vec<_>>()).unwrap_or(1e-5),
            first_total: first_total(figures).unwrap_or(page.rows.len()),
            roundings: rows_of(&|it| it.own.has(Class::Rounding) && !it.own.has(Class::Total)),
            payments: rows_of(&|it| {
                it.own.any(&[Class::Cash, Class::Card])
                    && !it.own.any(&[Class::Total, Class::StrongTotal])
                    && !page.in_tax_table[it.amount.row]
            }),
            said: said.into_iter().map(|(size, rows)| (size, rows.len())).collect(),
        }
    }
}

fn fragment_height(page: &Page, amount: &Amount) -> f32 {
    let row = &page.rows[amount.row];
    row.fragments.get(row.fragment_at(amount.range.start)).map_or(row.height, |fragment| fragment.height)
}

fn score(page: &Page, figures: &[Labelled], it: &Labelled, around: &Surroundings) -> f32 {
    let size = it.amount.size();
    if size == 0 {
        return -20.0;
    }
    label_score(page, it, around) + sums_score(page, it, around) + place_score(page, figures, it, around)
}

fn label_score(page: &Page, it: &Labelled, around: &Surroundings) -> f32 {
    let (own, classes) = (it.own, it.own.with(it.above));
    let size = it.amount.size();
    let mut score = 0.0;
    if own.has(Class::RoundedTotal) {
        score += points::ROUNDED_TOTAL;
    } else if own.has(Class::StrongTotal) {
        score += points::STRONG_TOTAL;
    } else if own.has(Class::Total) {
        score += points::TOTAL;
    } else if it.above.any(&[Class::Total, Class::StrongTotal]) {
        score += points::TOTAL_ABOVE;
    }
    let words: Vec<&str> = it.label.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()).collect();
    if matches!(words.as_slice(), ["TOTAL"] | ["THE", "TOTAL"] | ["TOTAL", "RM" | "MYR" | "EUR"]) {
        score += points::NOTHING_BUT_TOTAL;
    }
    if matches!(words.as_slice(), ["TO" | "T" | "TOT" | "TOTA" | "OTAL" | "TAL"]) {
        score += points::TORN_LABEL;
    }
    if own.has(Class::InclTax) {
        score += points::INCLUDING_TAX;
    }
    if classes.any(&[Class::ExclTax, Class::Subtotal]) {
        score += points::SUBTOTAL;
    }
    if classes.has(Class::Count) && it.amount.currency.is_none() {
        score += points::COUNT;
    }
    if classes.has(Class::Tax) && !classes.has(Class::InclTax) {
        score += points::TAX;
    }
    if classes.any(&[Class::Discount, Class::Points]) {
        score += points::DISCOUNT;
    }
    if classes.has(Class::Rounding) && !own.has(Class::RoundedTotal) {
        score += match (size <= 100, own.has(Class::Rounding)) {
            (true, _) if own.has(Class::Total) => 0.0,
            (true, _) => points::ROUNDING,
            (false, true) => points::TOTAL_BESIDE_ROUNDING,
            (false, false) => points::BELOW_ROUNDING,
        };
    }
    let payable = own.has(Class::Payable) && !own.has(Class::Change);
    if payable {
        score += points::PAYABLE;
    }
    if it.amount.cents < 0 && !payable {
        score += points::NEGATIVE;
    }
    if SHARE.is_match(&it.label) && !own.has(Class::InclTax) {
        score += points::SHARE;
    }
    if own.has(Class::Supplies) {
        score += points::SUPPLIES;
    }
    if classes.has(Class::Change) {
        score += points::CHANGE;
    }
    if classes.any(&[Class::Cash, Class::Card]) && !own.has(Class::Total) {
        score += points::HANDED_OVER;
    }
    if page.in_tax_table[it.amount.row] {
        score += points::TAX_TABLE;
    }
    let row = it.amount.row;
    let after_rounding = around.roundings.iter().any(|&r| row > r && row - r <= 2);
    let before_cash = around.payments.iter().any(|&r| r > row && r - row <= 3);
    if own.is_empty() && after_rounding && before_cash {
        score += points::BETWEEN_ROUNDING_AND_CASH;
    }
    if before_cash {
        score += points::BEFORE_CASH;
    }
    if after_rounding {
        score += points::AFTER_ROUNDING;
    }
    score
}

fn sums_score(page: &Page, it: &Labelled, around: &Surroundings) -> f32 {
    let (ledger, size) = (&around.ledger, it.amount.size());
    let given = |fact: bool, points: f32| if fact { points } else { 0.0 };
    let mut score = given(ledger.is_rounded_total(size), points::SAID_ROUNDED)
        + given(ledger.is_strong_total(size), points::SAID_STRONG)
        + given(ledger.is_total(size), points::SAID_TOTAL)
        + given(ledger.is_handed_over(size), points::SAID_HANDED_OVER)
        + given(ledger.is_paid_with_change(size), points::PAID_WITH_CHANGE)
        + given(ledger.is_paid(size), points::PAID)
        + given(ledger.is_taxed_sum(size), points::TAXED_SUM)
        + given(ledger.is_reached_by_rounding(size), points::REACHED_BY_ROUNDING)
        + given(ledger.is_left_by_rounding(size), points::LEFT_BY_ROUNDING)
        + given(ledger.is_paid_after_discount(size), points::PAID_AFTER_DISCOUNT)
        + given(ledger.is_left_by_discount(size), points::LEFT_BY_DISCOUNT)
        + given(ledger.is_with_tip(size), points::WITH_TIP)
        + given(ledger.is_proven_twice(size), points::PROVEN_TWICE)
        + given(ledger.is_sum_of_items(size), points::SUM_OF_ITEMS);
    // Rows of figures whose labels were not read still add up.
    let row = it.amount.row;
    if row * 10 >= page.rows.len() * 3 {
        let starts = !page.in_tax_table[row] && ledger.starts_payment(row, size);
        if starts {
            score += points::STARTS_PAYMENT;
        } else if !page.in_tax_table[row] && ledger.is_left_below(row, size) {
            score += points::LEFT_BELOW;
        }
    }
    score
}

#[expect(clippy::cast_precision_loss, reason = "counts are small, and shares need no more digits")]
fn place_score(page: &Page, figures: &[Labelled], it: &Labelled, around: &Surroundings) -> f32 {
    let (size, row) = (it.amount.size(), it.amount.row);
    let mut score = 0.0;
    let repeated = around.said.get(&size).map_or(0, |rows| rows.saturating_sub(1)).min(3);
    score += points::REPEATED * repeated as f32;
    let company = figures.iter().filter(|other| other.amount.row == row).count();
    score += points::COMPANY_ON_ROW * (company.min(5) - 1) as f32;
    if !figures.iter().any(|other| other.amount.row == row && other.amount.range.start > it.amount.range.start) {
        score += points::LAST_ON_ROW;
    }
    let height = (fragment_height(page, it.amount) / around.usual_height).min(3.0);
    score += points::HEIGHT * (height - 1.0);
    score += points::SHARE_OF_LARGEST * size as f32 / around.largest as f32;
    if row < around.first_total && it.own.is_empty() {
        score += points::AMONG_ITEMS;
    }
    score
}
