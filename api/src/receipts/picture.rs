//! `GET /receipts/{id}/image`: the picture, as it was sent.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::State,
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use receipt::{ImageId, PictureFormat};
use tokio_util::io::ReaderStream;

use super::state::ReceiptsState;
use crate::{
    error::{Error, Problem},
    identity::KnownOwner,
    shared::{ImagePath, find_owned},
};

/// <https://fetch.spec.whatwg.org/#cross-origin-resource-policy-header>
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

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
    KnownOwner(owner): KnownOwner,
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
    // A file of a user must not act as a page of ours.
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(RESOURCE_POLICY, HeaderValue::from_static("same-site"));
    Ok(response)
}

/// Formats that browsers draw as a picture may be shown; one that they would open as a document is only saved.
fn disposition(format: PictureFormat) -> &'static str {
    match format {
        PictureFormat::Jpeg | PictureFormat::Png => "inline",
        PictureFormat::Tiff | PictureFormat::Pdf => "attachment",
    }
}
