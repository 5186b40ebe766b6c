//! Checks SNS's signatures the way a subscriber must.

use aws_lc_rs::signature::{
    RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;

/// Fetches the certificate that the message names, and verifies the signature with it.
pub(crate) async fn is_genuine(message: &Value) -> bool {
    let certificate = reqwest::get(message["SigningCertURL"].as_str().unwrap()).await.unwrap();
    let certificate = certificate.error_for_status().unwrap().bytes().await.unwrap();
    let (_, pem) = x509_parser::pem::parse_x509_pem(&certificate).unwrap();
    let certificate = pem.parse_x509().unwrap();
    let key = &certificate.public_key().subject_public_key.data;

    let fields: &[&str] = match message["Type"].as_str().unwrap() {
        "Notification" => &["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"],
        _ => &["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"],
    };
    let lines = fields.iter().filter_map(|field| Some(format!("{field}\n{}\n", message.get(field)?.as_str()?)));
    let text: String = lines.collect();
    let signature = STANDARD.decode(message["Signature"].as_str().unwrap()).unwrap();
    let algorithm = match message["SignatureVersion"].as_str().unwrap() {
        "1" => &RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY,
        "2" => &RSA_PKCS1_2048_8192_SHA256,
        other => panic!("signature version {other}"),
    };
    UnparsedPublicKey::new(algorithm, key).verify(text.as_bytes(), &signature).is_ok()
}
