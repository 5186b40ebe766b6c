//! `POST /imageStatus/{id}/ticket`: a way to watch an image for clients that cannot send headers or cookies with a
//! WebSocket or an `EventSource`. A ticket stands in the address, where much can see it: so it works once, for this
//! image, for a minute.

use std::{num::NonZeroU32, sync::Arc, time::Instant};

use aws_lc_rs::digest::{SHA256, digest};
use axum::{
    Json,
    extract::{FromRequestParts, Query, State},
    http::{StatusCode, header, request::Parts},
    response::IntoResponse,
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jiff::Timestamp;
use ledger::TicketHash;
use receipt::{ImageId, OwnerId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::state::FeedsState;
use crate::{
    error::{Error, Problem},
    identity::{KnownOwner, Owner},
    shared::{ImagePath, find_owned},
};

const VALID_SECONDS: i64 = 60;
/// For one person, at each task: a phone needs one whenever it comes back to the screen.
const TICKETS_PER_MINUTE: NonZeroU32 = NonZeroU32::new(60).expect("60 is not 0");

/// The image to watch, and its watcher: by a ticket in the address, else by token or cookie. Whether the
/// image is that owner's is still to be asked. A ticket is spent by this.
///
/// Asked once, when a feed opens: it may outlive the token or ticket, since it ends with its image and shows no other.
#[derive(Debug)]
pub(super) struct WatchedImage {
    pub(super) id: ImageId,
    pub(super) owner: OwnerId,
}

/// 256 random bits.
struct Ticket([u8; 32]);

#[derive(Deserialize)]
struct TicketQuery {
    ticket: Option<String>,
}

/// A way to watch an image without headers.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct IssuedTicket {
    /// Goes into the address of the feed: `?ticket=`.
    ticket: String,
    expires_at: Timestamp,
}

/// A ticket opens one feed of this image once, within a minute: for clients that cannot send headers with it.
#[utoipa::path(
    post,
    path = "/imageStatus/{id}/ticket",
    tag = "ticket",
    params(("id" = ImageId, Path)),
    responses(
        (status = 201, description = "The ticket", body = IssuedTicket),
        (status = 429, description = "More than 60 in a minute", body = Problem, content_type = "application/problem+json",
         headers(("Retry-After" = u64, description = "After so many seconds there is one again")))
    )
)]
pub(super) async fn issue(
    State(state): State<Arc<FeedsState>>,
    KnownOwner(owner): KnownOwner,
    ImagePath(id): ImagePath,
) -> Result<impl IntoResponse, Error> {
    // After the image was found: the limit keeps no entry for owners without images.
    find_owned(&state.ledger, &owner, id).await?;
    state.ticket_limit.admit([(owner.clone(), TICKETS_PER_MINUTE)], Instant::now()).map_err(Error::TooManyTickets)?;
    let ticket = Ticket::random()?;
    // The ledger counts whole seconds.
    let expires = Timestamp::from_second(Timestamp::now().as_second() + VALID_SECONDS);
    let expires = expires.map_err(|error| Error::Internal(error.into()))?;
    state.ledger.issue_ticket(ticket.hash(), id, &owner, expires).await?;
    let body = IssuedTicket { ticket: BASE64_URL_SAFE_NO_PAD.encode(ticket.0), expires_at: expires };
    Ok((StatusCode::CREATED, [(header::CACHE_CONTROL, "no-store")], Json(body)))
}

impl Ticket {
    fn random() -> Result<Self, Error> {
        let mut bits = [0; 32];
        aws_lc_rs::rand::fill(&mut bits).map_err(|error| Error::Internal(error.into()))?;
        Ok(Self(bits))
    }

    fn parse(text: &str) -> Option<Self> {
        Some(Self(BASE64_URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?))
    }

    fn hash(&self) -> TicketHash {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest(&SHA256, &self.0).as_ref());
        hash.into()
    }
}

impl FromRequestParts<Arc<FeedsState>> for WatchedImage {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<FeedsState>) -> Result<Self, Error> {
        let ImagePath(id) = ImagePath::from_request_parts(parts, state).await?;
        let query = Query::<TicketQuery>::try_from_uri(&parts.uri).map_err(|_| Error::TicketRefused)?;
        let owner = match query.0.ticket {
            Some(ticket) => {
                let ticket = Ticket::parse(&ticket).ok_or(Error::TicketRefused)?;
                let spent = state.ledger.spend_ticket(ticket.hash(), id, Timestamp::now()).await?;
                spent.ok_or(Error::TicketRefused)?
            }
            None => Owner::from_request_parts(parts, state).await?.0,
        };
        Ok(Self { id, owner })
    }
}
