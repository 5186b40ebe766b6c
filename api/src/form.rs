//! A multipart form from a stranger, bounded in what is buffered of it, in its length and in its slowness.
//!
//! The parser reads on for as long as the sender is faster than we are. So its source runs dry when it is
//! [`MAX_AHEAD_BYTES`] ahead of what was taken out: a form that never comes to its first field holds no more than that.

use std::{
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    body::{Body, BodyDataStream, Bytes},
    extract::{
        FromRequest, Multipart, Request,
        multipart::{Field, MultipartError},
    },
    http::header,
};
use futures_util::{Stream, StreamExt, task::AtomicWaker};
use tokio::time::Instant;

use crate::{Error, incoming_picture::MAX_IMAGE_BYTES};

const MAX_AHEAD_BYTES: usize = 16 * 1024;
/// What a form may add to its picture: boundaries, headers, other fields.
const MAX_OVERHEAD_BYTES: usize = 64 * 1024;
/// How much of a refused body is read before the answer, so that a browser hears the answer rather than a reset.
const MAX_DRAINED_BYTES: usize = 64 * 1024 * 1024;
/// Slower than this, after a start in which nothing is asked, and a form is given up.
const MIN_BYTES_PER_SECOND: usize = 16 * 1024;
const START: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub(crate) struct Form {
    multipart: Multipart,
    flow: Flow,
    declared_bytes: Option<usize>,
}

/// One field, to be read to its end before the next.
pub(crate) struct FormField<'a> {
    field: Field<'a>,
    flow: &'a mut Flow,
}

impl Form {
    pub(crate) async fn of(request: Request) -> Result<Self, Error> {
        let declared = request.headers().get(header::CONTENT_LENGTH);
        let declared_bytes = declared.and_then(|length| length.to_str().ok()?.parse().ok());
        let (head, body) = request.into_parts();
        let source = Arc::new(Source::new(body));
        let metered = Request::from_parts(head, Body::from_stream(Metered(source.clone())));
        let multipart = Multipart::from_request(metered, &()).await.map_err(|_| Error::NoImage)?;
        Ok(Self { multipart, flow: Flow { source, pace: Pace::default() }, declared_bytes })
    }

    /// The length of the whole form, where the sender declared it.
    pub(crate) fn declared_bytes(&self) -> Option<usize> {
        self.declared_bytes
    }

    /// Reads the rest of the form, in which no second picture may be.
    pub(crate) async fn no_other_picture(&mut self) -> Result<(), Error> {
        while let Some(field) = self.next_field().await? {
            if field.is_picture() {
                return Err(Error::SecondImage);
            }
            field.skip().await?;
        }
        Ok(())
    }

    /// The next field. Nothing is read of a form that, by its own word, is longer than one with a picture can be.
    pub(crate) async fn next_field(&mut self) -> Result<Option<FormField<'_>>, Error> {
        if self.declared_bytes.is_some_and(|bytes| bytes > MAX_IMAGE_BYTES + MAX_OVERHEAD_BYTES) {
            return Err(Error::TooLarge);
        }
        let Self { multipart, flow, .. } = self;
        let field = flow.pace.keep(multipart.next_field()).await?;
        Ok(field.map(|field| FormField { field, flow }))
    }

    /// Reads and forgets what is still sent, within bounds of size and pace.
    pub(crate) async fn drain(self) {
        let Self { multipart, mut flow, .. } = self;
        drop(multipart);
        let source = flow.source;
        while let Ok(Some(chunk)) = flow.pace.keep(async { Ok(source.next().await) }).await {
            flow.pace.received += chunk.len();
            if flow.pace.received > MAX_DRAINED_BYTES {
                return;
            }
        }
    }
}

impl FormField<'_> {
    /// Whether its name is one of those under which pictures are sent.
    pub(crate) fn is_picture(&self) -> bool {
        matches!(self.field.name(), Some("image" | "file"))
    }

    pub(crate) async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        let chunk = self.flow.pace.keep(self.field.chunk()).await?;
        let bytes = chunk.as_ref().map_or(0, Bytes::len);
        self.flow.pace.received += bytes;
        self.flow.source.taken(bytes);
        Ok(chunk)
    }

    /// Reads a field that nobody asked for to its end.
    pub(crate) async fn skip(mut self) -> Result<(), Error> {
        let mut bytes = 0;
        while let Some(chunk) = self.chunk().await? {
            bytes += chunk.len();
            if bytes > MAX_OVERHEAD_BYTES {
                return Err(Error::MalformedForm("a field beside the picture is too long".to_owned()));
            }
        }
        Ok(())
    }
}

#[derive(Debug)]
struct Flow {
    source: Arc<Source>,
    pace: Pace,
}

/// Holds a sender to [`MIN_BYTES_PER_SECOND`]. Only the time in which we wait for the sender counts.
#[derive(Debug, Default)]
struct Pace {
    waited: Duration,
    received: usize,
}

impl Pace {
    async fn keep<T>(&mut self, next: impl Future<Output = Result<T, MultipartError>>) -> Result<T, Error> {
        let earned = Duration::from_millis((self.received * 1000 / MIN_BYTES_PER_SECOND) as u64);
        let began = Instant::now();
        let read = tokio::time::timeout((START + earned).saturating_sub(self.waited), next).await;
        self.waited += began.elapsed();
        match read {
            Ok(read) => read.map_err(|error| Error::MalformedForm(error.body_text())),
            Err(_) => Err(Error::TooSlow),
        }
    }
}

/// The request's body, shared between the parser and whoever drains it.
#[derive(Debug)]
struct Source {
    body: Mutex<BodyDataStream>,
    given: AtomicUsize,
    taken: AtomicUsize,
    parser: AtomicWaker,
}

impl Source {
    fn new(body: Body) -> Self {
        Self {
            body: Mutex::new(body.into_data_stream()),
            given: AtomicUsize::new(0),
            taken: AtomicUsize::new(0),
            parser: AtomicWaker::new(),
        }
    }

    fn taken(&self, bytes: usize) {
        self.taken.fetch_add(bytes, Ordering::AcqRel);
        self.parser.wake();
    }

    fn is_ahead(&self) -> bool {
        self.given.load(Ordering::Acquire) >= self.taken.load(Ordering::Acquire) + MAX_AHEAD_BYTES
    }

    fn poll(&self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, axum::Error>>> {
        self.body.lock().unwrap_or_else(PoisonError::into_inner).poll_next_unpin(context)
    }

    /// The next bytes, whatever the parser has; `None` at the end and when the sender is gone.
    async fn next(&self) -> Option<Bytes> {
        std::future::poll_fn(|context| self.poll(context)).await?.ok()
    }
}

/// The body as the parser sees it.
struct Metered(Arc<Source>);

impl Stream for Metered {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let source = &self.0;
        if source.is_ahead() {
            source.parser.register(context.waker());
            // What was taken between the look and the registration woke nobody.
            if source.is_ahead() {
                return Poll::Pending;
            }
        }
        source.poll(context).map(|next| {
            next.inspect(|bytes| {
                let bytes = bytes.as_ref().map_or(0, Bytes::len);
                source.given.fetch_add(bytes, Ordering::AcqRel);
            })
        })
    }
}
