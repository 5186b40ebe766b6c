//! How fast a client sends at present, counted in the time in which we wait for it and for nothing else.

use std::time::Duration;

use crate::http::LeastRate;

/// A client is judged by about as much of its last time, so that bytes sent long ago buy no silence.
const WINDOW: Duration = Duration::from_secs(5);

/// What a client sent, and how long we waited for it. What is older than [`WINDOW`] counts half, and half again.
#[derive(Debug, Default)]
pub(super) struct Pace {
    bytes: usize,
    waited: Duration,
    in_all: Duration,
}

impl Pace {
    /// So many bytes more came, for which we waited so long.
    pub(super) fn add(&mut self, bytes: usize, waited: Duration) {
        self.bytes += bytes;
        self.waited += waited;
        self.in_all += waited;
        while self.waited > WINDOW {
            self.bytes /= 2;
            self.waited /= 2;
        }
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
    fn what_does_not_wait_for_the_client_is_never_slow() {
        let mut pace = Pace::default();
        pace.add(1, Duration::ZERO);
        assert!(!pace.is_below(LEAST));
    }
}
