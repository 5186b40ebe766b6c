//! Counts events that any client can cause at any rate, so that the log reports them at most once a minute.

use std::{
    num::NonZeroU64,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

const REPORT_EVERY: Duration = Duration::from_mins(1);

#[derive(Debug, Default)]
pub(crate) struct LogThrottle(Mutex<Counted>);

#[derive(Debug, Default)]
struct Counted {
    unreported: u64,
    reported: Option<Instant>,
}

impl LogThrottle {
    /// One more.
    pub(crate) fn add(&self) {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counted.unreported = counted.unreported.saturating_add(1);
    }

    /// How many are not reported yet, if a report is due. The count starts anew then.
    pub(crate) fn due(&self, now: Instant) -> Option<NonZeroU64> {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_early = counted.reported.is_some_and(|reported| now.duration_since(reported) < REPORT_EVERY);
        let unreported = NonZeroU64::new(counted.unreported).filter(|_| !is_early)?;
        *counted = Counted { unreported: 0, reported: Some(now) };
        Some(unreported)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_is_reported_at_once_and_the_others_together_after_a_minute() {
        let (throttle, now) = (LogThrottle::default(), Instant::now());
        assert_eq!(throttle.due(now), None, "nothing has happened");
        throttle.add();
        assert_eq!(throttle.due(now), NonZeroU64::new(1));
        for _ in 0..1000 {
            throttle.add();
            assert_eq!(throttle.due(now + Duration::from_millis(59_999)), None);
        }
        assert_eq!(throttle.due(now + REPORT_EVERY), NonZeroU64::new(1000));
        assert_eq!(throttle.due(now + 5 * REPORT_EVERY), None, "nothing has happened since");
        throttle.add();
        assert_eq!(throttle.due(now + 5 * REPORT_EVERY), NonZeroU64::new(1));
    }
}
