//! How it was paid: cash or card, and the last figures of the card.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;

use super::labelled::{Labelled, first_total};
use crate::{
    reading::{
        language::Class,
        page::Page,
        receipt::{Field, PaymentMethod},
    },
    text::regex,
};

/// How sure a method is with an amount beside it, and one that is only named. Not calibrated.
const WITH_AMOUNT: f32 = 0.9;
const NAMED: f32 = 0.7;

/// A card's number with most of it masked: "XXXX XXXX XXXX 1234", "****1234".
static MASKED: LazyLock<Regex> = LazyLock::new(|| regex(r"(?:[X*#•.]{3,}[ -]?){1,4}(\d{4})(?:$|[^\d.,])"));

pub(crate) fn card_last_four(page: &Page) -> Option<Field<String>> {
    page.rows.iter().enumerate().find_map(|(row, it)| {
        // Most rows have nothing masked, and to see so takes less.
        let masks = |three: &[u8]| three.iter().all(|byte| matches!(byte, b'X' | b'*' | b'#' | b'.'));
        if it.text.is_ascii() && !it.text.as_bytes().windows(3).any(masks) {
            return None;
        }
        let found = MASKED.captures_iter(&it.text).find(|found| !found[0].starts_with("..."))?.get(1)?;
        Some(page.field(row, &found.range(), found.as_str().to_owned(), WITH_AMOUNT * it.ocr_confidence()))
    })
}

/// `has_card`: the figures of a card were found.
pub(crate) fn payment_method(page: &Page, figures: &[Labelled], has_card: bool) -> Option<Field<PaymentMethod>> {
    let from = first_total(figures).unwrap_or(page.rows.len() / 2);
    let (card, cash) = ((Class::Card, PaymentMethod::Card), (Class::Cash, PaymentMethod::Cash));
    let ways = if has_card {
        [(card, Need::Amount), (card, Need::Nothing), (cash, Need::Amount), (cash, Need::Nothing)]
    } else {
        [(card, Need::Amount), (cash, Need::Amount), (card, Need::Nothing), (cash, Need::Nothing)]
    };
    ways.into_iter().find_map(|((class, method), need)| {
        let (row, range) = named(page, from, class, need)?;
        let confidence = match need {
            Need::Amount => WITH_AMOUNT,
            Need::Nothing => NAMED,
        };
        Some(page.field(row, &range, method, confidence * page.rows[row].ocr_confidence()))
    })
}

/// What must stand beside the word.
#[derive(Debug, Clone, Copy)]
enum Need {
    Amount,
    Nothing,
}

/// The first word of a class from a row on.
fn named(page: &Page, from: usize, class: Class, need: Need) -> Option<(usize, Range<usize>)> {
    (from..page.rows.len()).filter(|&row| !is_figure_of_speech(page, row)).find_map(|row| {
        let hit = page.hits[row].iter().find(|hit| hit.class == class)?;
        let enough = match need {
            Need::Amount => page.amounts_of(row).any(|amount| amount.cents > 0),
            Need::Nothing => true,
        };
        enough.then(|| (row, hit.range.clone()))
    })
}

/// "Cash sale", "customer card", "bonus card": not how it was paid.
fn is_figure_of_speech(page: &Page, row: usize) -> bool {
    page.classes[row].any(&[Class::NotCompany, Class::Points, Class::Change, Class::Rounding, Class::Discount])
}
