//! From Textract's lines to who sold what, when, for how much.

mod address;
mod amounts;
mod arithmetic;
mod charges;
mod company_name;
mod confidence;
mod consistency;
mod currency;
mod date_shapes;
mod dates;
mod field;
mod frame;
mod header;
#[cfg(test)]
mod heads;
mod items;
mod keyword_tree;
mod keywords;
mod looks;
mod merchant;
mod numbers;
mod page;
mod payment;
mod quantities;
mod rows;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;
pub(crate) mod text;
mod times;
mod total;
#[cfg(test)]
mod world;

pub use confidence::{Clue, Clues};
pub use field::{Currency, Field, Item, NotACurrency, PaymentMethod, Receipt, Tax};

use self::{header::Header, page::Page};
use crate::{geometry::Orientation, textract::DetectDocumentText};

/// Reads a receipt. What is not found is absent; the function has no way to fail.
///
/// `orientation` is the picture's EXIF orientation: the answer's boxes are of the stored raster, the receipt's boxes
/// of the picture as a browser shows it.
pub fn read(answer: &DetectDocumentText, orientation: Orientation) -> Receipt {
    read_with_clues(answer, orientation).0
}

/// The same with what the confidences are made from.
pub fn read_with_clues(answer: &DetectDocumentText, orientation: Orientation) -> (Receipt, Clues) {
    let page = Page::new(answer, orientation);
    if page.rows.is_empty() {
        return (Receipt::default(), Clues::default());
    }
    let header = Header::new(&page);
    let figures = total::labelled(&page);
    let names = merchant::names(&page, &header);
    let address = address::address(&page, &header);
    let date = dates::date(&page);
    let total = total::total(&page, &figures);
    let clues = Clues {
        merchant: names.as_ref().map(|names| names.clue),
        address: address.as_ref().map(|(_, clue)| *clue),
        date: date.as_ref().map(|(_, clue, _)| *clue),
        total: total.as_ref().map(|(_, clue)| *clue),
    };
    let (merchant, trade_name) = names.map_or((None, None), |names| (Some(names.merchant), names.trade));
    let (date, date_row) = date.map(|(date, _, row)| (date, row)).unzip();
    let total = total.map(|(total, _)| total);
    let items = items::items(&page, &figures);
    let charges = charges::charges(&page, &figures, items.end, total.as_ref().map(|total| total.value));
    let card_last_four = payment::card_last_four(&page);
    let mut receipt = Receipt {
        merchant,
        trade_name,
        address: address.map(|(address, _)| address),
        phone: numbers::phone(&page, &header),
        tax_number: numbers::tax_number(&page),
        receipt_number: numbers::receipt_number(&page),
        time: times::time(&page, date_row),
        date,
        currency: currency::currency(&page),
        items: items.items,
        subtotal: charges.subtotal,
        taxes: charges.taxes,
        tip: charges.tip,
        service: charges.service,
        discount: charges.discount,
        rounding: charges.rounding,
        total,
        payment_method: payment::payment_method(&page, &figures, card_last_four.is_some()),
        card_last_four,
    };
    consistency::weigh(&mut receipt);
    (receipt, clues)
}
