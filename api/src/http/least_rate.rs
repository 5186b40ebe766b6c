//! The least rate at which a client must send, so that one that sends drop by drop does not hold what others need.

use std::time::Duration;

#[derive(Debug, Clone, Copy)]
pub(crate) struct LeastRate {
    /// At first nothing is asked.
    pub(crate) start: Duration,
    pub(crate) bytes_per_second: usize,
}

impl LeastRate {
    /// How long a client may take for so many bytes.
    pub(super) fn time_for(self, bytes: usize) -> Duration {
        self.start + Duration::from_millis((bytes * 1000 / self.bytes_per_second) as u64)
    }
}
