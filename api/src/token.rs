//! A token that somebody presents: a JWT (RFC 7519) as JWS compact serialization, and what must hold of it.
//!
//! Read by hand: what a library would add to aws-lc-rs is these few lines, and the one that is kept, `jsonwebtoken`,
//! brings features of aws-lc-rs that nothing else here needs, and leaves `iat`, `crit` and a key's purpose to its caller.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use crate::signing_key::{Algorithm, KeySet};

/// How far an issuer's clock may be from ours.
const LEEWAY_SECONDS: f64 = 60.0;
const MAX_TOKEN_BYTES: usize = 16 * 1024;

/// Whose tokens are taken, and for whom they must be made.
#[derive(Debug, Clone)]
pub(crate) struct Expected {
    pub(crate) issuer: String,
    pub(crate) audience: String,
}

/// A token that is well-formed. Nothing in it is true until [`Token::verify`] says so. Not to be printed.
pub(crate) struct Token<'a> {
    header: Header,
    claims: Claims,
    /// What was signed.
    message: &'a str,
    signature: Vec<u8>,
}

#[derive(Deserialize)]
struct Header {
    alg: Algorithm,
    kid: String,
    /// Extensions that whoever reads the token must know: we know none.
    crit: Option<Value>,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    /// Seconds since 1970; fractions are allowed.
    exp: f64,
    nbf: Option<f64>,
    iat: Option<f64>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TokenError {
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
    pub(crate) fn parse(text: &'a str) -> Result<Self, TokenError> {
        if text.len() > MAX_TOKEN_BYTES {
            return Err(TokenError::Malformed);
        }
        let (message, signature) = text.rsplit_once('.').ok_or(TokenError::Malformed)?;
        let (header, claims) = message.split_once('.').ok_or(TokenError::Malformed)?;
        let (header, claims): (Header, Claims) = (decode(header)?, decode(claims)?);
        if header.crit.is_some() || claims.sub.is_empty() {
            return Err(TokenError::Malformed);
        }
        let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).map_err(|_| TokenError::Malformed)?;
        Ok(Self { header, claims, message, signature })
    }

    /// Whether the claims are what we expect, if they are true. Asked before the signature, so that another issuer's
    /// tokens cause no search for keys.
    pub(crate) fn check_claims(&self, expected: &Expected, now: Timestamp) -> Result<(), TokenError> {
        let now = now.as_duration().as_secs_f64();
        let in_future = |time: &f64| *time > now + LEEWAY_SECONDS;
        if self.claims.iss != expected.issuer {
            return Err(TokenError::Issuer);
        }
        if !self.claims.aud.includes(&expected.audience) {
            return Err(TokenError::Audience);
        }
        if self.claims.exp + LEEWAY_SECONDS <= now {
            return Err(TokenError::Expired);
        }
        if self.claims.nbf.as_ref().is_some_and(in_future) || self.claims.iat.as_ref().is_some_and(in_future) {
            return Err(TokenError::NotYet);
        }
        Ok(())
    }

    pub(crate) fn key_id(&self) -> &str {
        &self.header.kid
    }

    /// The subject, if one of these keys signed the token.
    pub(crate) fn verify(&self, keys: &KeySet) -> Result<&str, TokenError> {
        let key = keys.key(&self.header.kid, self.header.alg).ok_or(TokenError::UnknownKey)?;
        let verified = key.verify(self.header.alg, self.message.as_bytes(), &self.signature);
        verified.map(|()| self.claims.sub.as_str()).map_err(|_| TokenError::Signature)
    }
}

impl Audience {
    fn includes(&self, wanted: &str) -> bool {
        match self {
            Self::One(one) => one == wanted,
            Self::Many(many) => many.iter().any(|one| one == wanted),
        }
    }
}

fn decode<T: DeserializeOwned>(part: &str) -> Result<T, TokenError> {
    let json = BASE64_URL_SAFE_NO_PAD.decode(part).map_err(|_| TokenError::Malformed)?;
    serde_json::from_slice(&json).map_err(|_| TokenError::Malformed)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NOW: i64 = 1_800_000_000;

    fn token(header: &Value, claims: &Value) -> String {
        let encode = |part: &Value| BASE64_URL_SAFE_NO_PAD.encode(part.to_string());
        format!("{}.{}.AAAA", encode(header), encode(claims))
    }

    fn checked(change: &Value) -> Result<(), TokenError> {
        let mut claims = json!({ "iss": "https://i.example", "aud": "app", "sub": "me", "exp": NOW + 300 });
        claims.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let text = token(&json!({ "alg": "ES256", "kid": "a" }), &claims);
        let expected = Expected { issuer: "https://i.example".to_owned(), audience: "app".to_owned() };
        Token::parse(&text)?.check_claims(&expected, Timestamp::from_second(NOW).unwrap())
    }

    #[test]
    fn claims_must_fit() {
        let cases = [
            (json!({}), Ok(())),
            (json!({ "aud": ["other", "app"] }), Ok(())),
            (json!({ "aud": "application" }), Err(TokenError::Audience)),
            (json!({ "aud": [] }), Err(TokenError::Audience)),
            (json!({ "aud": null }), Err(TokenError::Malformed)),
            (json!({ "iss": "https://i.example/" }), Err(TokenError::Issuer)),
            (json!({ "exp": NOW - 59 }), Ok(())),
            (json!({ "exp": NOW - 60 }), Err(TokenError::Expired)),
            (json!({ "exp": "never" }), Err(TokenError::Malformed)),
            (json!({ "exp": null }), Err(TokenError::Malformed)),
            (json!({ "nbf": NOW + 60, "iat": NOW + 60 }), Ok(())),
            (json!({ "nbf": NOW + 61 }), Err(TokenError::NotYet)),
            (json!({ "iat": NOW + 61 }), Err(TokenError::NotYet)),
            (json!({ "iat": 1_799_999_999.5 }), Ok(())),
            (json!({ "sub": "" }), Err(TokenError::Malformed)),
            (json!({ "sub": null }), Err(TokenError::Malformed)),
        ];
        for (change, expected) in cases {
            assert_eq!(checked(&change), expected, "{change}");
        }
    }

    #[test]
    fn only_signed_tokens_of_known_algorithms_are_read() {
        let claims = json!({ "iss": "i", "aud": "a", "sub": "s", "exp": 1 });
        for alg in ["none", "None", "HS256", "RS512", ""] {
            let text = token(&json!({ "alg": alg, "kid": "a" }), &claims);
            assert_eq!(Token::parse(&text).err(), Some(TokenError::Malformed), "{alg}");
        }
        let critical = token(&json!({ "alg": "ES256", "kid": "a", "crit": ["b64"], "b64": false }), &claims);
        assert_eq!(Token::parse(&critical).err(), Some(TokenError::Malformed));
        let good = token(&json!({ "alg": "ES256", "kid": "a" }), &claims);
        assert!(Token::parse(&good).is_ok());
        let (four, long) = (format!("{good}.AAAA"), format!("{good}{}", "A".repeat(MAX_TOKEN_BYTES)));
        for text in ["", ".", "..", "a.b.c", &good[..good.len() - 5], &four, &long] {
            assert_eq!(Token::parse(text).err(), Some(TokenError::Malformed), "{text}");
        }
    }
}
