//! A client's address as the ledger may have it: a keyed hash that is another one on the next day, and one group of many.

use std::fmt;

use aws_lc_rs::hmac;
use jiff::civil::Date;
use ledger::AddressHash;
use receipt::mined::NetworkGroup;

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
        AddressHash::from(self.first_of_tag(&format!("{day} {address}")))
    }

    /// The same on every day.
    pub(crate) fn network(&self, address: ClientAddress) -> NetworkGroup {
        NetworkGroup::from(self.first_of_tag(&format!("network {}", address.widest_network())))
    }

    fn first_of_tag<const BYTES: usize>(&self, text: &str) -> [u8; BYTES] {
        let tag = hmac::sign(&self.0, text.as_bytes());
        let mut first = [0; BYTES];
        first.copy_from_slice(&tag.as_ref()[..BYTES]);
        first
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

    #[test]
    fn a_network_is_in_one_of_many_groups_and_all_that_one_customer_has_in_the_same() {
        let hasher = AddressHasher::new(&"k".repeat(32).parse().unwrap());
        let group = |text: &str| hasher.network(ClientAddress(text.parse().unwrap()));
        assert_eq!(group("2001:db8:1:2::"), group("2001:db8:1:3::"));
        assert_ne!(group("2001:db8:1:2::"), group("2001:db8:2:2::"));
        let groups: Vec<_> = (0..64).map(|n| group(&format!("192.0.2.{n}"))).collect();
        let different = groups.iter().enumerate().filter(|(n, group)| !groups[..*n].contains(group)).count();
        assert!(different > 60, "{different}");
    }
}
