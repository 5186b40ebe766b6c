//! Line items: what was bought, how many, at what price.

use std::{collections::HashSet, ops::Range, sync::LazyLock};

use rust_decimal::Decimal;

use super::{
    item_area::{column, rows_of_items, stands_in},
    labelled::Labelled,
    quantities::{Detail, detail, factors, leading, lone, makes, times},
};
use crate::{
    reading::{
        language::{Class, Language, unmistakable_currency_words},
        page::{Amount, Page},
        receipt::{Item, MAX_ITEMS},
    },
    text::letters,
};

/// How sure an item is whose quantity and price make its amount, and another. Not calibrated.
const CONFIRMED: f32 = 0.95;
const PLAIN: f32 = 0.75;
/// The items, and the first row below them.
pub(crate) struct Items {
    pub(crate) items: Vec<Item>,
    pub(crate) end: usize,
}

/// Codes of taxes, pieces and currencies, which describe no item.
static UNITS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    let of_taxes = ["SR", "ZR", "ZRL", "TX", "X", "S", "Z", "T", "E"];
    of_taxes.into_iter().chain(Language::all_pieces()).chain(unmistakable_currency_words()).collect()
});
/// Letters of the longest of them.
static LONGEST_UNIT: LazyLock<usize> = LazyLock::new(|| UNITS.iter().map(|unit| unit.len()).max().unwrap_or_default());

/// An item as it is put together.
#[derive(Debug)]
struct Draft<'a> {
    amount: &'a Amount,
    cents: i64,
    words: Option<(usize, Range<usize>)>,
    own_words: bool,
    detail: Option<Detail>,
}

/// The items so far, and what waits for the next one.
#[derive(Debug, Default)]
struct Listing<'a> {
    drafts: Vec<Draft<'a>>,
    /// Of the drafts, in hundredths.
    sum: i64,
    words: Option<usize>,
    detail: Option<Detail>,
    follows_words: bool,
}

/// `total` is the row of the total, below which nothing was bought.
pub(crate) fn items(page: &Page, figures: &[Labelled], total: Option<usize>) -> Items {
    let rows = rows_of_items(page, figures, total);
    let Some(column) = column(page, &rows) else { return Items { items: Vec::new(), end: rows.end } };
    let mut listing = Listing { follows_words: follow_words(page, rows.clone(), column), ..Listing::default() };
    for row in rows.clone().filter(|&row| !page.classes[row].has(Class::Supplies)) {
        match page.amounts_of(row).last() {
            Some(amount) if !listing.is_aside(page, amount, column) => listing.add(page, amount),
            Some(_) | None => listing.note(page, row),
        }
    }
    let mut drafts = listing.drafts;
    drafts.truncate(MAX_ITEMS);
    words_below(page, &mut drafts, rows.end);
    counts(page, &mut drafts);
    let items = drafts.into_iter().map(|draft| draft.item(page)).collect();
    Items { items, end: rows.end }
}

impl<'a> Listing<'a> {
    /// Whether the only amount of a row is a price and no item's amount: it stands left of the column of amounts, or
    /// in "2 X 3.50" below an item.
    fn is_aside(&self, page: &Page, amount: &Amount, column: f32) -> bool {
        let row = amount.row;
        let below_item = self.drafts.last().is_some_and(|draft| draft.amount.row + 1 == row);
        let in_column = stands_in(page, amount, column) || self.follows_words && has_words(page, row);
        let detail_below_item = below_item && !has_words(page, row) && detail(page, row).is_some();
        page.amounts_of(row).count() == 1 && (!in_column || detail_below_item)
    }

    /// Takes the quantity or the words of a row without an item's amount: for the item above if they make its amount,
    /// else for the next.
    fn note(&mut self, page: &Page, row: usize) {
        match (detail(page, row), self.drafts.last_mut()) {
            (Some(detail), Some(draft)) if self.words.is_none() && makes(&detail, draft.amount) => {
                draft.detail = Some(detail);
            }
            (Some(detail), _) => self.detail = Some(detail),
            (None, _) if has_words(page, row) => self.words = Some(row),
            (None, _) => {}
        }
    }

    fn add(&mut self, page: &Page, amount: &'a Amount) {
        let row = amount.row;
        let own_words = has_words(page, row);
        // A row that only repeats the sum of the items is no item.
        let bare = !own_words && self.words.is_none() && self.drafts.len() > 1;
        let closing = page.classes[row].any(&[Class::Count, Class::Cash, Class::Total]) && !self.drafts.is_empty();
        if self.sum != amount.cents || !(bare || closing) {
            let detail = detail(page, row).or_else(|| self.detail.take());
            let draft = draft(page, amount, own_words, self.words.take(), detail);
            self.sum = self.sum.saturating_add(draft.cents);
            self.drafts.push(draft);
            self.detail = None;
        }
    }
}

/// Whether amounts stand right behind their words and in no column: each that is alone on its row was read in one piece with
/// them, and as many are out of the column as in it. (Not where none is in it: there the goods have two amounts each.)
fn follow_words(page: &Page, rows: Range<usize>, column: f32) -> bool {
    let (mut inside, mut outside) = (0, 0);
    for row in rows {
        let mut amounts = page.amounts_of(row);
        if let (Some(amount), None) = (amounts.next(), amounts.next()) {
            if page.rows[row].fragments.len() > 1 || !has_words(page, row) {
                return false;
            }
            let count = if stands_in(page, amount, column) { &mut inside } else { &mut outside };
            *count += 1;
        }
    }
    inside > 0 && outside >= inside
}

/// Whether a row says more than figures and units.
fn has_words(page: &Page, row: usize) -> bool {
    let text = &page.rows[row].text;
    let mut from = 0;
    let mut found = 0;
    let ends = page.amounts_of(row).map(|amount| amount.reach.clone()).chain(std::iter::once(text.len()..text.len()));
    for amount in ends {
        let beside = text.get(from..amount.start).unwrap_or_default();
        for word in beside.split(|c: char| !(c.is_alphanumeric() || c == '_')) {
            let own = letters(word);
            if own > 0 && found < LEAST_LETTERS && !is_unit(word) {
                found += own;
            }
        }
        from = from.max(amount.end);
    }
    found >= LEAST_LETTERS
}

/// Letters of words that describe something.
const LEAST_LETTERS: usize = 3;

fn is_unit(word: &str) -> bool {
    word.len() <= *LONGEST_UNIT && UNITS.contains(word)
}

fn draft<'a>(
    page: &Page,
    amount: &'a Amount,
    own_words: bool,
    above: Option<usize>,
    detail: Option<Detail>,
) -> Draft<'a> {
    let row = amount.row;
    let words = if own_words { Some(row) } else { above };
    let detail = detail.or_else(|| factors(page, amount));
    let off = page.classes[row].has(Class::Discount)
        && amount.cents > 0
        && !detail.as_ref().is_some_and(|it| makes(it, amount));
    Draft {
        amount,
        cents: if off { -amount.cents } else { amount.cents },
        words: words.map(|row| (row, description(page, row))),
        own_words,
        detail,
    }
}

/// The words of a row up to its figures.
fn description(page: &Page, row: usize) -> Range<usize> {
    let text = &page.rows[row].text;
    let end = page.amounts_of(row).map(|amount| amount.reach.start).filter(|&at| letters(&text[..at]) >= 3).min();
    let mut end = end.unwrap_or(text.len());
    let times = times(text);
    if let Some(found) = times.filter(|found| letters(&text[..found.start()]) >= 3) {
        end = end.min(found.start());
    }
    let ahead = times.filter(|found| letters(&text[..found.end()]) < 3).map_or(0, |found| found.end());
    let start = text.len() - text[ahead..].trim_start_matches(|c: char| !c.is_ascii_alphanumeric()).len();
    let kept = text[..end].trim_end_matches([' ', '@', ':', '*']);
    start.min(kept.len())..kept.len()
}

/// Where figures stand above their words, each item takes the words below it.
fn words_below(page: &Page, drafts: &mut [Draft], end: usize) {
    let bare = drafts.iter().filter(|draft| !draft.own_words).count();
    if bare * 5 < drafts.len() * 3 || drafts.first().is_none_or(|draft| draft.words.is_some()) {
        return;
    }
    let ends: Vec<usize> = drafts.iter().skip(1).map(|draft| draft.amount.row).chain([end]).collect();
    for (draft, end) in drafts.iter_mut().zip(ends) {
        let below = (draft.amount.row + 1..end).find(|&row| page.has_words(row));
        draft.words = below.map(|row| (row, description(page, row))).or(draft.words.take());
    }
}

/// Quantities that stand before the words, where most items have them there, or alone in a column.
fn counts(page: &Page, drafts: &mut [Draft]) {
    let leading: Vec<_> = drafts.iter().map(|draft| leading(page, draft.words.as_ref()?.0)).collect();
    let usual = leading.iter().flatten().count() * 2 >= drafts.len();
    for (draft, leading) in drafts.iter_mut().zip(leading) {
        draft.count(page, leading, usual);
    }
}

impl Draft<'_> {
    /// Takes a number before its words as its quantity if that is usual here, else one alone before its amount.
    fn count(&mut self, page: &Page, leading: Option<(Range<usize>, Decimal)>, usual: bool) {
        let text = |row: usize| page.rows[row].text.as_str();
        if let (Some((range, quantity)), Some((row, words))) = (leading, &mut self.words) {
            let rest = text(*row)[range.end..].trim_start();
            let name = rest.trim_start_matches("X ").trim_start();
            if usual || name.len() < rest.len() {
                words.start = words.start.max(text(*row).len() - name.len()).min(words.end);
                let row = *row;
                self.take_quantity(row, range, quantity);
            }
        } else if let Some((range, quantity)) = lone(page, self.amount) {
            if let Some((row, words)) = &mut self.words
                && *row == self.amount.row
                && words.start < range.start
            {
                words.end = words.end.min(range.start - 1);
            }
            self.take_quantity(self.amount.row, range, quantity);
        }
    }

    fn take_quantity(&mut self, row: usize, range: Range<usize>, quantity: Decimal) {
        let detail = self.detail.get_or_insert(Detail { row, quantity: None, price: None });
        if detail.row == row {
            detail.quantity.get_or_insert((range, quantity));
        }
    }

    fn item(self, page: &Page) -> Item {
        let confirmed = self.detail.as_ref().is_some_and(|detail| makes(detail, self.amount));
        let sure = if confirmed { CONFIRMED } else { PLAIN };
        let confidence = |row: usize| sure * page.rows[row].ocr_confidence();
        let number = |part: Option<(Range<usize>, Decimal)>, row: usize| {
            part.map(|(range, value)| page.field(row, &range, value, confidence(row)))
        };
        let (quantity, price) = match self.detail {
            Some(Detail { row, quantity, price }) => (number(quantity, row), number(price, row)),
            None => (None, None),
        };
        let mut amount =
            page.field(self.amount.row, &self.amount.range, self.amount.value(), confidence(self.amount.row));
        if self.cents != self.amount.cents {
            amount.value = -amount.value;
        }
        Item {
            description: self.words.filter(|(_, range)| !range.is_empty()).map(|(row, range)| {
                let value = page.rows[row].printed(&range).split_whitespace().collect::<Vec<_>>().join(" ");
                page.field(row, &range, value, confidence(row))
            }),
            quantity,
            unit_price: price,
            amount: Some(amount),
        }
    }
}
