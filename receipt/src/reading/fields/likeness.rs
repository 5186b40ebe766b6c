//! How much a page looks like a receipt, and how much like a form, a table, a letter: one score of many signs.

use std::{collections::BTreeMap, sync::LazyLock};

use regex::Regex;

use super::{given, item_area::right_end};
use crate::{
    reading::{
        language::Class,
        page::{CHARACTER_WIDTH, Page, Row, median},
    },
    text::regex,
};

/// Points for what was seen. Measured as how far each sign tells some 550 receipts (scans, photos, drawn ones) from some 100
/// pages of other kinds (forms, statements, letters, tables); then rounded. No sign alone decides: a page-wide invoice that
/// was paid by card is a receipt, and so is a slip in a language whose words are not known, if its sums close.
mod points {
    /// What a receipt has at least, and what must speak against one.
    pub(crate) const NEEDED: f32 = 2.2;
    pub(crate) const AGAINST: f32 = -0.5;
    /// For each kind of a till's words beside figures, and half of it for each of those that stand anywhere.
    pub(crate) const TILL_WORD: f32 = 1.0;
    pub(crate) const PAID: f32 = 1.5;
    pub(crate) const CLOSING_SUM: f32 = 1.0;
    pub(crate) const CHANGE: f32 = 1.0;
    pub(crate) const SAID_TWICE: f32 = 0.5;
    /// For all amounts: that they end one below the other.
    pub(crate) const ON_EDGE: f32 = 0.5;
    /// For each row with one or two amounts, as a share of all rows.
    pub(crate) const PRICED: f32 = 1.0;
    /// For the height of the text in its widths.
    pub(crate) const SLENDER: f32 = 1.0;
    /// For each character that the text is wider than a till's paper.
    pub(crate) const WIDE: f32 = -0.12;
    /// For rows as shares of all: that are sentences, that have a form's labels, that have many amounts.
    pub(crate) const PROSE: f32 = -6.0;
    pub(crate) const LABELS: f32 = -8.0;
    pub(crate) const TABULAR: f32 = -2.0;
}

const MOST_TILL_WORDS: f32 = 6.0;
const MOST_SLENDER: f32 = 2.0;
const MOST_PRICED: f32 = 0.5;
/// Characters on a line of a till's widest paper.
const TILL_PAPER: f32 = 48.0;
/// A page is no wider than that in what it costs.
const WIDEST: f32 = 108.0;
/// Shares that receipts have, too, and from which on more of the same tells nothing.
const USUAL_LABELS: f32 = 0.1;
const MOST_LABELS: f32 = 0.4;
const MOST_PROSE: f32 = 0.3;
/// Words of a sentence, amounts of a table's row.
const SENTENCE: usize = 9;
const TABLE: usize = 4;
/// Right ends of amounts that are this many lines apart stand in one column.
const EDGE: f32 = 1.5;
/// Shares of the fragments left out at each side of the text, since something else may lie beside a receipt.
const OUTLIERS: usize = 20;
/// Rows that are compared: a longer receipt says enough.
const MAX_ROWS: usize = 200;

/// Something must speak against a receipt: of a torn one there is only little.
pub(super) fn is_other_paper(page: &Page, is_paid: bool) -> bool {
    let against = against(page);
    against <= points::AGAINST && for_it(page, is_paid) + against < points::NEEDED
}

fn for_it(page: &Page, is_paid: bool) -> f32 {
    let (width, height) = extent(page);
    let with_amounts = rows_with_amounts(page);
    let priced = with_amounts.iter().filter(|row| page.amounts_of(**row).count() <= 2).count();
    let priced = share(priced, page.rows.len());
    points::TILL_WORD * till_words(page).min(MOST_TILL_WORDS)
        + given(is_paid, points::PAID)
        + closing_sums(page, &with_amounts)
        + points::ON_EDGE * on_edge(page, &with_amounts)
        + points::PRICED * priced.min(MOST_PRICED)
        + points::SLENDER * (height / width).min(MOST_SLENDER)
}

fn against(page: &Page) -> f32 {
    let (width, _) = extent(page);
    let characters = width / (page.line * CHARACTER_WIDTH);
    let with_amounts = rows_with_amounts(page);
    let is_table = |row: &&usize| page.amounts_of(**row).count() >= TABLE;
    let tabular = share(with_amounts.iter().filter(is_table).count(), with_amounts.len());
    let prose = share(page.rows.iter().filter(|row| is_sentence(row)).count(), page.rows.len());
    let labels = share(page.rows.iter().filter(|row| is_of_a_form(row)).count(), page.rows.len());
    points::WIDE * (characters.min(WIDEST) - TILL_PAPER).max(0.0)
        + points::PROSE * prose.min(MOST_PROSE)
        + points::LABELS * (labels.min(MOST_LABELS) - USUAL_LABELS).max(0.0)
        + points::TABULAR * tabular
}

fn rows_with_amounts(page: &Page) -> Vec<usize> {
    (0..page.rows.len()).filter(|&row| page.has_amount(row)).collect()
}

#[expect(clippy::cast_precision_loss, reason = "a page has at most a thousand rows")]
fn share(part: usize, of: usize) -> f32 {
    part as f32 / of.max(1) as f32
}

/// Width and height of the printed column.
fn extent(page: &Page) -> (f32, f32) {
    let mut lefts: Vec<f32> = page.rows.iter().flat_map(|row| &row.fragments).map(|it| it.left).collect();
    let mut rights: Vec<f32> = page.rows.iter().map(|row| row.right).collect();
    lefts.sort_by(f32::total_cmp);
    rights.sort_by(f32::total_cmp);
    let left = lefts.get(lefts.len() / OUTLIERS).copied().unwrap_or_default();
    let right = rights.iter().rev().nth(rights.len() / OUTLIERS).copied().unwrap_or_default();
    let middles = || page.rows.iter().map(Row::middle);
    let height = middles().fold(f32::NEG_INFINITY, f32::max) - middles().fold(f32::INFINITY, f32::min);
    ((right - left).max(page.line), height.max(page.line))
}

/// Kinds of words that tills print: beside figures, and anywhere.
fn till_words(page: &Page) -> f32 {
    let beside: [&[Class]; 9] = [
        &Class::TOTALS,
        &[Class::Subtotal],
        &[Class::Tax],
        &[Class::Cash],
        &[Class::Card],
        &[Class::Change],
        &[Class::Rounding],
        &[Class::Service, Class::Tip],
        &[Class::Discount],
    ];
    let anywhere = [Class::Thanks, Class::ReceiptNumber, Class::TaxNumber, Class::Time, Class::Phone];
    let beside_figures =
        |classes: &&[Class]| (0..page.rows.len()).any(|row| page.has_amount(row) && page.classes[row].any(classes));
    let found = beside.iter().filter(|classes| beside_figures(classes)).count();
    let other = anywhere.iter().filter(|class| page.classes.iter().any(|classes| classes.has(**class))).count();
    #[expect(clippy::cast_precision_loss, reason = "a dozen at most")]
    let words = found as f32 + other as f32 / 2.0;
    words
}

/// Of the last amounts of rows, how many end where most of them do.
fn on_edge(page: &Page, with_amounts: &[usize]) -> f32 {
    let end = |row: &usize| page.amounts_of(*row).last().map(|amount| right_end(page, amount));
    let mut ends: Vec<f32> = with_amounts.iter().filter_map(end).collect();
    ends.sort_by(f32::total_cmp);
    let half = ends.len() / 2;
    let Some(edge) = median(&mut ends[half..]) else { return 0.0 };
    share(ends.iter().filter(|end| (**end - edge).abs() < EDGE * page.line).count(), ends.len())
}

/// Points for amounts that are made of those above them: a sum of the rows before it, what was handed over less change, the
/// same amount again.
fn closing_sums(page: &Page, with_amounts: &[usize]) -> f32 {
    let mut column: BTreeMap<usize, i64> = BTreeMap::new();
    for row in with_amounts.iter().rev().take(MAX_ROWS) {
        column.insert(*row, page.amounts_of(*row).last().map_or(0, |amount| amount.cents));
    }
    let column: Vec<i64> = column.into_values().collect();
    let closes = |end: usize| {
        let mut sum = 0_i64;
        column[..end].iter().rev().enumerate().any(|(above, cents)| {
            sum = sum.saturating_add(*cents);
            above > 0 && sum != 0 && sum == column[end]
        })
    };
    let is_change = |three: &[i64]| three[2] > 0 && three[1].checked_sub(three[2]) == Some(three[0]);
    let again = |(at, cents): (usize, &i64)| *cents != 0 && column[at + 1..].contains(cents);
    given((2..column.len()).any(closes), points::CLOSING_SUM)
        + given(column.windows(3).any(is_change), points::CHANGE)
        + given(column.iter().enumerate().any(again), points::SAID_TWICE)
}

/// One fragment has many words, as the lines of a letter have.
fn is_sentence(row: &Row) -> bool {
    let is_word = |word: &&str| word.bytes().filter(u8::is_ascii_alphabetic).count() >= 2;
    row.fragments.iter().any(|it| it.text.split_whitespace().filter(is_word).count() >= SENTENCE)
}

/// Several labels, or a line to write on.
fn is_of_a_form(row: &Row) -> bool {
    row.text.contains("____") || row.text.matches(':').count() >= 2 && LABEL.find_iter(&row.text).count() >= 2
}

static LABEL: LazyLock<Regex> = LazyLock::new(|| regex(r"[A-Z][A-Z' /.()#]{2,}:"));

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::{
        page::Sheet,
        tests::photograph::{Pose, photograph},
    };

    #[track_caller]
    fn check(text: &str, expected: bool) {
        let page = Page::new(&photograph(text, Pose::default()), Sheet::FIRST);
        let (for_it, against) = (for_it(&page, false), against(&page));
        assert_eq!(is_other_paper(&page, false), expected, "{for_it} {against}: {text}");
    }

    const SHOP: &str = "SHOP LTD\n20/11/2026\nTEA  4.00\nBUN  2.50\nTOTAL  6.50\n";

    #[test]
    fn a_part_of_a_receipt_is_no_other_paper_nor_one_in_an_unknown_language() {
        check(SHOP, false);
        check("SHOP LTD\n1 HIGH STREET\n20/11/2026\nTEA  4.00", false);
        check("OJO DE AGUA\n2026-11-20\nXocolatl  35.00\nEtl  18.00\nNochi  53.00\nTomin  60.00", false);
    }

    #[test]
    fn sentences_labels_tables_and_width_speak_against_it() {
        let head = "SHOP LTD\n20/11/2026\nTEA  4.00\nTOTAL  6.50\n";
        let sentence = "We have received the sum that you owed to us for the last month of this year\n";
        check(&format!("{head}{}", sentence.repeat(4)), true);
        check(&format!("{head}{}", "Name: ________   Position: ________\n".repeat(4)), true);
        check(&format!("{head}{}", "North   1.00   2.00   3.00   4.00   5.00\n".repeat(9)), true);
        check(&format!("{}\n{head}", "A page as wide as a sheet of paper is, with little on it".repeat(2)), true);
    }

    #[test]
    fn a_wide_page_that_was_paid_is_a_receipt() {
        let wide = " ".repeat(50);
        let page = format!(
            "GARAGE LTD{wide}Tel 0113 496 0101\nInvoice 204\nWork{wide}80.00\nSubtotal{wide}80.00\nVAT{wide}16.00\nTotal{wide}96.00\nPaid by card{wide}96.00"
        );
        let page = Page::new(&photograph(&page, Pose::default()), Sheet::FIRST);
        assert!(!is_other_paper(&page, true));
    }
}
