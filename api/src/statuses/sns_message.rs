//! A message as SNS posts it, and the proof that SNS wrote it.
//!
//! <https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html>

use std::ops::RangeInclusive;

use aws_lc_rs::{
    error::KeyRejected,
    signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, RSA_PKCS1_2048_8192_SHA256},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde::Deserialize;

/// Of 2,048 to 8,192 bits.
const SIGNATURE_BYTES: RangeInclusive<usize> = 256..=1024;

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct SnsMessage {
    #[serde(rename = "Type")]
    pub(super) kind: MessageKind,
    message_id: String,
    pub(super) topic_arn: String,
    subject: Option<String>,
    pub(super) message: String,
    timestamp: String,
    signature_version: SignatureVersion,
    signature: String,
    #[serde(rename = "SigningCertURL", alias = "SigningCertUrl")]
    pub(super) signing_cert_url: String,
    #[serde(rename = "SubscribeURL", alias = "SubscribeUrl")]
    subscribe_url: Option<String>,
    pub(super) token: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(super) enum MessageKind {
    Notification,
    SubscriptionConfirmation,
    UnsubscribeConfirmation,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(super) enum SignatureVersion {
    /// SHA-1 with RSA
    #[serde(rename = "1")]
    One,
    /// SHA-256 with RSA
    #[serde(rename = "2")]
    Two,
}

/// A certificate's RSA key, ready for both kinds of signature.
#[derive(Debug)]
pub(super) struct SigningKey {
    sha1: ParsedPublicKey,
    sha256: ParsedPublicKey,
}

#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the signature does not fit the message")]
pub(super) struct BadSignature;

impl SigningKey {
    /// `der` is as in PKCS #1, of 2,048 to 8,192 bits.
    pub(super) fn new(der: &[u8]) -> Result<Self, KeyRejected> {
        Ok(Self {
            sha1: ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, der)?,
            sha256: ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, der)?,
        })
    }
}

impl SnsMessage {
    /// As many bytes as a key that we take can sign.
    pub(super) fn signature(&self) -> Result<Vec<u8>, BadSignature> {
        let signature = BASE64_STANDARD.decode(&self.signature).map_err(|_| BadSignature)?;
        let fits = SIGNATURE_BYTES.contains(&signature.len());
        fits.then_some(signature).ok_or(BadSignature)
    }

    /// Whether the owner of `key` signed this message.
    pub(super) fn verify(&self, signature: &[u8], key: &SigningKey) -> Result<(), BadSignature> {
        let key = match self.signature_version {
            SignatureVersion::One => &key.sha1,
            SignatureVersion::Two => &key.sha256,
        };
        key.verify_sig(self.signed_text().as_bytes(), signature).map_err(|_| BadSignature)
    }

    /// The fields that are signed, each name and value on a line of its own.
    fn signed_text(&self) -> String {
        let kind = match self.kind {
            MessageKind::Notification => "Notification",
            MessageKind::SubscriptionConfirmation => "SubscriptionConfirmation",
            MessageKind::UnsubscribeConfirmation => "UnsubscribeConfirmation",
        };
        let fields: [(&str, Option<&str>); 7] = match self.kind {
            MessageKind::Notification => [
                ("Message", Some(&self.message)),
                ("MessageId", Some(&self.message_id)),
                ("Subject", self.subject.as_deref()),
                ("Timestamp", Some(&self.timestamp)),
                ("TopicArn", Some(&self.topic_arn)),
                ("Type", Some(kind)),
                ("", None),
            ],
            MessageKind::SubscriptionConfirmation | MessageKind::UnsubscribeConfirmation => [
                ("Message", Some(&self.message)),
                ("MessageId", Some(&self.message_id)),
                ("SubscribeURL", self.subscribe_url.as_deref()),
                ("Timestamp", Some(&self.timestamp)),
                ("Token", self.token.as_deref()),
                ("TopicArn", Some(&self.topic_arn)),
                ("Type", Some(kind)),
            ],
        };
        let mut text = String::with_capacity(self.message.len() + 512);
        for (name, value) in fields.iter().filter_map(|(name, value)| Some((name, (*value)?))) {
            text.extend([name, "\n", value, "\n"]);
        }
        text
    }
}
