//! The header of a receipt: the features of its rows, and how much each looks like a part of an address.

use std::sync::LazyLock;

use regex::Regex;

use super::{
    given,
    line_features::{LineFeatures, features_of},
};
use crate::{
    reading::{
        language::{Class, Hit},
        page::Page,
    },
    text::{digits, regex},
};

/// The features of every row, and where the header ends.
#[derive(Debug)]
pub(crate) struct Header {
    pub(crate) features: Vec<LineFeatures>,
    /// How much each row looks like a part of an address; above 0 it rather is.
    pub(crate) address: Vec<f32>,
    /// The first row below the header.
    pub(crate) end: usize,
    /// The first row that belongs to a sale: its number, its day, its customer.
    pub(crate) sale: usize,
    /// The first row with the number of a company in a register or with the tax office.
    pub(crate) numbers: usize,
}

/// Measured: points for what was seen to tell rows of an address from others.
mod points {
    pub(crate) const ANY_ROW: f32 = -1.2;
    pub(crate) const ADDRESS_WORD: f32 = 1.6;
    pub(crate) const POSTCODE: f32 = 1.5;
    pub(crate) const PLACE: f32 = 1.2;
    pub(crate) const NUMBERED: f32 = 1.0;
    pub(crate) const STREET: f32 = 1.5;
    pub(crate) const COMMA: f32 = 0.5;
    pub(crate) const ENDS_IN_COMMA: f32 = 0.5;
    pub(crate) const PHONE: f32 = -4.0;
    pub(crate) const TAX: f32 = -4.0;
    pub(crate) const REGISTRATION: f32 = -4.0;
    pub(crate) const REGISTERED: f32 = -2.5;
    pub(crate) const WEB: f32 = -3.0;
    pub(crate) const NOT_COMPANY: f32 = -3.0;
    pub(crate) const DATE: f32 = -3.0;
    pub(crate) const SALE: f32 = -3.0;
    pub(crate) const AMOUNT: f32 = -2.0;
    pub(crate) const LEGAL_FORM: f32 = -2.5;
    pub(crate) const BUSINESS: f32 = -1.0;
    pub(crate) const BRACKETED: f32 = -0.7;
    pub(crate) const COLON: f32 = -1.0;
    pub(crate) const ONLY_PLACE_BELOW_ADDRESS: f32 = 1.0;
    pub(crate) const AFTER_COMMA: f32 = 1.5;
    pub(crate) const ECHO: f32 = -1.5;
}

impl Header {
    pub(crate) fn new(page: &Page) -> Self {
        let end = end(page);
        let mut features: Vec<LineFeatures> = (0..page.rows.len()).map(|row| features_of(page, row)).collect();
        let mut address: Vec<f32> = features.iter().map(address_score).collect();
        for row in 1..features.len() {
            if features[row].only_place && address[row - 1] > 0.0 {
                address[row] += points::ONLY_PLACE_BELOW_ADDRESS;
            }
            if features[row - 1].ends_in_comma && address[row - 1] > 0.0 && address[row] > -1.5 {
                address[row] += points::AFTER_COMMA;
            }
            features[row - 1].said_again = row < end && is_said_again(page, row - 1);
            features[row].echo = row < end && repeats(page, &features, row);
            if features[row].echo {
                address[row] += points::ECHO;
            }
        }
        let sale = features.iter().position(|row| row.sale || row.date || row.customer).unwrap_or(features.len());
        let numbers = features.iter().position(|row| row.registration || row.tax).unwrap_or(features.len());
        Self { features, address, end, sale, numbers }
    }
}

/// The header ends at the heading of the items or at the first amount with decimals, after 6 rows and before 22.
fn end(page: &Page) -> usize {
    let starts_items = |row: usize| page.is_heading(row) || page.amounts_of(row).any(|amount| amount.decimals);
    (4..page.rows.len()).find(|&row| starts_items(row)).unwrap_or(22).clamp(6, 22).min(page.rows.len())
}

#[expect(clippy::cast_precision_loss, reason = "a row has few words and commas")]
fn address_score(it: &LineFeatures) -> f32 {
    points::ANY_ROW
        + points::ADDRESS_WORD * it.address_words.min(2) as f32
        + given(it.postcode, points::POSTCODE)
        + given(it.place, points::PLACE)
        + given(it.numbered, points::NUMBERED)
        + given(it.street, points::STREET)
        + points::COMMA * it.commas.min(4) as f32
        + given(it.ends_in_comma, points::ENDS_IN_COMMA)
        + given(it.phone && !it.postcode, points::PHONE)
        + given(it.tax, points::TAX)
        + given(it.registration, points::REGISTRATION)
        + given(it.registered && !it.legal_form, points::REGISTERED)
        + given(it.web, points::WEB)
        + given(it.never_a_name && !it.postcode && !(it.numbered && it.address_words > 0), points::NOT_COMPANY)
        + given(it.date, points::DATE)
        + given(it.sale, points::SALE)
        + given(it.amount, points::AMOUNT)
        + given(it.legal_form, points::LEGAL_FORM)
        + given(it.business && !(it.address_words > 0 && is_spatial(it)), points::BUSINESS)
        + given(it.bracketed, points::BRACKETED)
        + given(it.colon && !it.postcode, points::COLON)
}

/// Written as addresses are, not as names.
fn is_spatial(it: &LineFeatures) -> bool {
    it.address_words > 1 || it.numbered || it.postcode || it.place || it.commas > 0
}

/// Whether a row without figures or commas holds a longer word of the four rows above that are no address.
fn repeats(page: &Page, features: &[LineFeatures], row: usize) -> bool {
    let it = &features[row];
    if it.share_of_digits > 0.0 || it.commas > 0 || it.only_place {
        return false;
    }
    (row.saturating_sub(4)..row)
        .filter(|&above| features[above].address_words == 0)
        .any(|above| telling_words(page, above).any(|word| telling_words(page, row).any(|own| own == word)))
}

/// Whether most longer words of a row without figures stand on one of the two rows below again.
fn is_said_again(page: &Page, row: usize) -> bool {
    let text = |row: usize| page.rows[row].text.as_str();
    let words: Vec<&str> = LONG_WORD.find_iter(text(row)).map(|word| word.as_str()).collect();
    let below = |word: &&str| (row + 1..(row + 3).min(page.rows.len())).any(|row| text(row).contains(word));
    digits(text(row)) == 0
        && !words.is_empty()
        && words.iter().copied().filter(|word| below(word)).count() * 3 >= words.len() * 2
}

static LONG_WORD: LazyLock<Regex> = LazyLock::new(|| regex("[A-Z0-9]{4,}"));

/// The longer words of a row that are neither a legal form nor a kind of shop.
fn telling_words(page: &Page, row: usize) -> impl Iterator<Item = &str> {
    let text = page.rows[row].text.as_str();
    LONG_WORD
        .find_iter(text)
        .filter(move |word| {
            let generic = |hit: &Hit| matches!(hit.class, Class::LegalForm | Class::Business);
            !page.hits[row].iter().any(|hit| generic(hit) && hit.range.start == word.start())
        })
        .map(|word| word.as_str())
}
