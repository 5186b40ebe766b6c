//! The address of the relay between the tasks of this service.

use std::{convert::Infallible, str::FromStr};

/// The address of a Redis or Valkey. It may hold a password: no log and no error shows it, so that it is parsed only
/// where it is used.
#[derive(Clone)]
pub struct RelayUrl(String);

impl RelayUrl {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for RelayUrl {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.to_owned()))
    }
}

impl std::fmt::Debug for RelayUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RelayUrl(…)")
    }
}
