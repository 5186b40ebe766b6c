//! The merchant: the name of the company that sold, found among one to three rows near the top.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;

use super::{
    company_name::{Name, name},
    confidence::{self, Clue},
    field::Field,
    header::Header,
    looks::{LEGAL_FORM, Looks},
    page::Page,
    rows::Row,
    text::{essence, fold, regex},
};

/// Measured: points for what was seen to tell the company's name from other rows.
mod points {
    pub(super) const ENDS_IN_LEGAL_FORM: f32 = 3.5;
    pub(super) const FIRST_LEGAL_FORM: f32 = 2.0;
    pub(super) const BUSINESS: f32 = 1.5;
    pub(super) const LEGAL_FORM_ELSEWHERE: f32 = -2.0;
    pub(super) const NEVER_A_NAME: f32 = -5.0;
    pub(super) const REGISTRATION: f32 = -5.0;
    pub(super) const PHONE: f32 = -4.0;
    pub(super) const OTHER: f32 = -3.0;
    pub(super) const WEB: f32 = -2.0;
    pub(super) const ADDRESS_WORD: f32 = -0.8;
    pub(super) const DIGITS: f32 = -4.0;
    pub(super) const NUMBERED: f32 = -1.0;
    pub(super) const HIGH_UP: f32 = 1.5;
    pub(super) const TOP: f32 = 1.0;
    pub(super) const NAME_ABOVE: f32 = -0.6;
    pub(super) const ADDRESS_BELOW: f32 = 1.5;
    pub(super) const BELOW_ADDRESS: f32 = -2.5;
    pub(super) const REGISTRATION_BELOW: f32 = 1.5;
    pub(super) const HEIGHT: f32 = 1.0;
    pub(super) const HAD_REGISTRATION: f32 = 0.8;
    pub(super) const REGISTERED: f32 = 1.0;
    pub(super) const FAR_ABOVE: f32 = -1.0;
    pub(super) const STARTS_IN_LEGAL_FORM: f32 = -6.0;
    pub(super) const LEGAL_FORM_FOLLOWS: f32 = -3.0;
    pub(super) const SHORT: f32 = -3.0;
    pub(super) const JOINT: f32 = 2.5;
    pub(super) const APART: f32 = -4.2;
    pub(super) const OPEN: f32 = -3.0;
    pub(super) const GENERIC: f32 = -2.0;
    pub(super) const LAST_ADDRESS_ROW: f32 = -3.0;
    pub(super) const COMPLETE_BEFORE: f32 = -4.0;
    pub(super) const BELOW_HEAD: f32 = -3.0;
    pub(super) const BELOW_SALE: f32 = -1.5;
    pub(super) const CUSTOMER: f32 = -3.0;
    pub(super) const BELOW_ITS_NUMBERS: f32 = -1.5;
    pub(super) const ENDS_IN_BUSINESS: f32 = 0.3;
}

static OPEN_END: LazyLock<Regex> = LazyLock::new(|| regex(r"(?:&|(?-u:\b)(?:AND|SDN))[^A-Z0-9]*$"));
static OPEN_START: LazyLock<Regex> = LazyLock::new(|| regex(r"^[^A-Z0-9]*(?:&|AND(?-u:\b))"));

/// What stands this many lines above the next row was put there by a hand or a stamp.
const ROOM: f32 = 3.5;
/// Below this even the best row is no name: the top of the receipt was cut off.
const LEAST: f32 = -1.5;
/// Rows of a name.
const MAX_ROWS: usize = 3;
const MAX_LENGTH: usize = 75;

#[derive(Debug)]
struct Candidate {
    first: usize,
    last: usize,
    text: String,
    score: f32,
}

/// How sure a trade name is: the first name above the company's. Not calibrated.
const TRADE_NAME: f32 = 0.6;

/// The names on a receipt.
#[derive(Debug)]
pub(super) struct Names {
    /// The company that sold.
    pub(super) merchant: Field<String>,
    pub(super) clue: Clue,
    /// What its shop calls itself, where that is another name.
    pub(super) trade: Option<Field<String>>,
}

pub(super) fn names(page: &Page, header: &Header) -> Option<Names> {
    let names: Vec<Name> = (0..page.rows.len()).map(|row| name(page, row)).collect();
    let candidates = candidates(page, header, &names);
    let best = candidates.iter().reduce(|best, it| if it.score > best.score { it } else { best })?;
    if best.score < LEAST {
        return None;
    }
    let own = essence(&best.text);
    let rival =
        candidates.iter().filter(|it| essence(&it.text) != own).map(|it| it.score).fold(f32::NEG_INFINITY, f32::max);
    let mut margin = best.score - rival;
    // Where the name of the shop was not seen, something below its address takes its place.
    if (0..best.first.min(header.end)).any(|row| header.address[row] > SURELY_ADDRESS) {
        margin = margin.min(0.0) - BELOW_ADDRESS;
    }
    let clue = Clue { margin, eyesight: eyesight(page, best) };
    let trade = (0..best.first.min(header.end))
        .filter(|&row| may_be_a_name(&header.looks[row]) && header.address[row] <= 0.0)
        .find_map(|row| candidates.iter().find(|it| it.first == row && it.last == row))
        .filter(|it| !own.contains(&essence(&it.text)))
        .map(|it| field(page, it, TRADE_NAME * eyesight(page, it)));
    Some(Names { merchant: field(page, best, confidence::merchant(clue)), clue, trade })
}

/// A row with this many points is one of an address.
const SURELY_ADDRESS: f32 = 2.0;
/// Taken off the margin of a name below an address: such names are wrong more often than not.
const BELOW_ADDRESS: f32 = 1.0;

fn eyesight(page: &Page, it: &Candidate) -> f32 {
    page.rows[it.first..=it.last].iter().map(Row::eyesight).fold(1.0, f32::min)
}

fn may_be_a_name(looks: &Looks) -> bool {
    let number = looks.registration || looks.phone || looks.date || looks.amount;
    !(number || looks.never_a_name || looks.web || looks.share_of_digits > 0.3)
}

fn field(page: &Page, it: &Candidate, confidence: f32) -> Field<String> {
    let rows = || page.rows[it.first..=it.last].iter();
    let bounds =
        rows().map(|row| row.shown(&(0..row.text.len()), page.orientation())).reduce(crate::BoundingBox::union);
    Field {
        text: it.text.clone(),
        value: it.text.clone(),
        confidence,
        bounds: bounds.unwrap_or(crate::BoundingBox { left: 0.0, top: 0.0, width: 0.0, height: 0.0 }),
    }
}

fn candidates(page: &Page, header: &Header, names: &[Name]) -> Vec<Candidate> {
    let rows = page.rows.len();
    let looks = &header.looks;
    let in_head = 0..header.end;
    let below_head = (header.end..rows).filter(|&row| looks[row].legal_form);
    let context = Context::new(header);
    let mut candidates = Vec::new();
    for first in in_head.chain(below_head) {
        for last in first..(first + MAX_ROWS).min(rows) {
            let text = names[first..=last].iter().map(|name| name.printed.as_str()).collect::<Vec<_>>().join(" ");
            if essence(&text).len() < 3 || text.chars().count() > MAX_LENGTH {
                continue;
            }
            let score = score(page, header, names, &context, first, last, &text);
            candidates.push(Candidate { first, last, text, score });
        }
    }
    candidates
}

/// What is the same for all candidates.
struct Context {
    tallest: f32,
    first_address: usize,
    /// Rows of the head with a legal form.
    legal: Vec<usize>,
    /// How many rows above each could be a name.
    names_above: Vec<f32>,
}

impl Context {
    fn new(header: &Header) -> Self {
        let looks = &header.looks;
        let head = 0..header.end;
        let mut above = 0.0;
        let names_above = looks.iter().map(|it| {
            let now: f32 = above;
            if !(it.never_a_name || it.registration || it.phone) {
                above += 1.0;
            }
            now.min(4.0)
        });
        Self {
            tallest: looks[head.clone()].iter().map(|it| it.height).fold(1e-5, f32::max),
            first_address: head.clone().find(|&row| header.address[row] > 0.8).unwrap_or(header.end),
            legal: legal_rows(looks, head),
            names_above: names_above.collect(),
        }
    }
}

/// The rows with a legal form; where one is unmistakable, those with such a form, and not "& CO" above "SDN BHD".
fn legal_rows(looks: &[Looks], head: Range<usize>) -> Vec<usize> {
    let rows: Vec<usize> = head.filter(|&row| looks[row].legal_form && !looks[row].never_a_name).collect();
    let strong: Vec<usize> = rows.iter().copied().filter(|&row| looks[row].strong_form).collect();
    let near = |first: &usize| rows.first().is_some_and(|row| first - row <= MAX_ROWS);
    if strong.first().is_some_and(near) { strong } else { rows }
}

#[expect(clippy::cast_precision_loss, reason = "a page has few rows and words")]
fn score(
    page: &Page,
    header: &Header,
    names: &[Name],
    context: &Context,
    first: usize,
    last: usize,
    text: &str,
) -> f32 {
    let looks = &header.looks;
    let (a, b, below) = (&looks[first], &looks[last], looks.get(last + 1).copied().unwrap_or_default());
    let given = |fact: bool, points: f32| if fact { points } else { 0.0 };
    let rows = first..=last;
    let legal_here = context.legal.iter().any(|row| rows.contains(row));
    let mut score = given(names[last].ends_in_legal_form, points::ENDS_IN_LEGAL_FORM)
        + given(context.legal.first().is_some_and(|row| rows.contains(row)), points::FIRST_LEGAL_FORM)
        + given(a.business, points::BUSINESS)
        + given(!context.legal.is_empty() && !legal_here, points::LEGAL_FORM_ELSEWHERE)
        + given(a.never_a_name, points::NEVER_A_NAME)
        + given(a.registration, points::REGISTRATION)
        + given(a.phone, points::PHONE)
        + given(a.postcode, points::OTHER)
        + given(a.tax, points::OTHER)
        + given(a.date, points::OTHER)
        + given(a.amount, points::OTHER)
        + given(a.web, points::WEB)
        + points::HIGH_UP * (1.0 - first.min(12) as f32 / 12.0)
        + given(first == 0, points::TOP)
        + points::NAME_ABOVE * context.names_above[first]
        + given(last + 1 == context.first_address, points::ADDRESS_BELOW)
        + given(first >= context.first_address, points::BELOW_ADDRESS)
        + given(below.registration, points::REGISTRATION_BELOW)
        + points::HEIGHT * a.height / context.tallest
        + given(names[first..=last].iter().any(|name| name.shortened), points::HAD_REGISTRATION)
        + given(looks[first..=last].iter().any(|it| it.registered), points::REGISTERED)
        + given(b.room_below > ROOM, points::FAR_ABOVE)
        + given(names[first].starts_in_legal_form, points::STARTS_IN_LEGAL_FORM)
        + given(names.get(last + 1).is_some_and(Name::starts_with_form), points::LEGAL_FORM_FOLLOWS)
        + given(essence(text).len() < 6, points::SHORT)
        + given(is_open(page, first, last), points::OPEN)
        + given(a.generic && first > 0, points::GENERIC)
        + given(first >= header.end, points::BELOW_HEAD)
        + given(first > header.sale, points::BELOW_SALE)
        + given(first > header.numbers + 1, points::BELOW_ITS_NUMBERS)
        + given(names[last].ends_in_business, points::ENDS_IN_BUSINESS)
        + given(looks[first.saturating_sub(1)..=first].iter().any(|row| row.customer), points::CUSTOMER);
    if !a.legal_form {
        score += points::ADDRESS_WORD * a.address_words.min(3) as f32
            + points::DIGITS * a.share_of_digits
            + given(a.numbered, points::NUMBERED);
    }
    for row in first + 1..=last {
        score += if joins(page, looks, names, row) { points::JOINT } else { points::APART };
    }
    if last > first {
        score += given(b.never_a_name, points::NEVER_A_NAME)
            + given(b.registration, points::REGISTRATION)
            + given(b.address_words > 0, points::LAST_ADDRESS_ROW)
            + given(b.phone, points::OTHER)
            + given(b.numbered, points::OTHER)
            + given(
                a.legal_form && names[first].ends_in_legal_form && names[first].is_company(),
                points::COMPLETE_BEFORE,
            );
    }
    score
}

fn is_open(page: &Page, first: usize, last: usize) -> bool {
    OPEN_END.is_match(&page.rows[last].text) || OPEN_START.is_match(&page.rows[first].text)
}

/// Whether a row goes on with the name that the row above it began.
fn joins(page: &Page, looks: &[Looks], names: &[Name], row: usize) -> bool {
    let above = &names[row - 1].folded;
    names[row].starts_in_legal_form && !looks[row].registration
        || above.matches('(').count() > above.matches(')').count() && names[row].folded.contains(')')
        || OPEN_END.is_match(above)
        || OPEN_START.is_match(&page.rows[row].text)
        || looks[row].generic && (looks[row].legal_form || LEGAL_FORM.is_match(&fold(&names[row].printed)))
        || begins_name(&looks[row - 1]) && goes_on_with_name(&looks[row])
}

/// "KEDAI MAKAN" alone: what kind of shop it is, and below it whose.
fn begins_name(looks: &Looks) -> bool {
    looks.generic && !looks.legal_form && may_be_a_name(looks)
}

fn goes_on_with_name(looks: &Looks) -> bool {
    let address = looks.numbered || looks.address_words > 0 || looks.postcode || looks.commas > 0 || looks.only_place;
    may_be_a_name(looks) && !address && !looks.bracketed && !looks.generic
}
