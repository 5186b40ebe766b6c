//! Counts what strangers can cause as often as they like, so that the log tells of it at most once a minute.

use std::{
    num::NonZeroU64,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

const TELL_EVERY: Duration = Duration::from_mins(1);

#[derive(Debug, Default)]
pub(super) struct LogTally(Mutex<Counted>);

#[derive(Debug, Default)]
struct Counted {
    untold: u64,
    told: Option<Instant>,
}

impl LogTally {
    /// One more.
    pub(super) fn add(&self) {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counted.untold = counted.untold.saturating_add(1);
    }

    /// How many there are of which nobody was told, if it is time to tell. Counted anew from then on.
    pub(super) fn due(&self, now: Instant) -> Option<NonZeroU64> {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_early = counted.told.is_some_and(|told| now.duration_since(told) < TELL_EVERY);
        let untold = NonZeroU64::new(counted.untold).filter(|_| !is_early)?;
        *counted = Counted { untold: 0, told: Some(now) };
        Some(untold)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_is_told_at_once_and_the_others_together_after_a_minute() {
        let (tally, now) = (LogTally::default(), Instant::now());
        assert_eq!(tally.due(now), None, "nothing has happened");
        tally.add();
        assert_eq!(tally.due(now), NonZeroU64::new(1));
        for _ in 0..1000 {
            tally.add();
            assert_eq!(tally.due(now + Duration::from_millis(59_999)), None);
        }
        assert_eq!(tally.due(now + TELL_EVERY), NonZeroU64::new(1000));
        assert_eq!(tally.due(now + 5 * TELL_EVERY), None, "nothing has happened since");
        tally.add();
        assert_eq!(tally.due(now + 5 * TELL_EVERY), NonZeroU64::new(1));
    }
}
