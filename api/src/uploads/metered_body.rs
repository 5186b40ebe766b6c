//! A request's body that its parser gets piece by piece, each only when it cannot go on with what it has.
//!
//! By itself the parser reads on for as long as the sender is faster than we are. And what it cannot use, such as a
//! part's headers without an end, it collects: here it is stopped at [`MAX_UNUSED_BYTES`].

use std::{
    pin::{Pin, pin},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    task::{Context, Poll},
};

use axum::body::{Body, BodyDataStream, Bytes};
use futures_util::{
    Stream, StreamExt,
    future::poll_fn,
    stream::{self, BoxStream},
};

/// After so much the parser must have made something of it. A connection gives pieces of at most 16 KiB.
pub(super) const MAX_UNUSED_BYTES: usize = 16 * 1024;

/// The request's body, shared between the parser and the drain.
#[derive(Debug)]
pub(super) struct MeteredBody {
    body: Mutex<BodyDataStream>,
    /// Whether the parser may take one more piece.
    may_take: AtomicBool,
    taken: AtomicUsize,
}

/// The parser has [`MAX_UNUSED_BYTES`] and makes nothing of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ParserStuck;

impl MeteredBody {
    pub(super) fn new(body: Body) -> Arc<Self> {
        let body = Mutex::new(body.into_data_stream());
        Arc::new(Self { body, may_take: AtomicBool::new(false), taken: AtomicUsize::new(0) })
    }

    /// The body for the parser, which gets something of it only within [`Self::feed`].
    pub(super) fn for_parser(self: &Arc<Self>) -> BoxStream<'static, Result<Bytes, axum::Error>> {
        ForParser(self.clone()).boxed()
    }

    /// What is left of the body, whatever the parser has of it.
    pub(super) fn rest(&self) -> impl Stream<Item = Result<Bytes, axum::Error>> + Unpin {
        stream::poll_fn(|context| self.poll(context))
    }

    /// How many bytes the parser took so far.
    pub(super) fn taken(&self) -> usize {
        self.taken.load(Ordering::Acquire)
    }

    /// What comes `next` out of the parser.
    pub(super) async fn feed<T>(&self, next: impl Future<Output = T>) -> Result<T, ParserStuck> {
        let mut next = pin!(next);
        let before = self.taken();
        self.may_take.store(false, Ordering::Release);
        poll_fn(|context| {
            loop {
                if let Poll::Ready(next) = next.as_mut().poll(context) {
                    return Poll::Ready(Ok(next));
                }
                if self.taken() - before > MAX_UNUSED_BYTES {
                    return Poll::Ready(Err(ParserStuck));
                }
                if self.may_take.swap(true, Ordering::AcqRel) {
                    // It could have taken a piece, and there was none: the client is waited for.
                    return Poll::Pending;
                }
            }
        })
        .await
    }

    fn poll(&self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, axum::Error>>> {
        self.body.lock().unwrap_or_else(PoisonError::into_inner).poll_next_unpin(context)
    }
}

struct ForParser(Arc<MeteredBody>);

impl Stream for ForParser {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let body = &self.0;
        if !body.may_take.load(Ordering::Acquire) {
            // `feed` polls again.
            return Poll::Pending;
        }
        body.poll(context).map(|next| {
            body.may_take.store(false, Ordering::Release);
            next.inspect(|piece| {
                let bytes = piece.as_ref().map_or(0, Bytes::len);
                body.taken.fetch_add(bytes, Ordering::AcqRel);
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(pieces: usize) -> Arc<MeteredBody> {
        let pieces = stream::iter((0..pieces).map(|_| Ok::<_, axum::Error>(Bytes::from_static(&[b'x'; 1000]))));
        MeteredBody::new(Body::from_stream(pieces))
    }

    #[tokio::test]
    async fn a_parser_gets_one_piece_more_than_it_has_and_no_other() {
        let body = body(100);
        let mut parser = body.for_parser();
        assert_eq!(body.feed(async { 7 }).await, Ok(7));
        assert_eq!(body.taken(), 0, "it had what it needed");
        body.feed(parser.next()).await.unwrap().unwrap().unwrap();
        assert_eq!(body.taken(), 1000);
        assert!(futures_util::poll!(parser.next()).is_pending(), "nothing is taken outside");
    }

    #[tokio::test]
    async fn a_parser_that_makes_nothing_of_much_is_stuck() {
        let body = body(100);
        let mut parser = body.for_parser();
        let never = async { while parser.next().await.is_some() {} };
        assert_eq!(body.feed(never).await, Err(ParserStuck));
        assert_eq!(body.taken(), 17_000);
        assert_eq!(body.rest().count().await, 83);
    }
}
