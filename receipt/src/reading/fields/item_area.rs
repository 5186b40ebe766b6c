//! Where the items of a receipt stand: their rows, and the column of their amounts.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;

use super::{labelled::Labelled, quantities::times};
use crate::{
    reading::{
        language::{Class, Classes},
        page::{Amount, Page, median},
    },
    text::regex,
};

/// Amounts whose right ends are this many lines apart stand in one column.
const COLUMN_WIDTH: f32 = 2.5;

static COUNT: LazyLock<Regex> =
    LazyLock::new(|| regex(r"^[^A-Z0-9]*(?:ITEMS?|QTY)[^A-Z0-9]*(?:\(S\))?[^A-Z0-9]*[:=]? *\d+"));

fn is_count(text: &str) -> bool {
    let words = text.trim_start_matches(|c: char| !c.is_ascii_uppercase());
    (words.starts_with("ITEM") || words.starts_with("QTY")) && COUNT.is_match(text)
}

/// From the heading of the columns, or the first amount, to the first total, payment or count.
pub(crate) fn rows_of_items(page: &Page, figures: &[Labelled], total_row: Option<usize>) -> Range<usize> {
    let rows = page.rows.len();
    // "TOTAL 0% SUPPLIES" is a total of some items and stands among them.
    let closes = |classes: Classes| {
        classes.any(&[Class::Total, Class::Subtotal, Class::StrongTotal]) && !classes.has(Class::Supplies)
    };
    let first = |from: usize, fits: &dyn Fn(&Labelled) -> bool| {
        figures.iter().filter(|it| it.amount.row >= from && fits(it)).map(|it| it.amount.row).min()
    };
    let ends = first(3, &|it| closes(it.own) || it.own.any(&[Class::Change, Class::Rounding])).unwrap_or(rows);
    let heading = (3..ends).find(|&row| page.is_heading(row) && !page.in_tax_table[row]);
    let mut start = heading.map_or_else(|| first_words(page, figures), |row| row + 1);
    while start < rows && page.is_heading(start) {
        start += 1;
    }
    // "TAX 1.00", where nothing else than charges follows until the total.
    let charges = [Class::Tax, Class::Service, Class::Tip, Class::Discount, Class::Rounding];
    let is_charge = |row: usize| {
        let of_row = |it: &&Labelled| it.amount.row >= row;
        let until_total = || figures.iter().filter(of_row).take_while(|it| !closes(it.own));
        let followed_by_total = figures.iter().filter(of_row).any(|it| closes(it.own));
        row > start && followed_by_total && until_total().all(|it| it.own.any(&charges))
    };
    let ends = |row: usize| {
        let at = figures.partition_point(|it| it.amount.row < row);
        let label = figures.get(at).filter(|it| it.amount.row == row).map(|it| it.own);
        let classes = label.unwrap_or(page.classes[row]);
        let text = &page.rows[row].text;
        let below = row + 1 < rows && page.has_amount(row + 1);
        let total = closes(classes) && !page.is_heading(row) && (label.is_some() || below);
        // A payment is no less than any item: "POSTCARD 2.00" is an item.
        let covers = || {
            let above = figures.iter().filter(|it| (start..row).contains(&it.amount.row));
            let largest = above.map(|it| it.amount.size()).max();
            page.amounts_of(row).any(|amount| Some(amount.size()) >= largest)
        };
        let payment = label.is_some()
            && (classes.has(Class::Change) || classes.any(&[Class::Cash, Class::Card]) && covers())
            && times(text).is_none();
        let count = row > start
            && (is_count(text) || label.is_some() && classes.has(Class::Count) && classes.has(Class::Total));
        total || payment || count || label.is_some_and(|own| own.any(&[Class::Tax, Class::Service])) && is_charge(row)
    };
    let end = (start..rows).find(|&row| ends(row)).unwrap_or(rows);
    // A total in words that are not known ends them, too.
    let total_row = total_row.filter(|&row| row > start).unwrap_or(rows);
    start..end.min(total_row)
}

/// The row of the first amount, or of the words that belong to it, up to two rows above.
fn first_words(page: &Page, figures: &[Labelled]) -> usize {
    let first = figures.first().map_or(page.rows.len(), |it| it.amount.row);
    let words = |row: &usize| {
        page.has_words(*row) && !page.classes[*row].has(Class::NotCompany) && !page.rows[*row].text.contains(':')
    };
    let above = (first.saturating_sub(2)..first).rev().take_while(words);
    above.last().unwrap_or(first)
}

/// Where the amounts of the items end on the right.
pub(crate) fn column(page: &Page, rows: &Range<usize>) -> Option<f32> {
    let last = |row: usize| page.amounts_of(row).last().map(|amount| right_end(page, amount));
    let mut ends: Vec<f32> = rows.clone().filter_map(last).collect();
    ends.sort_by(f32::total_cmp);
    let half = ends.len() / 2;
    median(&mut ends[half..])
}

/// Whether an amount stands in the column that ends there, or right of it.
pub(crate) fn stands_in(page: &Page, amount: &Amount, column: f32) -> bool {
    right_end(page, amount) > column - COLUMN_WIDTH * page.line
}

#[expect(clippy::cast_precision_loss, reason = "a line has at most some hundred characters")]
pub(crate) fn right_end(page: &Page, amount: &Amount) -> f32 {
    let row = &page.rows[amount.row];
    let at = row.fragment_at(amount.range.start);
    let (Some(fragment), Some(place)) = (row.fragments.get(at), row.places.get(at)) else { return row.right };
    fragment.left + fragment.width() * (amount.range.end - place.start) as f32 / place.len().max(1) as f32
}
