//! A multipart form, bounded in its length, in what is buffered of it, and in how slowly it may come.

use std::{sync::Arc, time::Duration};

use axum::{
    body::Bytes,
    extract::{
        FromRequest, Multipart, Request,
        multipart::{Field, MultipartError},
    },
    http::header,
};
use tokio::time::Instant;

use super::{least_rate::LeastRate, metered_body::MeteredBody};
use crate::{error::Error, http};

/// What a form may add to its picture: boundaries, headers, other fields.
const MAX_OVERHEAD_BYTES: usize = 64 * 1024;
/// How much of a refused form is read before the answer.
const MAX_REFUSED_FORM_BYTES: usize = 64 * 1024 * 1024;
const LEAST_RATE: LeastRate = LeastRate { start: Duration::from_secs(10), bytes_per_second: 16 * 1024 };

#[derive(Debug)]
pub(super) struct Form {
    multipart: Multipart,
    flow: Flow,
    declared_bytes: Option<usize>,
    max_picture_bytes: usize,
}

/// One field, to be read to its end before the next.
pub(super) struct FormField<'a> {
    field: Field<'a>,
    flow: &'a mut Flow,
}

impl Form {
    /// A form with a picture of at most so many bytes.
    pub(super) async fn of(request: Request, max_picture_bytes: usize) -> Result<Self, Error> {
        let declared = request.headers().get(header::CONTENT_LENGTH);
        let declared_bytes = declared.and_then(|length| length.to_str().ok()?.parse().ok());
        let (head, body) = request.into_parts();
        let body = MeteredBody::new(body);
        let request = Request::from_parts(head, body.for_parser());
        let multipart = Multipart::from_request(request, &()).await.map_err(|_| Error::NoImage)?;
        Ok(Self { multipart, flow: Flow { body, sending: Sending::default() }, declared_bytes, max_picture_bytes })
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
        let field = flow.sending.at_least_rate(multipart.next_field()).await?;
        Ok(field.map(|field| FormField { field, flow }))
    }

    /// Reads and forgets the rest of a refused form.
    pub(super) async fn drain(self) {
        let Self { multipart, flow: Flow { body, sending }, .. } = self;
        drop(multipart);
        let left = MAX_REFUSED_FORM_BYTES.saturating_sub(sending.received);
        http::drain(body.rest(), left, |bytes| sending.time_left(bytes)).await;
    }
}

impl FormField<'_> {
    /// Whether its name is one of those under which pictures are sent.
    fn is_picture(&self) -> bool {
        matches!(self.field.name(), Some("image" | "file"))
    }

    pub(super) async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        let chunk = self.flow.sending.at_least_rate(self.field.chunk()).await?;
        let bytes = chunk.as_ref().map_or(0, Bytes::len);
        self.flow.sending.received += bytes;
        self.flow.body.taken(bytes);
        Ok(chunk)
    }

    /// Reads a field that is not needed to its end.
    async fn skip(mut self) -> Result<(), Error> {
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
    body: Arc<MeteredBody>,
    sending: Sending,
}

/// Holds a client to [`LEAST_RATE`]. Only the time in which we wait for it counts.
#[derive(Debug, Default)]
struct Sending {
    waited: Duration,
    received: usize,
}

impl Sending {
    async fn at_least_rate<T>(&mut self, next: impl Future<Output = Result<T, MultipartError>>) -> Result<T, Error> {
        let began = Instant::now();
        let read = tokio::time::timeout(self.time_left(0), next).await;
        self.waited += began.elapsed();
        match read {
            Ok(read) => read.map_err(|error| Error::MalformedForm(error.body_text())),
            Err(_) => Err(Error::TooSlow),
        }
    }

    /// How long we still wait for the client, if it has sent `more` bytes than were counted.
    fn time_left(&self, more: usize) -> Duration {
        LEAST_RATE.time_for(self.received + more).saturating_sub(self.waited)
    }
}
