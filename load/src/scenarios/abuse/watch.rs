//! The server's process while it is attacked, looked at by a thread of its own, so that nobody's time is measured wrongly.

use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use anyhow::anyhow;

use crate::process::Usage;

#[derive(Debug)]
pub(super) struct Watch {
    ended: Arc<AtomicBool>,
    thread: JoinHandle<Watched>,
}

#[derive(Debug, Default)]
pub(super) struct Watched {
    pub(super) peak_kib: u64,
    pub(super) killed: bool,
    /// How many cores were busy on average.
    pub(super) cores: f64,
    pub(super) most_sockets: usize,
}

const LOOK_EVERY: Duration = Duration::from_millis(50);
/// Counting sockets takes the system some time where there are thousands.
const COUNT_EVERY: u32 = 20;

impl Watch {
    pub(super) fn begin(pid: u32) -> Self {
        let ended = Arc::new(AtomicBool::new(false));
        let thread = thread::spawn({
            let ended = ended.clone();
            move || watch(pid, &ended)
        });
        Self { ended, thread }
    }

    pub(super) fn end(self) -> anyhow::Result<Watched> {
        self.ended.store(true, Ordering::Relaxed);
        self.thread.join().map_err(|_| anyhow!("the watching broke"))
    }
}

fn watch(pid: u32, ended: &AtomicBool) -> Watched {
    let mut watched = Watched::default();
    let began = Instant::now();
    let mut first: Option<Usage> = None;
    for look in 0.. {
        // The highest value may come at the very end.
        let is_last = ended.load(Ordering::Relaxed);
        // One that was killed stays as a zombie without memory, until whoever started it asks.
        let Ok(usage) = Usage::of(pid) else {
            watched.killed = true;
            break;
        };
        watched.peak_kib = watched.peak_kib.max(usage.peak_kib);
        let cpu = usage.cpu.saturating_sub(first.get_or_insert(usage).cpu);
        watched.cores = cpu.as_secs_f64() / began.elapsed().as_secs_f64().max(f64::EPSILON);
        if look % COUNT_EVERY == 0 {
            watched.most_sockets = watched.most_sockets.max(sockets(pid));
        }
        if is_last {
            break;
        }
        thread::sleep(LOOK_EVERY);
    }
    watched
}

fn sockets(pid: u32) -> usize {
    fs::read_dir(format!("/proc/{pid}/fd")).map_or(0, Iterator::count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_watched_until_the_end() {
        let watched = Watch::begin(std::process::id()).end().unwrap();
        assert!(watched.peak_kib > 0 && watched.most_sockets > 0 && !watched.killed);
    }

    #[test]
    fn one_that_is_gone_was_killed() {
        // No process has so high a number.
        assert!(Watch::begin(u32::MAX >> 2).end().unwrap().killed);
    }
}
