//! The memory for uploads: one budget from which each part of a picture takes its room before its first byte.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::Instant,
};

use crate::Error;

const KIB: usize = 1024;
/// How long an upload waits for its turn.
const ROOM_WITHIN: Duration = Duration::from_secs(30);
/// While others wait, a sender keeps its room for so long, and longer by what it has sent at [`CONTENDED_PACE`].
const GRACE: Duration = Duration::from_secs(2);
const CONTENDED_PACE_BYTES_PER_SECOND: usize = 32 * KIB;

#[derive(Debug)]
pub(crate) struct UploadMemory {
    /// One permit a KiB.
    budget: Semaphore,
    all_kib: usize,
    waiting: AtomicUsize,
}

/// Room for one part of a picture, given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Room<'a> {
    memory: &'a UploadMemory,
    since: Instant,
    _permit: SemaphorePermit<'a>,
}

/// Counts one who waits, also when it gives up.
struct Waiting<'a>(&'a AtomicUsize);

impl UploadMemory {
    pub(crate) fn new(mib: u32) -> Self {
        let all_kib = mib as usize * KIB;
        Self { budget: Semaphore::new(all_kib), all_kib, waiting: AtomicUsize::new(0) }
    }

    /// Waits for room. What is larger than the whole budget has it alone.
    pub(crate) async fn reserve(&self, bytes: usize) -> Result<Room<'_>, Error> {
        let kib = bytes.div_ceil(KIB).clamp(1, self.all_kib);
        let kib = u32::try_from(kib).map_err(|error| Error::Internal(error.into()))?;
        let permit = {
            let _waiting = Waiting::new(&self.waiting);
            tokio::time::timeout(ROOM_WITHIN, self.budget.acquire_many(kib)).await.map_err(|_| Error::Busy)?
        };
        let permit = permit.map_err(Error::unavailable)?;
        Ok(Room { memory: self, since: Instant::now(), _permit: permit })
    }
}

impl Room<'_> {
    /// Whether a sender that has filled the room with so many bytes by `now` must leave it to those who wait.
    pub(crate) fn is_overstayed(&self, bytes: usize, now: Instant) -> bool {
        let earned = Duration::from_millis((bytes * 1000 / CONTENDED_PACE_BYTES_PER_SECOND) as u64);
        self.memory.waiting.load(Ordering::Relaxed) > 0 && now.duration_since(self.since) > GRACE + earned
    }
}

impl<'a> Waiting<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_slow_sender_keeps_its_room_only_while_nobody_waits() {
        let memory = UploadMemory::new(5);
        let slow = memory.reserve(usize::MAX).await.unwrap();
        let later = Instant::now() + Duration::from_mins(1);
        assert!(!slow.is_overstayed(1000, later));
        let mut other = Box::pin(memory.reserve(1000));
        assert!(futures_util::poll!(&mut other).is_pending());
        assert!(slow.is_overstayed(1000, later));
        assert!(!slow.is_overstayed(1000, Instant::now()), "it has just begun");
        assert!(!slow.is_overstayed(5 * KIB * KIB, later), "it was fast enough");
        drop(other);
        assert!(!slow.is_overstayed(1000, later), "nobody waits any more");
    }
}
