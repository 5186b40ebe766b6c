//! The merchant: the name of the company that sold, found among one to three rows near the top.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;

use super::{
    company_name::{Name, name},
    confidence::{self, Evidence},
    header::Header,
    line_features::{LEGAL_FORM, LineFeatures},
};
use crate::{
    reading::{
        page::{Page, Row},
        receipt::Field,
    },
    text::{essence, fold, regex},
};

/// Measured: points for what was seen to tell the company's name from other rows.
mod points {
    pub(crate) const ENDS_IN_LEGAL_FORM: f32 = 3.5;
    pub(crate) const FIRST_LEGAL_FORM: f32 = 2.0;
    pub(crate) const BUSINESS: f32 = 1.5;
    pub(crate) const LEGAL_FORM_ELSEWHERE: f32 = -2.0;
    pub(crate) const NEVER_A_NAME: f32 = -5.0;
    pub(crate) const REGISTRATION: f32 = -5.0;
    pub(crate) const PHONE: f32 = -4.0;
    pub(crate) const OTHER: f32 = -3.0;
    pub(crate) const WEB: f32 = -2.0;
    pub(crate) const ADDRESS_WORD: f32 = -0.8;
    pub(crate) const DIGITS: f32 = -4.0;
    pub(crate) const NUMBERED: f32 = -1.0;
    pub(crate) const HIGH_UP: f32 = 1.5;
    pub(crate) const TOP: f32 = 1.0;
    pub(crate) const NAME_ABOVE: f32 = -0.6;
    pub(crate) const ADDRESS_BELOW: f32 = 1.5;
    pub(crate) const BELOW_ADDRESS: f32 = -2.5;
    pub(crate) const REGISTRATION_BELOW: f32 = 1.5;
    pub(crate) const HEIGHT: f32 = 1.0;
    pub(crate) const HAD_REGISTRATION: f32 = 0.8;
    pub(crate) const REGISTERED: f32 = 1.0;
    pub(crate) const FAR_ABOVE: f32 = -1.0;
    pub(crate) const STARTS_IN_LEGAL_FORM: f32 = -6.0;
    pub(crate) const LEGAL_FORM_FOLLOWS: f32 = -3.0;
    pub(crate) const SHORT: f32 = -3.0;
    pub(crate) const JOINT: f32 = 2.5;
    pub(crate) const APART: f32 = -4.2;
    pub(crate) const OPEN: f32 = -3.0;
    pub(crate) const GENERIC: f32 = -2.0;
    pub(crate) const LAST_ADDRESS_ROW: f32 = -3.0;
    pub(crate) const COMPLETE_BEFORE: f32 = -4.0;
    pub(crate) const BELOW_HEAD: f32 = -3.0;
    pub(crate) const BELOW_SALE: f32 = -1.5;
    pub(crate) const CUSTOMER: f32 = -3.0;
    pub(crate) const BELOW_ITS_NUMBERS: f32 = -1.5;
    pub(crate) const ENDS_IN_BUSINESS: f32 = 0.3;
}

static OPEN_END: LazyLock<Regex> = LazyLock::new(|| regex(r"(?:&|(?-u:\b)(?:AND|SDN))[^A-Z0-9]*$"));
static OPEN_START: LazyLock<Regex> = LazyLock::new(|| regex(r"^[^A-Z0-9]*(?:&|AND(?-u:\b))"));

/// What stands this many lines above the next row was not printed with it: a stamp, handwriting.
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
pub(crate) struct Names {
    /// The company that sold.
    pub(crate) merchant: Field<String>,
    pub(crate) evidence: Evidence,
    /// What its shop calls itself, where that is another name.
    pub(crate) trade: Option<Field<String>>,
}

pub(crate) fn names(page: &Page, header: &Header) -> Option<Names> {
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
    // Where the OCR missed the name, something below the address wins.
    if (0..best.first.min(header.end)).any(|row| header.address[row] > SURELY_ADDRESS) {
        margin = margin.min(0.0) - BELOW_ADDRESS;
    }
    let evidence = Evidence { margin, ocr_confidence: ocr_confidence(page, best) };
    let trade = (0..best.first.min(header.end))
        .filter(|&row| may_be_a_name(&header.features[row]) && header.address[row] <= 0.0)
        .find_map(|row| candidates.iter().find(|it| it.first == row && it.last == row))
        .filter(|it| !own.contains(&essence(&it.text)))
        .map(|it| field(page, it, TRADE_NAME * ocr_confidence(page, it)));
    Some(Names { merchant: field(page, best, confidence::merchant(evidence)), evidence, trade })
}

/// A row with this many points is one of an address.
const SURELY_ADDRESS: f32 = 2.0;
/// Taken off the margin of a name below an address: such names are wrong more often than not.
const BELOW_ADDRESS: f32 = 1.0;

fn ocr_confidence(page: &Page, it: &Candidate) -> f32 {
    page.rows[it.first..=it.last].iter().map(Row::ocr_confidence).fold(1.0, f32::min)
}

fn may_be_a_name(features: &LineFeatures) -> bool {
    let number = features.registration || features.phone || features.date || features.amount;
    !(number || features.never_a_name || features.web || features.share_of_digits > 0.3)
}

fn field(page: &Page, it: &Candidate, confidence: f32) -> Field<String> {
    let rows = || page.rows[it.first..=it.last].iter();
    let bounds =
        rows().map(|row| row.shown(&(0..row.text.len()), page.orientation())).reduce(crate::BoundingBox::union);
    Field {
        text: it.text.clone(),
        value: it.text.clone(),
        confidence,
        alternatives: Vec::new(),
        bounds: bounds.unwrap_or(crate::BoundingBox { left: 0.0, top: 0.0, width: 0.0, height: 0.0 }),
    }
}

fn candidates(page: &Page, header: &Header, names: &[Name]) -> Vec<Candidate> {
    let rows = page.rows.len();
    let features = &header.features;
    let in_head = 0..header.end;
    let below_head = (header.end..rows).filter(|&row| features[row].legal_form);
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
    /// Rows of the header with a legal form.
    legal: Vec<usize>,
    /// How many rows above each could be a name.
    names_above: Vec<f32>,
}

impl Context {
    fn new(header: &Header) -> Self {
        let features = &header.features;
        let head = 0..header.end;
        let mut above = 0.0;
        let names_above = features.iter().map(|it| {
            let now: f32 = above;
            if !(it.never_a_name || it.registration || it.phone) {
                above += 1.0;
            }
            now.min(4.0)
        });
        Self {
            tallest: features[head.clone()].iter().map(|it| it.height).fold(1e-5, f32::max),
            first_address: head.clone().find(|&row| header.address[row] > 0.8).unwrap_or(header.end),
            legal: legal_rows(features, head),
            names_above: names_above.collect(),
        }
    }
}

/// The rows with a legal form; where one is unmistakable, those with such a form, and not "& CO" above "SDN BHD".
fn legal_rows(features: &[LineFeatures], head: Range<usize>) -> Vec<usize> {
    let rows: Vec<usize> = head.filter(|&row| features[row].legal_form && !features[row].never_a_name).collect();
    let strong: Vec<usize> = rows.iter().copied().filter(|&row| features[row].strong_form).collect();
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
    let features = &header.features;
    let (a, b, below) = (&features[first], &features[last], features.get(last + 1).copied().unwrap_or_default());
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
        + given(features[first..=last].iter().any(|it| it.registered), points::REGISTERED)
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
        + given(features[first.saturating_sub(1)..=first].iter().any(|row| row.customer), points::CUSTOMER);
    if !a.legal_form {
        score += points::ADDRESS_WORD * a.address_words.min(3) as f32
            + points::DIGITS * a.share_of_digits
            + given(a.numbered, points::NUMBERED);
    }
    for row in first + 1..=last {
        score += if joins(page, features, names, row) { points::JOINT } else { points::APART };
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
fn joins(page: &Page, features: &[LineFeatures], names: &[Name], row: usize) -> bool {
    let above = &names[row - 1].folded;
    names[row].starts_in_legal_form && !features[row].registration
        || above.matches('(').count() > above.matches(')').count() && names[row].folded.contains(')')
        || OPEN_END.is_match(above)
        || OPEN_START.is_match(&page.rows[row].text)
        || features[row].generic && (features[row].legal_form || LEGAL_FORM.is_match(&fold(&names[row].printed)))
        || begins_name(&features[row - 1]) && goes_on_with_name(&features[row])
}

/// "KEDAI MAKAN" alone: a kind of shop, with its name on the next row.
fn begins_name(features: &LineFeatures) -> bool {
    features.generic && !features.legal_form && may_be_a_name(features)
}

fn goes_on_with_name(features: &LineFeatures) -> bool {
    let address = features.numbered
        || features.address_words > 0
        || features.postcode
        || features.commas > 0
        || features.only_place;
    may_be_a_name(features) && !address && !features.bracketed && !features.generic
}
