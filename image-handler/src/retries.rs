//! Tries of one call, with pauses between them.

use std::time::Duration;

use tokio::time::sleep;
use tracing::warn;

/// How often a call that fails for a passing reason is made before the message is left for a later receive.
const MAX_TRIES: u32 = 4;
const FIRST_PAUSE: Duration = Duration::from_millis(500);

/// The failed tries of one call.
#[derive(Debug)]
pub(crate) struct Retries {
    failed: u32,
    pause: Duration,
}

impl Default for Retries {
    fn default() -> Self {
        Self { failed: 0, pause: FIRST_PAUSE }
    }
}

impl Retries {
    /// The pause before the next try, doubled each time; the error after the last one.
    pub(crate) fn pause_after(&mut self, error: anyhow::Error) -> anyhow::Result<impl Future<Output = ()> + use<>> {
        self.failed += 1;
        if self.failed == MAX_TRIES {
            return Err(error);
        }
        warn!("try {} of {MAX_TRIES}: {error:#}", self.failed);
        let pause = service::jittered(self.pause);
        self.pause *= 2;
        Ok(sleep(pause))
    }
}
