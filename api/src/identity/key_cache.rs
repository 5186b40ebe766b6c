//! How long an issuer's keys are used, and when it may be asked for them again. Pure: the time is passed in.

use std::{sync::Arc, time::Duration};

use tokio::time::Instant;

use super::token::KeySet;

/// A key that its issuer withdraws is trusted for so long at most, while the issuer can be reached.
const FRESH: Duration = Duration::from_mins(10);
/// Where it cannot, keys are used on for a day: no usual access token lives longer.
const USABLE: Duration = Duration::from_hours(24);
/// The pause after a search for a key id that the issuer does not know either. Any client can make such ids up, so this is
/// what a stranger can delay a new key by; and with one fetch at a time it is what the issuer is spared by. Which client
/// asks and which id is wanted makes no difference: a fetch brings all keys, so that the first one after a change finds
/// the new one for everybody. An id is not remembered as vain: it may be tomorrow's.
const SEARCH_PAUSE: Duration = Duration::from_secs(2);
/// The pause after a failure doubles from the first to the longest. It is short at first, since a search may fail too.
const FIRST_RETRY_PAUSE: Duration = Duration::from_secs(2);
const RETRY_PAUSE: Duration = Duration::from_secs(30);

#[derive(Debug, Default)]
pub(super) struct KeyCache {
    kept: Option<(Arc<KeySet>, Instant)>,
    /// After a failure.
    no_fetch_before: Option<Instant>,
    /// One after the other.
    failures: u32,
    /// After a search that found nothing.
    no_search_before: Option<Instant>,
}

/// What to do for a key id.
#[derive(Debug)]
pub(super) enum Advice {
    /// Judge by these keys.
    Use(Arc<KeySet>),
    /// Ask the issuer first.
    Fetch,
    /// There are no keys, and the issuer was asked a moment ago.
    Wait,
}

impl KeyCache {
    /// Without a key id: whether keys are wanted at all.
    pub(super) fn advice(&self, key_id: Option<&str>, now: Instant) -> Advice {
        let may = |not_before: Option<Instant>| not_before.is_none_or(|at| now >= at);
        let may_fetch = may(self.no_fetch_before);
        match &self.kept {
            Some((keys, fetched)) if now < *fetched + FRESH => {
                let is_unknown = key_id.is_some_and(|id| !keys.knows(id));
                let search = is_unknown && may_fetch && may(self.no_search_before);
                if search { Advice::Fetch } else { Advice::Use(keys.clone()) }
            }
            _ if may_fetch => Advice::Fetch,
            Some((keys, fetched)) if now < *fetched + USABLE => Advice::Use(keys.clone()),
            Some(_) | None => Advice::Wait,
        }
    }

    /// The issuer answered to a fetch for `key_id`.
    pub(super) fn fetched(&mut self, keys: KeySet, key_id: Option<&str>, now: Instant) {
        if key_id.is_some_and(|id| !keys.knows(id)) {
            self.no_search_before = Some(now + SEARCH_PAUSE);
        }
        self.no_fetch_before = None;
        self.failures = 0;
        self.kept = Some((Arc::new(keys), now));
    }

    /// The issuer did not answer, or with something else than keys.
    pub(super) fn failed(&mut self, now: Instant) {
        let longest = if self.is_usable(now) { RETRY_PAUSE } else { FIRST_RETRY_PAUSE };
        let pause = FIRST_RETRY_PAUSE.saturating_mul(1 << self.failures.min(8)).min(longest);
        self.failures = self.failures.saturating_add(1);
        self.no_fetch_before = Some(now + pause);
    }

    pub(super) fn is_usable(&self, now: Instant) -> bool {
        self.kept.as_ref().is_some_and(|(_, fetched)| now < *fetched + USABLE)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    impl Advice {
        fn knows(&self, id: &str) -> bool {
            matches!(self, Self::Use(keys) if keys.knows(id))
        }
    }

    fn keys(id: &str) -> KeySet {
        let key = json!({ "kid": id, "kty": "RSA", "n": "AQAB", "e": "AQAB" });
        KeySet::parse(json!({ "keys": [key] }).to_string().as_bytes()).unwrap()
    }

    fn uses(cache: &KeyCache, id: &str, now: Instant) -> bool {
        matches!(cache.advice(Some(id), now), Advice::Use(_))
    }

    fn fetches(cache: &KeyCache, id: &str, now: Instant) -> bool {
        matches!(cache.advice(Some(id), now), Advice::Fetch)
    }

    #[test]
    fn known_keys_are_asked_for_again_when_they_are_not_fresh() {
        let (mut cache, now) = (KeyCache::default(), Instant::now());
        assert!(fetches(&cache, "a", now));
        cache.fetched(keys("a"), None, now);
        assert!(uses(&cache, "a", now + FRESH - Duration::from_secs(1)));
        assert!(fetches(&cache, "a", now + FRESH));
    }

    #[test]
    fn an_unknown_id_is_searched_for_now_and_then() {
        let (mut cache, now) = (KeyCache::default(), Instant::now());
        cache.fetched(keys("a"), Some("a"), now);
        assert!(fetches(&cache, "b", now));
        cache.fetched(keys("a"), Some("b"), now);
        assert!(uses(&cache, "b", now) && uses(&cache, "c", now + SEARCH_PAUSE - Duration::from_secs(1)));
        assert!(fetches(&cache, "c", now + SEARCH_PAUSE));
    }

    #[test]
    fn a_new_key_is_found_within_a_pause_whatever_strangers_make_up() {
        let (mut cache, mut now) = (KeyCache::default(), Instant::now());
        cache.fetched(keys("a"), None, now);
        let (changed, mut searches) = (now + Duration::from_secs(61), 0);
        let found = loop {
            if fetches(&cache, "made up", now) {
                searches += 1;
                cache.fetched(keys(if now < changed { "a" } else { "new" }), Some("made up"), now);
            }
            if now >= changed && cache.advice(Some("new"), now).knows("new") {
                break now;
            }
            now += Duration::from_millis(10);
        };
        assert!(found - changed <= SEARCH_PAUSE, "{:?}", found - changed);
        assert!(searches <= 33, "the issuer was asked {searches} times in a minute");
    }

    #[test]
    fn a_search_that_fails_is_not_repeated_at_once_and_known_keys_go_on() {
        let (mut cache, now) = (KeyCache::default(), Instant::now());
        cache.fetched(keys("a"), None, now);
        cache.failed(now);
        assert!(uses(&cache, "b", now) && uses(&cache, "a", now));
        assert!(fetches(&cache, "b", now + FIRST_RETRY_PAUSE), "it may have been a hiccup");
        for _ in 0..10 {
            cache.failed(now);
        }
        assert!(uses(&cache, "b", now + FIRST_RETRY_PAUSE) && fetches(&cache, "b", now + RETRY_PAUSE));
    }

    #[test]
    fn without_the_issuer_keys_are_used_for_a_day_and_no_longer() {
        let (mut cache, now) = (KeyCache::default(), Instant::now());
        cache.fetched(keys("a"), None, now);
        let last = now + USABLE - Duration::from_secs(1);
        cache.failed(last);
        assert!(uses(&cache, "a", last));
        assert!(matches!(cache.advice(Some("a"), now + USABLE), Advice::Wait));
        assert!(fetches(&cache, "a", last + RETRY_PAUSE));
    }

    #[test]
    fn without_keys_the_issuer_is_asked_every_other_second() {
        let (mut cache, now) = (KeyCache::default(), Instant::now());
        cache.failed(now);
        assert!(matches!(cache.advice(Some("a"), now), Advice::Wait));
        assert!(fetches(&cache, "a", now + FIRST_RETRY_PAUSE));
    }
}
