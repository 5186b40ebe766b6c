//! Why a file has no pages that can be read.

use crate::limits::{MAX_PIXELS, MAX_SIDE};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("of no format that is read: JPEG, PNG, TIFF, PDF, HEIC, AVIF, WebP or GIF")]
    Unsupported,
    /// By what the file declares, before its pixels are decoded.
    #[error(
        "more than {MAX_SIDE} pixels a side or {MAX_PIXELS} in all, or stored so that decoding it takes too much memory"
    )]
    TooLarge,
    #[error("more than {most} pages")]
    TooManyPages { most: usize },
    #[error("the document is encrypted")]
    Encrypted,
    #[error("the document has no page {number}")]
    NoSuchPage { number: usize },
    #[error("the file's data is broken")]
    Broken(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    pub(crate) fn broken(why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Broken(why.into())
    }
}
