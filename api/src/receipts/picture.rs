//! `GET /receipts/{id}/image`: the picture, as it was sent.

use std::sync::Arc;

use axum::{
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use receipt::{ImageId, PictureFormat};

use super::{outgoing_pictures::StoredPicture, state::ReceiptsState};
use crate::{
    error::{Error, Problem},
    http::ClientAddress,
    identity::KnownOwner,
    shared::{ImagePath, find_owned},
};

/// A browser may keep it, and asks each time whether it may still show it: a deleted one is gone at once.
const ASK_EACH_TIME: HeaderValue = HeaderValue::from_static("private, no-cache");
/// <https://fetch.spec.whatwg.org/#cross-origin-resource-policy-header>
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// The picture, as it was sent.
#[utoipa::path(
    get,
    path = "/receipts/{id}/image",
    tag = "receipts",
    params(
        ("id" = ImageId, Path),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` of a picture that is kept")
    ),
    responses(
        (status = 200, description = "The picture", content(
            (Vec<u8> = "image/jpeg"), (Vec<u8> = "image/png"), (Vec<u8> = "image/tiff"), (Vec<u8> = "application/pdf")
        ), headers(("ETag" = String, description = "Stays the same"))),
        (status = 304, description = "The picture that is kept is right, and the receipt is still there"),
        (status = 429, description = "Too many pictures are being sent to this person or address", body = Problem,
         content_type = "application/problem+json"),
        (status = 410, description = "It was kept for a limited time, which is over", body = Problem,
         content_type = "application/problem+json")
    )
)]
pub(super) async fn picture(
    State(state): State<Arc<ReceiptsState>>,
    KnownOwner(owner): KnownOwner,
    ImagePath(id): ImagePath,
    address: ClientAddress,
    headers: HeaderMap,
) -> Result<Response, Error> {
    // Also where the client has a copy: whoever deleted the receipt must not see it there.
    let image = find_owned(&state.ledger, &owner, id).await?;
    // An id's picture never changes.
    let tag = format!("\"{id}\"");
    let tag_value = HeaderValue::from_str(&tag).map_err(|error| Error::Internal(error.into()))?;
    let kept = [(header::ETAG, tag_value), (header::CACHE_CONTROL, ASK_EACH_TIME)];
    if is_kept(&headers, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, kept).into_response());
    }
    let (key, size_bytes) = (image.key, image.size_bytes);
    let place = state.outgoing.place(&owner, address).await?;
    let stored = StoredPicture { bucket: state.bucket.clone(), key, size_bytes };
    let body = state.outgoing.send(stored, place).await?.ok_or(Error::PictureGone)?;
    let name = format!("{}; filename=\"receipt.{}\"", disposition(key.format()), key.format().extension());
    let mut response = (kept, body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(key.format().content_type()));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(size_bytes));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_str(&name).map_err(|e| Error::Internal(e.into()))?);
    // A file of a user must not act as a page of ours.
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(RESOURCE_POLICY, HeaderValue::from_static("same-site"));
    Ok(response)
}

/// RFC 9110 §13.1.2: a list of tags, compared weakly.
fn is_kept(headers: &HeaderMap, tag: &str) -> bool {
    let lines = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|line| line.to_str().ok());
    let mut tags = lines.flat_map(|line| line.split(',')).map(str::trim);
    tags.any(|kept| kept == "*" || kept.strip_prefix("W/").unwrap_or(kept) == tag)
}

/// Formats that browsers draw as a picture may be shown; one that they would open as a document is only saved.
fn disposition(format: PictureFormat) -> &'static str {
    match format {
        PictureFormat::Jpeg | PictureFormat::Png => "inline",
        PictureFormat::Tiff | PictureFormat::Pdf => "attachment",
    }
}
