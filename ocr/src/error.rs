//! Why a picture is not read.

use crate::limits::{MAX_LINES, MAX_READING_TIME};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file has no page that could be read.
    #[error(transparent)]
    File(#[from] pages::Error),
    /// By what was found on it, before it is read.
    #[error("more text than on any receipt: more than {MAX_LINES} lines, or too long ones")]
    TooMuchText,
    #[error("reading the picture took more than {} s", MAX_READING_TIME.as_secs())]
    TooSlow,
    /// A fault of this build, not of the picture.
    #[error("a built-in model does not load")]
    Model(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("the text recognition stopped")]
    Recognition(#[source] Box<dyn std::error::Error + Send + Sync>),
}
