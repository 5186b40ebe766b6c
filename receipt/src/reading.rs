//! From Textract's lines to the merchant, the day, the items and the amounts of a receipt, in one pass: page → fields →
//! consistency.

mod calibration;
mod consistency;
mod fields;
pub(crate) mod language;
mod page;
mod papers;
mod receipt;
#[cfg(test)]
mod tests;

pub(crate) use self::receipt::MAX_ITEMS;
pub use self::receipt::{Field, Item, Kind, PaymentMethod, Receipt, Tax};

use self::page::Page;
use crate::{BoundingBox, geometry::Orientation, textract::DetectDocumentText};

/// Reads a receipt. What is not found is absent; the function has no way to fail.
///
/// `orientation` is the picture's EXIF orientation: the answer's boxes are of the stored raster, the receipt's boxes
/// of the picture as a browser shows it.
pub fn read(answer: &DetectDocumentText, orientation: Orientation) -> Receipt {
    let mut receipt = read_uncalibrated(answer, orientation);
    calibration::calibrate(&mut receipt);
    receipt
}

/// The same before calibration: a confidence says how clearly a field was found, not how often such fields are right.
pub fn read_uncalibrated(answer: &DetectDocumentText, orientation: Orientation) -> Receipt {
    papers::read(answer, orientation)
}

/// The rows that a receipt is read by, from the top: where the pieces of each stand, from left to right, on the picture as a
/// browser shows it.
pub fn rows(answer: &DetectDocumentText, orientation: Orientation) -> Vec<Vec<BoundingBox>> {
    let page = Page::new(answer, orientation);
    page.rows.iter().map(|row| row.pieces_shown(orientation).collect()).collect()
}
