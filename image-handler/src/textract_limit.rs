//! How many pictures Textract is asked to read at once: when it throttles one call, the whole worker slows down.
//!
//! The rule is TCP's additive increase and multiplicative decrease (RFC 5681; Netflix's concurrency-limits has it for
//! services). A call that is answered while the limit is in use raises the limit by 1/limit, so by one a round; a
//! throttled one halves it, once for all calls that were under way together. Textract counts calls by the second, so
//! each decrease is also followed by a pause for all, jittered, twice as long every time and half as long after an answer.
//!
//! The SDK's adaptive retry mode slows down too (by CUBIC), but inside the call: there a call that waits cannot be told
//! from one that is paid for, and nobody could say that it waits.

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
const LONGEST_PAUSE: Duration = Duration::from_secs(20);

#[derive(Debug)]
pub(crate) struct TextractLimit {
    /// First come, first served: whoever holds it is the next to be let in.
    front: tokio::sync::Mutex<()>,
    state: Mutex<State>,
    /// Rings for the one at the front when a call has ended.
    ended: Notify,
}

/// The right to ask Textract once. Dropped without a word on how it went, it teaches nothing.
#[derive(Debug)]
pub(crate) struct Turn<'a> {
    limit: &'a TextractLimit,
    begun: Instant,
}

#[derive(Debug)]
struct State {
    most: f64,
    /// From 1 to `most`; so many calls as its whole part may be under way.
    limit: f64,
    under_way: u32,
    /// How long nobody is let in after the next throttling.
    pause: Duration,
    closed_until: Instant,
}

#[derive(Debug, PartialEq, Eq)]
enum Door {
    Open,
    ClosedUntil(Instant),
    Full,
}

impl TextractLimit {
    /// Begins at `most`, so that what is given is used from the start.
    pub(crate) fn new(most: u32) -> Self {
        let state = State::new(most, Instant::now());
        Self { front: tokio::sync::Mutex::default(), state: Mutex::new(state), ended: Notify::new() }
    }

    /// Waits for a turn. Cancel safe; who comes again stands at the end of the line.
    pub(crate) async fn turn(&self) -> Turn<'_> {
        let _front = self.front.lock().await;
        loop {
            let begun = Instant::now();
            let door = self.state().enter(begun);
            match door {
                Door::Open => return Turn { limit: self, begun },
                Door::ClosedUntil(opens) => sleep_until(opens).await,
                Door::Full => self.ended.notified().await,
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turn<'_> {
    pub(crate) fn answered(self) {
        self.limit.state().answered();
    }

    pub(crate) fn throttled(self) {
        let mut state = self.limit.state();
        if let Some(pause) = state.throttled(self.begun, Instant::now(), service::jittered) {
            info!("Textract asks for patience: {} calls at once, after a pause of {pause:?}", state.whole());
        }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.limit.state().left();
        self.limit.ended.notify_one();
    }
}

impl State {
    fn new(most: u32, now: Instant) -> Self {
        let most = f64::from(most.max(1));
        Self { most, limit: most, under_way: 0, pause: FIRST_PAUSE, closed_until: now }
    }

    fn enter(&mut self, now: Instant) -> Door {
        if now < self.closed_until {
            return Door::ClosedUntil(self.closed_until);
        }
        if self.under_way >= self.whole() {
            return Door::Full;
        }
        self.under_way += 1;
        Door::Open
    }

    fn left(&mut self) {
        self.under_way = self.under_way.saturating_sub(1);
    }

    /// Where less than half of the limit is used, an answer says nothing about a higher one (as in RFC 7661).
    fn answered(&mut self) {
        if 2 * self.under_way >= self.whole() {
            self.limit = (self.limit + 1.0 / self.limit).min(self.most);
        }
        self.pause = (self.pause / 2).max(FIRST_PAUSE);
    }

    /// The pause that begins. None where the call came in before the last pause was over: it was told of already.
    fn throttled(&mut self, begun: Instant, now: Instant, jitter: impl Fn(Duration) -> Duration) -> Option<Duration> {
        if begun < self.closed_until {
            return None;
        }
        let pause = jitter(self.pause);
        self.limit = (self.limit / 2.0).max(1.0);
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
        self.closed_until = now + pause;
        Some(pause)
    }

    fn whole(&self) -> u32 {
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

    fn throttled(state: &mut State, begun: Instant) -> Option<Duration> {
        state.throttled(begun, begun, |pause| pause)
    }

    /// Everything that is let in at `now`.
    fn fill(state: &mut State, now: Instant) -> u32 {
        let before = state.under_way;
        while state.enter(now) == Door::Open {}
        state.under_way - before
    }

    #[test]
    fn it_begins_with_all_that_the_worker_may_do() {
        let now = Instant::now();
        let mut state = State::new(8, now);
        assert_eq!(fill(&mut state, now), 8);
        assert_eq!(state.enter(now), Door::Full);
        state.left();
        assert_eq!(state.enter(now), Door::Open);
    }

    #[test]
    fn calls_that_were_under_way_together_halve_it_once() {
        let now = Instant::now();
        let mut state = State::new(8, now);
        fill(&mut state, now);
        let pauses: Vec<_> = (0..8).filter_map(|_| throttled(&mut state, now)).collect();
        assert_eq!(pauses, [FIRST_PAUSE]);
        (0..8).for_each(|_| state.left());
        assert_eq!(state.enter(now), Door::ClosedUntil(now + FIRST_PAUSE));
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
                state.left();
                // The next one takes the place at once, as it does where many wait.
                state.enter(now);
            }
            (0..state.under_way).for_each(|_| state.left());
            state.under_way = 0;
        }
        assert!(rounds.is_sorted() && rounds.windows(2).all(|pair| pair[1] - pair[0] <= 1), "{rounds:?}");
        assert_eq!((rounds[0], rounds[7]), (1, 4));
    }

    #[test]
    fn a_worker_with_little_to_do_learns_nothing() {
        let now = Instant::now();
        let mut state = State::new(8, now);
        let now = now + throttled(&mut state, now).unwrap();
        for _ in 0..100 {
            state.enter(now);
            state.answered();
            state.left();
        }
        assert_eq!(state.whole(), 4);
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
    async fn whoever_came_first_goes_first() {
        let limit = TextractLimit::new(1);
        let held = limit.turn().await;
        let order = Mutex::new(Vec::new());
        let waiting = (0..5).map(|place| {
            let (limit, order) = (&limit, &order);
            async move {
                let _turn = limit.turn().await;
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
    async fn one_who_gives_up_waiting_holds_up_nobody() {
        let limit = TextractLimit::new(1);
        let held = limit.turn().await;
        let mut first = Box::pin(limit.turn());
        let mut second = Box::pin(limit.turn());
        assert!(first.as_mut().now_or_never().is_none());
        assert!(second.as_mut().now_or_never().is_none());
        drop(held);
        drop(first);
        second.await.answered();
    }
}
