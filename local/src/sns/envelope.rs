//! The signed JSON envelope of every message of SNS.

use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

use super::{form, signing::Signer};
use crate::message_store::{SignatureVersion, Topic};

/// <https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html>
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Envelope {
    #[serde(rename = "Type")]
    name: &'static str,
    message_id: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    topic_arn: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    message: String,
    #[serde(rename = "SubscribeURL", skip_serializing_if = "Option::is_none")]
    subscribe_url: Option<String>,
    timestamp: String,
    signature_version: SignatureVersion,
    signature: String,
    #[serde(rename = "SigningCertURL")]
    signing_cert_url: String,
    #[serde(rename = "UnsubscribeURL", skip_serializing_if = "Option::is_none")]
    unsubscribe_url: Option<String>,
}

#[derive(Debug)]
pub(crate) enum Kind {
    Notification,
    SubscriptionConfirmation { token: String, subscribe_url: String },
}

impl Envelope {
    pub(crate) fn new(kind: Kind, topic: &Topic, message: String, subject: Option<String>) -> Self {
        let (name, token, subscribe_url) = match kind {
            Kind::Notification => ("Notification", None, None),
            Kind::SubscriptionConfirmation { token, subscribe_url } => {
                ("SubscriptionConfirmation", Some(token), Some(subscribe_url))
            }
        };
        Self {
            name,
            message_id: Uuid::new_v4(),
            token,
            topic_arn: topic.arn.clone(),
            subject,
            message,
            subscribe_url,
            timestamp: Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string(),
            signature_version: topic.signature_version,
            signature: String::new(),
            signing_cert_url: String::new(),
            unsubscribe_url: None,
        }
    }

    pub(crate) fn sign(mut self, signer: &Signer, advertise: &str) -> Self {
        self.signature = signer.sign(self.signature_version, &self.canonical());
        self.signing_cert_url = format!("{advertise}{}", signer.certificate_path());
        self
    }

    /// A copy for one subscriber; the address is not part of what is signed.
    pub(crate) fn with_unsubscribe_url(&self, advertise: &str, subscription: &str) -> Self {
        let query = form::encode(&[("Action", "Unsubscribe"), ("SubscriptionArn", subscription)]);
        Self { unsubscribe_url: Some(format!("{advertise}/?{query}")), ..self.clone() }
    }

    pub(crate) fn message_id(&self) -> Uuid {
        self.message_id
    }

    pub(crate) fn type_name(&self) -> &'static str {
        self.name
    }

    pub(crate) fn to_json(&self) -> String {
        serde_json::to_string(self).expect("strings are always JSON")
    }

    /// What is signed: names and values on lines of their own, sorted by name.
    /// <https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message-verify-message-signature.html>
    fn canonical(&self) -> String {
        let message_id = self.message_id.to_string();
        let fields = [
            ("Message", Some(self.message.as_str())),
            ("MessageId", Some(&message_id)),
            ("Subject", self.subject.as_deref()),
            ("SubscribeURL", self.subscribe_url.as_deref()),
            ("Timestamp", Some(&self.timestamp)),
            ("Token", self.token.as_deref()),
            ("TopicArn", Some(&self.topic_arn)),
            ("Type", Some(self.name)),
        ];
        fields.into_iter().filter_map(|(name, value)| Some(format!("{name}\n{}\n", value?))).collect()
    }
}
