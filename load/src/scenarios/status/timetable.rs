//! When each status left and when its frame came.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tokio::sync::Notify;

use crate::latencies::Latencies;

/// Statuses are numbered; number `n` goes to socket `n % sockets`, with the version that [`version`] says.
#[derive(Debug)]
pub(super) struct Timetable {
    sockets: usize,
    state: Mutex<State>,
    complete: Notify,
}

#[derive(Debug)]
struct State {
    /// For each status: when it left, until its frame has come.
    under_way: Vec<Option<Instant>>,
    latencies: Latencies,
    extra: usize,
}

#[derive(Debug)]
pub(super) struct Arrivals {
    pub(super) latencies: Latencies,
    /// Statuses without a frame, because a newer one of the same image came first, as is correct.
    pub(super) overtaken: usize,
    /// Statuses without a frame for no such reason.
    pub(super) lost: usize,
    /// Frames without a status: duplicates, or of a status that was not sent.
    pub(super) extra: usize,
}

/// An upload is version 1, so the first status is version 2.
const FIRST_VERSION: u64 = 2;

pub(super) fn version(n: usize, sockets: usize) -> u64 {
    FIRST_VERSION + (n / sockets) as u64
}

impl Timetable {
    pub(super) fn new(number: usize, sockets: usize) -> Self {
        let state = State { under_way: vec![None; number], latencies: Latencies::default(), extra: 0 };
        Self { sockets, state: Mutex::new(state), complete: Notify::new() }
    }

    pub(super) fn leaves(&self, n: usize) -> Instant {
        let now = Instant::now();
        self.state().under_way[n] = Some(now);
        now
    }

    pub(super) fn arrived(&self, socket: usize, version: u64) {
        let now = Instant::now();
        let round = version.checked_sub(FIRST_VERSION).and_then(|round| usize::try_from(round).ok());
        let mut state = self.state();
        let status = round.and_then(|round| state.under_way.get_mut(round * self.sockets + socket));
        match status.and_then(Option::take) {
            Some(left) => state.latencies.push(now - left),
            None => state.extra += 1,
        }
        if state.latencies.len() == state.under_way.len() {
            self.complete.notify_one();
        }
    }

    /// Waits until every status has its frame, for at most so long.
    pub(super) async fn all_arrived(&self, within: Duration) {
        // A status without its frame by then counts as lost.
        let _ = tokio::time::timeout(within, self.complete.notified()).await;
    }

    pub(super) fn arrivals(&self) -> Arrivals {
        let mut state = self.state();
        let newer_came = |n: usize| {
            let newer = state.under_way.iter().skip(n + self.sockets).step_by(self.sockets);
            newer.filter(|left| left.is_none()).count() > 0
        };
        let missing = state.under_way.iter().enumerate().filter(|(_, left)| left.is_some());
        let (overtaken, lost): (Vec<_>, Vec<_>) = missing.partition(|(n, _)| newer_came(*n));
        let (overtaken, lost) = (overtaken.len(), lost.len());
        Arrivals { latencies: std::mem::take(&mut state.latencies), overtaken, lost, extra: state.extra }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing that could panic half-way runs under this lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_rise_for_each_socket() {
        let versions: Vec<u64> = (0..6).map(|n| version(n, 2)).collect();
        assert_eq!(versions, [2, 2, 3, 3, 4, 4]);
    }

    #[test]
    fn lost_and_extra_frames_are_counted() {
        let timetable = Timetable::new(4, 2);
        for n in 0..4 {
            timetable.leaves(n);
        }
        // Socket 0 gets its first only, socket 1 its second only.
        timetable.arrived(0, 2);
        timetable.arrived(1, 3);
        // Twice the same, the state at the upload, and one that was never sent.
        timetable.arrived(0, 2);
        timetable.arrived(0, 1);
        timetable.arrived(1, 4);
        let Arrivals { latencies, overtaken, lost, extra } = timetable.arrivals();
        assert_eq!((latencies.len(), overtaken, lost, extra), (2, 1, 1, 3));
    }

    #[tokio::test]
    async fn the_wait_ends_with_the_last_frame() {
        let timetable = Timetable::new(1, 1);
        timetable.leaves(0);
        timetable.arrived(0, 2);
        let wait = timetable.all_arrived(Duration::from_hours(1));
        tokio::time::timeout(Duration::from_secs(10), wait).await.unwrap();
    }
}
