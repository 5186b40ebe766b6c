//! The key with which SNS signs, and the certificate by which its signatures are checked.

use std::{fs, path::Path};

use anyhow::{Context as _, anyhow};
use aws_lc_rs::{
    digest,
    rand::SystemRandom,
    signature::{RSA_PKCS1_SHA256, RsaKeyPair},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use rcgen::{CertificateParams, DnType, KeyPair, PKCS_RSA_SHA256, RsaKeySize};
use receipt::hex;

use super::sha1_signature::Sha1Key;
use crate::message_store::SignatureVersion;

#[derive(Debug)]
pub(crate) struct Signer {
    key: RsaKeyPair,
    sha1_key: Sha1Key,
    certificate: String,
    certificate_path: String,
}

impl Signer {
    /// Reads key and certificate from the file, or makes them. The first time takes some CPU time.
    pub(crate) fn load_or_make(file: &Path) -> anyhow::Result<Self> {
        let pem = match fs::read_to_string(file) {
            Ok(pem) => pem,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let pem = make().context("make a signing key")?;
                crate::secret_file::write(file, pem.as_bytes())?;
                pem
            }
            Err(error) => return Err(error).with_context(|| format!("read {}", file.display())),
        };
        Self::from_pem(&pem).with_context(|| format!("use the signing key in {}", file.display()))
    }

    fn from_pem(pem: &str) -> anyhow::Result<Self> {
        let start = pem.find(CERTIFICATE).ok_or_else(|| anyhow!("there is no certificate"))?;
        let (key, certificate) = pem.split_at(start);
        let key = KeyPair::from_pem_and_sign_algo(key, &PKCS_RSA_SHA256).context("read the key")?;
        let pkcs8 = key.serialized_der();
        let hash = digest::digest(&digest::SHA256, certificate.as_bytes());
        let name = hex(&hash.as_ref()[..16]);
        Ok(Self {
            key: RsaKeyPair::from_pkcs8(pkcs8).map_err(|error| anyhow!("the key is refused: {error}"))?,
            sha1_key: Sha1Key::from_pkcs8(pkcs8).ok_or_else(|| anyhow!("the key is no RSA key"))?,
            certificate: certificate.to_owned(),
            certificate_path: format!("/SimpleNotificationService-{name}.pem"),
        })
    }

    pub(crate) fn certificate(&self) -> &str {
        &self.certificate
    }

    /// Where the certificate is served; another certificate has another path.
    pub(crate) fn certificate_path(&self) -> &str {
        &self.certificate_path
    }

    /// In base64.
    pub(crate) fn sign(&self, version: SignatureVersion, text: &str) -> String {
        let signature = match version {
            SignatureVersion::One => self.sha1_key.sign(text.as_bytes()),
            SignatureVersion::Two => {
                let mut signature = vec![0; self.key.public_modulus_len()];
                self.key
                    .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature)
                    .expect("an RSA key of 2048 bits has room for SHA-256");
                signature
            }
        };
        STANDARD.encode(signature)
    }
}

const CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----";

/// A key and a certificate for it, as PEM.
fn make() -> Result<String, rcgen::Error> {
    let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048)?;
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, "sns.amazonaws.com");
    let certificate = params.self_signed(&key)?;
    Ok(format!("{}{}", key.serialize_pem(), certificate.pem()))
}
