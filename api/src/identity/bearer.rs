//! `Authorization: Bearer`: the owner of a token of the configured issuer.

use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use axum::http::{HeaderMap, header::AUTHORIZATION};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use receipt::OwnerId;

use super::{
    issuer::Issuer,
    token::{Token, TokenError},
};
use crate::error::Error;

/// The token in the headers, if there is one. Other schemes are ignored.
pub(super) fn token(headers: &HeaderMap) -> Result<Option<&str>, TokenError> {
    let mut tokens = headers.get_all(AUTHORIZATION).iter().filter_map(|value| bearer(value.as_bytes()));
    match (tokens.next(), tokens.next()) {
        (None, _) => Ok(None),
        (Some(token), None) => std::str::from_utf8(token).map(Some).map_err(|_| TokenError::Malformed),
        (Some(_), Some(_)) => Err(TokenError::Malformed),
    }
}

/// The owner that `token` names.
pub(super) async fn owner(issuer: Option<&Arc<Issuer>>, token: &str) -> Result<OwnerId, Error> {
    let issuer = issuer.ok_or(TokenError::NoIssuer)?;
    let token = Token::parse(token, issuer.expected())?;
    let keys = issuer.keys_for(token.key_id()).await.map_err(Error::unavailable)?;
    let subject = token.verify(&keys)?;
    owner_id(&issuer.expected().issuer, &subject)
}

impl From<TokenError> for Error {
    fn from(error: TokenError) -> Self {
        Self::Unauthorized(error.to_string())
    }
}

/// What follows the scheme, which is spelled in any case (RFC 9110 §11.1).
fn bearer(value: &[u8]) -> Option<&[u8]> {
    let (scheme, rest) = value.split_at_checked("Bearer".len())?;
    let ends = rest.first().is_none_or(u8::is_ascii_whitespace);
    (scheme.eq_ignore_ascii_case(b"Bearer") && ends).then_some(rest.trim_ascii())
}

/// A stable name that reveals nothing of the subject. No issuer has a NUL in it, so that no two pairs
/// make the same text.
fn owner_id(issuer: &str, subject: &str) -> Result<OwnerId, Error> {
    let hash = digest(&SHA256, format!("{issuer}\0{subject}").as_bytes());
    let name = format!("oidc-{}", BASE64_URL_SAFE_NO_PAD.encode(hash));
    name.parse::<OwnerId>().map_err(|error| Error::Internal(error.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(values: &[&str]) -> Result<Option<String>, TokenError> {
        let headers: HeaderMap = values.iter().map(|value| (AUTHORIZATION, value.parse().unwrap())).collect();
        token(&headers).map(|token| token.map(str::to_owned))
    }

    #[test]
    fn a_token_follows_its_scheme() {
        assert_eq!(found(&[]), Ok(None));
        assert_eq!(found(&["Basic abc"]), Ok(None));
        assert_eq!(found(&["Bearerabc"]), Ok(None));
        assert_eq!(found(&["bearer  abc"]), Ok(Some("abc".to_owned())));
        assert_eq!(found(&["Bearer"]), Ok(Some(String::new())));
        assert_eq!(found(&["Bearer abc", "Bearer abc"]), Err(TokenError::Malformed));
    }

    #[test]
    fn an_owner_is_known_again_and_two_are_never_the_same() {
        let name = |issuer, subject| owner_id(issuer, subject).unwrap();
        assert_eq!(name("https://a.example", "me"), name("https://a.example", "me"));
        assert_ne!(name("https://a.example", "me"), name("https://a.example", "you"));
        assert_ne!(name("https://a.example", "me"), name("https://b.example", "me"));
        // It is in the table: another name would be another owner.
        assert_eq!(name("https://a.example", "me").as_str(), "oidc-X8q-ss2ReNxXHKFmf0eV5dGFGewh-2rQABAplyZwes0");
    }
}
