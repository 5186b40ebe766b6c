//! The fields of a receipt, each found on the page by a module of its own.

mod address;
mod charges;
mod company_name;
mod confidence;
mod currency;
mod date_shapes;
mod date_signs;
mod dates;
mod eras;
mod exchange;
mod header;
mod item_area;
mod items;
mod kind;
mod labelled;
mod likeness;
mod line_features;
mod line_patterns;
mod mentions;
mod merchant;
mod name_joins;
mod name_points;
mod name_score;
mod numbers;
mod paper_words;
mod payment;
mod placing;
mod products;
mod quantities;
mod sums;
mod times;
mod total;
mod unread_total;

pub(super) use self::total::Witnesses;

use self::header::Header;
pub(crate) use self::placing::Placing;
use super::{consistency, page::Page, receipt::Receipt};

/// All that is found on a page.
#[derive(Debug, Default)]
pub(crate) struct Fields {
    pub(crate) receipt: Receipt,
    /// How sure it is that the total's figures and its label stand on one row.
    pub(crate) placing: Placing,
}

/// The points that a fact is worth, if it is one.
fn given(fact: bool, points: f32) -> f32 {
    if fact { points } else { 0.0 }
}

pub(crate) fn fields(page: &Page) -> Fields {
    if page.rows.is_empty() {
        return Fields::default();
    }
    let header = Header::new(page);
    let figures = labelled::labelled(page);
    let currency = currency::find(page);
    let known_currency = currency.as_ref().map(|found| found.currency);
    let names = merchant::names(page, &header);
    let date = dates::date(page, known_currency);
    let total = total::total(page, &figures, known_currency);
    let of_total = total.as_ref().and_then(|found| currency::of_total(page, found.amount));
    let found = of_total.or(currency);
    let currency = match &date {
        Some((date, _)) => found.map(|found| found.dated(page, date.value)),
        None => found,
    };
    let (merchant, trade_name) = names.map_or((None, None), |names| (Some(names.merchant), names.trade));
    let (date, date_row) = date.unzip();
    let amount = total.as_ref().map(|found| found.amount);
    let total_row = amount.map(|amount| amount.row);
    let (total, witnesses) = total.map(|found| (found.total, found.witnesses)).unzip();
    let below_items =
        total_row.filter(|_| total.as_ref().is_some_and(|total| total.confidence >= confidence::MORE_THAN_A_GUESS));
    let items = items::items(page, &figures, below_items);
    let to_pay = total.as_ref().map(|total| total.value).zip(total_row);
    let charges = charges::charges(page, &figures, items.end, to_pay, known_currency);
    let card_last_four = payment::card_last_four(page);
    let (kind, kind_sign) = kind::kind(page, total.as_ref(), total_row, &items.items);
    let mut receipt = Receipt {
        kind,
        kind_sign,
        other_receipt: None,
        seams: Vec::new(),
        merchant,
        trade_name,
        address: address::address(page, &header),
        phone: numbers::phone(page, &header),
        tax_number: numbers::tax_number(page),
        receipt_number: numbers::receipt_number(page),
        time: times::time(page, date_row),
        date,
        currency: currency.and_then(|found| found.field(page)),
        items: items.items,
        subtotal: charges.subtotal,
        taxes: charges.taxes,
        tip: charges.tip,
        service: charges.service,
        discount: charges.discount,
        rounding: charges.rounding,
        total,
        payment_method: payment::payment_method(page, &figures, card_last_four.is_some()),
        card_last_four,
    };
    consistency::weigh(&mut receipt, &witnesses.unwrap_or_default());
    let placing = amount.map_or(Placing::Plain, |amount| placing::placing(page, &figures, amount, &receipt));
    Fields { receipt, placing }
}
