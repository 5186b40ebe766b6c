//! The public keys with which an issuer signs (RFC 7517, 7518, 8037), and the few algorithms that are trusted.
//!
//! Each algorithm is asymmetric and bound to one kind of key, so that a token's header cannot turn a public key into a
//! shared secret, or ask for no signature at all.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, RsaPublicKeyComponents,
    UnparsedPublicKey,
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde_json::Value;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(crate) enum Algorithm {
    #[serde(rename = "RS256")]
    Rs256,
    #[serde(rename = "PS256")]
    Ps256,
    #[serde(rename = "ES256")]
    Es256,
    /// RFC 9864 calls it by its curve.
    #[serde(rename = "EdDSA", alias = "Ed25519")]
    EdDsa,
}

/// What an issuer has published, as far as we can use it.
#[derive(Debug, Default)]
pub(crate) struct KeySet(Vec<SigningKey>);

#[derive(Debug)]
pub(crate) struct SigningKey {
    id: String,
    /// The one algorithm to which its owner has bound it.
    bound_to: Option<Algorithm>,
    material: Material,
}

#[derive(Debug)]
enum Material {
    Rsa(RsaPublicKeyComponents<Vec<u8>>),
    /// The uncompressed point.
    P256(Vec<u8>),
    Ed25519(Vec<u8>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the signature does not fit the key")]
pub(crate) struct BadSignature;

#[derive(Deserialize)]
struct Document {
    keys: Vec<Value>,
}

#[derive(Deserialize)]
struct Jwk {
    kid: String,
    alg: Option<Algorithm>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    key_ops: Option<Vec<String>>,
    #[serde(flatten)]
    material: JwkMaterial,
}

#[derive(Deserialize)]
#[serde(tag = "kty")]
enum JwkMaterial {
    #[serde(rename = "RSA")]
    Rsa { n: String, e: String },
    #[serde(rename = "EC")]
    Ec { crv: String, x: String, y: String },
    #[serde(rename = "OKP")]
    Okp { crv: String, x: String },
}

impl KeySet {
    /// The keys of a JWK set. Those for other purposes, of other kinds and without an id are left out, as RFC 7517 §5 asks.
    pub(crate) fn parse(json: &[u8]) -> Result<Self, serde_json::Error> {
        let document: Document = serde_json::from_slice(json)?;
        let jwks = document.keys.into_iter().filter_map(|key| serde_json::from_value::<Jwk>(key).ok());
        Ok(Self(jwks.filter_map(SigningKey::of).collect()))
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn knows(&self, id: &str) -> bool {
        self.0.iter().any(|key| key.id == id)
    }

    /// The key of this id, if it may be used with this algorithm.
    pub(crate) fn key(&self, id: &str, algorithm: Algorithm) -> Option<&SigningKey> {
        self.0.iter().find(|key| key.id == id && key.is_for(algorithm))
    }
}

impl SigningKey {
    fn of(jwk: Jwk) -> Option<Self> {
        let signs = jwk.purpose.is_none_or(|purpose| purpose == "sig");
        let verifies = jwk.key_ops.is_none_or(|operations| operations.iter().any(|it| it == "verify"));
        let bytes = |text: &str| BASE64_URL_SAFE_NO_PAD.decode(text).ok();
        let field_element = |text: &str| bytes(text).filter(|bytes| bytes.len() == 32);
        let material = match jwk.material {
            JwkMaterial::Rsa { n, e } => Material::Rsa(RsaPublicKeyComponents { n: bytes(&n)?, e: bytes(&e)? }),
            JwkMaterial::Ec { crv, x, y } if crv == "P-256" => {
                Material::P256([vec![4], field_element(&x)?, field_element(&y)?].concat())
            }
            JwkMaterial::Okp { crv, x } if crv == "Ed25519" => Material::Ed25519(field_element(&x)?),
            JwkMaterial::Ec { .. } | JwkMaterial::Okp { .. } => return None,
        };
        (signs && verifies).then_some(Self { id: jwk.kid, bound_to: jwk.alg, material })
    }

    fn is_for(&self, algorithm: Algorithm) -> bool {
        let kind_fits = match algorithm {
            Algorithm::Rs256 | Algorithm::Ps256 => matches!(self.material, Material::Rsa(_)),
            Algorithm::Es256 => matches!(self.material, Material::P256(_)),
            Algorithm::EdDsa => matches!(self.material, Material::Ed25519(_)),
        };
        kind_fits && self.bound_to.is_none_or(|bound_to| bound_to == algorithm)
    }

    /// Whether this key's owner signed `message`.
    pub(crate) fn verify(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> Result<(), BadSignature> {
        let verified = match (algorithm, &self.material) {
            (Algorithm::Rs256, Material::Rsa(key)) => key.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature),
            (Algorithm::Ps256, Material::Rsa(key)) => key.verify(&RSA_PSS_2048_8192_SHA256, message, signature),
            (Algorithm::Es256, Material::P256(point)) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(message, signature)
            }
            (Algorithm::EdDsa, Material::Ed25519(key)) => {
                UnparsedPublicKey::new(&ED25519, key).verify(message, signature)
            }
            (
                Algorithm::Rs256 | Algorithm::Ps256 | Algorithm::Es256 | Algorithm::EdDsa,
                Material::Rsa(_) | Material::P256(_) | Material::Ed25519(_),
            ) => return Err(BadSignature),
        };
        verified.map_err(|_| BadSignature)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn set(keys: &[Value]) -> KeySet {
        KeySet::parse(json!({ "keys": keys }).to_string().as_bytes()).unwrap()
    }

    fn ec(more: &Value) -> Value {
        let number = BASE64_URL_SAFE_NO_PAD.encode([1; 32]);
        let mut key = json!({ "kid": "a", "kty": "EC", "crv": "P-256", "x": number, "y": number });
        key.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        key
    }

    #[test]
    fn a_key_serves_only_algorithms_of_its_kind() {
        let rsa = json!({ "kid": "r", "kty": "RSA", "n": "AQAB", "e": "AQAB" });
        let keys = set(&[rsa, ec(&json!({ "alg": "ES256", "use": "sig" }))]);
        assert!(keys.key("r", Algorithm::Rs256).is_some() && keys.key("r", Algorithm::Ps256).is_some());
        assert!(keys.key("r", Algorithm::Es256).is_none());
        assert!(keys.key("a", Algorithm::Es256).is_some() && keys.key("a", Algorithm::Rs256).is_none());
    }

    #[test]
    fn a_key_that_is_bound_to_one_algorithm_serves_no_other() {
        let keys = set(&[json!({ "kid": "r", "kty": "RSA", "alg": "PS256", "n": "AQAB", "e": "AQAB" })]);
        assert!(keys.key("r", Algorithm::Ps256).is_some() && keys.key("r", Algorithm::Rs256).is_none());
    }

    #[test]
    fn keys_for_something_else_are_left_out() {
        let others = [
            json!({ "use": "enc" }),
            json!({ "key_ops": ["sign"] }),
            json!({ "alg": "HS256" }),
            json!({ "alg": "ES384" }),
            json!({ "crv": "P-384" }),
            json!({ "x": "AQAB" }),
            json!({ "kty": "oct", "k": "AQAB" }),
            json!({ "kid": null }),
        ];
        for other in others {
            assert_eq!(set(&[ec(&other)]).len(), 0, "{other}");
        }
        assert_eq!(set(&[json!("no key"), ec(&json!({ "key_ops": ["verify"] }))]).len(), 1);
    }
}
