//! The check of a token, and the keys by which its issuer signs.
//!
//! `jsonwebtoken` reads tokens and keys (RFC 7515, 7517, 7519), verifies on aws-lc, and compares `iss`, `aud`, `exp` and
//! `nbf`. What it leaves to its caller stands here: which algorithms are trusted, what a key is for, `kid`, `crit`, `iat`,
//! and an upper bound.

use jiff::Timestamp;
use jsonwebtoken::{
    Algorithm, DecodingKey, Header, TokenData, Validation,
    dangerous::insecure_decode,
    decode,
    errors::{Error as JwtError, ErrorKind},
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyOperations, PublicKeyUse},
};
use serde::Deserialize;
use serde_json::Value;

/// All are asymmetric, so that a token's header cannot turn a public key into a shared secret.
const TRUSTED: [Algorithm; 4] = [Algorithm::RS256, Algorithm::PS256, Algorithm::ES256, Algorithm::EdDSA];
/// How far an issuer's clock may be from ours.
const LEEWAY_SECONDS: u32 = 60;
const MAX_TOKEN_BYTES: usize = 16 * 1024;

/// The issuer and the audience that a token must name.
#[derive(Debug, Clone)]
pub(super) struct Expected {
    pub(super) issuer: String,
    pub(super) audience: String,
}

/// A token that names the expected issuer. Nothing in it is trusted before [`Token::verify`]. Not to be printed.
pub(super) struct Token<'a> {
    text: &'a str,
    expected: &'a Expected,
    algorithm: Algorithm,
    key_id: String,
}

/// What is asked of the claims beyond [`Validation`].
#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    /// Seconds since 1970; fractions are allowed.
    iat: Option<f64>,
}

/// What an issuer has published, as far as we can use it.
#[derive(Debug, Default)]
pub(super) struct KeySet(Vec<SigningKey>);

#[derive(Debug)]
struct SigningKey {
    id: String,
    /// Those that go with a key of its kind, or the one to which its owner has bound it.
    algorithms: Vec<Algorithm>,
    key: DecodingKey,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum TokenError {
    #[error("this service takes no tokens: no issuer is configured")]
    NoIssuer,
    #[error("the token is no signed JWT with kid, iss, sub, aud and exp, by RS256, PS256, ES256 or EdDSA")]
    Malformed,
    #[error("the token is of another issuer")]
    Issuer,
    #[error("the token is for another audience")]
    Audience,
    #[error("the token has expired")]
    Expired,
    #[error("the token is not valid yet")]
    NotYet,
    #[error("the token's key is not one of the issuer's")]
    UnknownKey,
    #[error("the token's signature does not fit")]
    Signature,
}

impl<'a> Token<'a> {
    /// Checks the issuer before the signature, so that another one's tokens cause no fetch of keys.
    pub(super) fn parse(text: &'a str, expected: &'a Expected) -> Result<Self, TokenError> {
        if text.len() > MAX_TOKEN_BYTES {
            return Err(TokenError::Malformed);
        }
        let TokenData { header, claims } = insecure_decode::<Claims>(text)?;
        // `crit` names extensions that the reader of the token must know: we know none.
        let Header { alg: algorithm, kid: Some(key_id), crit: None, .. } = header else {
            return Err(TokenError::Malformed);
        };
        if !TRUSTED.contains(&algorithm) || claims.sub.is_empty() {
            return Err(TokenError::Malformed);
        }
        if claims.iss != expected.issuer {
            return Err(TokenError::Issuer);
        }
        Ok(Self { text, expected, algorithm, key_id })
    }

    pub(super) fn key_id(&self) -> &str {
        &self.key_id
    }

    /// The subject, if one of these keys signed the token, and it is for us and now.
    pub(super) fn verify(&self, keys: &KeySet) -> Result<String, TokenError> {
        let key = keys.key(&self.key_id, self.algorithm).ok_or(TokenError::UnknownKey)?;
        let mut validation = Validation::new(self.algorithm);
        validation.leeway = LEEWAY_SECONDS.into();
        validation.validate_nbf = true;
        validation.set_issuer(&[&self.expected.issuer]);
        validation.set_audience(&[&self.expected.audience]);
        validation.set_required_spec_claims(&["iss", "sub", "aud", "exp"]);
        let claims = decode::<Claims>(self.text, key, &validation)?.claims;
        let latest = Timestamp::now().as_duration().as_secs_f64() + f64::from(LEEWAY_SECONDS);
        if claims.iat.is_some_and(|issued| issued > latest) {
            return Err(TokenError::NotYet);
        }
        Ok(claims.sub)
    }
}

impl From<JwtError> for TokenError {
    fn from(error: JwtError) -> Self {
        match error.kind() {
            ErrorKind::InvalidIssuer => Self::Issuer,
            ErrorKind::InvalidAudience => Self::Audience,
            ErrorKind::ExpiredSignature => Self::Expired,
            ErrorKind::ImmatureSignature => Self::NotYet,
            ErrorKind::InvalidSignature => Self::Signature,
            _ => Self::Malformed,
        }
    }
}

impl KeySet {
    /// The keys of a JWK set. Those for other purposes, of other kinds, malformed and without an id are left out, as
    /// RFC 7517 §5 asks; `jsonwebtoken`'s own set fails as a whole if one key is malformed.
    pub(super) fn parse(json: &[u8]) -> Result<Self, serde_json::Error> {
        #[derive(Deserialize)]
        struct Document {
            keys: Vec<Value>,
        }
        let document: Document = serde_json::from_slice(json)?;
        let jwks = document.keys.into_iter().filter_map(|key| serde_json::from_value(key).ok());
        Ok(Self(jwks.filter_map(SigningKey::of).collect()))
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn knows(&self, id: &str) -> bool {
        self.0.iter().any(|key| key.id == id)
    }

    /// The key of this id, if it may be used with this algorithm.
    fn key(&self, id: &str, algorithm: Algorithm) -> Option<&DecodingKey> {
        self.0.iter().find(|key| key.id == id && key.algorithms.contains(&algorithm)).map(|found| &found.key)
    }
}

impl SigningKey {
    fn of(jwk: Jwk) -> Option<Self> {
        let key = DecodingKey::from_jwk(&jwk).ok()?;
        let has = |length| key.try_get_as_bytes().is_ok_and(|bytes| bytes.len() == length);
        let of_our_kinds = match &jwk.algorithm {
            AlgorithmParameters::RSA(_) => true,
            AlgorithmParameters::EllipticCurve(ec) => ec.curve == EllipticCurve::P256 && has(65),
            AlgorithmParameters::OctetKeyPair(ed) => ed.curve == EllipticCurve::Ed25519 && has(32),
            _ => false,
        };
        let Jwk { common, .. } = jwk;
        let signs = common.public_key_use.is_none_or(|purpose| purpose == PublicKeyUse::Signature);
        let verifies = common.key_operations.is_none_or(|operations| operations.contains(&KeyOperations::Verify));
        let bound_to = common.key_algorithm;
        let fits = |it: &Algorithm| it.family() == key.family() && bound_to.is_none_or(|bound| bound == (*it).into());
        let algorithms: Vec<_> = TRUSTED.into_iter().filter(fits).collect();
        let usable = of_our_kinds && signs && verifies && !algorithms.is_empty();
        usable.then_some(Self { id: common.key_id?, algorithms, key })
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
    use serde_json::json;

    use super::*;

    fn expected() -> Expected {
        Expected { issuer: "https://i.example".to_owned(), audience: "app".to_owned() }
    }

    /// `object` with some members replaced; `null` removes one.
    fn but(object: Value, changes: &Value) -> Value {
        let Value::Object(mut members) = object else { panic!("{object}") };
        members.extend(changes.as_object().unwrap().clone());
        members.into_iter().filter(|(_, value)| !value.is_null()).collect()
    }

    fn encoded(bytes: impl AsRef<[u8]>) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    }

    fn unsigned(header: &Value, claims: &Value) -> String {
        format!("{}.{}", encoded(header.to_string()), encoded(claims.to_string()))
    }

    fn set(keys: &[Value]) -> KeySet {
        KeySet::parse(json!({ "keys": keys }).to_string().as_bytes()).unwrap()
    }

    fn rsa(more: &Value) -> Value {
        but(json!({ "kid": "r", "kty": "RSA", "n": "AQAB", "e": "AQAB" }), more)
    }

    fn ec(more: &Value) -> Value {
        let number = encoded([1; 32]);
        but(json!({ "kid": "a", "kty": "EC", "crv": "P-256", "x": number, "y": number }), more)
    }

    /// What becomes of a token that is signed well.
    fn checked(changes: &Value) -> Result<String, TokenError> {
        let pair = Ed25519KeyPair::generate().unwrap();
        let keys = set(&[json!({ "kid": "a", "kty": "OKP", "crv": "Ed25519", "x": encoded(pair.public_key()) })]);
        let claims = json!({ "iss": "https://i.example", "aud": "app", "sub": "me", "exp": now() + 300 });
        let message = unsigned(&json!({ "alg": "EdDSA", "kid": "a" }), &but(claims, changes));
        let text = format!("{message}.{}", encoded(pair.sign(message.as_bytes())));
        Token::parse(&text, &expected())?.verify(&keys)
    }

    fn now() -> i64 {
        Timestamp::now().as_second()
    }

    /// The clock goes on while they are checked, hence the few seconds of distance to the limits.
    #[test]
    fn claims_must_fit() {
        let good = [
            json!({}),
            json!({ "aud": ["other", "app"] }),
            json!({ "exp": now() - 55 }),
            json!({ "exp": 4e9 + 0.5 }),
            json!({ "nbf": now() + 59, "iat": now() + 59 }),
            json!({ "nbf": 1_799_999.5, "iat": 1_799_999.5 }),
        ];
        for change in good {
            assert_eq!(checked(&change), Ok("me".to_owned()), "{change}");
        }
        let bad = [
            (json!({ "aud": "application" }), TokenError::Audience),
            (json!({ "aud": [] }), TokenError::Audience),
            (json!({ "aud": null }), TokenError::Malformed),
            (json!({ "aud": 1 }), TokenError::Malformed),
            (json!({ "iss": "https://i.example/" }), TokenError::Issuer),
            (json!({ "iss": ["https://i.example"] }), TokenError::Malformed),
            (json!({ "iss": null }), TokenError::Malformed),
            (json!({ "exp": now() - 61 }), TokenError::Expired),
            (json!({ "exp": "never" }), TokenError::Malformed),
            (json!({ "exp": null }), TokenError::Malformed),
            (json!({ "exp": -1 }), TokenError::Malformed),
            (json!({ "exp": 1e300 }), TokenError::Malformed),
            (json!({ "nbf": now() + 65 }), TokenError::NotYet),
            (json!({ "nbf": "soon" }), TokenError::Malformed),
            (json!({ "nbf": [] }), TokenError::Malformed),
            (json!({ "iat": now() + 65 }), TokenError::NotYet),
            (json!({ "iat": "lately" }), TokenError::Malformed),
            (json!({ "sub": "" }), TokenError::Malformed),
            (json!({ "sub": null }), TokenError::Malformed),
        ];
        for (change, error) in bad {
            assert_eq!(checked(&change), Err(error), "{change}");
        }
    }

    fn parsed(header: &Value) -> Option<TokenError> {
        let claims = json!({ "iss": "https://i.example", "sub": "s" });
        Token::parse(&format!("{}.AAAA", unsigned(header, &claims)), &expected()).err()
    }

    #[test]
    fn only_signed_tokens_of_known_algorithms_are_read() {
        for alg in ["RS256", "PS256", "ES256", "EdDSA"] {
            assert_eq!(parsed(&json!({ "alg": alg, "kid": "a" })), None, "{alg}");
        }
        for alg in ["none", "None", "HS256", "RS512", "ES384", "Ed25519", ""] {
            assert_eq!(parsed(&json!({ "alg": alg, "kid": "a" })), Some(TokenError::Malformed), "{alg}");
        }
        for critical in [json!(["b64"]), json!([]), json!("b64")] {
            let header = json!({ "alg": "ES256", "kid": "a", "crit": critical, "b64": false });
            assert_eq!(parsed(&header), Some(TokenError::Malformed), "{header}");
        }
        assert_eq!(parsed(&json!({ "alg": "ES256" })), Some(TokenError::Malformed));
    }

    #[test]
    fn a_token_has_three_parts_and_is_not_long() {
        let claims = json!({ "iss": "https://i.example", "sub": "s" });
        let good = format!("{}.AAAA", unsigned(&json!({ "alg": "ES256", "kid": "a" }), &claims));
        assert!(Token::parse(&good, &expected()).is_ok());
        let (four, long) = (format!("{good}.AAAA"), format!("{good}{}", "A".repeat(MAX_TOKEN_BYTES)));
        for text in ["", ".", "..", "a.b.c", &good[..good.len() - 5], &four, &long] {
            assert_eq!(Token::parse(text, &expected()).err(), Some(TokenError::Malformed), "{text}");
        }
    }

    #[test]
    fn a_key_serves_only_algorithms_of_its_kind() {
        let keys = set(&[rsa(&json!({})), ec(&json!({ "alg": "ES256", "use": "sig" }))]);
        assert!(keys.key("r", Algorithm::RS256).is_some() && keys.key("r", Algorithm::PS256).is_some());
        assert!(keys.key("r", Algorithm::RS512).is_none() && keys.key("r", Algorithm::ES256).is_none());
        assert!(keys.key("a", Algorithm::ES256).is_some() && keys.key("a", Algorithm::RS256).is_none());
    }

    #[test]
    fn a_key_that_is_bound_to_one_algorithm_serves_no_other() {
        let keys = set(&[rsa(&json!({ "alg": "PS256" }))]);
        assert!(keys.key("r", Algorithm::PS256).is_some() && keys.key("r", Algorithm::RS256).is_none());
    }

    #[test]
    fn keys_for_something_else_are_left_out() {
        let others = [
            json!({ "use": "enc" }),
            json!({ "key_ops": ["sign"] }),
            json!({ "alg": "HS256" }),
            json!({ "alg": "ES384" }),
            json!({ "alg": "RS256" }),
            json!({ "alg": "unheard of" }),
            json!({ "crv": "P-384" }),
            json!({ "crv": "secp256k1" }),
            json!({ "x": "AQAB" }),
            json!({ "kty": "oct", "k": "AQAB" }),
            json!({ "kty": "unheard of" }),
            json!({ "kid": null }),
            json!({ "kid": 5 }),
        ];
        for other in others {
            assert_eq!(set(&[ec(&other)]).len(), 0, "{other}");
        }
        assert_eq!(set(&[json!("no key"), ec(&json!({ "key_ops": ["verify"] }))]).len(), 1);
    }
}
