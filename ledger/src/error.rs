//! Errors of the operations on the table.

use std::error::Error as StdError;

use aws_sdk_dynamodb::{
    config::http::HttpResponse,
    error::{BuildError, SdkError},
};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// DynamoDB did not answer, or refused for a passing reason; the change may or may not have been made.
    #[error("the table did not answer to {operation}")]
    Unavailable { operation: &'static str, source: Box<dyn StdError + Send + Sync> },
    /// Another writer changed the image since it was read: the caller's copy is out of date, and nothing was written.
    #[error("another writer has changed the image since it was read")]
    OutOfDate,
    /// A step that [`receipt::Status::next`] does not list. Nothing was written.
    #[error("an image that is {from} cannot become {to}")]
    NotAllowed { from: &'static str, to: &'static str },
    /// An item that this version of the program cannot read.
    #[error("an item of the table cannot be read")]
    Malformed(#[source] serde_dynamo::Error),
}

impl Error {
    /// A request that lacks a part: a bug in this program.
    pub(crate) fn incomplete(error: BuildError) -> Self {
        Self::Unavailable { operation: "build", source: error.into() }
    }

    pub(crate) fn unavailable<E>(operation: &'static str) -> impl FnOnce(SdkError<E, HttpResponse>) -> Self
    where
        E: StdError + Send + Sync + 'static,
    {
        move |source| Self::Unavailable { operation, source: source.into() }
    }
}
