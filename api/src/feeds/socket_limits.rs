//! How many open feeds there may be, and how long a WebSocket may be silent or slow.

use std::time::Duration;

/// Not from the environment: only tests have others.
#[derive(Debug, Clone, Copy)]
pub struct SocketLimits {
    /// How many feeds one task holds at most.
    pub most: usize,
    /// Of these, how many one client's address may have: an office or a mobile network is one address.
    pub most_per_address: usize,
    /// And how many one person may have, on all screens.
    pub most_per_owner: usize,
    pub ping_every: Duration,
    /// A peer from which nothing came for so long is disconnected.
    pub dead_after: Duration,
    /// A peer that does not take a frame for so long is closed with 1013: connect again.
    pub slow_after: Duration,
    /// Server-sent events are not answered, so that nothing tells who reads them: they end after so long, and whoever is
    /// there comes back by itself, with the last version that it saw.
    pub events_end_after: Duration,
}

impl Default for SocketLimits {
    fn default() -> Self {
        Self {
            most: 25_000,
            most_per_address: 5_000,
            most_per_owner: 100,
            // Well below the 60 s after which a load balancer cuts a silent connection.
            ping_every: Duration::from_secs(25),
            // Two pings are unanswered by then.
            dead_after: Duration::from_mins(1),
            slow_after: Duration::from_secs(10),
            events_end_after: Duration::from_mins(5),
        }
    }
}
