//! `Idempotency-Key`: a client that lost our answer sends its upload again, and it still happens once
//! (<https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-idempotency-key-header>).
//!
//! The key is claimed before anything is stored, and done in the transaction that records the image. So a second try
//! finds the key free (nothing of the first is left), running (the first may still succeed), or done, and then its
//! picture is compared and never stored. A claim whose task died ends with its lease.

use std::time::Duration;

use axum::http::HeaderMap;
use jiff::Timestamp;
use ledger::{HeldKey, KEY_LEASE, KeyClaim, Ledger, UploadKey};
use receipt::{ImageId, PictureHash};
use tokio::time::sleep;
use tokio_util::task::AbortOnDropHandle;
use tracing::{Instrument, warn};

use super::state::UploadsState;
use crate::error::{Error, chain};

const HEADER: &str = "idempotency-key";
/// A third of the lease.
const RENEW_EVERY: Duration = Duration::from_secs(KEY_LEASE.as_secs().unsigned_abs() / 3);

/// The request's key, if it has one.
pub(super) fn upload_key(headers: &HeaderMap) -> Result<Option<UploadKey>, Error> {
    const BAD: Error = Error::BadRequest("an Idempotency-Key is one header of 1 to 255 visible characters");
    let mut keys = headers.get_all(HEADER).iter();
    let key = keys.next().map(|key| key.to_str().ok().and_then(|key| key.parse().ok()).ok_or(BAD)).transpose()?;
    if keys.next().is_some() { Err(BAD) } else { Ok(key) }
}

/// A key that belongs to this upload. Its lease is renewed until this is dropped.
#[derive(Debug)]
pub(super) struct ClaimedKey {
    pub(super) held: HeldKey,
    _renewing: AbortOnDropHandle<()>,
}

pub(super) enum Claim {
    /// The upload goes on, and settles or releases the key.
    Ours(ClaimedKey),
    /// An earlier try is still running.
    Running,
    /// An earlier try became this image, of a picture with this hash.
    Done { image_id: ImageId, sha256: PictureHash },
}

/// Claims the key for the upload of `held.image_id`, and removes what an upload left that died with this key.
pub(super) async fn claim(uploads: &UploadsState, held: HeldKey) -> Result<Claim, Error> {
    match uploads.ledger.claim_key(&held, Timestamp::now()).await? {
        KeyClaim::Ours { abandoned } => {
            if let Some(abandoned) = abandoned {
                uploads.bucket.remove_abandoned(abandoned).await;
            }
            let renewing = uploads.lifecycle.tasks.spawn(renew(uploads.ledger.clone(), held.clone()).in_current_span());
            Ok(Claim::Ours(ClaimedKey { held, _renewing: AbortOnDropHandle::new(renewing) }))
        }
        KeyClaim::Running => Ok(Claim::Running),
        KeyClaim::Done { image_id, sha256 } => Ok(Claim::Done { image_id, sha256 }),
    }
}

/// Gives back the key of a failed upload. True only where that proves that there is no image and never will be.
pub(super) async fn release(ledger: &Ledger, key: Option<&ClaimedKey>) -> bool {
    let Some(key) = key else { return false };
    ledger.release_key(&key.held).await.unwrap_or_else(|error| {
        // The lease ends by itself.
        warn!("an upload's key was not released: {}", chain(&error));
        false
    })
}

async fn renew(ledger: Ledger, held: HeldKey) {
    loop {
        sleep(RENEW_EVERY).await;
        if let Err(error) = ledger.renew_key(&held, Timestamp::now()).await {
            // An upload that has lost its key finds out when it records the image.
            warn!("the claim of an upload's key was not renewed: {}", chain(&error));
        }
    }
}
