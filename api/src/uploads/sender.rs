//! Who sends an upload, where limits and shares are counted.

use axum::{extract::FromRequestParts, http::request::Parts};
use receipt::OwnerId;

use crate::{
    error::Error,
    http::ClientAddress,
    identity::{FirstVisit, Owner},
};

/// One who shares with others. Whoever sends no cookie has a new name with each request: all of them at an address are one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Party {
    Known(OwnerId),
    StrangersAt(ClientAddress),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sender {
    pub(super) party: Party,
    pub(super) address: ClientAddress,
}

impl<S: Send + Sync> FromRequestParts<S> for Sender {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let address = ClientAddress::from_request_parts(parts, state).await?;
        let Owner(owner) = Owner::from_request_parts(parts, state).await?;
        let is_new = parts.extensions.get::<FirstVisit>().is_some();
        Ok(Self { party: if is_new { Party::StrangersAt(address) } else { Party::Known(owner) }, address })
    }
}
