//! The numbers by which others find a shop and a sale: phone, tax number, receipt number.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;

use super::header::Header;
use crate::{
    reading::{
        language::{Class, Hit},
        page::Page,
        receipt::Field,
    },
    text::{digits, essence, regex},
};

/// How sure a number is that its label names. Not calibrated.
const LABELLED: f32 = 0.85;
const UNLABELLED: f32 = 0.6;

/// What may stand between a label and its number.
static GAP: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"^(?:[ .:#()=°º-]|N[O0R](?-u:\b)|N[°º]|[/&] ?FAX(?-u:\b)|NUMBER|NUM(?-u:\b)|ID(?-u:\b)|REG(?-u:\b))*")
});
static PHONE: LazyLock<Regex> =
    LazyLock::new(|| regex(r"^\(?\+?\(?\d[\d ().-]{5,16}\d(?: / ?\d\d(?-u:\b))?|^\(?0\d{1,4}\)? ?/ ?\d[\d ]{4,12}\d"));
pub(crate) static AMERICAN_PHONE: LazyLock<Regex> =
    LazyLock::new(|| regex(r"\(\d{3}\) ?\d{3}[- ]\d{4}|\b\d{3}[-.]\d{3}[-.]\d{4}\b"));
static TAX_NUMBER: LazyLock<Regex> =
    LazyLock::new(|| regex(r"^[A-Z]{0,3}[ -]?\d[\dA-Z]*(?:[ ./-]{1,2}[\dA-Z]*\d[\dA-Z]*)*"));
static RECEIPT_NUMBER: LazyLock<Regex> = LazyLock::new(|| regex(r"^[A-Z]{0,6}[-/]?[A-Z]{0,3}\d[A-Z0-9/#-]{1,24}"));
static DATE_OR_AMOUNT: LazyLock<Regex> =
    LazyLock::new(|| regex(r"^(?:\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d+[.,:]\d\d(?-u:\b)|\d{1,2}/\d{1,2}$)"));

pub(crate) fn phone(page: &Page, header: &Header) -> Option<Field<String>> {
    let fax = |hit: &Hit, row: usize| page.rows[row].text[hit.range.clone()].contains("FA");
    let labelled = labelled(page, &|row, hit| hit.class == Class::Phone && !fax(hit, row), &|rest| {
        let found = PHONE.find(rest)?;
        (7..=15).contains(&digits(found.as_str())).then(|| found.end())
    });
    let unlabelled = || {
        (0..header.end).find_map(|row| Some((row, AMERICAN_PHONE.find(&page.rows[row].figures)?.range(), UNLABELLED)))
    };
    let (row, range, confidence) = labelled.map(|(row, range)| (row, range, LABELLED)).or_else(unlabelled)?;
    let text = &page.rows[row].figures[range.clone()];
    let value = text.chars().filter(|&c| c.is_ascii_digit() || c == '+').collect();
    Some(page.field(row, &range, value, confidence * page.rows[row].ocr_confidence()))
}

pub(crate) fn tax_number(page: &Page) -> Option<Field<String>> {
    let (row, range) = labelled(page, &|_, hit| hit.class == Class::TaxNumber, &|rest| {
        let found = TAX_NUMBER.find(rest)?;
        (6..=20).contains(&digits(found.as_str())).then(|| found.end()).filter(|_| !DATE_OR_AMOUNT.is_match(rest))
    })?;
    let value = essence(&page.rows[row].figures[range.clone()]);
    Some(page.field(row, &range, value, LABELLED * page.rows[row].ocr_confidence()))
}

pub(crate) fn receipt_number(page: &Page) -> Option<Field<String>> {
    let number = |rest: &str| {
        let found = RECEIPT_NUMBER.find(rest)?;
        (digits(found.as_str()) >= 2 && !DATE_OR_AMOUNT.is_match(rest)).then(|| found.end())
    };
    let (row, range) = labelled(page, &|_, hit| hit.class == Class::ReceiptNumber, &number)?;
    let value = page.rows[row].figures[range.clone()].trim().to_owned();
    Some(page.field(row, &range, value, LABELLED * page.rows[row].ocr_confidence()))
}

/// The first number of a shape that stands behind a label.
fn labelled(
    page: &Page,
    is_label: &dyn Fn(usize, &Hit) -> bool,
    length: &dyn Fn(&str) -> Option<usize>,
) -> Option<(usize, Range<usize>)> {
    page.hits.iter().enumerate().find_map(|(row, hits)| {
        let text = page.rows[row].figures.as_str();
        let mut labels: Vec<&Hit> = hits.iter().filter(|hit| is_label(row, hit)).collect();
        labels.sort_by_key(|hit| (hit.range.start, std::cmp::Reverse(hit.range.end)));
        labels.into_iter().find_map(|label| {
            let gap = GAP.find(&text[label.range.end..]).map_or(0, |gap| gap.end());
            let start = label.range.end + gap;
            // A plus or a bracket belongs to a phone number.
            let start = start - text[..start].bytes().rev().take_while(|b| *b == b'(').count();
            Some((row, start..start + length(&text[start..])?))
        })
    })
}

#[cfg(test)]
mod tests {
    use crate::{
        Field, Orientation, Receipt,
        reading::{
            read,
            tests::photograph::{Pose, photograph},
        },
    };

    #[track_caller]
    fn check(text: &str, number: fn(Receipt) -> Option<Field<String>>, expected: &str) {
        let receipt = read(&photograph(text, Pose::default()), Orientation::Upright);
        assert_eq!(number(receipt).map(|field| field.value).unwrap_or_default(), expected, "{text}");
    }

    #[test]
    fn phones_are_found_behind_their_labels() {
        let phone = |receipt: Receipt| receipt.phone;
        check("SHOP LTD\nTEL: 03-8700 1122", phone, "0387001122");
        check("SHOP LTD\nTEL/FAX : 603-8700 1122", phone, "60387001122");
        check("SHOP LTD\nTEL : 03-87001122 / 87001133", phone, "0387001122");
        check("SHOP LTD\nTEL: (+603) 8700 1122", phone, "+60387001122");
        check("LADEN\nTel. 089 / 555 01 23", phone, "0895550123");
        check("DINER\n(541) 555-0142\nTOTAL  5.00", phone, "5415550142");
        check("SHOP LTD\nFAX: 03-8700 1122", phone, "");
    }

    #[test]
    fn tax_numbers_are_found_behind_their_labels() {
        let number = |receipt: Receipt| receipt.tax_number;
        check("SHOP LTD\nGST REG. NO : 001122334455", number, "001122334455");
        check("SHOP LTD\nVAT No: GB 123 4567 89", number, "GB123456789");
        check("SHOP LTD\nGST 6%  1.20", number, "");
    }

    #[test]
    fn receipt_numbers_are_found_behind_their_labels() {
        let number = |receipt: Receipt| receipt.receipt_number;
        check("SHOP LTD\nINVOICE NO: CS00040529  DATE: 24/05/2018", number, "CS00040529");
        check("SHOP LTD\nTicket n° 104552", number, "104552");
        check("SHOP LTD\nINVOICE DATE: 24/05/2018", number, "");
    }
}
