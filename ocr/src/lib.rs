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

pub use answer::answer;
pub use error::Error;
pub use limits::{MAX_COLUMNS, MAX_LINES, MAX_READING_TIME};
pub use page::{Line, Page, Word};
pub use pages::{Picture, Point};
pub use reader::Reader;

/// Who read, in an answer: other readers' names do not begin so.
pub const MODEL_VERSION: &str = "own-pp-ocrv6";

mod answer;
mod detection;
mod dictionary;
mod error;
mod geometry;
mod limits;
mod line_image;
mod network;
mod orientation;
mod page;
mod reader;
mod reading_order;
mod recognition;
mod rectangle;
mod threads;
mod words;
