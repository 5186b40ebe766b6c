//! How much memory somebody had lately, and for how long, while his client was waited for: who sends fast holds little of it
//! for long, who sends drop by drop much.

use std::{collections::HashMap, hash::Hash, time::Duration};

use tokio::time::Instant;

/// After so long half of it is forgotten.
const HALF_LIFE: Duration = Duration::from_secs(30);
/// Of how many who hold nothing it is remembered. Beyond that all of those are forgotten: nobody is held to be worse than he is.
const MOST_REMEMBERED: usize = 10_000;

#[derive(Debug)]
pub(super) struct Usage<Key> {
    by_key: HashMap<Key, Used>,
    /// How many of them hold something.
    holding: usize,
}

#[derive(Debug, Clone, Copy)]
struct Used {
    held: usize,
    /// Bytes by seconds, as they were at that time.
    byte_seconds: f64,
    at: Instant,
}

impl<Key: Eq + Hash + Clone> Usage<Key> {
    pub(super) fn new() -> Self {
        Self { by_key: HashMap::new(), holding: 0 }
    }

    pub(super) fn take(&mut self, key: &Key, bytes: usize, now: Instant) {
        if bytes == 0 {
            return;
        }
        let nothing = Used { held: 0, byte_seconds: 0.0, at: now };
        let used = self.by_key.entry(key.clone()).or_insert(nothing);
        self.holding += usize::from(used.held == 0);
        *used = Used { held: used.held + bytes, byte_seconds: used.until(now), at: now };
    }

    pub(super) fn give_back(&mut self, key: &Key, bytes: usize, now: Instant) {
        let Some(used) = self.by_key.get_mut(key).filter(|_| bytes > 0) else { return };
        *used = Used { held: used.held.saturating_sub(bytes), byte_seconds: used.until(now), at: now };
        self.holding -= usize::from(used.held == 0);
        if self.by_key.len() - self.holding > MOST_REMEMBERED {
            self.by_key.retain(|_, used| used.held > 0);
        }
    }

    /// In bytes by seconds.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "never below 0, and far below 2^63")]
    pub(super) fn of(&self, key: &Key, now: Instant) -> u64 {
        self.by_key.get(key).map_or(0, |used| used.until(now) as u64)
    }
}

impl Used {
    #[expect(clippy::cast_precision_loss, reason = "no budget has 2^52 bytes")]
    fn until(self, now: Instant) -> f64 {
        let seconds = now.saturating_duration_since(self.at).as_secs_f64();
        let half_lives = seconds / HALF_LIFE.as_secs_f64();
        let kept = (-half_lives).exp2();
        // What is held counts in full at the end of that time, and what was held at its beginning is fading.
        let lately = self.held as f64 * HALF_LIFE.as_secs_f64() / std::f64::consts::LN_2 * (1.0 - kept);
        self.byte_seconds * kept + lately
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_counts_by_its_time_and_is_forgotten_by_and_by() {
        let (mut usage, start) = (Usage::new(), Instant::now());
        let at = |seconds| start + Duration::from_secs(seconds);
        usage.take(&"me", 1000, start);
        assert_eq!(usage.of(&"me", start), 0);
        assert!((980..=1000).contains(&usage.of(&"me", at(1))), "{}", usage.of(&"me", at(1)));
        usage.take(&"me", 1000, at(1));
        usage.give_back(&"me", 2000, at(2));
        let used = usage.of(&"me", at(2));
        assert!((2800..=3000).contains(&used), "{used}");
        assert!(usage.of(&"me", at(32)).abs_diff(used / 2) <= 1);
        assert_eq!((usage.of(&"me", at(10_000)), usage.of(&"you", at(1))), (0, 0));
        usage.take(&"you", 1000, start);
        let (early, late) = (usage.of(&"you", at(300)), usage.of(&"you", at(100_000)));
        assert!(late < 45_000 && early < late, "it does not grow without end: {early}, {late}");
    }

    #[test]
    fn a_bounded_number_is_remembered_and_none_forgotten_that_holds_something() {
        let (mut usage, start) = (Usage::new(), Instant::now());
        usage.take(&0, 1000, start);
        for key in 1..=MOST_REMEMBERED + 1 {
            usage.take(&key, 1, start);
            usage.give_back(&key, 1, start + Duration::from_secs(1));
        }
        assert_eq!((usage.by_key.len(), usage.holding), (1, 1));
        assert!(usage.of(&0, start + Duration::from_secs(1)) > 0);
    }
}
