//! `GET` and `DELETE /receipts/{id}`: one receipt with all that is known of it, and its end.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};
use jiff::Timestamp;
use ledger::Image;
use receipt::ImageId;
use tracing::{info, warn};

use super::state::ReceiptsState;
use crate::{
    error::{Error, chain},
    identity::KnownOwner,
    shared::{Detailed, ImagePath, find_owned, remove_files},
};

/// One receipt with its history and, in the end, its result.
#[utoipa::path(
    get,
    path = "/receipts/{id}",
    tag = "receipts",
    params(("id" = ImageId, Path)),
    responses((status = 200, description = "The receipt", body = Detailed,
               headers(("ETag" = String, description = "The version, in quotation marks"))))
)]
pub(super) async fn one(
    State(state): State<Arc<ReceiptsState>>,
    KnownOwner(owner): KnownOwner,
    ImagePath(id): ImagePath,
) -> Result<impl IntoResponse, Error> {
    Ok(detailed(find_owned(&state.ledger, &owner, id).await?))
}

/// Deletes the record, the picture and what was read; what was earned stays.
#[utoipa::path(
    delete,
    path = "/receipts/{id}",
    tag = "receipts",
    params(("id" = ImageId, Path)),
    responses(
        (status = 204, description = "It is gone")
    )
)]
// One write deletes it for all readers. Its files are removed now or, where the bucket does not answer, by a sweep. A
// second deletion after that is a 404.
pub(super) async fn remove(
    State(state): State<Arc<ReceiptsState>>,
    KnownOwner(owner): KnownOwner,
    ImagePath(id): ImagePath,
) -> Result<StatusCode, Error> {
    let removal = state.ledger.remove(&owner, id, Timestamp::now()).await?.ok_or(Error::NotFound)?;
    state.hub.reread(id);
    info!(image.id = %id, "image {id} deleted by its owner");
    if let Err(error) = remove_files(&state.bucket, &state.ledger, &removal).await {
        warn!(image.id = %id, "files of image {id} are left for a sweep: {}", chain(&error));
    }
    Ok(StatusCode::NO_CONTENT)
}

/// A receipt with all that is known of it, and its version as `ETag`.
pub(super) fn detailed(image: Image) -> impl IntoResponse {
    let tag = format!("\"{}\"", image.version);
    ([(header::ETAG, tag), (header::CACHE_CONTROL, "no-store".to_owned())], Json(Detailed::from(image)))
}
