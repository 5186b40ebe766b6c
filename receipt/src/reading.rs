//! From Textract's lines to the merchant, the day, the items and the amounts of a receipt, in one pass: page → fields →
//! consistency.

mod calibration;
mod consistency;
mod fields;
pub(crate) mod language;
mod page;
mod papers;
mod parts;
mod receipt;
#[cfg(test)]
mod tests;

pub(crate) use self::receipt::MAX_ITEMS;
pub use self::receipt::{Field, Item, Kind, PaymentMethod, Receipt, Seam, Tax};

use self::page::{Page, Sheet};
use crate::{BoundingBox, geometry::Orientation, textract::DetectDocumentText};

/// A page of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageSource {
    /// The photo or file that it is of, from 1. Those of one receipt come in their order.
    pub part: u32,
    /// The picture's EXIF orientation: the answer's boxes are of the stored raster, the receipt's boxes of the picture as a
    /// browser shows it.
    pub orientation: Orientation,
}

impl PageSource {
    /// The page of a picture that shows all of the receipt.
    pub fn only(orientation: Orientation) -> Self {
        Self { part: 1, orientation }
    }
}

/// Reads a receipt of one picture. What is not found is absent; the function has no way to fail.
pub fn read(answer: &DetectDocumentText, orientation: Orientation) -> Receipt {
    read_pages(answer, &[PageSource::only(orientation)])
}

/// Reads a receipt of several pages: those of a file, and photos of which each shows a part of it. Blocks of the answer whose
/// `Page` is beyond these are passed over.
pub fn read_pages(answer: &DetectDocumentText, pages: &[PageSource]) -> Receipt {
    let mut receipt = read_uncalibrated(answer, pages);
    calibration::calibrate(&mut receipt);
    receipt
}

/// The same before calibration: a confidence says how clearly a field was found, not how often such fields are right.
pub fn read_uncalibrated(answer: &DetectDocumentText, pages: &[PageSource]) -> Receipt {
    parts::read(answer, pages)
}

/// The rows that a receipt is read by, from the top: where the pieces of each stand, from left to right, on the picture as a
/// browser shows it.
pub fn rows(answer: &DetectDocumentText, orientation: Orientation) -> Vec<Vec<BoundingBox>> {
    let page = Page::new(answer, Sheet { page: 1, orientation });
    page.rows.iter().map(|row| row.pieces_shown().collect()).collect()
}
