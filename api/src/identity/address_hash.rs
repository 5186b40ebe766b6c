//! A client's address as the ledger may have it: a keyed hash that is another one on the next day.

use std::fmt;

use aws_lc_rs::hmac;
use jiff::civil::Date;
use ledger::AddressHash;

use super::session_keys::SessionKeys;
use crate::http::ClientAddress;

/// The same for every task, by the newest of the keys that they share.
#[derive(Clone)]
pub(crate) struct AddressHasher(hmac::Key);

impl AddressHasher {
    pub(crate) fn new(keys: &SessionKeys) -> Self {
        // A key for this purpose alone, from which the key that signs cookies cannot be computed.
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, keys.newest().signing()), b"client address");
        Self(hmac::Key::new(hmac::HMAC_SHA256, tag.as_ref()))
    }

    pub(crate) fn hash(&self, ClientAddress(address): ClientAddress, day: Date) -> AddressHash {
        let tag = hmac::sign(&self.0, format!("{day} {address}").as_bytes());
        let mut first = [0; 16];
        first.copy_from_slice(&tag.as_ref()[..16]);
        AddressHash::from(first)
    }
}

impl fmt::Debug for AddressHasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AddressHasher(…)")
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn an_address_is_known_again_on_the_same_day_alone() {
        let hasher = |key: &str| AddressHasher::new(&key.repeat(32).parse().unwrap());
        let address = |text: &str| ClientAddress(text.parse().unwrap());
        let (here, elsewhere) = (address("192.0.2.1"), address("192.0.2.2"));
        let (today, tomorrow) = (date(2026, 3, 14), date(2026, 3, 15));
        let known = hasher("k").hash(here, today);
        assert_eq!(hasher("k").hash(here, today), known);
        assert_ne!(hasher("k").hash(here, tomorrow), known);
        assert_ne!(hasher("k").hash(elsewhere, today), known);
        assert_ne!(hasher("l").hash(here, today), known);
    }
}
