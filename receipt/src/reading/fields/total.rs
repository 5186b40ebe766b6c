//! The total: every amount is scored by its label, its place and the sums that it is part of; the best one wins.

mod points;
mod witnesses;

use std::{collections::BTreeMap, sync::LazyLock};

use regex::Regex;
use rust_decimal::Decimal;

pub(crate) use self::witnesses::Witnesses;
use super::{
    confidence::{self, Evidence},
    given,
    labelled::{Labelled, first_total, largest_rounding},
    sums::Sums,
    unread_total::is_a_total_unread,
};
use crate::{
    reading::{
        language::{Class, KnownCurrency, is_currency_sign},
        page::{Amount, Page, median},
        receipt::Field,
    },
    text::regex,
};

/// How sure a total is, at most, where the figure beside another label of a total was not read.
const UNREAD: f32 = 0.45;

/// How sure a total is that may be a thousand times as much.
const UNSURE_SCALE: f32 = 0.45;

/// The total, the amount that it is, and what speaks for it.
pub(crate) struct Found<'a> {
    pub(crate) total: Field<Decimal>,
    pub(crate) amount: &'a Amount,
    pub(crate) witnesses: Witnesses,
}

pub(crate) fn total<'a>(page: &Page, figures: &[Labelled<'a>], currency: Option<&KnownCurrency>) -> Option<Found<'a>> {
    let surroundings = Surroundings::new(page, figures, largest_rounding(currency));
    let scores = scores(page, figures, &surroundings);
    let best = (0..figures.len()).max_by(|&a, &b| scores[a].total_cmp(&scores[b]).then(b.cmp(&a)))?;
    let amount = figures[best].amount;
    let rival = (0..figures.len())
        .filter(|&i| figures[i].amount.size() != amount.size())
        .max_by(|&a, &b| scores[a].total_cmp(&scores[b]).then(b.cmp(&a)));
    let margin = scores[best] - rival.map_or(f32::NEG_INFINITY, |rival| scores[rival]);
    let evidence = Evidence { margin, ocr_confidence: page.rows[amount.row].ocr_confidence() };
    let mut confidence = confidence::total(evidence, scores[best]);
    if is_a_total_unread(page, amount) {
        confidence = confidence.min(UNREAD);
    }
    if page.is_scale_unsure {
        confidence = confidence.min(UNSURE_SCALE);
    }
    let mut total = page.field(amount.row, &amount.range, amount.value(), confidence);
    if margin < DOUBTFUL
        && let Some(rival) = rival.filter(|&rival| scores[rival] >= confidence::SPOKEN_FOR)
    {
        total.alternatives.push(figures[rival].amount.value());
    }
    if page.is_scale_unsure
        && let Some(in_thousandths) = amount.value().checked_div(Decimal::ONE_THOUSAND)
    {
        total.alternatives.push(in_thousandths);
    }
    Some(Found { total, amount, witnesses: surroundings.witnesses(figures, amount) })
}

static SHARE: LazyLock<Regex> = LazyLock::new(|| regex(r"\d ?%"));

/// What is the same for all amounts of a page.
struct Surroundings {
    sums: Sums,
    largest_rounding: i64,
    largest: i64,
    usual_height: f32,
    first_total: usize,
    /// The rows of roundings and of money handed over.
    roundings: Vec<usize>,
    payments: Vec<usize>,
    /// The last row on which each amount was handed over.
    payments_of: BTreeMap<i64, usize>,
    said: BTreeMap<i64, Said>,
    /// A total is more than nothing.
    has_total: bool,
}

/// How many rows say an amount, and the last of them.
#[derive(Debug, Clone, Copy, Default)]
struct Said {
    rows: usize,
    last: Option<usize>,
}

fn scores(page: &Page, figures: &[Labelled], surroundings: &Surroundings) -> Vec<f32> {
    let mut scores: Vec<f32> = figures.iter().map(|it| score(page, it, surroundings)).collect();
    give_lost_points(figures, &mut scores);
    scores
}

/// "TOTAL 2460" beside "CASH 24.60" lost its point: what speaks for it speaks for the other reading.
fn give_lost_points(figures: &[Labelled], scores: &mut [f32]) {
    let mut with_points: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
    for (at, it) in figures.iter().enumerate().filter(|(_, it)| it.amount.decimals) {
        with_points.entry(it.amount.size().saturating_mul(100)).or_default().push(at);
    }
    for (at, it) in figures.iter().enumerate().filter(|(_, it)| !it.amount.decimals && it.amount.cents != 0) {
        let Some(same) = with_points.get(&it.amount.size()) else { continue };
        for other in same {
            scores[*other] = scores[*other].max(scores[at]);
        }
        scores[at] = NEVER;
    }
}

/// Points over another amount below which it may be that one as well.
const DOUBTFUL: f32 = 2.4;
/// Points of what is no total.
const NEVER: f32 = -20.0;

impl Surroundings {
    fn new(page: &Page, figures: &[Labelled], largest_rounding: i64) -> Self {
        let rows_of = |fits: &dyn Fn(&Labelled) -> bool| -> Vec<usize> {
            figures.iter().filter(|it| fits(it)).map(|it| it.amount.row).collect()
        };
        let mut said: BTreeMap<i64, Said> = BTreeMap::new();
        for figure in figures {
            let said = said.entry(figure.amount.size()).or_default();
            if said.last != Some(figure.amount.row) {
                *said = Said { rows: said.rows + 1, last: Some(figure.amount.row) };
            }
        }
        let height = |it: &Labelled| fragment_height(page, it.amount);
        Self {
            sums: Sums::new(page, figures, largest_rounding),
            largest_rounding,
            largest: figures.iter().map(|it| it.amount.size()).max().unwrap_or(0).max(1),
            usual_height: median(&mut figures.iter().map(height).collect::<Vec<_>>()).unwrap_or(1e-5),
            first_total: first_total(figures).unwrap_or(page.rows.len()),
            roundings: rows_of(&|it| it.own.has(Class::Rounding) && !it.own.has(Class::Total)),
            payments: rows_of(&|it| {
                it.own.any(&[Class::Cash, Class::Card])
                    && !it.own.any(&[Class::Total, Class::StrongTotal])
                    && !page.in_tax_table[it.amount.row]
            }),
            payments_of: figures
                .iter()
                .filter(|it| it.own.any(&[Class::Cash, Class::Card]))
                .map(|it| (it.amount.size(), it.amount.row))
                .collect(),
            said,
            has_total: figures.iter().any(|it| it.amount.size() > 0 && is_called_total(it)),
        }
    }
}

fn is_called_total(it: &Labelled) -> bool {
    let other = [Class::Discount, Class::Points, Class::Count, Class::Tax, Class::Change, Class::ExclTax];
    it.own.any(&[Class::Total, Class::StrongTotal]) && !it.own.any(&other)
}

fn fragment_height(page: &Page, amount: &Amount) -> f32 {
    let row = &page.rows[amount.row];
    row.fragments.get(row.fragment_at(amount.range.start)).map_or(row.height, |fragment| fragment.height)
}

fn score(page: &Page, it: &Labelled, around: &Surroundings) -> f32 {
    let size = it.amount.size();
    // Nothing is to be paid where a voucher pays all, and nothing is left where it was paid.
    if size == 0 && (around.has_total || !is_called_total(it) || it.own.has(Class::Payable)) {
        return NEVER;
    }
    label_score(page, it, around) + sums_score(page, it, around) + place_score(page, it, around)
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
    // Three are too many for either.
    let words = it.label.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).take(3);
    let words: Vec<&str> = words.collect();
    let nothing_but_total = match words.as_slice() {
        ["TOTAL"] | ["THE", "TOTAL"] => true,
        ["TOTAL", word] => is_currency_sign(word),
        _ => false,
    };
    if nothing_but_total {
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
        score += match (size <= around.largest_rounding, own.has(Class::Rounding)) {
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
    let is_total = own.any(&Class::TOTALS) && !classes.has(Class::Discount);
    if it.amount.cents < 0 && !payable && !is_total {
        score += points::NEGATIVE;
    }
    if it.label.contains('%') && SHARE.is_match(&it.label) && !own.has(Class::InclTax) {
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
    let (sums, size) = (&around.sums, it.amount.size());
    let mut score = given(sums.is_rounded_total(size), points::SAID_ROUNDED)
        + given(sums.is_strong_total(size), points::SAID_STRONG)
        + given(sums.is_total(size), points::SAID_TOTAL)
        + given(sums.is_handed_over(size), points::SAID_HANDED_OVER)
        + given(sums.is_paid_with_change(size), points::PAID_WITH_CHANGE)
        + given(sums.is_paid(size), points::PAID)
        + given(sums.is_taxed_sum(size), points::TAXED_SUM)
        + given(sums.is_reached_by_rounding(size), points::REACHED_BY_ROUNDING)
        + given(sums.is_left_by_rounding(size), points::LEFT_BY_ROUNDING)
        + given(sums.is_paid_after_discount(size), points::PAID_AFTER_DISCOUNT)
        + given(sums.is_left_by_discount(size), points::LEFT_BY_DISCOUNT)
        + given(sums.is_with_tip(size), points::WITH_TIP)
        + given(sums.is_proven_twice(size), points::PROVEN_TWICE)
        + given(sums.is_sum_of_items(size), points::SUM_OF_ITEMS);
    // Rows of figures whose labels were not read still add up.
    let row = it.amount.row;
    if it.own.is_empty() && !page.in_tax_table[row] {
        let paid_below = || around.payments_of.get(&size).is_some_and(|last| *last > row);
        if sums.closes_column(row, size) {
            score += points::CLOSES_COLUMN;
        } else if it.above.is_empty() && paid_below() {
            score += points::PAID_BELOW;
        }
    }
    if row * 10 >= page.rows.len() * 3 {
        let starts = !page.in_tax_table[row] && sums.starts_payment(row, size);
        if starts {
            score += points::STARTS_PAYMENT;
        } else if !page.in_tax_table[row] && sums.is_left_below(row, size) {
            score += points::LEFT_BELOW;
        }
    }
    score
}

#[expect(clippy::cast_precision_loss, reason = "counts are small, and shares need no more digits")]
fn place_score(page: &Page, it: &Labelled, around: &Surroundings) -> f32 {
    let (size, row) = (it.amount.size(), it.amount.row);
    let mut score = 0.0;
    let repeated = around.said.get(&size).map_or(0, |said| said.rows.saturating_sub(1)).min(3);
    score += points::REPEATED * repeated as f32;
    let company = page.amounts_of(row).len();
    score += points::COMPANY_ON_ROW * (company.min(5) - 1) as f32;
    if page.amounts_of(row).last().is_some_and(|last| last.range == it.amount.range) {
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
