//! How many uploads an owner and an address may begin in a minute.

use std::{num::NonZeroU32, time::Instant};

use receipt::OwnerId;

use crate::{
    error::TooOften,
    http::{ClientAddress, RateLimit},
};

/// People behind one address share it: a household, an office, a mobile network.
const PER_ADDRESS: NonZeroU32 = NonZeroU32::new(10).expect("10 is not 0");

#[derive(Debug)]
pub(super) struct Admission {
    /// None: no limit.
    per_minute: Option<NonZeroU32>,
    limit: RateLimit<Sender>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Sender {
    Owner(OwnerId),
    Address(ClientAddress),
}

impl Admission {
    pub(super) fn new(per_minute: Option<NonZeroU32>) -> Self {
        Self { per_minute, limit: RateLimit::new() }
    }

    /// Counts one more upload of this owner, from this address.
    pub(super) fn admit(&self, owner: OwnerId, address: ClientAddress) -> Result<(), TooOften> {
        self.admit_at(owner, address, Instant::now())
    }

    fn admit_at(&self, owner: OwnerId, address: ClientAddress, now: Instant) -> Result<(), TooOften> {
        let Some(per_minute) = self.per_minute else { return Ok(()) };
        let address_per_minute = per_minute.saturating_mul(PER_ADDRESS);
        self.limit.admit([(Sender::Owner(owner), per_minute), (Sender::Address(address), address_per_minute)], now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(per_minute: u32) -> Admission {
        Admission::new(NonZeroU32::new(per_minute))
    }

    const HERE: ClientAddress = ClientAddress(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST));

    #[test]
    fn a_person_has_so_many_and_others_at_the_same_address_too() {
        let (limits, owner, now) = (limits(30), OwnerId::random(), Instant::now());
        assert_eq!((0..40).filter(|_| limits.admit_at(owner.clone(), HERE, now).is_ok()).count(), 30);
        assert_eq!(limits.admit_at(OwnerId::random(), HERE, now), Ok(()));
    }

    #[test]
    fn an_address_has_ten_times_as_much_however_many_people_it_claims_to_be() {
        let (limits, now) = (limits(3), Instant::now());
        assert_eq!((0..100).filter(|_| limits.admit_at(OwnerId::random(), HERE, now).is_ok()).count(), 30);
    }

    #[test]
    fn nought_is_no_limit() {
        let (limits, owner) = (limits(0), OwnerId::random());
        assert!((0..1000).all(|_| limits.admit_at(owner.clone(), HERE, Instant::now()).is_ok()));
    }
}
