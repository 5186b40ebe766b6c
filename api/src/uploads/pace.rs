//! How fast a client sends at present, counted in the time in which we wait for it and for nothing else.

use std::time::Duration;

use crate::http::LeastRate;

/// A client is judged by about as much of its last time, so that bytes sent long ago buy no silence.
const WINDOW: Duration = Duration::from_secs(5);
/// Whoever sends less is falling behind; nobody gets ahead by what he sent before.
pub(super) const KEEPS_UP_BYTES_PER_SECOND: usize = 32 * 1024;
const STOPPED_FOR: Duration = Duration::from_millis(500);

/// What a client sent, and how long we waited for it. What is older than [`WINDOW`] counts half, and half again.
#[derive(Debug, Default)]
pub(super) struct Pace {
    bytes: usize,
    waited: Duration,
    in_all: Duration,
    /// Behind [`KEEPS_UP_BYTES_PER_SECOND`].
    behind: Duration,
}

impl Pace {
    /// So many bytes more came, for which we waited so long.
    pub(super) fn add(&mut self, bytes: usize, waited: Duration) {
        self.bytes += bytes;
        self.waited += waited;
        self.in_all += waited;
        let sent = Duration::from_micros((bytes * 1_000_000 / KEEPS_UP_BYTES_PER_SECOND) as u64);
        self.behind = (self.behind + waited).saturating_sub(sent);
        while self.waited > WINDOW {
            self.bytes /= 2;
            self.waited /= 2;
        }
    }

    /// Whether it sends next to nothing just now, however much it has sent.
    pub(super) fn has_stopped(&self) -> bool {
        self.behind >= STOPPED_FOR
    }

    pub(super) fn is_below(&self, least: LeastRate) -> bool {
        let least_bytes = least.bytes_per_second as u128 * self.waited.as_millis() / 1000;
        self.in_all > least.start && (self.bytes as u128) < least_bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAST: LeastRate = LeastRate { start: Duration::from_secs(10), bytes_per_second: 16_384 };

    /// Seconds until it is too slow, if it sends so much each second.
    fn seconds(pace: &mut Pace, each_second: usize) -> Option<usize> {
        (1..=1000).find(|_| {
            pace.add(each_second, Duration::from_secs(1));
            pace.is_below(LEAST)
        })
    }

    #[test]
    fn at_first_nothing_is_asked_and_then_the_rate() {
        assert_eq!(seconds(&mut Pace::default(), 0), Some(11));
        assert_eq!(seconds(&mut Pace::default(), 16_000), Some(11));
        assert_eq!(seconds(&mut Pace::default(), 17_000), None);
    }

    #[test]
    fn bytes_sent_at_once_buy_no_long_silence() {
        for bytes in [100_000, 1_000_000, 10_000_000] {
            let mut pace = Pace::default();
            pace.add(bytes, Duration::from_millis(10));
            let silent = seconds(&mut pace, 0).unwrap();
            assert!((10..=30).contains(&silent), "{silent} s after {bytes} bytes");
        }
    }

    #[test]
    fn who_stops_is_seen_at_once_and_who_is_only_slow_is_not() {
        let mut pace = Pace::default();
        pace.add(10_000_000, Duration::from_secs(1));
        for _ in 0..4 {
            assert!(!pace.has_stopped());
            pace.add(10, Duration::from_millis(126));
        }
        assert!(pace.has_stopped());
        pace.add(30_000, Duration::from_millis(10));
        assert!(!pace.has_stopped());
        let mut slow = Pace::default();
        for _ in 0..100 {
            slow.add(16_000, Duration::from_millis(400));
            assert!(!slow.has_stopped(), "40 KB/s, with gaps");
        }
    }

    #[test]
    fn what_does_not_wait_for_the_client_is_never_slow() {
        let mut pace = Pace::default();
        pace.add(1, Duration::ZERO);
        assert!(!pace.is_below(LEAST));
    }
}
