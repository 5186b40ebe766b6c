//! The owner of a request: a token's, else a signed cookie's.

mod address_hash;
mod bearer;
mod issuer;
mod key_cache;
mod planted_cookies;
mod session;
mod session_cookie;
mod session_keys;
mod token;

pub(crate) use address_hash::AddressHasher;
pub(crate) use issuer::Issuer;
pub use issuer::{IssuerUrl, NotAnIssuer};
pub(crate) use session::{FirstVisit, KnownOwner, Owner, Sessions, identify, recognise};
pub use session_keys::{SessionKeys, ShortSessionKey};
