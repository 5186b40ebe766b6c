//! The features of one row by which names and addresses are found.

use std::ops::Range;

use super::line_patterns::{
    DATE, HOUSE, LEGAL_FORM, NUMBERED, PHONE, POSTAL_TOWN, POSTCODE, REGISTER, REGISTERED, REGISTRATION, SHOP_NUMBER,
    STREET, STRONG_FORM, TOWN, WEB, has_postcode, longest_number, says_of_a_shop,
};
use crate::{
    reading::{
        language::{self, Class, Hit, legal_form_at_end, starts_with_legal_form},
        page::{Page, classes_of},
    },
    text::{digits, letters},
};

/// One row, as far as names and addresses are concerned.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is one independent observation that earns its own points")]
pub(crate) struct LineFeatures {
    pub(crate) legal_form: bool,
    /// That never is a part of a trade name.
    pub(crate) strong_form: bool,
    pub(crate) business: bool,
    pub(crate) never_a_name: bool,
    /// Nothing but a registration number.
    pub(crate) registration: bool,
    /// Words, and the registration number of a company behind them.
    pub(crate) registered: bool,
    pub(crate) phone: bool,
    pub(crate) postcode: bool,
    /// A postcode and a word behind it: a town.
    pub(crate) postal_town: bool,
    pub(crate) place: bool,
    pub(crate) ends_in_place: bool,
    /// Nothing but a place.
    pub(crate) only_place: bool,
    pub(crate) address_words: usize,
    /// A word and the number of a house, right above a postcode.
    pub(crate) street: bool,
    /// Starts as an address does: with a number, a lot, a floor.
    pub(crate) numbered: bool,
    pub(crate) commas: usize,
    pub(crate) ends_in_comma: bool,
    pub(crate) tax: bool,
    /// The number of a sale, with its label.
    pub(crate) sale: bool,
    pub(crate) date: bool,
    /// Says that a customer's name or address follows.
    pub(crate) customer: bool,
    pub(crate) bracketed: bool,
    pub(crate) amount: bool,
    pub(crate) colon: bool,
    pub(crate) web: bool,
    /// Repeats words of a row above: a branch.
    pub(crate) echo: bool,
    /// All its longer words stand on the next two rows again: a mall, a quarter.
    pub(crate) said_again: bool,
    /// Only legal forms and kinds of shops.
    pub(crate) generic: bool,
    /// Of all characters.
    pub(crate) share_of_digits: f32,
    /// In usual lines.
    pub(crate) height: f32,
    /// From its middle to that of the next row, in usual lines.
    pub(crate) room_below: f32,
}

impl LineFeatures {
    /// Of a part of the row: without what stands on the rest.
    pub(crate) fn within(self, page: &Page, row: usize, range: &Range<usize>) -> Self {
        let part = page.rows[row].text.get(range.clone()).unwrap_or_default();
        let hits = || page.hits[row].iter().filter(|hit| range.start <= hit.range.start && hit.range.end <= range.end);
        let classes = classes_of(hits());
        let figures = digits(part);
        #[expect(clippy::cast_precision_loss, reason = "a row has few characters")]
        let share_of_digits = figures as f32 / part.len().max(1) as f32;
        let numbers = figures > 0;
        Self {
            legal_form: self.legal_form && has_form(part, hits()),
            strong_form: self.strong_form && STRONG_FORM.is_match(part),
            business: classes.has(Class::Business),
            never_a_name: classes.any(&[Class::NotCompany, Class::Thanks]),
            registration: false,
            registered: self.registered && numbers,
            phone: self.phone && numbers,
            postcode: self.postcode && POSTCODE.is_match(part),
            postal_town: false,
            place: classes.has(Class::Place),
            address_words: hits().filter(|hit| hit.class == Class::AddressWord).count(),
            street: false,
            numbered: self.numbered && range.start == 0,
            commas: part.matches(',').count(),
            tax: classes.any(&[Class::Tax, Class::TaxNumber]),
            sale: false,
            date: self.date && DATE.is_match(part),
            customer: classes.has(Class::Customer),
            amount: self.amount && numbers,
            colon: part.contains(':'),
            web: WEB.is_match(part),
            share_of_digits,
            ..self
        }
    }
}

/// Whether a text, with the keywords in it, names a legal form.
fn has_form<'a>(text: &str, mut hits: impl Iterator<Item = &'a Hit>) -> bool {
    LEGAL_FORM.is_match(text)
        || language::has_legal_form(text)
        || has_ambiguous_form(text)
        || hits.any(|hit| hit.class == Class::LegalForm)
}

pub(crate) fn features_of(page: &Page, row: usize) -> LineFeatures {
    let it = &page.rows[row];
    let (text, classes) = (it.text.as_str(), page.classes[row]);
    let figures = digits(text);
    let longest = longest_number(text);
    let says = says_of_a_shop(text);
    let phone = says && PHONE.is_match(text) || letters(text) < 3 && figures >= 8;
    #[expect(clippy::cast_precision_loss, reason = "a row has few characters")]
    let share_of_digits = figures as f32 / text.len().max(1) as f32;
    let registration = figures >= 4 && REGISTRATION.is_match(text) && !(figures == 5 && letters(text) == 0);
    let sale = figures > 0 && numbers_a_sale(page, row);
    let names_form = says && language::has_legal_form(text);
    LineFeatures {
        legal_form: !registration
            && (names_form
                || says && LEGAL_FORM.is_match(text)
                || has_legal_form(page, row)
                || row < NEAR_TOP && has_ambiguous_form(text)),
        strong_form: !registration && (names_form || says && STRONG_FORM.is_match(text)),
        business: classes.has(Class::Business),
        never_a_name: sale || is_never_a_name(page, row) || text.contains('@'),
        registration,
        registered: !registration && longest >= 5 && REGISTERED.is_match(text),
        phone,
        postcode: !sale && has_postcode(text, longest),
        postal_town: !sale && longest >= 5 && POSTAL_TOWN.is_match(text),
        place: has_place(page, row),
        ends_in_place: ends_in_place(page, row),
        only_place: figures == 0 && letters(text) > 0 && covered(page, row, |class| class == Class::Place),
        address_words: if sale { 0 } else { address_words(&page.hits[row]) }
            + usize::from(says && STREET.is_match(text)),
        numbered: !sale && NUMBERED.is_match(text) && !SHOP_NUMBER.is_match(text),
        street: !sale
            && (1..NEAR_TOP).contains(&row)
            && HOUSE.is_match(text)
            && page.rows.get(row + 1).is_some_and(|below| TOWN.is_match(&below.text)),
        sale,
        commas: text.matches(',').count(),
        ends_in_comma: text.trim_end().ends_with(','),
        tax: classes.any(&[Class::Tax, Class::TaxNumber]),
        date: says && DATE.is_match(text),
        customer: classes.has(Class::Customer),
        bracketed: text.starts_with('('),
        amount: page.has_amount(row),
        colon: text.contains(':'),
        web: says && WEB.is_match(text),
        echo: false,
        said_again: false,
        generic: covered(page, row, |class| matches!(class, Class::LegalForm | Class::Business)),
        share_of_digits,
        height: (it.height / page.line).min(3.0),
        room_below: page.rows.get(row + 1).map_or(0.0, |below| (below.middle() - it.middle()) / page.line),
    }
}

/// "CO." in "CO. REG. NO." is no form of a company.
fn has_legal_form(page: &Page, row: usize) -> bool {
    let text = page.rows[row].text.as_str();
    let forms = page.hits[row].iter().filter(|hit| hit.class == Class::LegalForm);
    forms.into_iter().any(|hit| !REGISTER.is_match(&text[hit.range.end..]))
}

/// A legal form that means something else elsewhere.
fn has_ambiguous_form(text: &str) -> bool {
    legal_form_at_end(text).is_some() || starts_with_legal_form(text)
}

/// Rows from the top in which names and their streets are looked for most closely.
const NEAR_TOP: usize = 25;

/// A place that is more than the name of a branch: not "GOOD FOOD (KL)".
fn has_place(page: &Page, row: usize) -> bool {
    let text = page.rows[row].text.as_str();
    let bracketed = |hit: &Hit| text[..hit.range.start].ends_with('(') && text[hit.range.end..].starts_with(')');
    page.hits[row].iter().any(|hit| hit.class == Class::Place && !(hit.range.start > 1 && bracketed(hit)))
}

fn ends_in_place(page: &Page, row: usize) -> bool {
    let text = page.rows[row].text.as_str();
    page.hits[row].iter().any(|hit| hit.class == Class::Place && letters(&text[hit.range.end..]) == 0)
}

/// Whether a row has a word that no name has, and not only as the end of another: "FAIRPRICE".
fn is_never_a_name(page: &Page, row: usize) -> bool {
    let text = page.rows[row].text.as_bytes();
    let begins = |hit: &Hit| hit.range.start.checked_sub(1).is_none_or(|before| !text[before].is_ascii_alphanumeric());
    page.hits[row].iter().any(|hit| matches!(hit.class, Class::NotCompany | Class::Thanks) && begins(hit))
}

/// Whether a row begins with the label of a number that a sale has: "INVOICE NO".
fn numbers_a_sale(page: &Page, row: usize) -> bool {
    let text = page.rows[row].text.as_str();
    let label = |hit: &Hit| hit.class == Class::ReceiptNumber && letters(&text[..hit.range.start]) == 0;
    page.hits[row].iter().any(label)
}

fn address_words(hits: &[Hit]) -> usize {
    // "SUNGAI PETANI" is a town and no river.
    let in_place = |hit: &Hit| hits.iter().any(|place| place.class == Class::Place && place.covers(&hit.range));
    let words = hits.iter().filter(|hit| hit.class == Class::AddressWord && !in_place(hit));
    let mut starts: Vec<usize> = words.map(|hit| hit.range.start).collect();
    starts.dedup();
    starts.len()
}

/// Whether hits of these classes hold every letter of a row, brackets left out.
fn covered(page: &Page, row: usize, fits: impl Fn(Class) -> bool) -> bool {
    let text = &page.rows[row].text;
    let mut depth = 0_u32;
    let mut any = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            b'A'..=b'Z' if depth == 0 => {
                any = true;
                if !page.hits[row].iter().any(|hit| fits(hit.class) && hit.range.contains(&at)) {
                    return false;
                }
            }
            _ => {}
        }
    }
    any
}
