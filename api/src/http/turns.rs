//! How much of the service's time one address has: an answer costs little, but a stranger can ask for as many as his line holds.
//!
//! Nobody is refused: whoever asks more than is answered in a second waits before each next answer, on as many connections
//! as he has, and others have their turns meanwhile.

use std::time::{Duration, Instant};

use super::{client_address::ClientAddress, limits::ConnectionLimits, rate_limit::RateLimit};

#[derive(Debug)]
pub(super) struct Turns {
    answers: RateLimit<ClientAddress>,
    /// After how long one answer more is free again.
    gap: Duration,
    at_once: u32,
}

impl Turns {
    pub(super) fn new(limits: &ConnectionLimits) -> Self {
        let gap = Duration::from_secs(1) / limits.answers_a_second.max(1);
        Self { answers: RateLimit::new(), gap, at_once: limits.answers_at_once }
    }

    /// Until the address may have an answer.
    pub(super) async fn wait(&self, address: &ClientAddress) {
        let wait = self.answers.wait(address, self.gap * self.at_once, Instant::now());
        if !wait.is_zero() {
            // In a box: few requests ever wait here, and all connections have room for it.
            Box::pin(tokio::time::sleep(wait)).await;
        }
    }

    /// It has had one.
    pub(super) fn count(&self, address: ClientAddress) {
        self.answers.take(address, self.gap, Instant::now());
    }
}
