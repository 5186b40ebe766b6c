//! Textract's quota: how many calls it takes before it throttles.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde::Deserialize;
use tokio::time::Instant;

/// AWS states Textract's quota in calls a second; how many run at once without throttling is not documented.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Quota {
    AtOnce(u32),
    PerSecond(u32),
}

#[derive(Debug, Default)]
pub(super) struct QuotaLimiter {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    quota: Option<Quota>,
    running: u32,
    /// When calls were admitted within the last second; at most as many as the quota allows.
    admitted_at: VecDeque<Instant>,
    refused: u64,
}

/// Held while an admitted call runs.
#[derive(Debug)]
pub(crate) struct QuotaPermit {
    limiter: Arc<QuotaLimiter>,
}

impl QuotaLimiter {
    pub(super) fn set(&self, quota: Option<Quota>) {
        let mut state = self.lock();
        state.quota = quota;
        state.admitted_at.clear();
    }

    pub(super) fn refused(&self) -> u64 {
        self.lock().refused
    }

    pub(super) fn admit(limiter: &Arc<Self>, now: Instant) -> Option<QuotaPermit> {
        let mut state = limiter.lock();
        let is_free = match state.quota {
            None => true,
            Some(Quota::AtOnce(most)) => state.running < most,
            Some(Quota::PerSecond(most)) => {
                while state.admitted_at.front().is_some_and(|admitted_at| now - *admitted_at >= Duration::from_secs(1))
                {
                    state.admitted_at.pop_front();
                }
                let is_free = state.admitted_at.len() < most as usize;
                if is_free {
                    state.admitted_at.push_back(now);
                }
                is_free
            }
        };
        if !is_free {
            state.refused += 1;
            return None;
        }
        state.running += 1;
        Some(QuotaPermit { limiter: Arc::clone(limiter) })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for QuotaPermit {
    fn drop(&mut self) {
        let mut state = self.limiter.lock();
        state.running = state.running.saturating_sub(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn above_so_many_at_once_a_call_is_refused_until_one_ends() {
        let (limiter, now) = (Arc::new(QuotaLimiter::default()), Instant::now());
        let before = QuotaLimiter::admit(&limiter, now).unwrap();
        limiter.set(Some(Quota::AtOnce(2)));
        let second = QuotaLimiter::admit(&limiter, now).unwrap();
        assert!(QuotaLimiter::admit(&limiter, now).is_none());
        drop(before);
        assert!(QuotaLimiter::admit(&limiter, now).is_some());
        drop(second);
        assert_eq!(limiter.refused(), 1);
        limiter.set(None);
        let all: Vec<_> = (0..100).map(|_| QuotaLimiter::admit(&limiter, now)).collect();
        assert!(all.iter().all(Option::is_some));
    }

    #[test]
    fn above_so_many_a_second_a_call_is_refused_until_the_second_is_over() {
        let (limiter, start) = (Arc::new(QuotaLimiter::default()), Instant::now());
        limiter.set(Some(Quota::PerSecond(2)));
        let admitted = |millis| {
            let now = start + Duration::from_millis(millis);
            (0..5).filter(|_| QuotaLimiter::admit(&limiter, now).is_some()).count()
        };
        assert_eq!([admitted(0), admitted(999), admitted(1000)], [2, 0, 2]);
    }
}
