//! The states of an image and the ways between them.

use serde::{Deserialize, Serialize};

/// How far an image has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// In the bucket and in the ledger; no worker has it yet.
    Uploaded,
    /// A worker has it in hand.
    Started,
    /// Its text is known.
    TextDetected,
    /// A receipt that we take.
    Accepted,
    /// A receipt, or another picture, that we do not take; the verdict says why.
    Rejected,
    /// We could not read it, through no fault of the picture or because its file is broken; the detail says which.
    Failed,
}

impl Status {
    pub const ALL: [Self; 6] =
        [Self::Uploaded, Self::Started, Self::TextDetected, Self::Accepted, Self::Rejected, Self::Failed];

    /// Whether work on the image has ended.
    pub fn is_final(self) -> bool {
        match self {
            Self::Uploaded | Self::Started | Self::TextDetected => false,
            Self::Accepted | Self::Rejected | Self::Failed => true,
        }
    }

    /// Whether an image in this state may come into `next`.
    ///
    /// `started` may follow itself and `text_detected`: another worker takes over where one died. `uploaded` may follow
    /// itself to say that it takes long.
    pub fn may_become(self, next: Self) -> bool {
        match self {
            Self::Uploaded => matches!(next, Self::Uploaded | Self::Started | Self::Failed),
            Self::Started => {
                matches!(next, Self::Started | Self::TextDetected | Self::Accepted | Self::Rejected | Self::Failed)
            }
            Self::TextDetected => matches!(next, Self::Started | Self::Accepted | Self::Rejected | Self::Failed),
            Self::Failed => matches!(next, Self::Uploaded),
            Self::Accepted | Self::Rejected => false,
        }
    }

    /// The spelling in JSON and in the ledger.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Uploaded => "uploaded",
            Self::Started => "started",
            Self::TextDetected => "text_detected",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Failed => "failed",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_and_as_str_spell_alike() {
        for status in Status::ALL {
            assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
        }
    }

    #[test]
    fn only_failed_may_begin_again_and_only_as_uploaded() {
        for from in Status::ALL.into_iter().filter(|s| s.is_final()) {
            for to in Status::ALL {
                assert_eq!(from.may_become(to), from == Status::Failed && to == Status::Uploaded, "{from:?} → {to:?}");
            }
        }
    }

    #[test]
    fn every_unfinished_image_can_end_as_failed() {
        for from in Status::ALL.into_iter().filter(|s| !s.is_final()) {
            assert!(from.may_become(Status::Failed));
        }
    }
}
