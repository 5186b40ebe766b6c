//! The body of an answer, with what is kept until it is sent or given up.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use axum::body::{Body, Bytes};
use hyper::body::{Frame, SizeHint};

#[derive(Debug)]
pub(crate) struct AnswerBody<Kept> {
    body: Body,
    _kept: Kept,
}

impl<Kept> AnswerBody<Kept> {
    pub(crate) fn new(body: Body, kept: Kept) -> Self {
        Self { body, _kept: kept }
    }
}

impl<Kept: Unpin> hyper::body::Body for AnswerBody<Kept> {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.get_mut().body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
