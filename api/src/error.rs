//! Every way in which a request can go wrong, as `application/problem+json` (RFC 9457) with a stable `code`.

use std::{error::Error as StdError, fmt::Write, time::Duration};

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use receipt::NotAnAmendment;
use serde::Serialize;
use tracing::error;

type Cause = Box<dyn StdError + Send + Sync>;

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("there is nothing here, or it is not yours")]
    NotFound,
    #[error("this address does not take that method")]
    MethodNotAllowed,
    #[error("send the picture as multipart/form-data in a field called image")]
    NoImage,
    #[error("the picture is empty")]
    EmptyImage,
    #[error("send at most six pictures of one receipt")]
    TooManyImages,
    #[error("the pictures have more than 31,457,280 bytes together; send smaller ones")]
    TooLargeTogether,
    #[error("the picture has more than 10,485,760 bytes; send a smaller one")]
    TooLarge,
    #[error("this is no picture that we can read; send a JPEG, PNG, HEIC, WebP, AVIF, GIF, TIFF or PDF")]
    UnsupportedFormat,
    #[error("this TIFF has several pages, and only one could be read; send each page as a picture of its own")]
    SeveralPages,
    #[error("the form cannot be read: {0}")]
    MalformedForm(String),
    #[error("what was sent came too slowly; try again where the network is better")]
    TooSlow,
    #[error("the picture's file is gone; pictures are kept for a limited time")]
    PictureGone,
    #[error("{0}")]
    BadRequest(&'static str),
    #[error("this upload is still running; ask again in a moment")]
    UploadInProgress,
    #[error("this Idempotency-Key was used for another picture")]
    KeyMismatch,
    #[error("the receipt of this Idempotency-Key was deleted; with another key its picture is a new one")]
    ReceiptDeleted,
    #[error("too many pictures in a short time; try again in {} s", .0.retry_after_seconds())]
    TooManyUploads(TooOften),
    #[error("no more pictures are read today, in all or from where you are; try again after midnight UTC")]
    DayBudgetUsedUp(TooOften),
    #[error("too many tickets in a short time; try again in {} s", .0.retry_after_seconds())]
    TooManyTickets(TooOften),
    #[error("too many corrections in a short time; try again in {} s", .0.retry_after_seconds())]
    TooManyCorrections(TooOften),
    #[error("too many requests from where you are; try again in {} s", .0.retry_after_seconds())]
    TooManyRequests(TooOften),
    #[error("send a JSON Merge Patch as application/merge-patch+json or application/json")]
    NotJson,
    #[error("the patch has more than 8 KiB")]
    PatchTooLarge,
    #[error("what was sent is longer than anything that belongs here")]
    BodyTooLarge,
    #[error("send the body as it is, without Content-Encoding")]
    EncodedContent,
    #[error("of transfer codings only chunked is known here")]
    EncodedTransfer,
    #[error("the patch cannot be read; it is one JSON object")]
    MalformedPatch,
    #[error("{0}")]
    NotAnAmendment(#[from] NotAnAmendment),
    #[error("this can be corrected once it is accepted or rejected")]
    NotFinished,
    #[error("another change came first; look again")]
    VersionMismatch,
    #[error("this message does not come from our topic")]
    NotFromOurTopic,
    #[error("a page of another origin may not use this; the operator can allow it")]
    ForeignOrigin,
    /// The answer removes those that are not ours, as far as a browser can be told to.
    #[error("the session cookies named different people; try again, or remove those of this site")]
    SeveralPeople,
    /// With the reason for which the token was refused.
    #[error("{0}")]
    Unauthorized(String),
    /// The same for every reason, so that clients do not learn which images exist.
    #[error("the ticket is spent, too old or not for this; ask for a new one")]
    TicketRefused,
    #[error("too many people are here at once; try again in a moment")]
    Busy,
    #[error("too much is open from where you are; close something, or try again in a moment")]
    TooManyAtOnce,
    /// Something that we need did not answer. What was sent is not lost if it is sent again.
    #[error("we can't take this at the moment; try again")]
    Unavailable(#[source] Cause),
    #[error("something went wrong on our side")]
    Internal(#[source] Cause),
}

/// More than a limit allows. After this time it is allowed again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooOften(pub(crate) Duration);

/// RFC 9457, with `code` for programs and `detail` for people.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Problem {
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'static str,
    status: u16,
    /// Stable, for programs.
    code: &'static str,
    /// For people.
    detail: String,
    /// Which member of the body is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    member: Option<String>,
}

impl TooOften {
    /// In whole seconds, rounded up.
    pub(crate) fn retry_after_seconds(self) -> u64 {
        self.0.as_secs() + 1
    }
}

impl Error {
    pub(crate) fn unavailable(cause: impl Into<Cause>) -> Self {
        Self::Unavailable(cause.into())
    }

    fn status_and_code(&self) -> (StatusCode, &'static str) {
        match self {
            Self::NotFound => (StatusCode::NOT_FOUND, "not_found"),
            Self::MethodNotAllowed => (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed"),
            Self::NoImage => (StatusCode::BAD_REQUEST, "no_image"),
            Self::EmptyImage => (StatusCode::BAD_REQUEST, "empty_image"),
            Self::TooManyImages => (StatusCode::BAD_REQUEST, "too_many_images"),
            Self::TooLarge | Self::TooLargeTogether => (StatusCode::PAYLOAD_TOO_LARGE, "image_too_large"),
            Self::UnsupportedFormat => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_format"),
            Self::SeveralPages => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "several_pages"),
            Self::MalformedForm(_) => (StatusCode::BAD_REQUEST, "malformed_form"),
            Self::TooSlow => (StatusCode::REQUEST_TIMEOUT, "too_slow"),
            Self::PictureGone => (StatusCode::GONE, "picture_gone"),
            Self::BadRequest(_) => (StatusCode::BAD_REQUEST, "bad_request"),
            Self::UploadInProgress => (StatusCode::CONFLICT, "idempotency_in_progress"),
            Self::KeyMismatch => (StatusCode::UNPROCESSABLE_ENTITY, "idempotency_mismatch"),
            Self::ReceiptDeleted => (StatusCode::GONE, "receipt_deleted"),
            Self::TooManyUploads(_) => (StatusCode::TOO_MANY_REQUESTS, "too_many_uploads"),
            Self::DayBudgetUsedUp(_) => (StatusCode::TOO_MANY_REQUESTS, "day_budget_used_up"),
            Self::TooManyTickets(_) => (StatusCode::TOO_MANY_REQUESTS, "too_many_tickets"),
            Self::TooManyRequests(_) => (StatusCode::TOO_MANY_REQUESTS, "too_many_requests"),
            Self::TooManyCorrections(_) => (StatusCode::TOO_MANY_REQUESTS, "too_many_corrections"),
            Self::NotJson => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type"),
            Self::BodyTooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "body_too_large"),
            Self::EncodedContent => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_content_encoding"),
            Self::EncodedTransfer => (StatusCode::NOT_IMPLEMENTED, "unsupported_transfer_encoding"),
            Self::PatchTooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "patch_too_large"),
            Self::MalformedPatch => (StatusCode::BAD_REQUEST, "malformed_patch"),
            Self::NotAnAmendment(NotAnAmendment::UnknownMember(_)) => {
                (StatusCode::UNPROCESSABLE_ENTITY, "unknown_member")
            }
            Self::NotAnAmendment(NotAnAmendment::Value { .. }) => (StatusCode::UNPROCESSABLE_ENTITY, "invalid_member"),
            Self::NotFinished => (StatusCode::CONFLICT, "not_finished"),
            Self::VersionMismatch => (StatusCode::PRECONDITION_FAILED, "version_mismatch"),
            Self::NotFromOurTopic => (StatusCode::FORBIDDEN, "not_from_our_topic"),
            Self::ForeignOrigin => (StatusCode::FORBIDDEN, "origin_not_allowed"),
            Self::SeveralPeople => (StatusCode::CONFLICT, "several_people"),
            Self::Unauthorized(_) => (StatusCode::UNAUTHORIZED, "unauthorized"),
            Self::TicketRefused => (StatusCode::UNAUTHORIZED, "ticket_refused"),
            Self::TooManyAtOnce => (StatusCode::TOO_MANY_REQUESTS, "too_many_at_once"),
            Self::Busy => (StatusCode::SERVICE_UNAVAILABLE, "busy"),
            Self::Unavailable(_) => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
            Self::Internal(_) => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
        }
    }
}

impl Error {
    /// After how many seconds the same request may do better.
    fn retry_after(&self) -> Option<u64> {
        match self {
            Self::SeveralPeople => Some(1),
            Self::Busy | Self::TooManyAtOnce | Self::Unavailable(_) => Some(2),
            Self::UploadInProgress => Some(5),
            Self::TooManyUploads(refused)
            | Self::DayBudgetUsedUp(refused)
            | Self::TooManyTickets(refused)
            | Self::TooManyCorrections(refused)
            | Self::TooManyRequests(refused) => Some(refused.retry_after_seconds()),
            Self::NotFound
            | Self::MethodNotAllowed
            | Self::NoImage
            | Self::EmptyImage
            | Self::TooManyImages
            | Self::TooLarge
            | Self::TooLargeTogether
            | Self::UnsupportedFormat
            | Self::SeveralPages
            | Self::MalformedForm(_)
            | Self::TooSlow
            | Self::PictureGone
            | Self::BadRequest(_)
            | Self::KeyMismatch
            | Self::ReceiptDeleted
            | Self::NotJson
            | Self::BodyTooLarge
            | Self::EncodedContent
            | Self::EncodedTransfer
            | Self::PatchTooLarge
            | Self::MalformedPatch
            | Self::NotAnAmendment(_)
            | Self::NotFinished
            | Self::VersionMismatch
            | Self::NotFromOurTopic
            | Self::ForeignOrigin
            | Self::Unauthorized(_)
            | Self::TicketRefused
            | Self::Internal(_) => None,
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        if let Self::Unavailable(cause) | Self::Internal(cause) = &self {
            error!(cause = %chain(cause.as_ref()), "a request could not be served: {}", chain(cause.as_ref()));
        }
        let (status, code) = self.status_and_code();
        let retry_after = self.retry_after();
        let title = status.canonical_reason().unwrap_or("error");
        let member = if let Self::NotAnAmendment(why) = &self { Some(why.member().to_owned()) } else { None };
        let (status_code, detail) = (status.as_u16(), self.to_string());
        let problem = Problem { kind: "about:blank", title, status: status_code, code, detail, member };
        let mut response = (status, Json(problem)).into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        // A 404 or a 410 may be cached by default, and would hide what is there by now.
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if status == StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        if code == "unsupported_content_encoding" {
            response.headers_mut().insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        }
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<ledger::Error> for Error {
    fn from(error: ledger::Error) -> Self {
        match error {
            ledger::Error::Unavailable { .. } | ledger::Error::OutOfDate => Self::Unavailable(error.into()),
            ledger::Error::NotAllowed { .. } | ledger::Error::Malformed(_) => Self::Internal(error.into()),
        }
    }
}

/// An error with its causes on one line.
pub(crate) fn chain(error: &(dyn StdError + 'static)) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(source) = cause {
        // Writing to a String cannot fail.
        let _ = write!(line, ": {source}");
        cause = source.source();
    }
    line
}
