//! Who is asking: an owner id in a signed cookie, made at the first visit.

use std::sync::Arc;

use axum::{
    extract::{FromRequestParts, Request, State},
    http::request::Parts,
    middleware::Next,
    response::{IntoResponse, Response},
};
use axum_extra::extract::{
    SignedCookieJar,
    cookie::{Cookie, Key, SameSite},
};
use receipt::OwnerId;

use crate::{Config, Error};

const COOKIE: &str = "receipts_session";

/// How sessions are signed and sent.
#[derive(Debug, Clone)]
pub(crate) struct Sessions {
    key: Key,
    secure: bool,
}

impl Sessions {
    pub(crate) fn new(config: &Config) -> Self {
        Self {
            key: config.session_key.signing(),
            secure: config.public_base_url.as_ref().is_some_and(crate::config::BaseUrl::is_https),
        }
    }
}

/// The person who sent the request. Only routes under [`identify`] have one.
#[derive(Debug, Clone)]
pub(crate) struct Owner(pub(crate) OwnerId);

/// Middleware: finds the owner in the cookie, or makes one and sends the cookie along.
pub(crate) async fn identify(State(sessions): State<Arc<Sessions>>, mut request: Request, next: Next) -> Response {
    let jar = SignedCookieJar::from_headers(request.headers(), sessions.key.clone());
    if let Some(owner) = jar.get(COOKIE).and_then(|cookie| cookie.value().parse().ok()) {
        request.extensions_mut().insert(Owner(owner));
        return next.run(request).await;
    }
    let owner = OwnerId::random();
    request.extensions_mut().insert(Owner(owner.clone()));
    let response = next.run(request).await;
    let cookie = Cookie::build((COOKIE, String::from(owner)))
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(sessions.secure)
        .path("/")
        .permanent();
    (jar.add(cookie), response).into_response()
}

impl<S: Send + Sync> FromRequestParts<S> for Owner {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        parts.extensions.get::<Self>().cloned().ok_or(Error::NotFound)
    }
}
