//! The owner of a picture: the account or browser that uploaded it.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// An opaque name of 1 to 64 letters, digits, `-` and `_`: safe in keys and logs, and no personal data by itself.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OwnerId(String);

/// By what an owner was recognised when a picture was sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KnownBy {
    /// Anybody gets one, as often as they like.
    #[default]
    Cookie,
    /// Of the configured issuer, for an account there.
    Token,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an owner is named by 1 to 64 letters, digits, `-` and `_`")]
pub struct NotAnOwnerId;

impl OwnerId {
    /// A name that cannot be guessed (122 random bits).
    pub fn random() -> Self {
        Self(Uuid::new_v4().to_string())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for OwnerId {
    type Error = NotAnOwnerId;

    fn try_from(text: String) -> Result<Self, NotAnOwnerId> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if (1..=64).contains(&text.len()) && text.chars().all(allowed) { Ok(Self(text)) } else { Err(NotAnOwnerId) }
    }
}

impl FromStr for OwnerId {
    type Err = NotAnOwnerId;

    fn from_str(text: &str) -> Result<Self, NotAnOwnerId> {
        text.to_owned().try_into()
    }
}

impl From<OwnerId> for String {
    fn from(owner: OwnerId) -> String {
        owner.0
    }
}

impl fmt::Display for OwnerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
