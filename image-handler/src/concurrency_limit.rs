//! An adaptive limit of concurrent calls of Textract: when one call is throttled, the whole worker slows down.
//!
//! The rule is TCP's additive increase and multiplicative decrease (RFC 5681; Netflix's concurrency-limits has it for
//! services). A call that is answered while the limit is in use raises the limit by 1/limit, so by one a round; a
//! throttled one halves it, once for all calls that were in flight together. Textract counts calls by the second, so
//! each decrease is also followed by a pause of all calls, jittered, twice as long every time and half as long after an
//! answer.
//!
//! The SDK's adaptive retry mode slows down too (by CUBIC), but inside the call: there a call that waits cannot be told
//! from one that is paid for, and the wait could not be reported.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::Notify,
    time::{Instant, sleep_until},
};
use tracing::info;

const FIRST_PAUSE: Duration = Duration::from_millis(500);
const MAX_PAUSE: Duration = Duration::from_secs(20);

#[derive(Debug)]
pub(crate) struct ConcurrencyLimit {
    /// Held by the first of those that wait, which are admitted in their order.
    waiters: tokio::sync::Mutex<()>,
    state: Mutex<State>,
    /// Wakes the first of those that wait when a call has ended.
    call_ended: Notify,
}

/// The permission for one call. Dropped without a result, the limit stays as it is.
#[derive(Debug)]
pub(crate) struct Permit<'a> {
    limit: &'a ConcurrencyLimit,
    admitted_at: Instant,
}

#[derive(Debug)]
struct State {
    most: f64,
    /// From 1 to `most`; its whole part is how many calls may be in flight.
    limit: f64,
    in_flight: u32,
    /// For how long no call is admitted after the next throttling.
    pause: Duration,
    paused_until: Instant,
}

#[derive(Debug, PartialEq, Eq)]
enum Admission {
    Granted,
    PausedUntil(Instant),
    LimitReached,
}

impl ConcurrencyLimit {
    /// The limit begins at `most`, so that the configured concurrency is used from the start.
    pub(crate) fn new(most: u32) -> Self {
        let state = State::new(most, Instant::now());
        Self { waiters: tokio::sync::Mutex::default(), state: Mutex::new(state), call_ended: Notify::new() }
    }

    /// Waits for a permit. Cancel safe; a caller that cancels loses its place in the order.
    pub(crate) async fn acquire(&self) -> Permit<'_> {
        let _first = self.waiters.lock().await;
        loop {
            let admitted_at = Instant::now();
            let admission = self.state().admit(admitted_at);
            match admission {
                Admission::Granted => return Permit { limit: self, admitted_at },
                Admission::PausedUntil(end) => sleep_until(end).await,
                Admission::LimitReached => self.call_ended.notified().await,
            }
        }
    }

    /// Whether calls were throttled of late, and fewer are made than could be.
    pub(crate) fn is_slowed(&self) -> bool {
        self.state().is_slowed(Instant::now())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Permit<'_> {
    pub(crate) fn answered(self) {
        self.limit.state().answered();
    }

    pub(crate) fn throttled(self) {
        let mut state = self.limit.state();
        if let Some(pause) = state.throttled(self.admitted_at, Instant::now(), service::jittered) {
            info!("Textract throttled a call: {} calls at once, after a pause of {pause:?}", state.max_in_flight());
        }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.limit.state().released();
        self.limit.call_ended.notify_one();
    }
}

impl State {
    fn new(most: u32, now: Instant) -> Self {
        let most = f64::from(most.max(1));
        Self { most, limit: most, in_flight: 0, pause: FIRST_PAUSE, paused_until: now }
    }

    fn is_slowed(&self, now: Instant) -> bool {
        now < self.paused_until || self.limit < self.most
    }

    fn admit(&mut self, now: Instant) -> Admission {
        if now < self.paused_until {
            return Admission::PausedUntil(self.paused_until);
        }
        if self.in_flight >= self.max_in_flight() {
            return Admission::LimitReached;
        }
        self.in_flight += 1;
        Admission::Granted
    }

    fn released(&mut self) {
        self.in_flight = self.in_flight.saturating_sub(1);
    }

    /// If less than half of the limit is used, an answer says nothing about a higher one (as in RFC 7661).
    fn answered(&mut self) {
        if 2 * self.in_flight >= self.max_in_flight() {
            self.limit = (self.limit + 1.0 / self.limit).min(self.most);
        }
        self.pause = (self.pause / 2).max(FIRST_PAUSE);
    }

    /// The pause that begins. None if the call was admitted before the last pause was over: that pause covers it.
    fn throttled(
        &mut self,
        admitted_at: Instant,
        now: Instant,
        jitter: impl Fn(Duration) -> Duration,
    ) -> Option<Duration> {
        if admitted_at < self.paused_until {
            return None;
        }
        let pause = jitter(self.pause);
        self.limit = (self.limit / 2.0).max(1.0);
        self.pause = (self.pause * 2).min(MAX_PAUSE);
        self.paused_until = now + pause;
        Some(pause)
    }

    fn max_in_flight(&self) -> u32 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is from 1 to a number that was a u32"
        )]
        let whole = self.limit as u32;
        whole
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    fn throttled(state: &mut State, admitted_at: Instant) -> Option<Duration> {
        state.throttled(admitted_at, admitted_at, |pause| pause)
    }

    /// Admits calls at `now` until the limit is reached.
    fn fill(state: &mut State, now: Instant) -> u32 {
        let before = state.in_flight;
        while state.admit(now) == Admission::Granted {}
        state.in_flight - before
    }

    #[test]
    fn it_begins_at_the_configured_concurrency() {
        let now = Instant::now();
        let mut state = State::new(8, now);
        assert_eq!(fill(&mut state, now), 8);
        assert_eq!(state.admit(now), Admission::LimitReached);
        state.released();
        assert_eq!(state.admit(now), Admission::Granted);
    }

    #[test]
    fn calls_in_flight_together_halve_the_limit_once() {
        let now = Instant::now();
        let mut state = State::new(8, now);
        fill(&mut state, now);
        let pauses: Vec<_> = (0..8).filter_map(|_| throttled(&mut state, now)).collect();
        assert_eq!(pauses, [FIRST_PAUSE]);
        (0..8).for_each(|_| state.released());
        assert_eq!(state.admit(now), Admission::PausedUntil(now + FIRST_PAUSE));
        assert_eq!(fill(&mut state, now + FIRST_PAUSE), 4);
    }

    #[test]
    fn it_grows_by_one_a_round_up_to_where_it_began() {
        let mut now = Instant::now();
        let mut state = State::new(4, now);
        for _ in 0..3 {
            now += throttled(&mut state, now).unwrap();
        }
        let mut rounds = Vec::new();
        for _ in 0..8 {
            let round = fill(&mut state, now);
            rounds.push(round);
            for _ in 0..round {
                state.answered();
                state.released();
                // The next call is admitted at once, as it is where many wait.
                state.admit(now);
            }
            (0..state.in_flight).for_each(|_| state.released());
            state.in_flight = 0;
        }
        assert!(rounds.is_sorted() && rounds.windows(2).all(|pair| pair[1] - pair[0] <= 1), "{rounds:?}");
        assert_eq!((rounds[0], rounds[7]), (1, 4));
    }

    #[test]
    fn answers_below_half_of_the_limit_do_not_raise_it() {
        let now = Instant::now();
        let mut state = State::new(8, now);
        let now = now + throttled(&mut state, now).unwrap();
        for _ in 0..100 {
            state.admit(now);
            state.answered();
            state.released();
        }
        assert_eq!(state.max_in_flight(), 4);
    }

    #[test]
    fn pauses_grow_while_it_goes_on_and_shrink_with_answers() {
        let mut now = Instant::now();
        let mut state = State::new(8, now);
        let mut pauses = Vec::new();
        for _ in 0..8 {
            let pause = throttled(&mut state, now).unwrap();
            pauses.push(pause.as_millis());
            now += pause;
        }
        assert_eq!(pauses, [500, 1000, 2000, 4000, 8000, 16_000, 20_000, 20_000]);
        assert_eq!(fill(&mut state, now), 1, "one goes on asking");
        (0..10).for_each(|_| state.answered());
        assert_eq!(throttled(&mut state, now), Some(FIRST_PAUSE));
    }

    #[tokio::test]
    async fn waiting_calls_are_admitted_in_their_order() {
        let limit = ConcurrencyLimit::new(1);
        let held = limit.acquire().await;
        let order = Mutex::new(Vec::new());
        let waiting = (0..5).map(|place| {
            let (limit, order) = (&limit, &order);
            async move {
                let _permit = limit.acquire().await;
                order.lock().unwrap().push(place);
            }
        });
        let mut all = Box::pin(futures_util::future::join_all(waiting));
        assert!(all.as_mut().now_or_never().is_none());
        drop(held);
        all.await;
        assert_eq!(*order.lock().unwrap(), [0, 1, 2, 3, 4]);
    }

    #[tokio::test]
    async fn a_call_that_stops_waiting_does_not_block_the_others() {
        let limit = ConcurrencyLimit::new(1);
        let held = limit.acquire().await;
        let mut first = Box::pin(limit.acquire());
        let mut second = Box::pin(limit.acquire());
        assert!(first.as_mut().now_or_never().is_none());
        assert!(second.as_mut().now_or_never().is_none());
        drop(held);
        drop(first);
        second.await.answered();
    }
}
