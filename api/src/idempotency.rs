//! `Idempotency-Key`: a client that lost our answer sends its upload again, and it still happens once
//! (<https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-idempotency-key-header>).
//!
//! The key is claimed before anything is stored, and done in the transaction that writes the image down. So a second try
//! finds the key free (nothing of the first is left), running (the first may still succeed), or done, and then its
//! picture is compared and never stored. Who dies with a key loses it when the claim's lease ends.

use std::time::Duration;

use axum::{extract::FromRequestParts, http::request::Parts};
use jiff::Timestamp;
use ledger::{HeldKey, KeyClaim, UploadKey};
use receipt::{ImageId, PictureHash};
use tokio::time::sleep;
use tracing::warn;

use crate::{
    Error,
    app::App,
    form::Form,
    upload::{of_the_picture, take_in_as},
};

const HEADER: &str = "idempotency-key";
/// A third of the lease.
const RENEW_EVERY: Duration = Duration::from_secs(40);

/// The request's key, if it has one.
#[derive(Debug)]
pub(crate) struct IdempotencyKey(pub(crate) Option<UploadKey>);

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        const BAD: Error = Error::BadRequest("an Idempotency-Key is one header of 1 to 255 visible characters");
        let mut keys = parts.headers.get_all(HEADER).iter();
        let key = keys.next().map(|key| key.to_str().ok().and_then(|key| key.parse().ok()).ok_or(BAD)).transpose()?;
        if keys.next().is_some() { Err(BAD) } else { Ok(Self(key)) }
    }
}

/// Takes in the form's picture, unless that was done under this key before. Returns the image that it is, then or now.
pub(crate) async fn take_in_once(app: &App, held: HeldKey, form: &mut Form) -> Result<ImageId, Error> {
    match app.ledger.claim_key(&held, Timestamp::now()).await? {
        KeyClaim::Ours { abandoned } => {
            if let Some(abandoned) = abandoned {
                app.pictures.remove_abandoned(abandoned).await;
            }
            let taking = Box::pin(take_in_as(app, held.image_id, held.owner.clone(), Some(&held), form));
            let taken = while_renewing(app, &held, taking).await;
            if taken.is_err() {
                released(app, Some(&held)).await;
            }
            taken
        }
        KeyClaim::Running => Err(Error::UploadInProgress),
        KeyClaim::Done { image_id, sha256 } => {
            let again = hash_picture(app, form).await?;
            if again == sha256 { Ok(image_id) } else { Err(Error::KeyMismatch) }
        }
    }
}

/// The hash of the form's picture, which is stored nowhere.
async fn hash_picture(app: &App, form: &mut Form) -> Result<PictureHash, Error> {
    let hash = of_the_picture(form, async |field, declared| app.pictures.hash(field, declared).await).await?;
    form.no_other_picture().await?;
    Ok(hash)
}

/// Does `work` and keeps the key's claim alive meanwhile.
async fn while_renewing<T>(app: &App, held: &HeldKey, work: impl Future<Output = T>) -> T {
    let renewing = async {
        loop {
            sleep(RENEW_EVERY).await;
            if let Err(error) = app.ledger.renew_key(held, Timestamp::now()).await {
                // Whoever has lost the key is told when it writes the image down.
                warn!("the claim of an upload's key was not renewed: {}", crate::error::chain(&error));
            }
        }
    };
    tokio::select! {
        done = work => done,
        never = renewing => never,
    }
}

/// Gives the key of a failed upload back. True only where that proves that there is no image and never will be.
pub(crate) async fn released(app: &App, held: Option<&HeldKey>) -> bool {
    let Some(held) = held else { return false };
    app.ledger.release_key(held).await.unwrap_or_else(|error| {
        // The lease ends by itself.
        warn!("an upload's key was not released: {}", crate::error::chain(&error));
        false
    })
}
