//! Notifications signed as SNS signs them, `SignatureVersion` 2, and the key that the null endpoint shares with the
//! sender.

use std::{fs, io::Write as _, os::unix::fs::OpenOptionsExt as _, path::Path};

use anyhow::{Context as _, anyhow};
use aws_lc_rs::{
    rand::SystemRandom,
    signature::{RSA_PKCS1_SHA256, RsaKeyPair},
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use jiff::Timestamp;
use rcgen::{CertificateParams, DnType, KeyPair, PKCS_RSA_SHA256, RsaKeySize};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Where a null endpoint listens and with which key its SNS signs: a file, from `load null` to `load status`.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Authority {
    endpoint: String,
    key: String,
    pub(crate) certificate: String,
}

/// Signs for one topic.
#[derive(Debug)]
pub(crate) struct Signer {
    key: RsaKeyPair,
    certificate_url: String,
    topic: String,
}

/// A message as SNS posts it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Notification<'a> {
    r#type: &'static str,
    message_id: &'a str,
    topic_arn: &'a str,
    message: &'a str,
    timestamp: &'a str,
    signature_version: &'static str,
    signature: &'a str,
    #[serde(rename = "SigningCertURL")]
    signing_cert_url: &'a str,
    #[serde(rename = "UnsubscribeURL")]
    unsubscribe_url: &'a str,
}

/// A notification's body, and what its headers repeat.
#[derive(Debug)]
pub(crate) struct SignedMessage {
    pub(crate) message_id: String,
    pub(crate) body: String,
}

impl Authority {
    /// With a new key of 2048 bits, as SNS's are.
    pub(crate) fn new(endpoint: &str) -> anyhow::Result<Self> {
        let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).context("make a key")?;
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "sns.amazonaws.com");
        let certificate = params.self_signed(&key).context("make a certificate")?.pem();
        Ok(Self { endpoint: endpoint.to_owned(), key: key.serialize_pem(), certificate })
    }

    /// Only its owner may read the file.
    pub(crate) fn write(&self, file: &Path) -> anyhow::Result<()> {
        let open = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(file);
        let json = serde_json::to_vec(self)?;
        open.and_then(|mut file| file.write_all(&json)).with_context(|| format!("write {}", file.display()))
    }

    pub(crate) fn read(file: &Path) -> anyhow::Result<Self> {
        let json = fs::read(file).with_context(|| format!("read {}, which `load null` writes", file.display()))?;
        serde_json::from_slice(&json).with_context(|| format!("understand {}", file.display()))
    }

    pub(crate) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    pub(crate) fn certificate_url(&self) -> String {
        format!("{}{CERTIFICATE_PATH}", self.endpoint)
    }

    /// For notifications of `topic`.
    pub(crate) fn signer(&self, topic: &str) -> anyhow::Result<Signer> {
        let key = KeyPair::from_pem_and_sign_algo(&self.key, &PKCS_RSA_SHA256).context("read the key")?;
        Ok(Signer {
            key: RsaKeyPair::from_pkcs8(key.serialized_der())
                .map_err(|error| anyhow!("the key is refused: {error}"))?,
            certificate_url: self.certificate_url(),
            topic: topic.to_owned(),
        })
    }
}

/// How the paths of SNS's certificates begin; a hash follows.
pub(crate) const CERTIFICATES: &str = "/SimpleNotificationService-";
pub(crate) const CERTIFICATE_PATH: &str = "/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem";

impl Signer {
    pub(crate) fn topic(&self) -> &str {
        &self.topic
    }

    /// <https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message-verify-message-signature.html>
    pub(crate) fn notification(&self, message: &str) -> anyhow::Result<SignedMessage> {
        let (message_id, topic) = (Uuid::new_v4().to_string(), &self.topic);
        let timestamp = Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string();
        let text = format!(
            "Message\n{message}\nMessageId\n{message_id}\nTimestamp\n{timestamp}\nTopicArn\n{topic}\nType\nNotification\n"
        );
        let mut signature = vec![0; self.key.public_modulus_len()];
        self.key
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature)
            .map_err(|error| anyhow!("sign a notification: {error}"))?;
        let body = serde_json::to_string(&Notification {
            r#type: "Notification",
            message_id: &message_id,
            topic_arn: topic,
            message,
            timestamp: &timestamp,
            signature_version: "2",
            signature: &BASE64_STANDARD.encode(signature),
            signing_cert_url: &self.certificate_url,
            unsubscribe_url: "https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe",
        })?;
        Ok(SignedMessage { message_id, body })
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
    use serde_json::Value;

    use super::*;

    #[test]
    fn a_notification_bears_the_signature_of_the_certificate_s_key() {
        let authority = Authority::new("http://127.0.0.1:9000").unwrap();
        let signer = authority.signer("arn:aws:sns:us-east-1:000000000000:imageStatus").unwrap();
        let notification = signer.notification(r#"{"a": "b"}"#).unwrap();
        let json: Value = serde_json::from_str(&notification.body).unwrap();
        assert_eq!(json["SigningCertURL"], format!("http://127.0.0.1:9000{CERTIFICATE_PATH}"));
        let text: String = ["Message", "MessageId", "Timestamp", "TopicArn", "Type"]
            .iter()
            .flat_map(|name| [name, "\n", json[name].as_str().unwrap(), "\n"])
            .collect();
        let signature = BASE64_STANDARD.decode(json["Signature"].as_str().unwrap()).unwrap();
        let public = aws_lc_rs::signature::KeyPair::public_key(&signer.key).as_ref().to_vec();
        let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public);
        key.verify(text.as_bytes(), &signature).unwrap();
    }
}
