//! What one address and one owner may ask of all rooms together.

use std::{sync::Arc, time::Instant};

use axum::{
    body::Body,
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use hyper::body::Body as _;
use receipt::OwnerId;

use crate::{
    error::Error,
    http::{AnswerBody, ClientAddress, HttpLimits, RateLimit, Shares},
    identity::{FirstVisit, Owner},
};

/// The place of an answer that is no longer is given back at once: it is with the connection already.
const SMALL_ANSWER_BYTES: u64 = 64 * 1024;

#[derive(Debug)]
pub(super) struct Quotas {
    limits: HttpLimits,
    reads: RateLimit<ClientAddress>,
    requests: Shares<OwnerId>,
}

impl Quotas {
    pub(super) fn new(limits: HttpLimits) -> Arc<Self> {
        let requests = Shares::new(usize::MAX, limits.requests_for_each_owner);
        Arc::new(Self { limits, reads: RateLimit::new(), requests })
    }
}

/// Middleware: how often an address may ask what costs a look into the ledger.
pub(super) async fn limit_reads(
    State(quotas): State<Arc<Quotas>>,
    address: ClientAddress,
    request: Request,
    next: Next,
) -> Result<Response, Error> {
    let admitted = quotas.reads.admit([(address, quotas.limits.reads_per_minute)], Instant::now());
    admitted.map_err(Error::TooManyRequests)?;
    Ok(next.run(request).await)
}

/// Middleware, below the one that finds the owner: how many requests of an owner may be in flight, until their answers are
/// sent.
pub(super) async fn share_by_owner(
    State(quotas): State<Arc<Quotas>>,
    request: Request,
    next: Next,
) -> Result<Response, Error> {
    let owner = match (request.extensions().get::<Owner>(), request.extensions().get::<FirstVisit>()) {
        (Some(Owner(owner)), None) => owner.clone(),
        // Nobody else has this one.
        (_, Some(_)) | (None, None) => return Ok(next.run(request).await),
    };
    let place = quotas.requests.take(owner, 1)?;
    let answer = next.run(request).await;
    match answer.body().size_hint().exact() {
        Some(..=SMALL_ANSWER_BYTES) => Ok(answer),
        Some(_) | None => Ok(answer.map(|body| Body::new(AnswerBody::new(body, place)))),
    }
}
