//! A reader's own thread pool, so that it takes no more cores than it was given.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use rten::ThreadPool;

#[derive(Clone)]
pub(crate) struct Threads {
    pool: Arc<ThreadPool>,
}

impl Threads {
    pub(crate) fn new(threads: usize) -> Self {
        Self { pool: Arc::new(ThreadPool::with_num_threads(threads.max(1))) }
    }

    /// The same threads, for the networks' inner loops.
    pub(crate) fn pool(&self) -> Arc<ThreadPool> {
        Arc::clone(&self.pool)
    }

    /// One result an item, in the items' order. A thread takes the next item as soon as it is free, so the longest work
    /// should come first; a thread that finds none left helps inside the items that are still being worked on.
    pub(crate) fn map<T: Sync, R: Send>(&self, items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
        let next = AtomicUsize::new(0);
        let take_and_work = |_: rayon::BroadcastContext<'_>| {
            let mut results = Vec::new();
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                let Some(item) = items.get(index) else { return results };
                results.push((index, work(item)));
            }
        };
        let mut results: Vec<(usize, R)> =
            self.pool.run(|| rayon::broadcast(take_and_work)).into_iter().flatten().collect();
        results.sort_unstable_by_key(|(index, _)| *index);
        results.into_iter().map(|(_, result)| result).collect()
    }
}

impl fmt::Debug for Threads {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Threads").finish_non_exhaustive()
    }
}
