//! A request's body that is read no further ahead than its parser is emptied.
//!
//! The parser reads on for as long as the sender is faster than we are. So the body runs dry for it when it is
//! [`MAX_AHEAD_BYTES`] ahead of what was taken out: a form that never comes to its first field holds no more than that.

use std::{
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
};

use axum::body::{Body, BodyDataStream, Bytes};
use futures_util::{Stream, StreamExt, stream, task::AtomicWaker};

const MAX_AHEAD_BYTES: usize = 16 * 1024;

/// The request's body, shared between the parser and the drain.
#[derive(Debug)]
pub(super) struct MeteredBody {
    body: Mutex<BodyDataStream>,
    given: AtomicUsize,
    taken: AtomicUsize,
    parser: AtomicWaker,
}

impl MeteredBody {
    pub(super) fn new(body: Body) -> Arc<Self> {
        Arc::new(Self {
            body: Mutex::new(body.into_data_stream()),
            given: AtomicUsize::new(0),
            taken: AtomicUsize::new(0),
            parser: AtomicWaker::new(),
        })
    }

    /// The body for the parser, which gets no more of it while it is [`MAX_AHEAD_BYTES`] ahead.
    pub(super) fn for_parser(self: &Arc<Self>) -> Body {
        Body::from_stream(ForParser(self.clone()))
    }

    /// What is left of the body, whatever the parser has of it.
    pub(super) fn rest(&self) -> impl Stream<Item = Result<Bytes, axum::Error>> + Unpin {
        stream::poll_fn(|context| self.poll(context))
    }

    /// So many bytes more were taken out of the parser.
    pub(super) fn taken(&self, bytes: usize) {
        self.taken.fetch_add(bytes, Ordering::AcqRel);
        self.parser.wake();
    }

    fn is_ahead(&self) -> bool {
        self.given.load(Ordering::Acquire) >= self.taken.load(Ordering::Acquire) + MAX_AHEAD_BYTES
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
        if body.is_ahead() {
            body.parser.register(context.waker());
            // Bytes taken between the check and the registration have woken no task.
            if body.is_ahead() {
                return Poll::Pending;
            }
        }
        body.poll(context).map(|next| {
            next.inspect(|bytes| {
                let bytes = bytes.as_ref().map_or(0, Bytes::len);
                body.given.fetch_add(bytes, Ordering::AcqRel);
            })
        })
    }
}
