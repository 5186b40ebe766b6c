//! The seal on what tasks tell each other: whoever can write to the relay, but does not have the tasks' common key, can
//! change nothing that a feed shows.

use aws_lc_rs::hmac;
use axum_extra::extract::cookie::Key;
use base64::{Engine, prelude::BASE64_STANDARD_NO_PAD};
use receipt::ImageStatus;

use crate::identity::SessionKeys;

#[derive(Debug, Clone)]
pub(super) struct Seal {
    newest: hmac::Key,
    earlier: Vec<hmac::Key>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unsealed {
    #[error("it does not carry our seal")]
    Foreign,
    #[error("it is no status")]
    NotAStatus,
}

impl Seal {
    pub(super) fn new(keys: &SessionKeys) -> Self {
        Self { newest: derived(keys.newest()), earlier: keys.earlier().iter().map(derived).collect() }
    }

    /// The seal, a dot, and the status as it came from the topic.
    pub(super) fn close(&self, status: &ImageStatus) -> String {
        let json = serde_json::to_string(status).expect("a status is always JSON");
        let tag = hmac::sign(&self.newest, json.as_bytes());
        format!("{}.{json}", BASE64_STANDARD_NO_PAD.encode(tag))
    }

    pub(super) fn open(&self, message: &[u8]) -> Result<ImageStatus, Unsealed> {
        let dot = message.iter().position(|byte| *byte == b'.').ok_or(Unsealed::Foreign)?;
        let (tag, json) = (&message[..dot], &message[dot + 1..]);
        let tag = BASE64_STANDARD_NO_PAD.decode(tag).map_err(|_| Unsealed::Foreign)?;
        let mut keys = std::iter::once(&self.newest).chain(&self.earlier);
        if !keys.any(|key| hmac::verify(key, json, &tag).is_ok()) {
            return Err(Unsealed::Foreign);
        }
        serde_json::from_slice(json).map_err(|_| Unsealed::NotAStatus)
    }
}

/// A key for this purpose alone: from it, nothing can be learned of the one that signs cookies.
fn derived(key: &Key) -> hmac::Key {
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key.signing()), b"status relay");
    hmac::Key::new(hmac::HMAC_SHA256, tag.as_ref())
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use receipt::{ImageId, Reason, Status};

    use super::*;

    fn seal(key: &str) -> Seal {
        Seal::new(&key.parse().unwrap())
    }

    fn a_status() -> ImageStatus {
        let (image_id, at) = (ImageId::new(), Timestamp::UNIX_EPOCH);
        let (reason, detail) = (Some(Reason::WaitingForReader), Some("Ünterwegs.".to_owned()));
        ImageStatus { image_id, status: Status::Started, version: 2, at, reason, detail }
    }

    #[test]
    fn what_was_sealed_can_be_opened_by_who_has_the_key() {
        let (status, key) = (a_status(), "the same key of more than 32 bytes");
        assert_eq!(seal(key).open(seal(key).close(&status).as_bytes()), Ok(status));
    }

    #[test]
    fn while_the_key_changes_both_sides_open_what_the_other_sealed() {
        let (old, new) = ("o".repeat(32), "n".repeat(32));
        let (before, after) = (seal(&format!("{old},{new}")), seal(&format!("{new},{old}")));
        let status = a_status();
        assert_eq!(before.open(after.close(&status).as_bytes()), Ok(status.clone()));
        assert_eq!(after.open(before.close(&status).as_bytes()), Ok(status.clone()));
        assert_eq!(seal(&new).open(seal(&old).close(&status).as_bytes()), Err(Unsealed::Foreign));
    }

    #[test]
    fn a_single_changed_letter_breaks_the_seal() {
        let seal = seal("the same key of more than 32 bytes");
        let closed = seal.close(&a_status()).into_bytes();
        for position in 0..closed.len() {
            let mut changed = closed.clone();
            changed[position] ^= 1;
            assert_eq!(seal.open(&changed), Err(Unsealed::Foreign), "{position}");
        }
    }

    #[test]
    fn what_others_write_is_refused() {
        let seal = seal("the same key of more than 32 bytes");
        let strangers = self::seal("another key also of more than 32 bytes").close(&a_status());
        let plain = serde_json::to_string(&a_status()).unwrap();
        for message in ["", ".", "..", "x", "AAAA.{}", &plain, &format!(".{plain}"), &strangers] {
            assert_eq!(seal.open(message.as_bytes()), Err(Unsealed::Foreign), "{message}");
        }
        assert_eq!(seal.open(&[0xff; 70]), Err(Unsealed::Foreign));
    }
}
