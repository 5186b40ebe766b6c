//! What strangers may take of this task: how much, how long, and how much of it from one address.

use std::time::Duration;

use super::least_rate::LeastRate;

const KIB: usize = 1024;

/// Not from the environment: only tests have others.
#[derive(Debug, Clone, Copy)]
pub struct HttpLimits {
    pub bodies: BodyLimits,
}

/// Bodies of requests, but for those that a room counts itself.
#[derive(Debug, Clone, Copy)]
pub struct BodyLimits {
    /// The longest body.
    pub longest: usize,
    /// How many bytes of bodies are in memory at most.
    pub in_all: usize,
    /// Of these, how many may come from one address.
    pub for_each_address: usize,
    /// How long a body may take before a rate is asked of it.
    pub start: Duration,
}

impl Default for HttpLimits {
    fn default() -> Self {
        Self { bodies: BodyLimits::default() }
    }
}

impl Default for BodyLimits {
    fn default() -> Self {
        Self {
            // SNS's largest message has 256 KiB (<https://docs.aws.amazon.com/sns/latest/dg/large-message-payloads.html>).
            // It comes as a JSON text in an envelope: ours is JSON, of which escaping at most doubles each byte.
            longest: 2 * 256 * KIB + 16 * KIB,
            in_all: 8 * KIB * KIB,
            for_each_address: 2 * KIB * KIB,
            start: Duration::from_secs(10),
        }
    }
}

impl BodyLimits {
    pub(super) fn least_rate(self) -> LeastRate {
        LeastRate { start: self.start, bytes_per_second: 32 * KIB }
    }
}
