//! Who is asking: the owner whom a token names, else the owner id in a signed cookie, made at the first visit.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use axum_extra::extract::{
    SignedCookieJar,
    cookie::{Cookie, Key, SameSite},
};
use futures_util::StreamExt;
use receipt::OwnerId;

use crate::{Config, Error, bearer, issuer::Issuer};

const COOKIE: &str = "receipts_session";
/// How much of a refused body is read before the answer.
const MAX_DRAINED_BYTES: usize = 16 * 1024 * 1024;
const DRAIN_WITHIN: Duration = Duration::from_secs(30);

/// How sessions are signed and sent.
#[derive(Debug, Clone)]
pub(crate) struct Sessions {
    key: Key,
    secure: bool,
    issuer: Option<Arc<Issuer>>,
}

impl Sessions {
    pub(crate) fn new(config: &Config, issuer: Option<Arc<Issuer>>) -> Self {
        Self {
            key: config.session_key.signing(),
            secure: config.public_base_url.as_ref().is_some_and(crate::config::BaseUrl::is_https),
            issuer,
        }
    }

    /// A token decides alone: where there is one, the cookie is not looked at.
    async fn owner(&self, headers: &HeaderMap) -> Result<Option<OwnerId>, Error> {
        match bearer::token(headers)? {
            Some(token) => bearer::owner(self.issuer.as_ref(), token).await.map(Some),
            None => Ok(self.jar(headers).get(COOKIE).and_then(|cookie| cookie.value().parse().ok())),
        }
    }

    fn jar(&self, headers: &HeaderMap) -> SignedCookieJar {
        SignedCookieJar::from_headers(headers, self.key.clone())
    }

    fn cookie(&self, owner: OwnerId) -> Cookie<'static> {
        Cookie::build((COOKIE, String::from(owner)))
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(self.secure)
            .path("/")
            .permanent()
            .build()
    }
}

/// The person who sent the request. Only routes under [`identify`] have one, and under [`recognise`] perhaps.
#[derive(Debug, Clone)]
pub(crate) struct Owner(pub(crate) OwnerId);

/// Middleware: finds the owner, or makes one and sends the cookie along.
pub(crate) async fn identify(State(sessions): State<Arc<Sessions>>, mut request: Request, next: Next) -> Response {
    match sessions.owner(request.headers()).await {
        Ok(Some(owner)) => {
            request.extensions_mut().insert(Owner(owner));
            next.run(request).await
        }
        Ok(None) => {
            let owner = OwnerId::random();
            request.extensions_mut().insert(Owner(owner.clone()));
            let jar = sessions.jar(request.headers());
            let response = next.run(request).await;
            (jar.add(sessions.cookie(owner)), response).into_response()
        }
        Err(error) => refuse(request, error).await,
    }
}

/// Middleware: finds the owner, but makes none: for routes that have nothing for a newcomer.
pub(crate) async fn recognise(State(sessions): State<Arc<Sessions>>, mut request: Request, next: Next) -> Response {
    match sessions.owner(request.headers()).await {
        Ok(owner) => {
            if let Some(owner) = owner {
                request.extensions_mut().insert(Owner(owner));
            }
            next.run(request).await
        }
        Err(error) => refuse(request, error).await,
    }
}

/// Reads the body, within bounds: a client that is still sending would hear a reset rather than the answer.
async fn refuse(request: Request, error: Error) -> Response {
    let waits = request.headers().contains_key(header::EXPECT);
    let mut body = request.into_body().into_data_stream();
    let drained = async {
        let mut bytes = 0;
        while let Some(Ok(chunk)) = body.next().await {
            bytes += chunk.len();
            if bytes > MAX_DRAINED_BYTES {
                return;
            }
        }
    };
    if !waits {
        let _ = tokio::time::timeout(DRAIN_WITHIN, drained).await;
    }
    error.into_response()
}

impl<S: Send + Sync> FromRequestParts<S> for Owner {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        parts.extensions.get::<Self>().cloned().ok_or(Error::NotFound)
    }
}
