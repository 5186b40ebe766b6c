//! The memory for uploads: one budget, from which a picture's part takes what it has really received, step by step.
//!
//! Who gets how much is in `accounts`. Who must give way are the slow: whoever stands in the way of others keeps what it
//! has for as long as it sends at the rate that is asked there.

mod accounts;
mod usage;

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use accounts::Accounts;
use tokio::time::{Instant, timeout};

use super::{pace::Pace, sender::Sender};
use crate::error::Error;

/// How long an upload waits for its next step.
const GRANTED_WITHIN: Duration = Duration::from_mins(1);

#[derive(Debug)]
pub(super) struct UploadMemory(Mutex<Accounts>);

/// The memory for the uploads of one sender.
#[derive(Debug, Clone, Copy)]
pub(super) struct MemoryOf<'a> {
    memory: &'a UploadMemory,
    sender: &'a Sender,
}

/// Memory for one part of a picture, given back when it is dropped.
#[derive(Debug)]
pub(super) struct Reservation<'a> {
    memory: &'a UploadMemory,
    part: u64,
}

/// Ends a wait, also one that is given up.
struct Waits<'a, 'b>(&'a Reservation<'b>);

impl UploadMemory {
    pub(super) fn new(mib: u32) -> Self {
        Self(Mutex::new(Accounts::new(mib as usize * 1024 * 1024)))
    }

    pub(super) fn of<'a>(&'a self, sender: &'a Sender) -> MemoryOf<'a> {
        MemoryOf { memory: self, sender }
    }

    /// Nothing that could panic half-way runs under this lock.
    fn lock(&self) -> MutexGuard<'_, Accounts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<'a> MemoryOf<'a> {
    /// For a part of at most so many bytes. As yet it holds nothing.
    pub(super) fn reservation(self, most_bytes: usize) -> Reservation<'a> {
        let part = self.memory.lock().open(self.sender.clone(), most_bytes);
        Reservation { memory: self.memory, part }
    }
}

impl Reservation<'_> {
    /// Holds at least so many bytes, once they are free.
    pub(super) async fn grow_to(&self, bytes: usize) -> Result<(), Error> {
        let Some(granted) = self.memory.lock().ask(self.part, bytes, Instant::now()) else { return Ok(()) };
        let _waits = Waits(self);
        timeout(GRANTED_WITHIN, granted).await.map_err(|_| Error::Busy)?.map_err(Error::unavailable)
    }

    /// Whether a client at this pace must give what it holds to uploads that wait for it.
    pub(super) fn must_give_way(&self, pace: &Pace) -> bool {
        self.gives_way(pace, Instant::now())
    }

    fn gives_way(&self, pace: &Pace, now: Instant) -> bool {
        // Whoever is faster than is ever asked need not ask.
        let has_stopped = pace.has_stopped();
        if !has_stopped && !pace.is_below(Accounts::MOST_ASKED) {
            return false;
        }
        let mut accounts = self.memory.lock();
        let gives_way = accounts
            .asked(self.part, now)
            .is_some_and(|asked| (asked.no_stop && has_stopped) || pace.is_below(asked.least));
        if gives_way {
            accounts.expect_back(self.part);
        }
        gives_way
    }
}

impl Drop for Reservation<'_> {
    fn drop(&mut self) {
        self.memory.lock().close(self.part, Instant::now());
    }
}

impl Drop for Waits<'_, '_> {
    fn drop(&mut self) {
        self.0.memory.lock().wait_no_more(self.0.part, Instant::now());
    }
}

#[cfg(test)]
mod tests;
