//! The memory for uploads: one budget, from which memory for each part of a picture is reserved before its first byte.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use tokio::sync::{Semaphore, SemaphorePermit};

use super::pace::{LeastRate, Pace};
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
        Ok(Reservation { memory: self, _permit: permit })
    }
}

impl Reservation<'_> {
    /// Whether a client at this pace must give the memory to uploads that wait.
    pub(super) fn is_overdue(&self, pace: &Pace) -> bool {
        self.memory.waiting.load(Ordering::Relaxed) > 0 && pace.is_below(WHILE_OTHERS_WAIT)
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
        let held = memory.reserve(usize::MAX).await.unwrap();
        let (mut slow, mut fast) = (Pace::default(), Pace::default());
        slow.add(1000, Duration::from_secs(3));
        fast.add(1_000_000, Duration::from_secs(3));
        assert!(!held.is_overdue(&slow));
        let mut other = Box::pin(memory.reserve(1000));
        assert!(futures_util::poll!(&mut other).is_pending());
        assert!(held.is_overdue(&slow));
        assert!(!held.is_overdue(&Pace::default()), "it has just begun");
        assert!(!held.is_overdue(&fast));
        drop(other);
        assert!(!held.is_overdue(&slow), "no upload waits any more");
    }
}
