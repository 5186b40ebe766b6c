//! The signature (HMAC) on statuses between tasks: a client that can write to the relay, but does not have the tasks'
//! common key, can change nothing that a feed shows.

use aws_lc_rs::hmac;
use axum_extra::extract::cookie::Key;
use base64::{Engine, prelude::BASE64_STANDARD_NO_PAD};
use receipt::ImageStatus;

use crate::identity::SessionKeys;

#[derive(Debug, Clone)]
pub(super) struct StatusSigner {
    newest: hmac::Key,
    earlier: Vec<hmac::Key>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum NotAccepted {
    #[error("it does not carry our signature")]
    NotSigned,
    #[error("it is no status")]
    NotAStatus,
}

impl StatusSigner {
    pub(super) fn new(keys: &SessionKeys) -> Self {
        Self { newest: derived(keys.newest()), earlier: keys.earlier().iter().map(derived).collect() }
    }

    /// The signature, a dot, and the status as it came from the topic.
    pub(super) fn sign(&self, status: &ImageStatus) -> String {
        let json = serde_json::to_string(status).expect("a status is always JSON");
        let tag = hmac::sign(&self.newest, json.as_bytes());
        format!("{}.{json}", BASE64_STANDARD_NO_PAD.encode(tag))
    }

    pub(super) fn verify(&self, message: &[u8]) -> Result<ImageStatus, NotAccepted> {
        let dot = message.iter().position(|byte| *byte == b'.').ok_or(NotAccepted::NotSigned)?;
        let (tag, json) = (&message[..dot], &message[dot + 1..]);
        let tag = BASE64_STANDARD_NO_PAD.decode(tag).map_err(|_| NotAccepted::NotSigned)?;
        let mut keys = std::iter::once(&self.newest).chain(&self.earlier);
        if !keys.any(|key| hmac::verify(key, json, &tag).is_ok()) {
            return Err(NotAccepted::NotSigned);
        }
        serde_json::from_slice(json).map_err(|_| NotAccepted::NotAStatus)
    }
}

/// A key for this purpose alone, from which the key that signs cookies cannot be computed.
fn derived(key: &Key) -> hmac::Key {
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key.signing()), b"status relay");
    hmac::Key::new(hmac::HMAC_SHA256, tag.as_ref())
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use receipt::{ImageId, Reason, Status};

    use super::*;

    fn signer(key: &str) -> StatusSigner {
        StatusSigner::new(&key.parse().unwrap())
    }

    fn a_status() -> ImageStatus {
        let (image_id, at) = (ImageId::new(), Timestamp::UNIX_EPOCH);
        let (reason, detail) = (Some(Reason::WaitingForReader), Some("Ünterwegs.".to_owned()));
        ImageStatus { image_id, status: Status::Started, version: 2, at, reason, detail }
    }

    #[test]
    fn a_signed_status_is_verified_with_the_same_key() {
        let (status, key) = (a_status(), "the same key of more than 32 bytes");
        assert_eq!(signer(key).verify(signer(key).sign(&status).as_bytes()), Ok(status));
    }

    #[test]
    fn while_the_key_changes_both_sides_verify_what_the_other_signed() {
        let (old, new) = ("o".repeat(32), "n".repeat(32));
        let (before, after) = (signer(&format!("{old},{new}")), signer(&format!("{new},{old}")));
        let status = a_status();
        assert_eq!(before.verify(after.sign(&status).as_bytes()), Ok(status.clone()));
        assert_eq!(after.verify(before.sign(&status).as_bytes()), Ok(status.clone()));
        assert_eq!(signer(&new).verify(signer(&old).sign(&status).as_bytes()), Err(NotAccepted::NotSigned));
    }

    #[test]
    fn a_single_changed_letter_breaks_the_signature() {
        let ours = signer("the same key of more than 32 bytes");
        let signed = ours.sign(&a_status()).into_bytes();
        for position in 0..signed.len() {
            let mut changed = signed.clone();
            changed[position] ^= 1;
            assert_eq!(ours.verify(&changed), Err(NotAccepted::NotSigned), "{position}");
        }
    }

    #[test]
    fn messages_without_our_signature_are_refused() {
        let ours = signer("the same key of more than 32 bytes");
        let foreign = signer("another key also of more than 32 bytes").sign(&a_status());
        let plain = serde_json::to_string(&a_status()).unwrap();
        for message in ["", ".", "..", "x", "AAAA.{}", &plain, &format!(".{plain}"), &foreign] {
            assert_eq!(ours.verify(message.as_bytes()), Err(NotAccepted::NotSigned), "{message}");
        }
        assert_eq!(ours.verify(&[0xff; 70]), Err(NotAccepted::NotSigned));
    }
}
