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
    /// Statuses without a frame.
    pub(super) lost: usize,
    /// Frames without a status: twice the same, or one that we did not send.
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
        // What has not come by then is counted as lost.
        let _ = tokio::time::timeout(within, self.complete.notified()).await;
    }

    pub(super) fn arrivals(&self) -> Arrivals {
        let mut state = self.state();
        let latencies = std::mem::take(&mut state.latencies);
        Arrivals { lost: state.under_way.len() - latencies.len(), latencies, extra: state.extra }
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
        timetable.arrived(0, 2);
        timetable.arrived(1, 3);
        // Twice the same, the state at the upload, and one that was never sent.
        timetable.arrived(0, 2);
        timetable.arrived(0, 1);
        timetable.arrived(1, 4);
        let arrivals = timetable.arrivals();
        assert_eq!((arrivals.latencies.len(), arrivals.lost, arrivals.extra), (2, 2, 3));
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
