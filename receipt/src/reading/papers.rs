//! Several papers on one picture: two receipts, of which one is read and the other told of, or a bill with the slip of its
//! card beside it, which are read as if the slip were printed below the bill.

mod divisions;

use rust_decimal::Decimal;

use self::divisions::divisions;
use super::{
    fields::{Fields, Placing, fields},
    page::{Fragment, Page, Sheet, fragments_each_way},
    receipt::Receipt,
};
use crate::{
    sum_check::{EXACT, Figures},
    textract::DetectDocumentText,
};

/// Papers that are looked for within one that was told from another.
const MAX_DEPTH: usize = 2;
/// How sure a total must be to be that of a receipt of its own.
const SURE: f32 = 0.5;

/// Reads the one receipt of a picture, or the first of several.
pub(super) fn read(answer: &DetectDocumentText, sheet: Sheet) -> Receipt {
    let turned = fragments_each_way(answer, sheet).and_then(|parts| apart(parts, Lie::Beside, 0));
    turned.unwrap_or_else(|| read_below(&Page::new(answer, sheet), 0))
}

/// The same of what stands one below the other, if it may be on several pictures.
pub(super) fn read_page(page: &Page) -> Receipt {
    read_below(page, 0)
}

/// Reads a receipt beside which there is another.
pub(super) fn read_beside(main: &Paper, other: Paper) -> Receipt {
    let mut receipt = read_page(&main.page);
    receipt.other_receipt = receipt.other_receipt.or(other.receipt.total);
    receipt
}

fn read_below(page: &Page, depth: usize) -> Receipt {
    let several = || {
        let found = (depth < MAX_DEPTH).then(|| divisions(page)).into_iter().flatten();
        found.into_iter().find_map(|(lie, parts)| apart(parts, lie, depth))
    };
    several().unwrap_or_else(|| of_rows_in_doubt(page))
}

/// How sure a total is at most whose figures may belong to another row.
const ON_A_DOUBTFUL_ROW: f32 = 0.4;
/// Rows by which the figures of bent paper may seem to stand too high or too low.
const SHIFTS: [f32; 2] = [1.0, -1.0];

/// Reads a page on which figures may seem to stand a row too high or too low: so that sums come out, if they do.
fn of_rows_in_doubt(page: &Page) -> Receipt {
    let mut found = fields(page);
    if matches!(found.placing, Placing::Doubtful | Placing::Odd) {
        let shifted = SHIFTS.into_iter().map(|rows| fields(&page.shifted(rows)));
        // Where figures are moved from their own words, the first of them lose theirs.
        let described = |it: &Fields| it.receipt.items.iter().all(|item| item.description.is_some());
        if let Some(proven) = shifted.into_iter().find(|it| it.placing == Placing::Proven && described(it)) {
            found = proven;
        } else if let Some(total) = &mut found.receipt.total
            && found.placing == Placing::Doubtful
        {
            total.confidence = total.confidence.min(ON_A_DOUBTFUL_ROW);
        }
    }
    found.receipt
}

/// How two papers may lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lie {
    /// Side by side, aslant, or one partly on the other.
    Beside,
    /// One below the other, so that both may be one strip.
    Below,
}

/// One of two papers.
#[derive(Debug)]
pub(super) struct Paper {
    page: Page,
    receipt: Receipt,
}

impl Paper {
    pub(super) fn new(page: Page) -> Self {
        let receipt = fields(&page).receipt;
        Self { page, receipt }
    }

    fn total(&self) -> Option<Decimal> {
        self.receipt.total.as_ref().filter(|total| total.confidence >= SURE).map(|total| total.value)
    }

    fn shows(&self, total: Decimal) -> bool {
        self.page.amounts.iter().any(|amount| amount.value().abs() == total.abs())
    }

    /// Says what a receipt says: who sold, when, and what for.
    fn is_receipt(&self) -> bool {
        let known = [self.receipt.merchant.is_some(), self.receipt.date.is_some(), self.receipt.items.len() > 1];
        self.total().is_some() && known.into_iter().filter(|it| *it).count() >= 2
    }

    /// Whether its own figures come to its total.
    fn closes(&self) -> bool {
        let figures = Figures::of(&self.receipt);
        [figures.items, figures.subtotal].into_iter().flatten().any(|goods| figures.reach_total(goods, EXACT))
    }

    /// Whether both are sales by themselves, and not the same one.
    pub(super) fn is_another_sale_than(&self, other: &Self) -> bool {
        let is_other = !are_of_one_purchase(self, other) || self.says_otherwise_than(other);
        is_other && are_two_sales(self, other)
    }

    /// Whether time or number are not those of the other.
    fn says_otherwise_than(&self, other: &Self) -> bool {
        let (a, b) = (&self.receipt, &other.receipt);
        match (&a.time, &b.time, &a.receipt_number, &b.receipt_number) {
            (Some(a), Some(b), ..) => a.value != b.value,
            (_, _, Some(a), Some(b)) => a.value != b.value,
            _ => false,
        }
    }
}

fn are_of_one_purchase(first: &Paper, second: &Paper) -> bool {
    let shared = |of: &Paper, on: &Paper| of.total().is_some_and(|total| on.shows(total));
    shared(first, second) || shared(second, first)
}

/// The reading of two papers, if they are two; `None` where all is one paper.
fn apart(parts: [Vec<Fragment>; 2], lie: Lie, depth: usize) -> Option<Receipt> {
    let [first, second] = parts.map(|fragments| Paper::new(Page::of(fragments)));
    let is_one_purchase = are_of_one_purchase(&first, &second);
    match lie {
        Lie::Beside if is_one_purchase && (first.is_receipt() || second.is_receipt()) => {
            Some(of_rows_in_doubt(&as_one_strip(first, second)))
        }
        Lie::Beside if !is_one_purchase && first.is_receipt() && second.is_receipt() => {
            Some(first_of(first, second, depth))
        }
        Lie::Below if !is_one_purchase && are_two_sales(&first, &second) => Some(first_of(first, second, depth)),
        Lie::Beside | Lie::Below => None,
    }
}

/// What stands below a receipt may be its slip, its copy or its taxes: another sale has its own head, its own day, and
/// figures that come to its own total.
fn are_two_sales(first: &Paper, second: &Paper) -> bool {
    let (a, b) = (&first.receipt, &second.receipt);
    let whole = |paper: &Paper| paper.is_receipt() && paper.receipt.date.is_some();
    let differ = a.date.as_ref().map(|it| it.value) != b.date.as_ref().map(|it| it.value)
        || a.time.is_some()
            && b.time.is_some()
            && a.time.as_ref().map(|it| it.value) != b.time.as_ref().map(|it| it.value);
    let closing = [first.closes(), second.closes()].into_iter().filter(|it| *it).count();
    whole(first) && whole(second) && (closing == 2 || closing == 1 && differ)
}

/// The first of two receipts, or the one of which more is seen.
fn first_of(first: Paper, second: Paper, depth: usize) -> Receipt {
    let seen = |paper: &Paper| {
        let it = &paper.receipt;
        [it.merchant.is_some(), it.date.is_some(), it.total.is_some()].into_iter().filter(|it| *it).count()
    };
    let (main, other) = if seen(&second) > seen(&first) { (second, first) } else { (first, second) };
    let mut receipt = read_below(&main.page, depth + 1);
    receipt.other_receipt = receipt.other_receipt.or(other.receipt.total);
    receipt
}

/// A bill and its slip, as if the slip were printed below.
fn as_one_strip(first: Paper, second: Paper) -> Page {
    let is_bill = |paper: &Paper| (paper.receipt.items.len(), paper.page.rows.len());
    let (bill, slip) = if is_bill(&second) > is_bill(&first) { (second, first) } else { (first, second) };
    let mut rows = bill.page.rows;
    rows.extend(slip.page.rows);
    Page::of_rows(rows)
}
