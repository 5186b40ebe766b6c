//! From a photo to words with boxes and confidence, on this CPU, without a network.
//!
//! ```no_run
//! let reader = ocr::Reader::new(2)?;
//! for line in reader.read(&std::fs::read("receipt.jpg")?)?.lines {
//!     println!("{:.2} {}", line.confidence, line.text);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "pixel counts and coordinates go to and fro between integers and f32; sides are bounded by MAX_SIDE, far \
              below where f32 loses integers, and values are clamped before they are cut to integers"
)]

pub use picture::Picture;
pub use reader::Reader;

mod cores;
mod decoding;
mod detection;
mod dictionary;
mod geometry;
mod jpeg;
mod network;
mod orientation;
mod outline;
mod picture;
mod reader;
mod reading_order;
mod recognition;
mod strip;
mod words;

/// What stands on one picture, in reading order: rows from the top to the bottom of the upright picture, each from left to
/// right. A picture that lies on its side or upside down is read as if it stood upright, whether EXIF says so or not.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    pub lines: Vec<Line>,
}

/// One printed line, or a piece of one where a wide gap divides it.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pub text: String,
    /// The mean over its characters, 0 to 1.
    pub confidence: f32,
    /// The corners from the text's own top left, clockwise as the text reads, in fractions of the stored raster's
    /// width and height (before EXIF orientation).
    pub corners: [Point; 4],
    pub words: Vec<Word>,
}

/// What stands between two spaces; described as a line is.
#[derive(Debug, Clone, PartialEq)]
pub struct Word {
    pub text: String,
    pub confidence: f32,
    pub corners: [Point; 4],
}

/// On a page, 0 is the left or upper edge of the stored raster and 1 the right or lower one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    pub x: f32,
    pub y: f32,
}

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("neither JPEG, PNG nor TIFF")]
    Unsupported,
    /// By what the file declares, before its pixels are decoded.
    #[error(
        "more than {MAX_SIDE} pixels a side or {MAX_PIXELS} in all, or stored so that decoding it takes too much memory"
    )]
    TooLarge,
    #[error("the picture's data is broken")]
    Broken(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A fault of this build, not of the picture.
    #[error("a built-in model does not load")]
    Model(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("the text recognition stopped")]
    Recognition(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Textract's limit, in pixels.
pub const MAX_SIDE: u32 = 10_000;

/// Enough for a phone of 50 megapixels.
pub const MAX_PIXELS: u64 = 54_000_000;

/// What decoding one picture may take, in bytes, beside the file and the models, so that reading stays below 200 MB in all.
/// It allows every JPEG of `MAX_PIXELS` that is not progressive; progressive ones of 40 megapixels with halved chrominance
/// (as most are) and of 20 with full; PNGs of 43 megapixels in colour; TIFFs, which are held twice, of 21. 16 bits a channel
/// halve the last two, shades of grey without colour take a third.
pub const MAX_DECODING_BYTES: u64 = 130_000_000;
