//! What strangers may take of this task: how much, how long, and how much of it from one address, while half of it is free
//! (`shares.rs`).

use std::{num::NonZeroU32, time::Duration};

use super::least_rate::LeastRate;

const KIB: usize = 1024;

/// Not from the environment: only tests have others.
#[derive(Debug, Clone, Copy)]
pub struct HttpLimits {
    pub connections: ConnectionLimits,
    pub bodies: BodyLimits,
    /// How many requests of one owner may be in flight, until their answers are sent.
    pub requests_for_each_owner: usize,
    /// How many requests from one address may ask the ledger in a minute: an office or a mobile network is one address, and
    /// all its feeds come back at once when a task has stopped. Uploads have a limit of their own.
    pub reads_per_minute: NonZeroU32,
}

/// Connections. One that has become a WebSocket does not count any more: it is a feed then.
#[derive(Debug, Clone, Copy)]
pub struct ConnectionLimits {
    pub in_all: usize,
    /// Of these, how many one address may have. Behind a proxy all connections are the proxy's: there so many requests of
    /// one address may be in flight, until their answers are sent.
    pub for_each_address: usize,
    /// How many requests of one address are answered in a second, after so many at once; the others wait. What succeeds at
    /// addresses with limits of their own is not counted.
    pub answers_a_second: u32,
    pub answers_at_once: u32,
    /// Beside them, for health checks; whatever else is asked on these is refused.
    pub reserve: usize,
    pub reserve_for_each_address: usize,
    /// How long a connection may stand idle: longer than the 120 s after which our load balancer drops it, so that the
    /// balancer never sends a request on a connection that we are about to close.
    pub idle_within: Duration,
    /// How long it may where nine of ten places are taken. Not behind a proxy, whose connections are all its clients'.
    pub idle_within_when_short: Duration,
    /// How long a request's head may take, from its first byte.
    pub head_within: Duration,
    /// How many heads may be longer than 8 KiB and not ended: each has up to 16 KiB in memory. Browsers send a tenth of it.
    pub long_heads: usize,
    pub long_heads_for_each_address: usize,
    /// How long a client may take nothing of what is sent to it, and how long it may keep an answer waiting in sum, beside
    /// the time in which it takes it at [`ConnectionLimits::answer_rate`].
    pub unread_within: Duration,
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
        Self {
            connections: ConnectionLimits::default(),
            bodies: BodyLimits::default(),
            requests_for_each_owner: 100,
            reads_per_minute: NonZeroU32::new(3_000).expect("3,000 is not 0"),
        }
    }
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self {
            // Idle ones take up to 14 KiB each.
            in_all: 8_000,
            for_each_address: 800,
            answers_a_second: 200,
            answers_at_once: 1_000,
            reserve: 64,
            reserve_for_each_address: 8,
            idle_within: Duration::from_secs(130),
            idle_within_when_short: Duration::from_secs(5),
            head_within: Duration::from_secs(10),
            long_heads: 1_000,
            long_heads_for_each_address: 100,
            unread_within: Duration::from_secs(30),
        }
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

impl ConnectionLimits {
    /// The least at which an answer must be taken.
    pub(super) fn answer_rate(self) -> LeastRate {
        LeastRate { start: self.unread_within, bytes_per_second: 8 * KIB }
    }
}

impl BodyLimits {
    pub(super) fn least_rate(self) -> LeastRate {
        LeastRate { start: self.start, bytes_per_second: 32 * KIB }
    }
}
