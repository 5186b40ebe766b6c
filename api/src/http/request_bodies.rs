//! The body of every request: how it is written, how long it may be, how long it may take, and how much of all bodies is
//! in memory at once.
//!
//! What counts is what has come, not what is declared, for as long as the request has no answer: its handler has it. Not
//! tower-http's limits: its timeout starts anew with each frame, and neither knows of other requests.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, ready},
};

use axum::{
    body::{Body, Bytes},
    extract::Request,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use futures_util::future::{BoxFuture, Either, FutureExt};
use hyper::body::{Body as _, Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep_until};
use tower::{Layer, Service};

use super::{
    client_address::ClientAddress,
    drain::drain_for_a_moment,
    limits::BodyLimits,
    request_coding,
    shares::{NoPlace, Place, Shares},
};
use crate::error::Error;

/// What keeping a piece of a body takes beside its bytes.
const PIECE_BYTES: usize = 128;

/// A layer: what of a body is too long, too slow or too much ends the body, and is the answer, whatever the handler makes
/// of it.
#[derive(Debug, Clone)]
pub(crate) struct RequestBodies {
    limits: BodyLimits,
    /// One place a byte.
    memory: Shares<ClientAddress>,
    counted_elsewhere: &'static [&'static str],
}

#[derive(Debug, Clone)]
pub(crate) struct WithBodies<S> {
    inner: S,
    bodies: RequestBodies,
}

/// A body that is held to the limits.
struct HeldBody {
    body: Body,
    limits: BodyLimits,
    began: Instant,
    received: usize,
    /// Until when the next piece must have come; made when it is waited for.
    deadline: Option<Pin<Box<Sleep>>>,
    held: Held,
}

/// What body and handler have in common, until both have ended.
#[derive(Clone)]
struct Held(Arc<Mutex<(Place<ClientAddress>, Option<Refusal>)>>);

/// Why a body is not read to its end.
#[derive(Debug, Clone, Copy)]
enum Refusal {
    TooLong,
    TooSlow,
    NoPlace(NoPlace),
}

impl RequestBodies {
    /// The bodies that go to the paths `counted_elsewhere` have other limits, in their rooms.
    pub(crate) fn new(limits: BodyLimits, counted_elsewhere: &'static [&'static str]) -> Self {
        Self { limits, memory: Shares::new(limits.in_all, limits.for_each_address), counted_elsewhere }
    }

    /// How many bytes of bodies are in memory, and how many may be.
    pub(crate) fn memory(&self) -> Shares<ClientAddress> {
        self.memory.clone()
    }
}

impl<S> Layer<S> for RequestBodies {
    type Service = WithBodies<S>;

    fn layer(&self, inner: S) -> Self::Service {
        WithBodies { inner, bodies: self.clone() }
    }
}

impl<S> Service<Request> for WithBodies<S>
where
    S: Service<Request, Response = Response, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Either<S::Future, BoxFuture<'static, Result<Response, Infallible>>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let RequestBodies { limits, memory, counted_elsewhere } = &self.bodies;
        if request.body().is_end_stream() {
            return Either::Left(self.inner.call(request));
        }
        if let Some(error) = request_coding::refusal(request.headers()) {
            return Either::Right(unread(request, error).boxed());
        }
        if counted_elsewhere.contains(&request.uri().path()) {
            return Either::Left(self.inner.call(request));
        }
        if request.body().size_hint().lower() > limits.longest as u64 {
            return Either::Right(unread(request, Error::BodyTooLarge).boxed());
        }
        let Some(place) = request.extensions().get::<ClientAddress>().and_then(|at| memory.take(*at, 0).ok()) else {
            let error = Error::Internal("a request without its client's address".into());
            return Either::Right(async { Ok(error.into_response()) }.boxed());
        };
        let (held, limits) = (Held(Arc::new(Mutex::new((place, None)))), *limits);
        let (of_body, began) = (held.clone(), Instant::now());
        let request =
            request.map(|body| Body::new(HeldBody { body, limits, began, received: 0, deadline: None, held: of_body }));
        let answering = self.inner.call(request);
        Either::Right(
            async move {
                let answer = answering.await?;
                let refusal = held.lock().1;
                Ok(refusal.map_or(answer, |refusal| refused(refusal.into())))
            }
            .boxed(),
        )
    }
}

/// Nothing of the body is kept.
async fn unread(request: Request, error: Error) -> Result<Response, Infallible> {
    drain_for_a_moment(request).await;
    Ok(refused(error))
}

/// The rest of the body is not read.
fn refused(error: Error) -> Response {
    let mut answer = error.into_response();
    answer.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    answer
}

impl HeldBody {
    /// Counts a piece that has come, and copies it: as it came, it would keep all that was read of the connection with it.
    fn keep(&mut self, piece: &Bytes) -> Result<Bytes, Refusal> {
        self.received += piece.len();
        if self.received > self.limits.longest {
            return Err(Refusal::TooLong);
        }
        if self.began.elapsed() > self.limits.least_rate().time_for(self.received) {
            return Err(Refusal::TooSlow);
        }
        self.held.lock().0.grow(piece.len() + PIECE_BYTES).map_err(Refusal::NoPlace)?;
        Ok(Bytes::copy_from_slice(piece))
    }

    /// Waits no longer than the sender may take.
    fn poll_deadline(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let until = self.began + self.limits.least_rate().time_for(self.received);
        let deadline = self.deadline.get_or_insert_with(|| Box::pin(sleep_until(until)));
        if deadline.deadline() != until {
            deadline.as_mut().reset(until);
        }
        deadline.as_mut().poll(context)
    }

    fn refuse(&mut self, refusal: Refusal) -> axum::Error {
        self.held.lock().1 = Some(refusal);
        self.body = Body::empty();
        axum::Error::new(Error::from(refusal))
    }
}

impl hyper::body::Body for HeldBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = self.get_mut();
        let Poll::Ready(next) = Pin::new(&mut this.body).poll_frame(context) else {
            ready!(this.poll_deadline(context));
            return Poll::Ready(Some(Err(this.refuse(Refusal::TooSlow))));
        };
        let Some(Ok(frame)) = next else { return Poll::Ready(next) };
        // Trailers mean nothing here.
        let Ok(piece) = frame.into_data() else { return Poll::Ready(None) };
        let kept = this.keep(&piece).map(Frame::data).map_err(|refusal| this.refuse(refusal));
        Poll::Ready(Some(kept))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Held {
    fn lock(&self) -> MutexGuard<'_, (Place<ClientAddress>, Option<Refusal>)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::TooLong => Self::BodyTooLarge,
            Refusal::TooSlow => Self::TooSlow,
            Refusal::NoPlace(why) => why.into(),
        }
    }
}
