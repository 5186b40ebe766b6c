//! The memory for uploads: one budget, from which memory for each part of a picture is reserved before its first byte.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::Instant,
};

use super::least_rate::LeastRate;
use crate::error::Error;

const KIB: usize = 1024;
/// How long an upload waits for memory.
const RESERVED_WITHIN: Duration = Duration::from_secs(30);
/// While others wait, a client keeps its reservation for as long as it sends at this rate.
const WHILE_OTHERS_WAIT: LeastRate = LeastRate { start: Duration::from_secs(2), bytes_per_second: 32 * KIB };

#[derive(Debug)]
pub(super) struct UploadMemory {
    /// One permit a KiB.
    budget: Semaphore,
    all_kib: usize,
    waiting: AtomicUsize,
}

/// Memory for one part of a picture, given back when it is dropped.
#[derive(Debug)]
pub(super) struct Reservation<'a> {
    memory: &'a UploadMemory,
    since: Instant,
    _permit: SemaphorePermit<'a>,
}

/// Counts an upload that waits for memory, until it has it or gives up.
struct Waiting<'a>(&'a AtomicUsize);

impl UploadMemory {
    pub(super) fn new(mib: u32) -> Self {
        let all_kib = mib as usize * KIB;
        Self { budget: Semaphore::new(all_kib), all_kib, waiting: AtomicUsize::new(0) }
    }

    /// Waits for memory. A part that is larger than the whole budget has it alone.
    pub(super) async fn reserve(&self, bytes: usize) -> Result<Reservation<'_>, Error> {
        let kib = bytes.div_ceil(KIB).clamp(1, self.all_kib);
        let kib = u32::try_from(kib).map_err(|error| Error::Internal(error.into()))?;
        let permit = {
            let _waiting = Waiting::new(&self.waiting);
            tokio::time::timeout(RESERVED_WITHIN, self.budget.acquire_many(kib)).await.map_err(|_| Error::Busy)?
        };
        let permit = permit.map_err(Error::unavailable)?;
        Ok(Reservation { memory: self, since: Instant::now(), _permit: permit })
    }
}

impl Reservation<'_> {
    /// Whether a client that has sent so many bytes of the part by `now` must give the memory to uploads that wait.
    pub(super) fn is_overdue(&self, bytes: usize, now: Instant) -> bool {
        let is_too_long = now.duration_since(self.since) > WHILE_OTHERS_WAIT.time_for(bytes);
        self.memory.waiting.load(Ordering::Relaxed) > 0 && is_too_long
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
    async fn a_slow_client_keeps_its_memory_only_while_no_upload_waits() {
        let memory = UploadMemory::new(5);
        let slow = memory.reserve(usize::MAX).await.unwrap();
        let later = Instant::now() + Duration::from_mins(1);
        assert!(!slow.is_overdue(1000, later));
        let mut other = Box::pin(memory.reserve(1000));
        assert!(futures_util::poll!(&mut other).is_pending());
        assert!(slow.is_overdue(1000, later));
        assert!(!slow.is_overdue(1000, Instant::now()), "it has just begun");
        assert!(!slow.is_overdue(5 * KIB * KIB, later), "it was fast enough");
        drop(other);
        assert!(!slow.is_overdue(1000, later), "no upload waits any more");
    }
}
