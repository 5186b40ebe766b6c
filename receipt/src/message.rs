//! What travels on the two topics, as JSON.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{ImageId, ObjectKey, OwnerId, Reason, Status, reason};

/// On `newImage`: a picture is in the bucket and waits to be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewImage {
    pub image_id: ImageId,
    pub owner: OwnerId,
    pub key: ObjectKey,
}

/// On `imageStatus`: how far an image has come. Never receipt data, since it may cross plain HTTP.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ImageStatus {
    pub image_id: ImageId,
    pub status: Status,
    /// Starts at 1 and rises by one with every change.
    pub version: u64,
    /// When the image came into this state.
    pub at: Timestamp,
    /// Why it waits or has failed, for programs. Not of what is judged: there the verdict's rules have their codes.
    #[serde(default, deserialize_with = "reason::known", skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// A sentence for the person who waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}
