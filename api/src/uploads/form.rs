//! A multipart form, bounded in its length, in what is buffered of it, and in how slowly it may come.

use std::{pin::pin, sync::Arc, time::Duration};

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, header},
};
use multer::{Field, Multipart};
use tokio::time::{Instant, timeout};

use super::{
    metered_body::{MAX_UNUSED_BYTES, MeteredBody, ParserStuck},
    pace::Pace,
};
use crate::{
    error::Error,
    http::{self, LeastRate},
};

/// <https://www.rfc-editor.org/rfc/rfc2046#section-5.1.1>
const MAX_BOUNDARY_CHARACTERS: usize = 70;
/// What a form may add to its picture: boundaries, headers, other fields.
const MAX_OVERHEAD_BYTES: usize = 64 * 1024;
/// How much of a refused form is read after the answer, and for how long.
const MAX_REFUSED_FORM_BYTES: usize = 64 * 1024 * 1024;
const DRAIN_WITHIN: Duration = Duration::from_secs(30);
const LEAST_RATE: LeastRate = LeastRate { start: Duration::from_secs(10), bytes_per_second: 16 * 1024 };
/// However it is sent: more than the largest picture takes at [`LEAST_RATE`].
const ALL_WITHIN: Duration = Duration::from_mins(12);
/// How often the pace of a silent client is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// What separates a form's parts.
pub(super) struct Boundary(String);

pub(super) struct Form {
    multipart: Multipart<'static>,
    flow: Flow,
    declared_bytes: Option<usize>,
    max_picture_bytes: usize,
}

/// One field, to be read to its end before the next.
pub(super) struct FormField<'a> {
    field: Field<'static>,
    flow: &'a mut Flow,
}

impl Boundary {
    pub(super) fn of(headers: &HeaderMap) -> Result<Self, Error> {
        let content_type = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let boundary = content_type.and_then(|kind| multer::parse_boundary(kind).ok()).ok_or(Error::NoImage)?;
        if boundary.len() > MAX_BOUNDARY_CHARACTERS {
            return Err(malformed(format!("its boundary has more than {MAX_BOUNDARY_CHARACTERS} characters")));
        }
        Ok(Self(boundary))
    }
}

impl Form {
    /// A form with a picture of at most so many bytes.
    pub(super) fn new(boundary: Boundary, headers: &HeaderMap, body: Body, max_picture_bytes: usize) -> Self {
        let declared = headers.get(header::CONTENT_LENGTH);
        let declared_bytes = declared.and_then(|length| length.to_str().ok()?.parse().ok());
        let body = MeteredBody::new(body);
        let multipart = Multipart::new(body.for_parser(), boundary.0);
        let flow = Flow { body, pace: Pace::default(), of_picture: 0, ends: Instant::now() + ALL_WITHIN };
        Self { multipart, flow, declared_bytes, max_picture_bytes }
    }

    /// The length of the whole form, where the sender declared it.
    pub(super) fn declared_bytes(&self) -> Option<usize> {
        self.declared_bytes
    }

    /// What `take` makes of the form's first picture.
    pub(super) async fn picture<T>(
        &mut self,
        take: impl AsyncFnOnce(FormField<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        loop {
            let field = self.next_field().await?.ok_or(Error::NoImage)?;
            if field.is_picture() {
                return take(field).await;
            }
            field.skip().await?;
        }
    }

    /// Reads the rest of the form, in which no second picture may be.
    pub(super) async fn no_other_picture(&mut self) -> Result<(), Error> {
        while let Some(field) = self.next_field().await? {
            if field.is_picture() {
                return Err(Error::SecondImage);
            }
            field.skip().await?;
        }
        Ok(())
    }

    /// The next field. Nothing is read of a form whose declared length is more than the largest picture needs.
    async fn next_field(&mut self) -> Result<Option<FormField<'_>>, Error> {
        if self.declared_bytes.is_some_and(|bytes| bytes > self.max_picture_bytes + MAX_OVERHEAD_BYTES) {
            return Err(Error::TooLarge);
        }
        let Self { multipart, flow, .. } = self;
        let field = flow.read(multipart.next_field(), &|_| false).await?;
        flow.check_overhead()?;
        Ok(field.map(|field| FormField { field, flow }))
    }

    /// Reads and forgets the rest of a refused form.
    pub(super) async fn drain(self) {
        let Self { multipart, flow, .. } = self;
        drop(multipart);
        http::drain(flow.body.rest(), MAX_REFUSED_FORM_BYTES, |_| DRAIN_WITHIN).await;
    }
}

impl FormField<'_> {
    /// Whether its name is one of those under which pictures are sent.
    fn is_picture(&self) -> bool {
        matches!(self.field.name(), Some("image" | "file"))
    }

    /// The picture's next bytes, unless its client is `too_slow` in the meantime.
    pub(super) async fn chunk(&mut self, too_slow: &impl Fn(&Pace) -> bool) -> Result<Option<Bytes>, Error> {
        let chunk = self.flow.read(self.field.chunk(), too_slow).await?;
        self.flow.of_picture += chunk.as_ref().map_or(0, Bytes::len);
        Ok(chunk)
    }

    /// Reads a field that is not needed to its end.
    async fn skip(mut self) -> Result<(), Error> {
        while self.flow.read(self.field.chunk(), &|_| false).await?.is_some() {
            self.flow.check_overhead()?;
        }
        Ok(())
    }
}

/// How a form comes in.
struct Flow {
    body: Arc<MeteredBody>,
    pace: Pace,
    /// What was read of the picture.
    of_picture: usize,
    ends: Instant,
}

impl Flow {
    /// What comes `next` out of the parser, unless the client is too slow.
    async fn read<T>(
        &mut self,
        next: impl Future<Output = Result<T, multer::Error>>,
        too_slow: &impl Fn(&Pace) -> bool,
    ) -> Result<T, Error> {
        let Self { body, pace, ends, .. } = self;
        let mut next = pin!(body.feed(next));
        loop {
            if pace.is_below(LEAST_RATE) || too_slow(pace) || Instant::now() > *ends {
                return Err(Error::TooSlow);
            }
            let (began, taken) = (Instant::now(), body.taken());
            let read = timeout(LOOK_EVERY, &mut next).await;
            pace.add(body.taken() - taken, began.elapsed());
            match read {
                Ok(Ok(read)) => return read.map_err(|error| malformed(error.to_string())),
                Ok(Err(ParserStuck)) => {
                    return Err(malformed("a part's headers, or what stands before it, are too long".to_owned()));
                }
                Err(_) => {}
            }
        }
    }

    /// A form beside whose picture there is too much is given up.
    fn check_overhead(&self) -> Result<(), Error> {
        // The parser may have a piece of the picture already.
        if self.body.taken() - self.of_picture > MAX_OVERHEAD_BYTES + 2 * MAX_UNUSED_BYTES {
            return Err(malformed("there is too much in it beside the picture".to_owned()));
        }
        Ok(())
    }
}

fn malformed(why: String) -> Error {
    Error::MalformedForm(why)
}
