//! How often something may be done in a minute. Each task counts for itself.
//!
//! A bucket of tokens in the form of one instant (GCRA): when it would be full again. A full bucket is no entry at all, so
//! entries go by themselves, in sweeps that come the more rarely the more there are.

use std::{
    collections::HashMap,
    hash::Hash,
    num::NonZeroU32,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use crate::error::TooOften;

const MINUTE: Duration = Duration::from_mins(1);
/// At most so many entries. While there is no place for another one, new keys are admitted without one.
const MAX_ENTRIES: usize = 50_000;
const FIRST_SWEEP: usize = 1024;
const FULL_SWEEP_EVERY: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(crate) struct RateLimit<Key>(Mutex<Buckets<Key>>);

#[derive(Debug)]
struct Buckets<Key> {
    /// When each one's bucket is full again.
    full_at: HashMap<Key, Instant>,
    /// Swept when there are so many.
    sweep_at: usize,
    swept: Instant,
}

impl<Key: Eq + Hash> RateLimit<Key> {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Buckets { full_at: HashMap::new(), sweep_at: FIRST_SWEEP, swept: Instant::now() }))
    }

    /// Takes a token from the bucket of each key, which has so many a minute; if one bucket is empty, from none.
    pub(crate) fn admit<const N: usize>(&self, each: [(Key, NonZeroU32); N], now: Instant) -> Result<(), TooOften> {
        // Nothing that could panic half-way runs under this lock.
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let each = each.map(|(key, per_minute)| {
            let full_at = buckets.full_at.get(&key).map_or(now, |full_at| *full_at.max(&now));
            (key, full_at + MINUTE / per_minute.get())
        });
        // A bucket that takes more than a minute to fill is overdrawn.
        let wait = each.iter().map(|(_, full_at)| full_at.duration_since(now).saturating_sub(MINUTE)).max();
        if let Some(wait) = wait.filter(|wait| !wait.is_zero()) {
            return Err(TooOften(wait));
        }
        buckets.sweep(now);
        for (key, full_at) in each {
            if buckets.full_at.len() < MAX_ENTRIES || buckets.full_at.contains_key(&key) {
                buckets.full_at.insert(key, full_at);
            }
        }
        Ok(())
    }

    /// Puts back what was taken for something that did not happen.
    pub(crate) fn give_back<const N: usize>(&self, each: [(Key, NonZeroU32); N]) {
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (key, per_minute) in each {
            if let Some(full_at) = buckets.full_at.get_mut(&key) {
                // An instant in the past is a full bucket.
                *full_at = full_at.checked_sub(MINUTE / per_minute.get()).unwrap_or(*full_at);
            }
        }
    }
}

/// For those who are not refused what is too much but kept waiting: a bucket may be overdrawn.
impl<Key: Eq + Hash> RateLimit<Key> {
    /// How long it takes until the bucket, which fills up within a time, has a token again.
    pub(crate) fn wait(&self, key: &Key, fills_within: Duration, now: Instant) -> Duration {
        let buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        buckets
            .full_at
            .get(key)
            .map_or(Duration::ZERO, |full_at| full_at.saturating_duration_since(now).saturating_sub(fills_within))
    }

    /// Takes a token, which is there again after a time.
    pub(crate) fn take(&self, key: Key, refilled_after: Duration, now: Instant) {
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        buckets.sweep(now);
        let full_at = buckets.full_at.get(&key).map_or(now, |full_at| *full_at.max(&now)) + refilled_after;
        if buckets.full_at.len() < MAX_ENTRIES || buckets.full_at.contains_key(&key) {
            buckets.full_at.insert(key, full_at);
        }
    }
}

impl<Key: Eq + Hash> Buckets<Key> {
    /// Forgets the full ones, when there are twice as many entries as the last sweep left, or no place is left.
    fn sweep(&mut self, now: Instant) {
        let entries = self.full_at.len();
        if entries >= self.sweep_at || (entries >= MAX_ENTRIES && now.duration_since(self.swept) > FULL_SWEEP_EVERY) {
            self.full_at.retain(|_, full_at| *full_at > now);
            self.sweep_at = (2 * self.full_at.len()).max(FIRST_SWEEP);
            self.swept = now;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn per_minute(n: u32) -> NonZeroU32 {
        NonZeroU32::new(n).unwrap()
    }

    fn entries<Key>(limit: &RateLimit<Key>) -> usize {
        limit.0.lock().unwrap().full_at.len()
    }

    #[test]
    fn who_takes_too_much_waits_the_longer() {
        let (limit, now, gap) = (RateLimit::new(), Instant::now(), Duration::from_millis(5));
        let wait = |at| limit.wait(&"me", 10 * gap, at);
        for _ in 0..10 {
            assert_eq!(wait(now), Duration::ZERO);
            limit.take("me", gap, now);
        }
        limit.take("me", gap, now);
        assert_eq!((wait(now), wait(now + gap)), (gap, Duration::ZERO));
        limit.take("me", gap, now + 20 * gap);
        assert_eq!(wait(now + 20 * gap), Duration::ZERO, "what is over is forgotten");
        assert_eq!(limit.wait(&"you", 10 * gap, now), Duration::ZERO);
    }

    #[test]
    fn there_is_a_burst_and_then_one_after_the_other() {
        let (limit, now) = (RateLimit::new(), Instant::now());
        let me = [("me", per_minute(30))];
        for _ in 0..30 {
            assert_eq!(limit.admit(me, now), Ok(()));
        }
        let refused = limit.admit(me, now).unwrap_err();
        assert_eq!(refused, TooOften(Duration::from_secs(2)));
        assert_eq!(refused.retry_after_seconds(), 3);
        assert_eq!(limit.admit(me, now + refused.0), Ok(()));
        assert!(limit.admit(me, now + refused.0).is_err());
        assert_eq!(limit.admit([("you", per_minute(30))], now), Ok(()), "another key");
        assert_eq!((0..40).filter(|_| limit.admit(me, now + 2 * MINUTE).is_ok()).count(), 30);
    }

    #[test]
    fn a_key_refused_by_one_bucket_takes_nothing_from_the_other() {
        let (limit, now) = (RateLimit::new(), Instant::now());
        assert_eq!(limit.admit([("me", per_minute(1)), ("all", per_minute(2))], now), Ok(()));
        for _ in 0..5 {
            assert!(limit.admit([("me", per_minute(1)), ("all", per_minute(2))], now).is_err());
        }
        assert_eq!(limit.admit([("you", per_minute(1)), ("all", per_minute(2))], now), Ok(()));
        assert!(limit.admit([("she", per_minute(1)), ("all", per_minute(2))], now).is_err());
        assert_eq!(entries(&limit), 3, "a refused key leaves no entry");
    }

    #[test]
    fn what_is_given_back_can_be_taken_again() {
        let (limit, now) = (RateLimit::new(), Instant::now());
        for _ in 0..100 {
            assert_eq!(limit.admit([("me", per_minute(2))], now), Ok(()));
            limit.give_back([("me", per_minute(2))]);
        }
        assert_eq!((0..9).filter(|_| limit.admit([("me", per_minute(2))], now).is_ok()).count(), 2);
    }

    #[test]
    fn nothing_is_remembered_for_long_and_never_too_much() {
        let (limit, now) = (RateLimit::new(), Instant::now());
        for n in 0..MAX_ENTRIES {
            assert_eq!(limit.admit([(n, per_minute(3))], now), Ok(()));
        }
        assert_eq!(entries(&limit), MAX_ENTRIES);
        assert_eq!(limit.admit([(MAX_ENTRIES, per_minute(3))], now), Ok(()));
        assert_eq!(entries(&limit), MAX_ENTRIES);
        for n in 0..2 * MAX_ENTRIES {
            limit.admit([(n, per_minute(3))], now + 2 * MINUTE + Duration::from_millis(n as u64)).unwrap();
        }
        assert!(entries(&limit) <= MAX_ENTRIES);
    }
}
