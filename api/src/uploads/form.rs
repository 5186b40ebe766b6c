//! A multipart form, bounded in its length, in what is buffered of it, and in how slowly it may come.

use std::{pin::pin, sync::Arc, time::Duration};

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, header},
};
use multer::{Field, Multipart};
use receipt::{MAX_PARTS, MAX_UPLOAD_BYTES};
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
/// What a form may add to its pictures: boundaries, headers, other fields.
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
    /// How many there were so far.
    pictures: u8,
}

/// One field.
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
    pub(super) fn new(boundary: Boundary, headers: &HeaderMap, body: Body) -> Self {
        let declared = headers.get(header::CONTENT_LENGTH);
        let declared_bytes = declared.and_then(|length| length.to_str().ok()?.parse().ok());
        let body = MeteredBody::new(body);
        let multipart = Multipart::new(body.for_parser(), boundary.0);
        let flow = Flow { body, pace: Pace::default(), of_pictures: 0, ends: Instant::now() + ALL_WITHIN };
        Self { multipart, flow, declared_bytes, pictures: 0 }
    }

    /// The length of the whole form, where the sender declared it.
    pub(super) fn declared_bytes(&self) -> Option<usize> {
        self.declared_bytes
    }

    /// The form's next picture and its number, from 1, to be read to its end before the next. A form without any, or with too
    /// many, is an error.
    pub(super) async fn next_picture(&mut self) -> Result<Option<(u8, FormField<'_>)>, Error> {
        while let Some(field) = self.next_field().await? {
            if !matches!(field.name(), Some("image" | "file")) {
                FormField { field, flow: &mut self.flow }.skip().await?;
            } else if self.pictures == MAX_PARTS {
                return Err(Error::TooManyImages);
            } else {
                self.pictures += 1;
                return Ok(Some((self.pictures, FormField { field, flow: &mut self.flow })));
            }
        }
        if self.pictures == 0 { Err(Error::NoImage) } else { Ok(None) }
    }

    /// Nothing is read of a form whose declared length is more than the largest upload needs.
    async fn next_field(&mut self) -> Result<Option<Field<'static>>, Error> {
        if self.declared_bytes.is_some_and(|bytes| bytes > MAX_UPLOAD_BYTES + MAX_OVERHEAD_BYTES) {
            return Err(Error::TooLargeTogether);
        }
        let field = self.flow.read(self.multipart.next_field(), &|_| false).await?;
        self.flow.check_overhead()?;
        Ok(field)
    }

    /// Reads and forgets the rest of a refused form.
    pub(super) async fn drain(self) {
        let Self { multipart, flow, .. } = self;
        drop(multipart);
        http::drain(flow.body.rest(), MAX_REFUSED_FORM_BYTES, |_| DRAIN_WITHIN).await;
    }
}

impl FormField<'_> {
    /// The picture's next bytes, unless its client is `too_slow` in the meantime.
    pub(super) async fn chunk(&mut self, too_slow: &impl Fn(&Pace) -> bool) -> Result<Option<Bytes>, Error> {
        let chunk = self.flow.read(self.field.chunk(), too_slow).await?;
        self.flow.of_pictures += chunk.as_ref().map_or(0, Bytes::len);
        if self.flow.of_pictures > MAX_UPLOAD_BYTES { Err(Error::TooLargeTogether) } else { Ok(chunk) }
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
    /// What was read of pictures.
    of_pictures: usize,
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

    /// A form beside whose pictures there is too much is given up.
    fn check_overhead(&self) -> Result<(), Error> {
        // The parser may have a piece of the picture already.
        if self.body.taken() - self.of_pictures > MAX_OVERHEAD_BYTES + 2 * MAX_UNUSED_BYTES {
            return Err(malformed("there is too much in it beside the pictures".to_owned()));
        }
        Ok(())
    }
}

fn malformed(why: String) -> Error {
    Error::MalformedForm(why)
}
