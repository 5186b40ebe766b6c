//! What is known of certificates, by their address, and which address was asked for in vain. Pure: the time is passed in.

use std::{
    collections::{HashMap, VecDeque},
    hash::{BuildHasher, RandomState},
    sync::Arc,
    time::Duration,
};

use tokio::time::Instant;

use super::sns_message::SigningKey;

/// SNS uses one certificate at a time and region, and its host has a few old ones.
const MAX_KEYS: usize = 8;
/// AWS replaces a certificate by one of another name, so a known one stays right; it is fetched anew now and then all the
/// same, and is used while that goes on, for so long at most.
const FRESH: Duration = Duration::from_hours(24);
const USABLE: Duration = Duration::from_hours(7 * 24);
/// Before the next try where a known certificate cannot be fetched.
const RETRY_AFTER: Duration = Duration::from_mins(1);
/// Addresses that have no certificate are not asked again for so long. Any client can make such addresses up.
const MAX_REFUSED: usize = 1024;
const KEEP_REFUSAL: Duration = Duration::from_mins(1);
/// Of addresses that were asked for while there was no turn for them, the latest: at 300 forged ones a second, those of
/// ten seconds, in which SNS has sent its own again several times.
const MAX_ASKED: usize = 4096;

#[derive(Debug, Default)]
pub(super) struct KnownCertificates {
    keys: HashMap<String, Certificate>,
    refused_until: HashMap<String, Instant>,
    asked: VecDeque<u64>,
    hasher: RandomState,
}

#[derive(Debug)]
struct Certificate {
    key: Arc<SigningKey>,
    fetched: Instant,
    fetch_again: Instant,
    /// SNS has signed a message by it.
    has_signed: bool,
}

/// What is known of an address.
#[derive(Debug)]
pub(super) enum Known {
    Fresh(Arc<SigningKey>),
    /// To be used, and to be fetched again.
    Stale(Arc<SigningKey>),
    NoCertificate,
    Nothing,
}

impl KnownCertificates {
    pub(super) fn look_up(&self, url: &str, now: Instant) -> Known {
        match self.keys.get(url) {
            Some(known) if now < known.fetch_again => Known::Fresh(known.key.clone()),
            Some(known) if now < known.fetched + USABLE => Known::Stale(known.key.clone()),
            Some(_) | None if self.refused_until.get(url).is_some_and(|until| now < *until) => Known::NoCertificate,
            Some(_) | None => Known::Nothing,
        }
    }

    pub(super) fn found(&mut self, url: &str, key: Arc<SigningKey>, now: Instant) {
        let has_signed = self.keys.get(url).is_some_and(|known| known.has_signed);
        if self.keys.len() >= MAX_KEYS && !self.keys.contains_key(url) {
            // One that a stranger named goes before one that has signed.
            let oldest = self.keys.iter().min_by_key(|(_, known)| (known.has_signed, known.fetched));
            if let Some(url) = oldest.map(|(url, _)| url.clone()) {
                self.keys.remove(&url);
            }
        }
        self.keys.insert(url.to_owned(), Certificate { key, fetched: now, fetch_again: now + FRESH, has_signed });
    }

    pub(super) fn has_signed(&mut self, url: &str) {
        if let Some(known) = self.keys.get_mut(url) {
            known.has_signed = true;
        }
    }

    /// There is no certificate there, or no longer.
    pub(super) fn refused(&mut self, url: &str, now: Instant) {
        self.keys.remove(url);
        if self.refused_until.len() >= MAX_REFUSED {
            self.refused_until.retain(|_, until| now < *until);
        }
        if self.refused_until.len() < MAX_REFUSED {
            self.refused_until.insert(url.to_owned(), now + KEEP_REFUSAL);
        }
    }

    pub(super) fn unreachable(&mut self, url: &str, now: Instant) {
        if let Some(known) = self.keys.get_mut(url) {
            known.fetch_again = now + RETRY_AFTER;
        }
    }

    /// Whether the address was asked for a moment ago already; it is remembered.
    pub(super) fn was_asked_for(&mut self, url: &str) -> bool {
        let hash = self.hasher.hash_one(url);
        if self.asked.contains(&hash) {
            return true;
        }
        if self.asked.len() >= MAX_ASKED {
            self.asked.pop_front();
        }
        self.asked.push_back(hash);
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statuses::certificates::tests::a_key;

    fn is_fresh(known: &Known) -> bool {
        matches!(known, Known::Fresh(_))
    }

    fn is_stale(known: &Known) -> bool {
        matches!(known, Known::Stale(_))
    }

    fn is_nothing(known: &Known) -> bool {
        matches!(known, Known::Nothing)
    }

    #[test]
    fn an_old_key_is_used_while_it_is_fetched_again_and_not_for_ever() {
        let (mut known, now) = (KnownCertificates::default(), Instant::now());
        known.found("a", a_key(), now);
        assert!(is_fresh(&known.look_up("a", now)));
        assert!(is_stale(&known.look_up("a", now + FRESH)));
        known.unreachable("a", now + FRESH);
        assert!(is_fresh(&known.look_up("a", now + FRESH)), "it is not fetched at every message");
        assert!(is_stale(&known.look_up("a", now + FRESH + RETRY_AFTER)));
        assert!(is_nothing(&known.look_up("a", now + USABLE)));
        known.found("a", a_key(), now + USABLE);
        assert!(is_fresh(&known.look_up("a", now + USABLE)));
    }

    #[test]
    fn a_certificate_that_is_gone_is_not_used_any_more() {
        let (mut known, now) = (KnownCertificates::default(), Instant::now());
        known.found("a", a_key(), now);
        known.refused("a", now);
        assert!(matches!(known.look_up("a", now), Known::NoCertificate));
        assert!(is_nothing(&known.look_up("a", now + KEEP_REFUSAL)));
    }

    #[test]
    fn certificates_that_strangers_name_displace_none_by_which_sns_signs() {
        let (mut known, now) = (KnownCertificates::default(), Instant::now());
        known.found("ours", a_key(), now);
        known.has_signed("ours");
        for n in 0..3 * MAX_KEYS {
            known.found(&n.to_string(), a_key(), now + Duration::from_secs(n as u64));
        }
        assert_eq!(known.keys.len(), MAX_KEYS);
        assert!(is_fresh(&known.look_up("ours", now)));
    }

    #[test]
    fn nothing_is_remembered_without_bound() {
        let (mut known, now) = (KnownCertificates::default(), Instant::now());
        for n in 0..3 * MAX_ASKED {
            known.refused(&n.to_string(), now);
            assert!(!known.was_asked_for(&n.to_string()));
        }
        assert_eq!((known.refused_until.len(), known.asked.len()), (MAX_REFUSED, MAX_ASKED));
        assert!(known.was_asked_for(&(3 * MAX_ASKED - 1).to_string()));
        known.refused("later", now + KEEP_REFUSAL);
        assert_eq!(known.refused_until.len(), 1);
    }
}
