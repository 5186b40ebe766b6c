//! What became of an attack's connections.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde::{Deserialize, Serialize};

#[derive(Debug, Default)]
pub(super) struct Tally(Mutex<Outcome>);

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Outcome {
    pub(super) opened: usize,
    /// Now, as far as the attacker can tell.
    pub(super) open: usize,
    /// Without an answer.
    pub(super) closed: usize,
    /// The server's system did not take them.
    pub(super) not_let_in: usize,
    /// How many had which status.
    pub(super) answers: BTreeMap<u16, usize>,
    /// From the begin of a connection to its first answer.
    pub(super) slowest_answer: Option<Duration>,
}

/// A connection of the attack, while it is open.
pub(super) struct Open<'a>(&'a Tally);

impl Tally {
    pub(super) fn opened(&self) -> Open<'_> {
        let mut outcome = self.outcome_mut();
        outcome.opened += 1;
        outcome.open += 1;
        Open(self)
    }

    pub(super) fn not_let_in(&self) {
        self.outcome_mut().not_let_in += 1;
    }

    pub(super) fn closed(&self) {
        self.outcome_mut().closed += 1;
    }

    pub(super) fn answered(&self, status: u16, first_after: Option<Duration>) {
        let mut outcome = self.outcome_mut();
        *outcome.answers.entry(status).or_default() += 1;
        outcome.slowest_answer = outcome.slowest_answer.max(first_after);
    }

    #[cfg(test)]
    pub(super) fn open(&self) -> usize {
        self.outcome_mut().open
    }

    pub(super) fn outcome(&self) -> Outcome {
        self.outcome_mut().clone()
    }

    fn outcome_mut(&self) -> MutexGuard<'_, Outcome> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0.outcome_mut().open -= 1;
    }
}

impl Outcome {
    pub(super) fn answers_in_all(&self) -> usize {
        self.answers.values().sum()
    }

    /// In a few words, for a table.
    pub(super) fn words(&self) -> String {
        let mut words = vec![format!("{} opened, {} open at the end", self.opened, self.open)];
        words.extend(self.answers.iter().map(|(status, count)| format!("{count} answered {status}")));
        for (count, what) in [(self.closed, "closed without answer"), (self.not_let_in, "not let in")] {
            if count > 0 {
                words.push(format!("{count} {what}"));
            }
        }
        words.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outcome_is_said_in_a_few_words() {
        let tally = Tally::default();
        let open = tally.opened();
        drop(tally.opened());
        tally.closed();
        tally.answered(429, Some(Duration::from_millis(3)));
        tally.answered(429, Some(Duration::from_millis(2)));
        let outcome = tally.outcome();
        assert_eq!(outcome.words(), "2 opened, 1 open at the end, 2 answered 429, 1 closed without answer");
        assert_eq!((outcome.answers_in_all(), outcome.slowest_answer), (2, Some(Duration::from_millis(3))));
        drop(open);
    }
}
