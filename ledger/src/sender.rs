//! Who sent a picture, as far as limits need to know.

use std::fmt;

use receipt::{KnownBy, hex, mined::NetworkGroup};
use serde::{Deserialize, Serialize};

/// What is known of a picture's sender beside the owner's name. Nothing in items of older programs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sender {
    #[serde(default)]
    pub known_by: KnownBy,
    /// Kept until the verdict, which is the last that counts it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<AddressHash>,
    /// Stays: what was printed is counted after the verdict, and again where that was interrupted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<NetworkGroup>,
}

/// A keyed hash of a client's address and of the day on which it sent something: 32 hexadecimal digits. It tells whether
/// two pictures of one day came from one address, and nothing else.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AddressHash(String);

impl From<[u8; 16]> for AddressHash {
    fn from(hash: [u8; 16]) -> Self {
        Self(hex(&hash))
    }
}

impl AddressHash {
    pub(crate) fn partition(&self) -> String {
        format!("address#{}", self.0)
    }
}

impl fmt::Debug for AddressHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AddressHash(…)")
    }
}
