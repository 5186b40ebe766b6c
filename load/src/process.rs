//! CPU time and memory of a process, from `/proc`.

use std::{
    fs, process,
    time::{Duration, Instant},
};

use anyhow::Context as _;

/// `USER_HZ`, which is 100 on every Linux that Rust runs on.
const TICKS_A_SECOND: u32 = 100;

/// The CPU time of a process since its start, and its memory now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Usage {
    pub(crate) rss_kib: u64,
    pub(crate) peak_kib: u64,
    /// To 10 ms.
    pub(crate) cpu: Duration,
    pub(crate) written_kib: u64,
}

/// A snapshot of the server and of this process, to be compared with a later one.
#[derive(Debug)]
pub(crate) struct Meter {
    pid: Option<u32>,
    server: Option<Usage>,
    own: Usage,
    since: Instant,
}

/// The difference between two snapshots.
#[derive(Debug)]
pub(crate) struct Used {
    /// Before and after.
    pub(crate) server: Option<(Usage, Usage)>,
    pub(crate) own_cpu: Duration,
    pub(crate) within: Duration,
}

impl Usage {
    pub(crate) fn of(pid: u32) -> anyhow::Result<Self> {
        let read = |file| fs::read_to_string(format!("/proc/{pid}/{file}"));
        let texts = (read("status"), read("stat"), read("io"));
        let (Ok(status), Ok(stat), Ok(io)) = texts else {
            anyhow::bail!("there is no process {pid} that we may look at")
        };
        Self::parse(&status, &stat, &io).with_context(|| format!("understand /proc/{pid}"))
    }

    fn parse(status: &str, stat: &str, io: &str) -> Option<Self> {
        // The second field is the program's name in parentheses, which may contain any character.
        let mut times = stat.rsplit(')').next()?.split_whitespace().skip(11).map(str::parse::<u32>);
        let ticks = times.next()?.ok()? + times.next()?.ok()?;
        Some(Self {
            rss_kib: field(status, "VmRSS:")?,
            peak_kib: field(status, "VmHWM:")?,
            cpu: Duration::from_secs(1) * ticks / TICKS_A_SECOND,
            written_kib: field(io, "write_bytes:")? / 1024,
        })
    }
}

fn field(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

impl Meter {
    pub(crate) fn start(pid: Option<u32>) -> anyhow::Result<Self> {
        let server = pid.map(Usage::of).transpose()?;
        Ok(Self { pid, server, own: Usage::of(process::id())?, since: Instant::now() })
    }

    pub(crate) fn read(&self) -> anyhow::Result<Used> {
        let within = self.since.elapsed();
        let after = self.pid.map(Usage::of).transpose()?;
        let own_cpu = Usage::of(process::id())?.cpu.saturating_sub(self.own.cpu);
        Ok(Used { server: self.server.zip(after), own_cpu, within })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proc_is_understood() {
        let status = "Name:\tapi\nVmHWM:\t   20480 kB\nVmRSS:\t   10240 kB\n";
        let stat = "42 (a) b (c) S 1 1 1 0 -1 4194560 900 0 0 0 150 25 0 0 20 0 5 0 100 1 2";
        let io = "rchar: 1\nwrite_bytes: 4096\ncancelled_write_bytes: 0\n";
        let usage = Usage::parse(status, stat, io).unwrap();
        assert_eq!((usage.rss_kib, usage.peak_kib, usage.written_kib), (10_240, 20_480, 4));
        assert_eq!(usage.cpu, Duration::from_millis(1750));
    }

    #[test]
    fn we_can_look_at_ourselves() {
        assert!(Usage::of(process::id()).unwrap().rss_kib > 0);
    }
}
