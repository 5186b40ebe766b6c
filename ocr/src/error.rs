//! Why a picture is not read.

use crate::limits::{MAX_LINES, MAX_PIXELS, MAX_READING_TIME, MAX_SIDE};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("neither JPEG, PNG nor TIFF")]
    Unsupported,
    /// By what the file declares, before its pixels are decoded.
    #[error(
        "more than {MAX_SIDE} pixels a side or {MAX_PIXELS} in all, or stored so that decoding it takes too much memory"
    )]
    TooLarge,
    /// By what was found on it, before it is read.
    #[error("more text than on any receipt: more than {MAX_LINES} lines, or too long ones")]
    TooMuchText,
    #[error("reading the picture took more than {} s", MAX_READING_TIME.as_secs())]
    TooSlow,
    #[error("the picture's data is broken")]
    Broken(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A fault of this build, not of the picture.
    #[error("a built-in model does not load")]
    Model(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("the text recognition stopped")]
    Recognition(#[source] Box<dyn std::error::Error + Send + Sync>),
}
