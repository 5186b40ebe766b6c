//! From a file of any format that people have to its pages: pixels that are upright and no larger than reading needs, or the
//! text that a PDF holds. Nothing is decoded before what the file declares is found to be within bounds.
//!
//! ```no_run
//! let file = std::fs::read("receipt.pdf")?;
//! let document = pages::open(&file, pages::Limits::default())?;
//! for number in 1..=document.len() {
//!     match document.page(number)? {
//!         pages::Page::Picture(picture) => println!("{} by {} pixels", picture.width(), picture.height()),
//!         pages::Page::Text(lines) => println!("{} lines", lines.len()),
//!     }
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "pixel counts and coordinates go to and fro between integers and floats; sides are bounded by MAX_SIDE, far \
              below where f32 loses integers, and values are clamped before they are cut to integers"
)]

pub use document::{Document, Page, open};
pub use encoding::jpeg;
pub use error::Error;
pub use limits::{Limits, MAX_CODED_BYTES, MAX_DECODING_BYTES, MAX_PAGES, MAX_PIXELS, MAX_SIDE};
pub use picture::Picture;
pub use point::Point;
pub use text::{TextLine, TextWord};

mod document;
mod encoding;
mod error;
mod ground;
mod heif;
mod jpeg;
mod limits;
mod pdf;
mod picture;
mod png;
mod point;
pub mod prepare;
mod raster;
mod shrinking;
mod text;
mod tiff;
