//! An image's state as clients see it.

use axum::extract::ws::Utf8Bytes;
use jiff::Timestamp;
use ledger::{Image, Part, Step};
use receipt::{Corrections, ImageStatus, Receipt, Verdict};
use serde::Serialize;
use utoipa::ToSchema;

/// One frame of the feed; the last one carries the result.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct State {
    #[serde(flatten)]
    pub(crate) status: ImageStatus,
    /// With `failed`: whether to send the same picture again; otherwise another photo helps.
    #[serde(skip_serializing_if = "Option::is_none")]
    try_again: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    receipt: Option<Receipt>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<Verdict>,
    /// What the owner has set right, beside `receipt`, which stays as it was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    corrections: Option<Corrections>,
    /// Since when the owner says that the verdict is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    contested_at: Option<Timestamp>,
}

/// The same with everything that we know: `GET /receipts/{id}`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Detailed {
    #[serde(flatten)]
    state: State,
    created_at: Timestamp,
    /// Of the first part.
    content_type: &'static str,
    /// The photos and files that were sent, in their order.
    parts: Vec<SentPart>,
    /// The part that each page is of, from 1, as boxes count pages; empty until the text is known.
    pages: Vec<u8>,
    history: Vec<Step>,
}

/// A photo or a file of an upload.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SentPart {
    content_type: &'static str,
    size_bytes: u64,
}

/// A [`State`] as text, made once for all feeds.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    pub(crate) version: u64,
    pub(crate) is_last: bool,
    pub(crate) json: Utf8Bytes,
}

impl From<Image> for State {
    fn from(image: Image) -> Self {
        let (status, try_again) = (image.image_status(), image.try_again);
        let (receipt, verdict) = image.result.map(|result| (result.receipt, result.verdict)).unzip();
        let corrections = Some(image.corrections).filter(|corrections| !corrections.is_empty());
        Self { status, try_again, receipt, verdict, corrections, contested_at: image.contested_at }
    }
}

impl From<Image> for Detailed {
    fn from(image: Image) -> Self {
        Self {
            created_at: image.created_at,
            content_type: image.key.format().content_type(),
            parts: image.parts().map(SentPart::from).collect(),
            pages: image.pages.clone(),
            history: image.history.clone(),
            state: image.into(),
        }
    }
}

impl From<Part> for SentPart {
    fn from(part: Part) -> Self {
        Self { content_type: part.key.format().content_type(), size_bytes: part.size_bytes }
    }
}

impl Frame {
    /// The longest there is. A frame is made of an item of the ledger, which holds the result as the text that the frame
    /// repeats; the rest stands for names that only the frame has.
    pub(crate) const MAX_BYTES: usize = ledger::MAX_ITEM_BYTES + 8 * 1024;

    /// A state on the way, as it came from the topic. Not for a final one, whose frame carries what only the ledger has.
    pub(crate) fn on_the_way(status: ImageStatus) -> Self {
        let nothing_else =
            State { status, try_again: None, receipt: None, verdict: None, corrections: None, contested_at: None };
        Self::new(&nothing_else)
    }

    fn new(state: &State) -> Self {
        let json = serde_json::to_string(state).expect("maps with text keys and finite numbers are always JSON");
        Self { version: state.status.version, is_last: state.status.status.is_final(), json: json.into() }
    }
}

impl From<Image> for Frame {
    fn from(image: Image) -> Self {
        Self::new(&image.into())
    }
}
