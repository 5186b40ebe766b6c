//! The charges between the items and the total: subtotal, taxes, service, tip, discount and rounding.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;
use rust_decimal::Decimal;

use super::labelled::{Labelled, largest_rounding};
use crate::{
    reading::{
        language::{Class, KnownCurrency},
        page::{Amount, Page},
        receipt::{Field, Tax},
    },
    sum_check::is_share,
    text::regex,
};

#[derive(Debug, Default)]
pub(crate) struct Charges {
    pub(crate) subtotal: Option<Field<Decimal>>,
    pub(crate) taxes: Vec<Tax>,
    pub(crate) tip: Option<Field<Decimal>>,
    pub(crate) service: Option<Field<Decimal>>,
    pub(crate) discount: Option<Field<Decimal>>,
    pub(crate) rounding: Option<Field<Decimal>>,
}

/// How sure a labelled amount is before sums are compared. Not calibrated.
const LABELLED: f32 = 0.75;
/// A tax that is part of a total is less than the total divided by this.
const LARGEST_SHARE: Decimal = Decimal::from_parts(3, 0, 0, false, 0);
/// Taxes that one receipt may list.
const MAX_TAXES: usize = 8;

/// `below` is the first row under the items, `total` what was to be paid, and the row where that stands.
pub(crate) fn charges(
    page: &Page,
    figures: &[Labelled],
    below: usize,
    total: Option<(Decimal, usize)>,
    currency: Option<&KnownCurrency>,
) -> Charges {
    let (total, total_row) = total.unzip();
    let last = |it: &&Labelled| page.amounts_of(it.amount.row).last().is_some_and(|end| end.range == it.amount.range);
    let rows: Vec<&Labelled> = figures
        .iter()
        .filter(|it| it.amount.row >= below)
        .filter(last)
        .filter(|it| !page.in_tax_table[it.amount.row])
        .collect();
    let find = |fits: &dyn Fn(&Labelled) -> bool| rows.iter().copied().find(|it| fits(it));
    let is_subtotal = |it: &Labelled| is_called_subtotal(it) && has_sign_of(it, total);
    let largest_rounding = largest_rounding(currency);
    let is_rounding = |it: &Labelled| {
        it.own.has(Class::Rounding) && !it.own.has(Class::RoundedTotal) && it.amount.size() <= largest_rounding
    };
    let mut parts = Parts {
        subtotal: find(&|it| is_subtotal(it) && it.own.has(Class::Subtotal)).or_else(|| find(&is_subtotal)),
        service: find(&|it| it.own.has(Class::Service) && it.amount.cents > 0),
        tip: find(&|it| is_tip(it)),
        discount: find(&|it| it.own.has(Class::Discount) && it.amount.size() > 0),
        rounding: find(&is_rounding),
        taxes: taxes(page, &rows, total),
    };
    if let (Some(total), Some(row)) = (total, total_row) {
        parts.find_what_is_missing(page, figures, &rows, total, row);
    }
    let field = |it: &Labelled, value: Decimal| {
        page.field(it.amount.row, &it.amount.range, value, LABELLED * page.rows[it.amount.row].ocr_confidence())
    };
    let Parts { subtotal, service, tip, discount, rounding, taxes } = parts;
    Charges {
        subtotal: subtotal.map(|it| field(it, it.amount.value())),
        tip: tip.map(|it| field(it, it.amount.value())),
        service: service.map(|it| field(it, it.amount.value())),
        discount: discount.map(|it| field(it, it.amount.value().abs())),
        rounding: rounding.map(|it| field(it, it.amount.value())),
        taxes: taxes.into_iter().map(|tax| tax.field(page)).collect(),
    }
}

/// The figures that make the total of the subtotal.
struct Parts<'a, 'b> {
    subtotal: Option<&'b Labelled<'a>>,
    service: Option<&'b Labelled<'a>>,
    tip: Option<&'b Labelled<'a>>,
    discount: Option<&'b Labelled<'a>>,
    rounding: Option<&'b Labelled<'a>>,
    taxes: Vec<Found<'a>>,
}

impl<'a, 'b> Parts<'a, 'b> {
    /// "SVR CHRG 10%": what stands between subtotal and total and makes the sum is a charge, whatever its words; and so is a
    /// tax that is printed elsewhere.
    fn find_what_is_missing(
        &mut self,
        page: &Page,
        figures: &'b [Labelled<'a>],
        rows: &[&'b Labelled<'a>],
        total: Decimal,
        total_row: usize,
    ) {
        let Some(subtotal) = self.subtotal else { return };
        let value = |it: Option<&Labelled>| it.map(|it| it.amount.value().abs()).unwrap_or_default();
        let taxed = self.taxes.iter().map(|tax| tax.amount.value()).fold(Decimal::ZERO, Decimal::saturating_add);
        let named = value(self.service) + value(self.tip) - value(self.discount);
        let gap = total - subtotal.amount.value() - named;
        let rounding = value(self.rounding);
        let gaps = [gap, gap - taxed];
        if gaps.iter().any(|gap| gap.is_zero() || gap.abs() == rounding) {
            return;
        }
        let between = |it: &&Labelled| (subtotal.amount.row + 1..total_row).contains(&it.amount.row) && is_unnamed(it);
        let fills = |it: &&Labelled| gaps.iter().any(|gap| gap.abs() == it.amount.value().abs());
        match rows.iter().copied().filter(between).find(fills) {
            Some(charge) if gap.is_sign_positive() => self.service = self.service.or(Some(charge)),
            Some(charge) => self.discount = self.discount.or(Some(charge)),
            None if self.taxes.is_empty() => {
                let tax = figures.iter().find(|it| is_tax_of_gap(it, gap)).map(|it| it.amount);
                self.taxes.extend(tax.map(|amount| Found {
                    amount,
                    cents: amount.cents,
                    rate: rate(page, amount.row),
                }));
            }
            None => {}
        }
    }
}

/// A row without a word that says what its figure is.
fn is_unnamed(it: &Labelled) -> bool {
    let named = [
        Class::Total,
        Class::StrongTotal,
        Class::Subtotal,
        Class::Tax,
        Class::Cash,
        Class::Card,
        Class::Change,
        Class::Rounding,
        Class::Count,
        Class::Points,
        Class::Service,
        Class::Tip,
        Class::Discount,
    ];
    !it.own.any(&named) && it.amount.cents != 0
}

/// What is missing between subtotal and total is printed as a tax elsewhere.
fn is_tax_of_gap(it: &Labelled, gap: Decimal) -> bool {
    it.own.with(it.above).has(Class::Tax) && !gap.is_zero() && it.amount.value() == gap
}

fn is_called_subtotal(it: &Labelled) -> bool {
    let other =
        [Class::Tax, Class::Discount, Class::Rounding, Class::Count, Class::Service, Class::Change, Class::Cash];
    let called = it.own.has(Class::Subtotal) || it.own.has(Class::ExclTax) && it.own.has(Class::Total);
    let taxed = it.own.any(&other) && !it.own.has(Class::ExclTax);
    called && !taxed
}

/// More than nothing, or less where the total is: a refund gives its tax back.
fn has_sign_of(it: &Labelled, total: Option<Decimal>) -> bool {
    let is_refund = total.is_some_and(|total| total.is_sign_negative());
    if is_refund { it.amount.cents < 0 } else { it.amount.cents > 0 }
}

/// A tip that was given, not one that is suggested.
fn is_tip(it: &Labelled) -> bool {
    it.own.has(Class::Tip) && it.amount.cents > 0 && !it.label.contains('%') && !it.label.contains("SUGGEST")
}

/// A tax with the places of its rate and its amount.
struct Found<'a> {
    amount: &'a Amount,
    cents: i64,
    rate: Option<(Range<usize>, Decimal)>,
}

impl Found<'_> {
    fn field(self, page: &Page) -> Tax {
        let row = self.amount.row;
        let confidence = LABELLED * page.rows[row].ocr_confidence();
        Tax {
            rate: self.rate.map(|(range, rate)| page.field(row, &range, rate, confidence)),
            amount: Some(page.field(row, &self.amount.range, self.amount.value(), confidence)),
        }
    }
}

static RATE: LazyLock<Regex> = LazyLock::new(|| regex(r"(\d{1,2}(?:[.,]\d{1,3})?) ?%"));

/// The first rate on a row.
fn rate(page: &Page, row: usize) -> Option<(Range<usize>, Decimal)> {
    let found = RATE.captures(&page.rows[row].figures)?;
    let number: Decimal = found[1].replace(',', ".").parse().ok()?;
    Some((found.get(0)?.range(), number.normalize()))
}

/// The taxes on rows of their own; where there is none, those of a table of taxes.
fn taxes<'a>(page: &'a Page, rows: &[&Labelled<'a>], total: Option<Decimal>) -> Vec<Found<'a>> {
    // "VAT included" names the tax or the sum with it: a tax is the smaller part.
    let is_part = |it: &Labelled| total.is_some_and(|total| it.amount.value().abs() * LARGEST_SHARE < total.abs());
    let on_rows: Vec<Found> = rows
        .iter()
        .filter_map(|it| {
            let other = [Class::ExclTax, Class::Subtotal, Class::Count, Class::Discount, Class::Cash];
            let sum = it.own.any(&[Class::InclTax, Class::StrongTotal]) && !is_part(it);
            let is_tax = it.own.has(Class::Tax) && !it.own.any(&other) && !sum && has_sign_of(it, total);
            is_tax.then(|| Found { amount: it.amount, cents: it.amount.cents, rate: rate(page, it.amount.row) })
        })
        .collect();
    let mut taxes = if on_rows.is_empty() { in_table(page) } else { on_rows };
    taxes.truncate(MAX_TAXES);
    // "CGST 2.5%" and below it "SGST 2.5%" are two, of the same amount; a row without a rate says the sum of those above.
    let are_two = |a: &Found, b: &Found| {
        let words = [a, b].map(|tax| tax_words(page, tax.amount));
        let are_together = a.amount.row.abs_diff(b.amount.row) == 1 && a.rate.is_some() && b.rate.is_some();
        are_together && words.iter().all(|words| !words.is_empty()) && words[0] != words[1]
    };
    taxes.dedup_by(|a, b| a.cents == b.cents && !are_two(a, b));
    taxes
}

/// The words for a tax before an amount.
fn tax_words<'a>(page: &'a Page, amount: &Amount) -> Vec<&'a str> {
    let text = &page.rows[amount.row].text;
    let of_tax =
        page.hits[amount.row].iter().filter(|hit| hit.class == Class::Tax && hit.range.end <= amount.reach.start);
    of_tax.map(|hit| &text[hit.range.clone()]).collect()
}

/// Rows with a rate and two amounts of which one is that share of the other.
fn in_table(page: &Page) -> Vec<Found<'_>> {
    let with_tables = (0..page.rows.len()).filter(|&row| page.rows[row].text.contains('%'));
    with_tables
        .filter_map(|row| {
            let (range, rate) = rate(page, row)?;
            let amounts: Vec<_> = page.amounts_of(row).take(MAX_TAXES).filter(|amount| amount.cents > 0).collect();
            let tax = amounts.iter().find(|tax| amounts.iter().any(|base| is_tax_of(tax, base, rate)))?;
            Some(Found { amount: tax, cents: tax.cents, rate: Some((range, rate)) })
        })
        .collect()
}

fn is_tax_of(tax: &Amount, base: &Amount, rate: Decimal) -> bool {
    tax.cents != base.cents && rate > Decimal::ZERO && is_share(tax.value(), base.value(), rate)
}
