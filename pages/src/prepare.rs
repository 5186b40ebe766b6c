//! Files of strangers are decoded in a process of their own, so that one that makes a decoder panic, loop or eat memory ends
//! a picture and never the service.
//!
//! The child is the service's own program, started anew: it limits itself ([`serve`]), takes one file from its standard
//! input, and writes the pages to its standard output. The parent ([`Preparation`]) takes them one by one, each within a
//! deadline, and kills a child that is late.

mod child;
mod frames;
#[cfg(feature = "process")]
mod parent;

use serde::{Deserialize, Serialize};

pub use self::child::serve;
#[cfg(feature = "process")]
pub use self::parent::{Failure, Preparation, PreparedPage};
use crate::TextLine;

/// The largest JPEG of a page: what Textract takes in a request
/// (<https://docs.aws.amazon.com/textract/latest/dg/limits-document.html>).
pub const MAX_JPEG_BYTES: usize = 5_000_000;
/// A preview's longer side, in pixels, and a thumbnail's.
pub const PREVIEW_SIDE: u32 = 1600;
pub const THUMBNAIL_SIDE: u32 = 320;

/// What the child may take beyond what it has mapped when it begins, in bytes.
const MEMORY: u64 = 400_000_000;
/// In seconds, for a whole document; the parent does not wait so long.
const CPU_SECONDS: u64 = 100;
/// The largest part of an answer.
#[cfg(feature = "process")]
const MAX_BLOB_BYTES: usize = 64_000_000;

/// What is wanted of each page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is made or not, whatever becomes of the others")]
pub struct Wanted {
    /// Of all pages, unless some are named, from 1.
    pub pages: Option<Vec<usize>>,
    /// A document of more pages is refused.
    pub most_pages: usize,
    /// Pixels, for a reader here.
    pub pixels: bool,
    /// A JPEG, for a reader elsewhere.
    pub jpeg: bool,
    /// A JPEG of each page that any browser shows.
    pub preview: bool,
    /// A small one of the first page.
    pub thumbnail: bool,
}

/// Why a file has no pages, as the child says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Refusal {
    Unsupported,
    TooLarge,
    TooManyPages,
    Encrypted,
    NoSuchPage,
    Broken,
}

/// What the child says before the bytes that belong to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Head {
    Opened {
        pages: usize,
    },
    Page {
        number: usize,
        width: u32,
        height: u32,
        /// Of a page that is text throughout.
        text: Option<Vec<TextLine>>,
        /// How many bytes follow of each, in this order; none of what was not wanted.
        pixels: usize,
        jpeg: usize,
        preview: usize,
        thumbnail: usize,
    },
    Refused {
        why: Refusal,
        cause: String,
    },
    Done,
}
