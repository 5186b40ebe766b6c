//! `PATCH /receipts/{id}`: its owner corrects what was read, or contests the verdict.

use std::{num::NonZeroU32, sync::Arc, time::Instant};

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request, State, rejection::BytesRejection},
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use ledger::Amended;
use receipt::{Amendment, ImageId, utc_day};
use serde_json::{Map, Value};
use tracing::info;

use super::{receipt::detailed, state::ReceiptsState};
use crate::{
    error::{Error, Problem},
    identity::KnownOwner,
    shared::{Detailed, ImagePath, find_owned},
};

/// The longest merchant, each of its characters escaped, takes 2,400.
pub(super) const MAX_PATCH_BYTES: usize = 8 * 1024;
/// For one person, at each task.
const CORRECTIONS_PER_MINUTE: NonZeroU32 = NonZeroU32::new(60).expect("60 is not 0");
/// <https://www.rfc-editor.org/rfc/rfc7396#section-4>
const MERGE_PATCH: &str = "application/merge-patch+json";

/// The versions of which the image must have one, if the request names any: <https://www.rfc-editor.org/rfc/rfc9110#name-if-match>
#[derive(Debug, PartialEq, Eq)]
pub(super) struct IfMatch(Option<Vec<u64>>);

/// The request's body.
#[derive(Debug)]
pub(super) struct Patch(Amendment);

/// Sets right what was misread, or contests the verdict. Both stand beside what was read, and change neither status nor
/// verdict nor rebate.
#[utoipa::path(
    patch,
    path = "/receipts/{id}",
    tag = "corrections",
    params(
        ("id" = ImageId, Path),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of what the change is meant for: a version in quotation marks")
    ),
    request_body(description = "A JSON Merge Patch (RFC 7396)", content(
        (Amendment = "application/merge-patch+json"), (Amendment = "application/json")
    )),
    responses(
        (status = 200, description = "The receipt as it is now; its version is higher if something has changed", body = Detailed,
         headers(("ETag" = String, description = "The version, in quotation marks"))),
        (status = 409, description = "It is neither accepted nor rejected", body = Problem,
         content_type = "application/problem+json"),
        (status = 412, description = "Another change came first", body = Problem,
         content_type = "application/problem+json"),
        (status = 422, description = "`member` cannot be said so", body = Problem,
         content_type = "application/problem+json"),
        (status = 429, description = "More than 60 in a minute", body = Problem, content_type = "application/problem+json",
         headers(("Retry-After" = u64, description = "After so many seconds there is one again")))
    )
)]
pub(super) async fn correct(
    State(state): State<Arc<ReceiptsState>>,
    KnownOwner(owner): KnownOwner,
    ImagePath(id): ImagePath,
    IfMatch(versions): IfMatch,
    Patch(amendment): Patch,
) -> Result<Response, Error> {
    let image = find_owned(&state.ledger, &owner, id).await?;
    // After the image was found: the limit keeps no entry for owners without images.
    state
        .correction_limit
        .admit([(owner, CORRECTIONS_PER_MINUTE)], Instant::now())
        .map_err(Error::TooManyCorrections)?;
    let before = image.version;
    match state.ledger.amend(image, &amendment, versions.as_deref(), Timestamp::now()).await? {
        Amended::Done(image) => {
            if image.version > before {
                info!(image.id = %id, image.version, "image {id} set right by its owner, version {}", image.version);
            }
            Ok(detailed(*image).into_response())
        }
        Amended::NotFinished => Err(Error::NotFinished),
        Amended::OtherVersion => Err(Error::VersionMismatch),
        Amended::Missing => Err(Error::NotFound),
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        Self::of(&parts.headers).ok_or(Error::BadRequest("an If-Match is a version in quotation marks, as in \"4\""))
    }
}

impl IfMatch {
    fn of(headers: &HeaderMap) -> Option<Self> {
        let mut versions = None;
        for header in headers.get_all(header::IF_MATCH) {
            for tag in header.to_str().ok()?.split(',').map(str::trim) {
                if tag == "*" {
                    return Some(Self(None));
                }
                // A weak tag never matches.
                let weak = tag.strip_prefix("W/");
                let text = weak.unwrap_or(tag).strip_prefix('"')?.strip_suffix('"')?;
                versions.get_or_insert_with(Vec::new).extend(text.parse::<u64>().ok().filter(|_| weak.is_none()));
            }
        }
        Some(Self(versions))
    }
}

impl<S: Send + Sync> FromRequest<S> for Patch {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        if !is_json(request.headers()) {
            return Err(Error::NotJson);
        }
        let body = Bytes::from_request(request, state).await.map_err(|rejection| unreadable(&rejection))?;
        let patch: Map<String, Value> = serde_json::from_slice(&body).map_err(|_| Error::MalformedPatch)?;
        let today = utc_day(Timestamp::now());
        Ok(Self(Amendment::parse(&patch, today)?))
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let named = headers.get(header::CONTENT_TYPE).and_then(|named| named.to_str().ok()).unwrap_or_default();
    let named = named.split(';').next().unwrap_or_default().trim();
    [MERGE_PATCH, "application/json"].iter().any(|known| named.eq_ignore_ascii_case(known))
}

fn unreadable(rejection: &BytesRejection) -> Error {
    match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Error::PatchTooLarge,
        // The connection broke.
        _ => Error::MalformedPatch,
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[track_caller]
    fn check(headers: &[&'static str], expected: Option<&IfMatch>) {
        let named = headers.iter().map(|header| (header::IF_MATCH, HeaderValue::from_static(header)));
        assert_eq!(IfMatch::of(&named.collect()).as_ref(), expected, "{headers:?}");
    }

    #[test]
    fn an_if_match_names_versions() {
        check(&[], Some(&IfMatch(None)));
        check(&["*"], Some(&IfMatch(None)));
        check(&["\"4\""], Some(&IfMatch(Some(vec![4]))));
        check(&["\"4\", \"5\"", "\"6\""], Some(&IfMatch(Some(vec![4, 5, 6]))));
        // Tags that none of our versions has match nothing.
        check(&["W/\"4\""], Some(&IfMatch(Some(vec![]))));
        check(&["\"x\""], Some(&IfMatch(Some(vec![]))));
        check(&["\"99999999999999999999\""], Some(&IfMatch(Some(vec![]))));
        for wrong in ["4", "", "\"4", "4\"", "\"", "W/4", "\"4\","] {
            check(&[wrong], None);
        }
    }
}
