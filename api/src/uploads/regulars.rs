//! Owners whose pictures were taken from an address before. Each task remembers for itself, for a day.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use receipt::OwnerId;

use super::sender::{Party, Sender};
use crate::http::ClientAddress;

/// Who comes first stays: nobody is driven out by making cookies.
pub(super) const AT_AN_ADDRESS: usize = 32;
const KEPT: Duration = Duration::from_hours(24);
const MAX_ADDRESSES: usize = 10_000;
const SWEPT_EVERY: Duration = Duration::from_mins(1);

#[derive(Debug)]
pub(super) struct Regulars(Mutex<Known>);

#[derive(Debug)]
struct Known {
    /// And when each was last here.
    by_address: HashMap<ClientAddress, HashMap<OwnerId, Instant>>,
    swept: Instant,
}

impl Regulars {
    pub(super) fn new() -> Self {
        Self(Mutex::new(Known { by_address: HashMap::new(), swept: Instant::now() }))
    }

    /// Whether the sender is one.
    pub(super) fn are(&self, sender: &Sender, now: Instant) -> bool {
        let Party::Known(owner) = &sender.party else { return false };
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let last = known.by_address.get(&sender.address).and_then(|owners| owners.get(owner));
        last.is_some_and(|last| now.duration_since(*last) < KEPT)
    }

    /// Remembers a sender who came with a cookie or a token, if there is a place.
    pub(super) fn add(&self, sender: &Sender, now: Instant) {
        let Party::Known(owner) = &sender.party else { return };
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.sweep(now);
        if known.by_address.len() >= MAX_ADDRESSES && !known.by_address.contains_key(&sender.address) {
            return;
        }
        let owners = known.by_address.entry(sender.address).or_default();
        if owners.len() < AT_AN_ADDRESS || owners.contains_key(owner) {
            owners.insert(owner.clone(), now);
        }
    }
}

impl Known {
    fn sweep(&mut self, now: Instant) {
        if now.duration_since(self.swept) > SWEPT_EVERY {
            self.swept = now;
            self.by_address.retain(|_, owners| {
                owners.retain(|_, last| now.duration_since(*last) < KEPT);
                !owners.is_empty()
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use super::*;

    const HERE: ClientAddress = ClientAddress(IpAddr::V4(Ipv4Addr::LOCALHOST));

    fn owner() -> Sender {
        Sender { party: Party::Known(OwnerId::random()), address: HERE }
    }

    #[test]
    fn the_first_stay_for_a_day_and_are_not_driven_out() {
        let (regulars, now) = (Regulars::new(), Instant::now());
        let first = owner();
        regulars.add(&first, now);
        for _ in 0..1000 {
            regulars.add(&owner(), now);
        }
        let late = owner();
        regulars.add(&late, now);
        assert_eq!((regulars.are(&first, now), regulars.are(&late, now)), (true, false));
        let elsewhere = Sender { address: ClientAddress(IpAddr::V4(Ipv4Addr::BROADCAST)), ..first.clone() };
        assert!(!regulars.are(&elsewhere, now));
        regulars.add(&late, now + 2 * KEPT);
        assert_eq!((regulars.are(&first, now + KEPT), regulars.are(&late, now + 2 * KEPT)), (false, true));
    }
}
