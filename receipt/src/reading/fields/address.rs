//! The address of the shop: the run of up to seven rows that looks most like one.

use std::{cell::OnceCell, sync::LazyLock};

use regex::Regex;

use super::{
    confidence::{self, Evidence},
    given,
    header::Header,
    line_features::LineFeatures,
};
use crate::{
    reading::{
        language::misread_place,
        page::{Page, Row},
        receipt::Field,
    },
    text::{essence, figures, fold, regex},
};

/// Measured: points for what was seen to tell the shop's address from other rows.
mod points {
    pub(crate) const POSTCODE: f32 = 1.5;
    pub(crate) const TWO_POSTCODES: f32 = -2.0;
    pub(crate) const NUMBERED: f32 = 1.0;
    pub(crate) const FOREIGN_ROW: f32 = -3.0;
    pub(crate) const COMPANY_INSIDE: f32 = -3.5;
    pub(crate) const PHONE_BELOW: f32 = 1.0;
    pub(crate) const TAX_BELOW: f32 = 1.0;
    pub(crate) const COMPANY_ABOVE: f32 = 0.7;
    pub(crate) const DEPTH: f32 = -0.1;
    pub(crate) const ENDS_IN_PLACE: f32 = 0.5;
    pub(crate) const BELOW_HEAD: f32 = -1.0;
    pub(crate) const UNFINISHED: f32 = -1.5;
    /// The second block is the customer's: for each point of an address above.
    pub(crate) const ADDRESS_ABOVE: f32 = -1.2;
    pub(crate) const STARTS_WITH_NAME: f32 = -1.0;
    pub(crate) const BRACKETED: f32 = -0.8;
    pub(crate) const AFTER_ITS_END: f32 = -2.0;
    pub(crate) const BELOW_SALE: f32 = -2.0;
    pub(crate) const CUSTOMER: f32 = -3.0;
    pub(crate) const BELOW_NUMBERS: f32 = -1.5;
    pub(crate) const STARTS_WITH_ECHO: f32 = -1.0;
}

const MAX_ROWS: usize = 7;
const POSTCODE_FIGURES: usize = 5;

struct Candidate {
    first: usize,
    last: usize,
    text: String,
    score: f32,
}

pub(crate) fn address(page: &Page, header: &Header) -> Option<Field<String>> {
    let candidates = candidates(page, header);
    let best = candidates.iter().reduce(|best, it| if it.score > best.score { it } else { best })?;
    let own = essence(&best.text);
    let rival =
        candidates.iter().filter(|it| essence(&it.text) != own).map(|it| it.score).fold(f32::NEG_INFINITY, f32::max);
    let ocr_confidence = page.rows[best.first..=best.last].iter().map(Row::ocr_confidence).fold(1.0, f32::min);
    let evidence = Evidence { margin: best.score - rival, ocr_confidence };
    let bounds = (best.first..=best.last)
        .map(|row| page.rows[row].shown(&(0..page.rows[row].text.len())))
        .reduce(crate::BoundingBox::union)?;
    let value = best.text.clone();
    let confidence = confidence::address(evidence);
    Some(Field { text: best.text.clone(), value, confidence, alternatives: Vec::new(), bounds })
}

static HEADING: LazyLock<Regex> = LazyLock::new(|| regex(r"^[^A-Z0-9]*(?:HQ ADD[A-Z]*|ADDRESS|ADD|HQ) *[:.] *"));
static OTHER: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"[ ,;(]*(?-u:\b)(?:TEL(?:EPH?ON[EO]?|P)?|FAX|PHONE|H/?P|GST|SST|CO\.? ?REG)(?-u:\b) *(?:NO)? *[.:#]*.*$")
});

/// A row without what does not belong to an address.
fn clean(page: &Page, row: usize) -> String {
    let text = page.rows[row].text.as_str();
    let from = HEADING.find(text).map_or(0, |found| found.end());
    let end = OTHER.find_at(text, from).map_or(text.len(), |found| found.start());
    let range = if end - from > 6 { from..end } else { from..text.len() };
    mend(&page.spell(page.rows[row].printed(&range).trim()))
}

/// A postcode before its town, with one letter for a figure: "4600D PETALING JAYA".
static MISREAD_POSTCODE: LazyLock<Regex> = LazyLock::new(|| regex(r"(?:^|, ?)(\d{1,4}[ODQISB]\d{0,3}) [A-Za-z]{3}"));
/// An I read for an l: "`JIn`", "`BIk`".
static MISREAD_L: LazyLock<Regex> = LazyLock::new(|| regex(r"(?-u:\b)([A-Z])I([a-z])(?-u:\b)"));

/// Mends words and postcodes that are surely misread, in their own case.
fn mend(text: &str) -> String {
    let mut text = MISREAD_L.replace_all(text, "${1}l${2}").into_owned();
    let postcode = MISREAD_POSTCODE.captures(&text).and_then(|found| found.get(1)).map(|found| found.range());
    if let Some(range) = postcode.filter(|range| range.len() == POSTCODE_FIGURES) {
        text.replace_range(range.clone(), &figures(&text[range]));
    }
    text.split_inclusive([' ', ',', '.'])
        .map(|part| {
            let word = part.trim_end_matches([' ', ',', '.']);
            let Some(place) = misread_place(&fold(word)) else { return part.to_owned() };
            let rest = &part[word.len()..];
            if word.chars().any(char::is_lowercase) {
                format!("{}{}{rest}", &place[..1], place[1..].to_ascii_lowercase())
            } else {
                format!("{place}{rest}")
            }
        })
        .collect()
}

fn candidates(page: &Page, header: &Header) -> Vec<Candidate> {
    let rows = page.rows.len();
    let end = rows.min(header.end.max(8) + 4);
    let cleaned: Vec<OnceCell<String>> = vec![OnceCell::new(); rows];
    let text_of = |row: usize| cleaned[row].get_or_init(|| clean(page, row)).as_str();
    let below = (end..rows).filter(|&row| header.address[row] > 2.0);
    let mut candidates = Vec::new();
    for first in (0..end).chain(below).filter(|&row| header.address[row] >= -2.5) {
        let last_row = (first + MAX_ROWS).min(rows);
        for last in (first..last_row).take_while(|&row| header.address[row] >= -4.0) {
            let text = (first..=last).map(text_of).collect::<Vec<_>>().join(" ");
            if text.len() >= 10 {
                candidates.push(Candidate { first, last, score: score(header, first, last), text });
            }
        }
    }
    candidates
}

#[expect(clippy::cast_precision_loss, reason = "a page has few rows")]
fn score(header: &Header, first: usize, last: usize) -> f32 {
    let rows = &header.features[first..=last];
    let (a, b) = (&rows[0], &rows[rows.len() - 1]);
    let above = first.checked_sub(1).map(|row| header.features[row]).unwrap_or_default();
    let below = header.features.get(last + 1).copied().unwrap_or_default();
    let next = header.address.get(last + 1).map_or(-3.0, |score| score.clamp(-4.0, 5.0));
    let count = |fits: &dyn Fn(&LineFeatures) -> bool| rows.iter().filter(|row| fits(row)).count();
    let postcodes = count(&|row| row.postcode);
    let foreign = count(&|row| row.phone && !row.postcode || row.tax || row.registration);
    let mass_above: f32 = header.address[..first].iter().map(|score| score.max(0.0)).sum();
    let said_again = rows.len() > 1 && a.said_again && !a.numbered && a.commas == 0 && !a.postcode;
    let customer = header.features[first.saturating_sub(2)..=last].iter().any(|row| row.customer);
    let shop_and_town = a.place && !a.only_place && a.address_words == 0 && a.commas == 0 && !a.postcode;
    let is_name = a.business || a.bracketed || a.echo || shop_and_town;
    let name_first = rows.len() > 1 && !a.numbered && rows[1].numbered && is_name;
    header.address[first..=last].iter().map(|score| score.clamp(-3.0, 4.0)).sum::<f32>()
        + given(postcodes > 0, points::POSTCODE)
        + given(postcodes > 1, points::TWO_POSTCODES)
        + given(a.numbered, points::NUMBERED)
        + points::FOREIGN_ROW * foreign as f32
        + given(rows.iter().any(|row| row.legal_form), points::COMPANY_INSIDE)
        + given(below.phone, points::PHONE_BELOW)
        + given(below.tax, points::TAX_BELOW)
        + given(above.registration || above.legal_form, points::COMPANY_ABOVE)
        + points::DEPTH * first as f32
        + given(b.place, points::ENDS_IN_PLACE)
        + given(first >= header.end, points::BELOW_HEAD)
        + given(b.ends_in_comma && next > -1.0, points::UNFINISHED)
        + points::ADDRESS_ABOVE * mass_above.min(6.0)
        + given(name_first, points::STARTS_WITH_NAME)
        + given(a.bracketed, points::BRACKETED)
        + given(said_again, points::STARTS_WITH_ECHO)
        + given(customer, points::CUSTOMER)
        + given(first > header.numbers + 1 && mass_above > 1.0, points::BELOW_NUMBERS)
        + given(first > header.sale && mass_above > 1.0, points::BELOW_SALE)
        + points::AFTER_ITS_END * goes_on(rows) as f32
}

/// Rows that say nothing of an address after it has come to its end: a mall, a branch.
fn goes_on(rows: &[LineFeatures]) -> usize {
    let postcode = |end: usize| rows[..=end].iter().any(|row| row.postcode);
    let is_end = |(at, row): (usize, &LineFeatures)| {
        !row.ends_in_comma && (row.postal_town || row.ends_in_place && postcode(at))
    };
    let Some(end) = rows.iter().enumerate().position(is_end) else { return 0 };
    let says_more = |row: &&LineFeatures| !(row.only_place || row.numbered || row.postcode || row.commas > 0);
    rows[end + 1..].iter().filter(says_more).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_surely_misread_is_mended() {
        let check = |text: &str, expected: &str| assert_eq!(mend(text), expected);
        check("JIn Melur, BIk G", "Jln Melur, Blk G");
        check("4600D PETALING JAYA", "46000 PETALING JAYA");
        check("Taman Melur, 43OOO Kajang", "Taman Melur, 43OOO Kajang");
        check("LOT 1851B JALAN MELUR", "LOT 1851B JALAN MELUR");
        check("1851B, JALAN MELUR", "1851B, JALAN MELUR");
    }
}
