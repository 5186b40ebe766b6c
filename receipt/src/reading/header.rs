//! The head of a receipt: what its rows look like together, and how much each looks like a part of an address.

use std::sync::LazyLock;

use regex::Regex;

use super::{
    keywords::{Class, Hit},
    looks::{Looks, look},
    page::Page,
    text::{digits, regex},
};

/// The head and the looks of every row.
#[derive(Debug)]
pub(super) struct Header {
    pub(super) looks: Vec<Looks>,
    /// How much each row looks like a part of an address; above 0 it rather is.
    pub(super) address: Vec<f32>,
    /// The first row below the head.
    pub(super) end: usize,
    /// The first row that belongs to a sale: its number, its day, its customer.
    pub(super) sale: usize,
    /// The first row with a number by which a register or the taxes know a company.
    pub(super) numbers: usize,
}

/// Measured: points for what was seen to tell rows of an address from others.
mod points {
    pub(super) const ANY_ROW: f32 = -1.2;
    pub(super) const ADDRESS_WORD: f32 = 1.6;
    pub(super) const POSTCODE: f32 = 1.5;
    pub(super) const PLACE: f32 = 1.2;
    pub(super) const NUMBERED: f32 = 1.0;
    pub(super) const COMMA: f32 = 0.5;
    pub(super) const ENDS_IN_COMMA: f32 = 0.5;
    pub(super) const PHONE: f32 = -4.0;
    pub(super) const TAX: f32 = -4.0;
    pub(super) const REGISTRATION: f32 = -4.0;
    pub(super) const REGISTERED: f32 = -2.5;
    pub(super) const WEB: f32 = -3.0;
    pub(super) const NOT_COMPANY: f32 = -3.0;
    pub(super) const DATE: f32 = -3.0;
    pub(super) const SALE: f32 = -3.0;
    pub(super) const AMOUNT: f32 = -2.0;
    pub(super) const LEGAL_FORM: f32 = -2.5;
    pub(super) const BUSINESS: f32 = -1.0;
    pub(super) const BRACKETED: f32 = -0.7;
    pub(super) const COLON: f32 = -1.0;
    pub(super) const ONLY_PLACE_BELOW_ADDRESS: f32 = 1.0;
    pub(super) const AFTER_COMMA: f32 = 1.5;
    pub(super) const ECHO: f32 = -1.5;
}

impl Header {
    pub(super) fn new(page: &Page) -> Self {
        let end = end(page);
        let mut looks: Vec<Looks> = (0..page.rows.len()).map(|row| look(page, row)).collect();
        let mut address: Vec<f32> = looks.iter().map(address_score).collect();
        for row in 1..looks.len() {
            if looks[row].only_place && address[row - 1] > 0.0 {
                address[row] += points::ONLY_PLACE_BELOW_ADDRESS;
            }
            if looks[row - 1].ends_in_comma && address[row - 1] > 0.0 && address[row] > -1.5 {
                address[row] += points::AFTER_COMMA;
            }
            looks[row - 1].said_again = row < end && is_said_again(page, row - 1);
            looks[row].echo = row < end && repeats(page, &looks, row);
            if looks[row].echo {
                address[row] += points::ECHO;
            }
        }
        let sale = looks.iter().position(|row| row.sale || row.date || row.customer).unwrap_or(looks.len());
        let numbers = looks.iter().position(|row| row.registration || row.tax).unwrap_or(looks.len());
        Self { looks, address, end, sale, numbers }
    }
}

/// The head ends at the heading of the items or at the first amount with decimals, after 6 rows and before 22.
fn end(page: &Page) -> usize {
    let starts_items = |row: usize| page.is_heading(row) || page.amounts_of(row).any(|amount| amount.decimals);
    (4..page.rows.len()).find(|&row| starts_items(row)).unwrap_or(22).clamp(6, 22).min(page.rows.len())
}

#[expect(clippy::cast_precision_loss, reason = "a row has few words and commas")]
fn address_score(it: &Looks) -> f32 {
    let given = |fact: bool, points: f32| if fact { points } else { 0.0 };
    points::ANY_ROW
        + points::ADDRESS_WORD * it.address_words.min(2) as f32
        + given(it.postcode, points::POSTCODE)
        + given(it.place, points::PLACE)
        + given(it.numbered, points::NUMBERED)
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
fn is_spatial(it: &Looks) -> bool {
    it.address_words > 1 || it.numbered || it.postcode || it.place || it.commas > 0
}

/// Whether a row without figures or commas holds a longer word of the four rows above that are no address.
fn repeats(page: &Page, looks: &[Looks], row: usize) -> bool {
    let it = &looks[row];
    if it.share_of_digits > 0.0 || it.commas > 0 || it.only_place {
        return false;
    }
    (row.saturating_sub(4)..row)
        .filter(|&above| looks[above].address_words == 0)
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

/// The longer words of a row that not any shop may bear.
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
