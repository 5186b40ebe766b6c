//! Textract's quota: how many calls it takes before it throttles.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde::Deserialize;
use tokio::time::Instant;

/// AWS states Textract's quota in calls a second; what it bears at once shows only when it throttles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Quota {
    AtOnce(u32),
    PerSecond(u32),
}

#[derive(Debug, Default)]
pub(super) struct Gate {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    quota: Option<Quota>,
    inside: u32,
    /// When calls came in, within the last second; at most as many as the quota allows.
    entered: VecDeque<Instant>,
    refused: u64,
}

/// A call that is under way.
#[derive(Debug)]
pub(crate) struct Admitted {
    gate: Arc<Gate>,
}

impl Gate {
    pub(super) fn set(&self, quota: Option<Quota>) {
        let mut state = self.lock();
        state.quota = quota;
        state.entered.clear();
    }

    pub(super) fn refused(&self) -> u64 {
        self.lock().refused
    }

    pub(super) fn admit(gate: &Arc<Self>, now: Instant) -> Option<Admitted> {
        let mut state = gate.lock();
        let is_free = match state.quota {
            None => true,
            Some(Quota::AtOnce(most)) => state.inside < most,
            Some(Quota::PerSecond(most)) => {
                while state.entered.front().is_some_and(|entered| now - *entered >= Duration::from_secs(1)) {
                    state.entered.pop_front();
                }
                let is_free = state.entered.len() < most as usize;
                if is_free {
                    state.entered.push_back(now);
                }
                is_free
            }
        };
        if !is_free {
            state.refused += 1;
            return None;
        }
        state.inside += 1;
        Some(Admitted { gate: Arc::clone(gate) })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Admitted {
    fn drop(&mut self) {
        let mut state = self.gate.lock();
        state.inside = state.inside.saturating_sub(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn above_so_many_at_once_a_call_is_refused_until_one_ends() {
        let (gate, now) = (Arc::new(Gate::default()), Instant::now());
        let before = Gate::admit(&gate, now).unwrap();
        gate.set(Some(Quota::AtOnce(2)));
        let second = Gate::admit(&gate, now).unwrap();
        assert!(Gate::admit(&gate, now).is_none());
        drop(before);
        assert!(Gate::admit(&gate, now).is_some());
        drop(second);
        assert_eq!(gate.refused(), 1);
        gate.set(None);
        let all: Vec<_> = (0..100).map(|_| Gate::admit(&gate, now)).collect();
        assert!(all.iter().all(Option::is_some));
    }

    #[test]
    fn above_so_many_a_second_a_call_is_refused_until_the_second_is_over() {
        let (gate, start) = (Arc::new(Gate::default()), Instant::now());
        gate.set(Some(Quota::PerSecond(2)));
        let admitted = |millis| {
            let now = start + Duration::from_millis(millis);
            (0..5).filter(|_| Gate::admit(&gate, now).is_some()).count()
        };
        assert_eq!([admitted(0), admitted(999), admitted(1000)], [2, 0, 2]);
    }
}
