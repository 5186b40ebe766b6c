//! The owner of a request: the token's, else the one in a signed cookie, which is made at the first visit.

use std::sync::Arc;

use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use axum_extra::extract::SignedCookieJar;
use jiff::Timestamp;
use receipt::{KnownBy, OwnerId};

use super::{
    bearer,
    issuer::Issuer,
    planted_cookies::removals_of_planted_cookies,
    session_cookie::{self, Ambiguous, KnownVisitor},
    session_keys::SessionKeys,
};
use crate::{error::Error, http::drain_refused};

/// How much of a refused body is read before the answer.
const MAX_DRAINED_BYTES: usize = 16 * 1024 * 1024;

/// How sessions are signed and sent.
#[derive(Debug, Clone)]
pub(crate) struct Sessions {
    keys: SessionKeys,
    secure: bool,
    issuer: Option<Arc<Issuer>>,
}

impl Sessions {
    /// With `secure`, browsers send the cookie by https only.
    pub(crate) fn new(keys: SessionKeys, secure: bool, issuer: Option<Arc<Issuer>>) -> Self {
        Self { keys, secure, issuer }
    }

    /// A token decides alone: where there is one, the cookie is not read.
    async fn visitor(&self, headers: &HeaderMap) -> Result<(Option<KnownVisitor>, KnownBy), Error> {
        if let Some(token) = bearer::token(headers)? {
            let owner = bearer::owner(self.issuer.as_ref(), token).await?;
            return Ok((Some(KnownVisitor { owner, needs_renewal: false }), KnownBy::Token));
        }
        let known = session_cookie::read(headers, &self.keys, self.secure, Timestamp::now());
        Ok((known.map_err(|Ambiguous| Error::SeveralPeople)?, KnownBy::Cookie))
    }

    /// The answer, with a cookie by which the owner will be known.
    fn sign(&self, owner: &OwnerId, answer: Response) -> Response {
        let cookie = session_cookie::cookie(owner, self.secure, Timestamp::now());
        (SignedCookieJar::new(self.keys.newest().clone()).add(cookie), answer).into_response()
    }
}

/// The owner of the request. Under [`identify`] there always is one, under [`recognise`] there may be one.
#[derive(Debug, Clone)]
pub(crate) struct Owner(pub(crate) OwnerId);

/// An owner who was here before. Whoever comes for the first time has nothing: 404, without a look into the ledger.
#[derive(Debug, Clone)]
pub(crate) struct KnownOwner(pub(crate) OwnerId);

/// In the request's extensions where its owner was made for it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FirstVisit;

/// Middleware: finds the owner or makes a new one, and sets a cookie where there is none, or one that is to be renewed.
pub(crate) async fn identify(State(sessions): State<Arc<Sessions>>, mut request: Request, next: Next) -> Response {
    let (visitor, known_by) = match sessions.visitor(request.headers()).await {
        Ok(found) => found,
        Err(error) => return refuse(request, error).await,
    };
    let KnownVisitor { owner, needs_renewal } = visitor.unwrap_or_else(|| {
        request.extensions_mut().insert(FirstVisit);
        KnownVisitor { owner: OwnerId::random(), needs_renewal: true }
    });
    request.extensions_mut().insert(Owner(owner.clone()));
    request.extensions_mut().insert(known_by);
    let answer = next.run(request).await;
    if needs_renewal { sessions.sign(&owner, answer) } else { answer }
}

/// Middleware: finds the owner but makes no new one: for routes that have nothing for one.
pub(crate) async fn recognise(State(sessions): State<Arc<Sessions>>, mut request: Request, next: Next) -> Response {
    match sessions.visitor(request.headers()).await {
        Ok((visitor, _)) => {
            if let Some(KnownVisitor { owner, .. }) = visitor {
                request.extensions_mut().insert(Owner(owner));
            }
            next.run(request).await
        }
        Err(error) => refuse(request, error).await,
    }
}

/// A refused client may still be sending its body.
async fn refuse(request: Request, error: Error) -> Response {
    let planted = matches!(error, Error::SeveralPeople)
        .then(|| removals_of_planted_cookies(request.headers(), request.uri().path()));
    drain_refused(request, MAX_DRAINED_BYTES).await;
    let mut answer = error.into_response();
    for removal in planted.unwrap_or_default() {
        answer.headers_mut().append(header::SET_COOKIE, removal);
    }
    answer
}

impl<S: Send + Sync> FromRequestParts<S> for Owner {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        parts.extensions.get::<Self>().cloned().ok_or(Error::NotFound)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for KnownOwner {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        if parts.extensions.get::<FirstVisit>().is_some() {
            return Err(Error::NotFound);
        }
        Owner::from_request_parts(parts, state).await.map(|Owner(owner)| Self(owner))
    }
}
