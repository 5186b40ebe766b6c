//! Why an image is not finished: what it waits for, or why it failed. Each reason is a stable code and one
//! English sentence.

use serde::{Deserialize, Deserializer, Serialize, de::IgnoredAny};

use crate::listed_enum::listed_enum;

listed_enum! {
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
    #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
    #[serde(rename_all = "snake_case")]
    pub enum Reason {
        /// A worker has it and waits for Textract.
        WaitingForReader,
        /// No worker has come for it, for minutes.
        TakesLong,
        /// Failed: no worker came within the longest time that an image may wait.
        NobodyCame,
        /// Failed: workers tried, and something on our side got in the way.
        GaveUp,
        /// Failed: no reader reads this kind of file.
        UnsupportedFormat,
        /// Failed: the picture's file is broken.
        DamagedPicture,
        /// Failed: no reader takes a picture so large.
        PictureTooLarge,
        /// Failed: the picture is not in the bucket any more.
        PictureGone,
        /// Failed: more pages than one receipt has.
        TooManyPages,
        /// Failed: the document asks for a password.
        EncryptedDocument,
    }
}

impl Reason {
    /// For the person who waits.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::WaitingForReader => "Waiting for a free reader",
            Self::TakesLong => "Still waiting for a free reader. This takes longer than usual.",
            Self::NobodyCame => "Nobody came to read this receipt. Please send it again later.",
            Self::GaveUp => "We could not read this receipt. Please send it again later.",
            Self::UnsupportedFormat => "We can't read this kind of file. Send a photo as JPEG or PNG.",
            Self::DamagedPicture => "This picture's file is damaged. Take the photo again.",
            Self::PictureTooLarge => "This picture is too large. Send a smaller one.",
            Self::PictureGone => "This picture is no longer there. Take the photo again.",
            Self::TooManyPages => "This has more than 10 pages. Send only the receipt's pages.",
            Self::EncryptedDocument => "This document is protected by a password. Send it without one, or a photo.",
        }
    }

    /// Of what failed: whether the same picture may do better another time.
    pub fn try_again(self) -> Option<bool> {
        match self {
            Self::WaitingForReader | Self::TakesLong => None,
            Self::NobodyCame | Self::GaveUp => Some(true),
            Self::UnsupportedFormat
            | Self::DamagedPicture
            | Self::PictureTooLarge
            | Self::PictureGone
            | Self::TooManyPages
            | Self::EncryptedDocument => Some(false),
        }
    }
}

/// For a field that another program wrote: a newer one's code, which this one does not know, is none. The sentence beside
/// it says the same.
pub fn known<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Reason>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum KnownOrOther {
        Known(Reason),
        Other(IgnoredAny),
    }
    Ok(match Option::deserialize(deserializer)? {
        Some(KnownOrOther::Known(reason)) => Some(reason),
        Some(KnownOrOther::Other(IgnoredAny)) | None => None,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use serde_json::{Value, json};

    use super::*;
    use crate::ImageStatus;

    fn status(reason: &Value) -> ImageStatus {
        let id = "0190163d-8694-739b-aea5-966c26f8ad91";
        let at = "2026-01-01T00:00:00Z";
        let status = json!({ "imageId": id, "status": "failed", "version": 3, "at": at, "detail": "So it is.", "reason": reason });
        serde_json::from_value(status).unwrap()
    }

    #[test]
    fn every_reason_has_a_code_and_a_sentence_of_its_own() {
        let codes: HashSet<_> = Reason::ALL.map(|reason| serde_json::to_value(reason).unwrap()).into();
        let sentences: HashSet<_> = Reason::ALL.map(Reason::sentence).into();
        assert_eq!((codes.len(), sentences.len()), (Reason::ALL.len(), Reason::ALL.len()));
        assert!(codes.contains(&json!("damaged_picture")), "{codes:?}");
        for code in codes {
            let told = status(&code);
            assert_eq!(serde_json::to_value(told).unwrap()["reason"], code);
        }
    }

    #[test]
    fn a_code_of_a_newer_program_loses_nothing_else() {
        for unknown in [json!("eaten_by_the_dog"), json!(7), json!({ "a": [null] }), json!(null)] {
            let told = status(&unknown);
            assert_eq!((told.reason, told.detail.as_deref(), told.version), (None, Some("So it is."), 3), "{unknown}");
        }
    }
}
