//! `GET /receipts…`: what a person has sent, and what became of it.

use std::sync::Arc;

use axum::{
    Json,
    body::Body,
    extract::{Query, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use ledger::{Image, Listed, Money, Summary};
use receipt::{ImageId, PictureFormat, Reason, Status};
use serde::{Deserialize, Serialize};
use tokio_util::io::ReaderStream;
use tracing::{info, warn};
use utoipa::ToSchema;

use super::state::ReceiptsState;
use crate::{
    error::{Error, Problem, chain},
    identity::Owner,
    shared::{Detailed, ImagePath, find_owned, remove_files},
};

const DEFAULT_LIMIT: u16 = 50;
const MAX_LIMIT: u16 = 100;
/// <https://fetch.spec.whatwg.org/#cross-origin-resource-policy-header>
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    /// How many at most, 1 to 100; 50 if not given.
    limit: Option<u16>,
    /// Only receipts older than this one: `next` of the page before.
    before: Option<ImageId>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct List {
    receipts: Vec<ListedReceipt>,
    /// There are more: ask for those `before` this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<ImageId>,
    /// What all accepted receipts have earned, also those that are not listed any more.
    earned: Vec<Money>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ListedReceipt {
    image_id: ImageId,
    status: Status,
    version: u64,
    created_at: Timestamp,
    updated_at: Timestamp,
    content_type: &'static str,
    /// Why it waits or has failed, for programs.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Reason>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    /// With `failed`: whether to send the same picture again; otherwise another photo helps.
    #[serde(skip_serializing_if = "Option::is_none")]
    try_again: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<Summary>,
}

/// What the person has sent, newest first.
#[utoipa::path(
    get,
    path = "/receipts",
    tag = "receipts",
    params(ListQuery),
    responses((status = 200, description = "A page of the list", body = List))
)]
pub(super) async fn list(
    State(state): State<Arc<ReceiptsState>>,
    Owner(owner): Owner,
    query: Result<Query<ListQuery>, axum::extract::rejection::QueryRejection>,
) -> Result<impl IntoResponse, Error> {
    let Query(query) = query.map_err(|_| Error::BadRequest("limit is a number, before is an image id"))?;
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT);
    let (page, earned) = tokio::try_join!(state.ledger.list(&owner, query.before, limit), state.ledger.earned(&owner))?;
    let receipts = page.images.into_iter().map(ListedReceipt::from).collect();
    let list = List { receipts, next: page.next, earned };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(list)))
}

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
    Owner(owner): Owner,
    ImagePath(id): ImagePath,
) -> Result<impl IntoResponse, Error> {
    Ok(told(find_owned(&state.ledger, &owner, id).await?))
}

/// The picture, as it was sent.
#[utoipa::path(
    get,
    path = "/receipts/{id}/image",
    tag = "receipts",
    params(("id" = ImageId, Path)),
    responses(
        (status = 200, description = "The picture", content(
            (Vec<u8> = "image/jpeg"), (Vec<u8> = "image/png"), (Vec<u8> = "image/tiff"), (Vec<u8> = "application/pdf")
        )),
        (status = 410, description = "It was kept for a limited time, which is over", body = Problem,
         content_type = "application/problem+json")
    )
)]
pub(super) async fn picture(
    State(state): State<Arc<ReceiptsState>>,
    Owner(owner): Owner,
    ImagePath(id): ImagePath,
) -> Result<Response, Error> {
    let image = find_owned(&state.ledger, &owner, id).await?;
    let object = state.bucket.picture(image.key).await?.ok_or(Error::PictureGone)?;
    let name = format!("{}; filename=\"receipt.{}\"", disposition(image.key.format()), image.key.format().extension());
    let mut response = Body::from_stream(ReaderStream::new(object.body.into_async_read())).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(image.key.format().content_type()));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(image.size_bytes));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_str(&name).map_err(|e| Error::Internal(e.into()))?);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=86400, immutable"));
    // What a stranger made must not act as a page of ours.
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(RESOURCE_POLICY, HeaderValue::from_static("same-site"));
    Ok(response)
}

/// What browsers draw as a picture may be shown; what they would open as a document of ours is only saved.
fn disposition(format: PictureFormat) -> &'static str {
    match format {
        PictureFormat::Jpeg | PictureFormat::Png => "inline",
        PictureFormat::Tiff | PictureFormat::Pdf => "attachment",
    }
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
// For everybody at once; its files go now or, where the bucket does not answer, with a sweep. Once
// they are gone, another one is a 404.
pub(super) async fn remove(
    State(state): State<Arc<ReceiptsState>>,
    Owner(owner): Owner,
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

/// A receipt with everything that we know of it.
pub(super) fn told(image: Image) -> impl IntoResponse {
    let tag = format!("\"{}\"", image.version);
    ([(header::ETAG, tag), (header::CACHE_CONTROL, "no-store".to_owned())], Json(Detailed::from(image)))
}

impl From<Listed> for ListedReceipt {
    fn from(listed: Listed) -> Self {
        Self {
            image_id: listed.image_id,
            status: listed.status,
            version: listed.version,
            created_at: listed.created_at,
            updated_at: listed.updated_at,
            content_type: listed.key.format().content_type(),
            reason: listed.reason,
            detail: listed.detail,
            try_again: listed.try_again,
            summary: listed.summary,
        }
    }
}
