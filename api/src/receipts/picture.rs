//! The pictures of a receipt: `image`, a part as it was sent; `preview`, a page as every browser can show it; `thumbnail`, the
//! first page, small.

use std::sync::Arc;

use axum::{
    extract::{FromRequestParts, Query, rejection::QueryRejection},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use ledger::{Image, Part};
use receipt::{ImageId, PictureFormat};
use serde::Deserialize;

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

#[derive(Debug, Deserialize)]
pub(super) struct WhichPart {
    #[serde(default = "first")]
    part: u8,
}

#[derive(Debug, Deserialize)]
pub(super) struct WhichPage {
    #[serde(default = "first_page")]
    page: u32,
}

fn first() -> u8 {
    1
}

fn first_page() -> u32 {
    1
}

/// A picture, as it was sent.
#[utoipa::path(
    get,
    path = "/receipts/{id}/image",
    tag = "receipts",
    params(
        ("id" = ImageId, Path),
        ("part" = Option<u8>, Query, minimum = 1, maximum = 6,
         description = "Which of the photos and files that were sent; without it, the first"),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` of a picture that is kept")
    ),
    responses(
        (status = 200, description = "The picture", content(
            (Vec<u8> = "image/jpeg"), (Vec<u8> = "image/png"), (Vec<u8> = "image/tiff"), (Vec<u8> = "application/pdf"),
            (Vec<u8> = "image/heic"), (Vec<u8> = "image/avif"), (Vec<u8> = "image/webp"), (Vec<u8> = "image/gif")
        ), headers(("ETag" = String, description = "Stays the same"))),
        (status = 304, description = "The picture that is kept is right, and the receipt is still there"),
        (status = 429, description = "Too many pictures are being sent to this person or address", body = Problem,
         content_type = "application/problem+json"),
        (status = 410, description = "It was kept for a limited time, which is over", body = Problem,
         content_type = "application/problem+json")
    )
)]
pub(super) async fn picture(asked: Asked, which: Result<Query<WhichPart>, QueryRejection>) -> Result<Response, Error> {
    let Query(WhichPart { part }) = which.map_err(|_| Error::NotFound)?;
    let part = part.checked_sub(1).and_then(|part| asked.image.parts().nth(part.into())).ok_or(Error::NotFound)?;
    asked.send(Shown::Part(part)).await
}

/// A page as every browser can show it: a JPEG that was made of it, or the picture as it was sent.
#[utoipa::path(
    get,
    path = "/receipts/{id}/preview",
    tag = "receipts",
    params(
        ("id" = ImageId, Path),
        ("page" = Option<u32>, Query, minimum = 1, maximum = 10,
         description = "Which page, as boxes count them; without it, the first"),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` of a picture that is kept")
    ),
    responses(
        (status = 200, description = "The page; without one, or before it is made, 404", content(
            (Vec<u8> = "image/jpeg"), (Vec<u8> = "image/png"), (Vec<u8> = "image/avif"), (Vec<u8> = "image/webp"),
            (Vec<u8> = "image/gif")
        ), headers(("ETag" = String, description = "Stays the same"))),
        (status = 304, description = "The picture that is kept is right, and the receipt is still there"),
        (status = 429, description = "Too many pictures are being sent to this person or address", body = Problem,
         content_type = "application/problem+json"),
        (status = 410, description = "It was kept for a limited time, which is over", body = Problem,
         content_type = "application/problem+json")
    )
)]
pub(super) async fn preview(asked: Asked, which: Result<Query<WhichPage>, QueryRejection>) -> Result<Response, Error> {
    let Query(WhichPage { page }) = which.map_err(|_| Error::NotFound)?;
    let part = asked.image.part_of_page(page).ok_or(Error::NotFound)?;
    let made = asked.image.image_id.preview(page);
    asked.send(if part.key.format().is_shown_by_browsers() { Shown::Part(part) } else { Shown::Made(made) }).await
}

/// The first page, small: a JPEG.
#[utoipa::path(
    get,
    path = "/receipts/{id}/thumbnail",
    tag = "receipts",
    params(
        ("id" = ImageId, Path),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` of a picture that is kept")
    ),
    responses(
        (status = 200, description = "The picture; before it is made, 404", content((Vec<u8> = "image/jpeg")),
         headers(("ETag" = String, description = "Stays the same"))),
        (status = 304, description = "The picture that is kept is right, and the receipt is still there"),
        (status = 429, description = "Too many pictures are being sent to this person or address", body = Problem,
         content_type = "application/problem+json")
    )
)]
pub(super) async fn thumbnail(asked: Asked) -> Result<Response, Error> {
    let thumbnail = asked.image.image_id.thumbnail();
    asked.send(Shown::Made(thumbnail)).await
}

/// A request for a picture of an image, by its owner.
pub(super) struct Asked {
    state: Arc<ReceiptsState>,
    image: Image,
    address: ClientAddress,
    headers: HeaderMap,
}

impl FromRequestParts<Arc<ReceiptsState>> for Asked {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<ReceiptsState>) -> Result<Self, Error> {
        let KnownOwner(owner) = KnownOwner::from_request_parts(parts, state).await?;
        let ImagePath(id) = ImagePath::from_request_parts(parts, state).await?;
        let address = ClientAddress::from_request_parts(parts, state).await?;
        // Also where the client has a copy: whoever deleted the receipt must not see it there.
        let image = find_owned(&state.ledger, &owner, id).await?;
        Ok(Self { state: state.clone(), image, address, headers: parts.headers.clone() })
    }
}

/// What is shown.
enum Shown {
    /// As it was sent.
    Part(Part),
    /// What a worker made, by its key: a JPEG.
    Made(String),
}

impl Asked {
    async fn send(self, shown: Shown) -> Result<Response, Error> {
        let (key, format) = match &shown {
            Shown::Part(part) => (part.key.to_string(), part.key.format()),
            Shown::Made(key) => (key.clone(), PictureFormat::Jpeg),
        };
        // What lies under a key never changes.
        let tag = format!("\"{}\"", key.replace('/', "."));
        let tag_value = HeaderValue::from_str(&tag).map_err(|error| Error::Internal(error.into()))?;
        let kept = [(header::ETAG, tag_value), (header::CACHE_CONTROL, ASK_EACH_TIME)];
        if is_kept(&self.headers, &tag) {
            return Ok((StatusCode::NOT_MODIFIED, kept).into_response());
        }
        let place = self.state.outgoing.place(&self.image.owner, self.address).await?;
        let size_bytes = match shown {
            Shown::Part(part) => part.size_bytes,
            Shown::Made(_) => self.state.bucket.size(&key).await?.ok_or(Error::NotFound)?,
        };
        let stored = StoredPicture { bucket: self.state.bucket.clone(), key, size_bytes };
        let body = self.state.outgoing.send(stored, place).await?.ok_or(Error::PictureGone)?;
        let name = format!("{}; filename=\"receipt.{}\"", disposition(format), format.extension());
        let mut response = (kept, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(format.content_type()));
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(size_bytes));
        headers
            .insert(header::CONTENT_DISPOSITION, HeaderValue::from_str(&name).map_err(|e| Error::Internal(e.into()))?);
        // A file of a user must not act as a page of ours.
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(RESOURCE_POLICY, HeaderValue::from_static("same-site"));
        Ok(response)
    }
}

/// RFC 9110 §13.1.2: a list of tags, compared weakly.
fn is_kept(headers: &HeaderMap, tag: &str) -> bool {
    let lines = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|line| line.to_str().ok());
    let mut tags = lines.flat_map(|line| line.split(',')).map(str::trim);
    tags.any(|kept| kept == "*" || kept.strip_prefix("W/").unwrap_or(kept) == tag)
}

/// What browsers draw as a picture may be shown; what they would open as a document is only saved.
fn disposition(format: PictureFormat) -> &'static str {
    if format.is_shown_by_browsers() { "inline" } else { "attachment" }
}
