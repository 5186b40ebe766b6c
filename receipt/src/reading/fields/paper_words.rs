//! The words by which a paper says that it is no sale, told from the same words in a shop's terms and on its goods.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;
use rust_decimal::Decimal;

use crate::{
    reading::{
        language::{Class, Hit},
        page::Page,
        receipt::Field,
    },
    text::{digits, letters, regex},
};

/// A page with what was to be paid, and whether it was.
pub(super) struct Paper<'a> {
    page: &'a Page,
    total: Option<Decimal>,
    total_row: Option<usize>,
    pub(super) is_paid: bool,
}

impl<'a> Paper<'a> {
    pub(super) fn new(page: &'a Page, total: Option<&Field<Decimal>>, total_row: Option<usize>) -> Self {
        let total = total.map(|total| total.value.abs());
        let rows = || (0..page.rows.len()).filter(|&row| is_payment(page, row));
        let gives_change = |paid: usize| {
            (paid + 1..page.rows.len()).any(|row| {
                page.classes[row].has(Class::Change) && !page.classes[row].any(&[Class::Payable, Class::StrongTotal])
            })
        };
        // More than the total, without change, is what somebody else paid.
        let covers = |row: usize| {
            let paid = paid_on(page, row);
            total.is_none_or(|total| paid == total || paid > total && gives_change(row))
        };
        let together = rows().map(|row| paid_on(page, row)).fold(Decimal::ZERO, Decimal::saturating_add);
        let in_parts = rows().count() > 1 && Some(together) == total;
        let nothing_left = total.is_some_and(|total| !total.is_zero())
            && (0..page.rows.len()).any(|row| {
                page.classes[row].any(&[Class::Payable, Class::StrongTotal, Class::Change])
                    && page.amounts_of(row).last().is_some_and(|amount| amount.cents == 0)
            });
        Self { page, total, total_row, is_paid: rows().any(covers) || in_parts || nothing_left }
    }

    /// An amount beside the words is the total's: another one is that of an item, or of points.
    fn is_of_the_whole(&self, row: usize) -> bool {
        let mut amounts = self.page.amounts_of(row).peekable();
        amounts.peek().is_none() || amounts.any(|it| Some(it.value().abs()) == self.total)
    }

    fn is_above_total(&self, row: usize) -> bool {
        self.total_row.is_none_or(|total| row < total)
    }

    /// A payment that failed was tried again and went through.
    fn was_paid_after_all(&self, row: usize) -> bool {
        let page = self.page;
        let tried = (0..row).any(|row| page.classes[row].any(&[Class::Cash, Class::Card]));
        let goes_through = |later: usize| {
            let paid = is_payment(page, later) && self.total.is_some_and(|total| paid_on(page, later) >= total);
            paid || APPROVED.is_match(&page.rows[later].text)
        };
        tried && (row + 1..page.rows.len()).any(goes_through)
    }
}

static APPROVED: LazyLock<Regex> =
    LazyLock::new(|| regex(r"^(?:TRANSACTION |PAYMENT )?(?:APPROVED|ACCEPTED|SUCCESSFUL)\b"));

/// Money was handed over on this row; "AMOUNT PAYABLE" says what is to be.
fn is_payment(page: &Page, row: usize) -> bool {
    let classes = page.classes[row];
    let open = [Class::Payable, Class::StrongTotal, Class::Subtotal, Class::Discount];
    let settled = || page.rows[row].text.contains("PAID") && !PAID_LATER.is_match(&page.rows[row].text);
    classes.any(&[Class::Cash, Class::Card]) && (!classes.any(&open) || settled())
}

static PAID_LATER: LazyLock<Regex> = LazyLock::new(|| regex(r"\b(?:IF|TO BE|UNPAID|WHEN|UNTIL|NOT)\b"));

/// What is printed on a row of payment, or below it where it has no figures.
fn paid_on(page: &Page, row: usize) -> Decimal {
    let largest = |row: usize| page.amounts_of(row).map(|amount| amount.value().abs()).max();
    let below = || (row + 1 < page.rows.len() && !page.has_words(row + 1)).then(|| largest(row + 1)).flatten();
    largest(row).or_else(below).unwrap_or_default()
}

/// How sure a kind is that is said in words of its own row, without any misread letter.
const SAID: f32 = 0.9;
/// A row that says more than this is a sentence: "Refunds within 14 days with this receipt".
const MOST_WORDS: usize = 7;
/// The share of a row's letters that a single word must be, and one of several words.
const OF_A_WORD: f32 = 0.7;
const OF_A_PHRASE: f32 = 0.35;
const OF_AN_OUTCOME: f32 = 0.5;
/// Letters of a keyword that is more than a common word, and of one that says what became of a sale.
const PHRASE: usize = 10;
const COMPOUND: usize = 14;
const OUTCOME: usize = 8;

/// The row that says what the class stands for, of the paper and not of one item or of the shop's terms.
pub(super) fn sign(paper: &Paper, class: Class) -> Option<Field<String>> {
    if class == Class::Estimate && paper.is_paid {
        return None;
    }
    let page = paper.page;
    let said = (0..page.rows.len()).find_map(|row| {
        let hit = page.hits[row].iter().filter(|hit| hit.class == class).max_by_key(|hit| hit.length)?;
        let value = page.rows[row].text.get(hit.range.clone())?.to_owned();
        let is_said = is_heading(page, row, hit) && paper.is_of_the_whole(row) && fits(paper, row, class);
        is_said.then(|| page.field(row, &hit.range, value, SAID * page.rows[row].ocr_confidence()))
    });
    if class == Class::Estimate { said.or_else(|| account(page)) } else { said }
}

/// The account to which an invoice is to be paid.
fn account(page: &Page) -> Option<Field<String>> {
    (0..page.rows.len()).find_map(|row| {
        let hit = page.hits[row].iter().find(|hit| hit.class == Class::Transfer)?;
        let followed = page.rows[row].text.get(hit.range.end..).is_some_and(|rest| digits(rest) >= ACCOUNT);
        let value = page.rows[row].text.get(hit.range.clone())?.to_owned();
        followed.then(|| page.field(row, &hit.range, value, SAID * page.rows[row].ocr_confidence()))
    })
}

/// Figures of a bank's or an account's number.
const ACCOUNT: usize = 6;

/// What only counts in its place.
fn fits(paper: &Paper, row: usize, class: Class) -> bool {
    let page = paper.page;
    if class == Class::Training {
        // "TRAINING 25.00" was sold.
        return !page.has_amount(row);
    }
    if class == Class::Void {
        return !paper.was_paid_after_all(row) && !is_of_next_line(paper, row);
    }
    if class == Class::Estimate && !is_title(page, row) {
        return false;
    }
    if class == Class::Refund {
        // "RETURN" may head the terms below it, and end the sentence above it.
        let around = [row.checked_sub(1), Some(row + 1).filter(|&row| row < page.rows.len())];
        let is_of_terms = |row: usize| TERMS.is_match(&page.rows[row].text);
        // "RETURN 50.00" may be the change of 100.00.
        let twice = |total: Decimal| total.checked_mul(Decimal::TWO);
        let is_change = (0..page.rows.len()).any(|other| {
            is_payment(page, other) && paper.total.is_some_and(|total| twice(total) == Some(paid_on(page, other)))
        });
        return page.has_amount(row) && !is_change
            || !page.has_amount(row) && !around.into_iter().flatten().any(is_of_terms);
    }
    // Below a sale that was paid stand points, and below any sale vouchers.
    paper.is_above_total(row) || class != Class::OtherPaper && (class != Class::Statement || !paper.is_paid)
}

/// "STORNO" above a line that is taken off.
fn is_of_next_line(paper: &Paper, row: usize) -> bool {
    let mut below = paper.page.amounts.iter().filter(|amount| amount.row > row);
    paper.total_row.is_some_and(|total| row < total) && below.next().is_some_and(|amount| amount.cents < 0)
}

/// A single word that means an offer heads the paper; among goods it is a price that was lowered.
fn is_title(page: &Page, row: usize) -> bool {
    let of_several_words = page.hits[row].iter().any(|hit| {
        let words = page.rows[row].text.get(hit.range.clone());
        hit.class == Class::Estimate && words.is_some_and(|words| words.contains([' ', '-']))
    });
    of_several_words || page.amounts.first().is_none_or(|first| row < first.row)
}

/// Little else stands on the row than the word, and what leaves it its meaning.
fn is_heading(page: &Page, row: usize, hit: &Hit) -> bool {
    let text = &page.rows[row].text;
    let Some(after) = text.get(hit.range.end..) else { return false };
    let own = |range: Range<usize>| text.get(range).map_or(0, letters);
    let with_fillers: usize = joined(page, row, hit).into_iter().map(own).sum();
    #[expect(clippy::cast_precision_loss, reason = "a row has at most some hundred letters")]
    let share = |own: usize| own as f32 / letters(text).max(1) as f32;
    // "SUSPENDED - RECALL NO 14": what became of a sale may go on.
    let opens = hit.class == Class::Void && hit.range.start == 0 && hit.length >= OUTCOME;
    // "ENTGELTABRECHNUNG" is a phrase written as one word.
    let is_compound = hit.length >= COMPOUND && matches!(hit.class, Class::Estimate | Class::Statement);
    let is_phrase = is_compound
        || hit.length >= PHRASE && text.get(hit.range.clone()).is_some_and(|words| words.contains([' ', '-']));
    let enough = if is_phrase {
        OF_A_PHRASE
    } else if opens {
        OF_AN_OUTCOME
    } else {
        OF_A_WORD
    };
    let is_said = share(own(hit.range.clone())) >= enough || hit.length >= TELLING && share(with_fillers) >= OF_A_WORD;
    // "REFUNDS" heads the terms; a refund says "REFUND".
    let is_whole = !after.starts_with(|c: char| c.is_ascii_alphabetic());
    let words = text.split_whitespace().filter(|word| letters(word) > 0).count();
    is_said && is_whole && words <= MOST_WORDS && !is_of_terms(page, row, hit.class)
}

/// The places of a keyword and of those beside it that say nothing else, none twice.
fn joined(page: &Page, row: usize, hit: &Hit) -> Vec<Range<usize>> {
    // "ITEM RETURNED" is said of a refund, "ITEM VOIDED" of a line.
    let counts = hit.class == Class::Refund;
    let same = |class: Class| class == hit.class || FILLERS.contains(&class) || counts && class == Class::Count;
    let mut places: Vec<Range<usize>> =
        page.hits[row].iter().filter(|other| same(other.class)).map(|other| other.range.clone()).collect();
    places.push(hit.range.clone());
    places.sort_by_key(|place| (place.start, std::cmp::Reverse(place.end)));
    let mut end = 0;
    places.retain_mut(|place| {
        place.start = place.start.max(end);
        end = end.max(place.end);
        place.start < place.end
    });
    places
}

const FILLERS: [Class; 8] = [
    Class::Filler,
    Class::Total,
    Class::StrongTotal,
    Class::Cash,
    Class::Card,
    Class::ReceiptNumber,
    Class::Date,
    Class::Time,
];
/// Letters of a keyword that may stand among others: "COPY" may not, for whose it is is no filler.
const TELLING: usize = 5;

/// Whether other words on the row make it one of a shop's terms.
fn is_of_terms(page: &Page, row: usize, class: Class) -> bool {
    if matches!(class, Class::Estimate | Class::Statement | Class::OtherPaper) {
        return false;
    }
    let mut others = page.rows[row].text.clone();
    for hit in page.hits[row].iter().filter(|hit| hit.class == class) {
        others.replace_range(hit.range.clone(), &" ".repeat(hit.range.len()));
    }
    // A line of a sale was taken off, not all of it.
    let refused = class == Class::Refund && REFUSED.is_match(&page.rows[row].text)
        || class == Class::Void && OF_A_LINE.is_match(&others);
    refused || TERMS.is_match(&others)
}

static OF_A_LINE: LazyLock<Regex> = LazyLock::new(|| regex(r"\b(?:ITEMS?|LINES?|COUNT|QTY)\b"));

/// "STRICTLY NO CASH REFUND"; elsewhere "NO" is a number.
static REFUSED: LazyLock<Regex> = LazyLock::new(|| regex(r"\bNO\b|\bRETURN (?:BY|UNTIL|BEFORE|THRU|THROUGH|TO)\b"));

/// Words by which a shop says what it does not do, or when it would.
static TERMS: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"^\W*NO\b|\b(?:NOT|NON|POLICY|POLICIES|WITHIN|DAYS?|IF|WITHOUT|WHERE|UNLESS|COMPLETION|RATE|AVAILABLE|TAGEN?|KEINE?|JOURS|SANS|SIN|DIAS|DAGAR|DAGER|DAGE|DNU|ZILE|INNERHALB|BINNEN|INOM|INDEN|SOUS|DENTRO|GIORNI|DAGEN|DNI|HARI|ENTRO|DELAI)\b",
    )
});
