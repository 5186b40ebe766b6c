//! The figures of a run, for people and for scripts: `NAME: VALUE UNIT`, one on a line.

use std::{
    fmt::Display,
    io::{self, Write as _},
    time::Duration,
};

use anyhow::Context as _;

use crate::{
    latencies::Latencies,
    process::{Usage, Used},
};

#[derive(Debug, Default)]
pub(crate) struct Report(Vec<(String, String)>);

impl Report {
    pub(crate) fn add(&mut self, name: impl Into<String>, value: impl Display) {
        self.0.push((name.into(), value.to_string()));
    }

    /// How many, and how many a second.
    pub(crate) fn rate(&mut self, name: &str, count: usize, within: Duration) {
        self.add(name, format!("{count} in {:.2} s", within.as_secs_f64()));
        self.add(format!("{name} per second"), format!("{:.1}", count as f64 / within.as_secs_f64()));
    }

    pub(crate) fn latencies(&mut self, name: &str, latencies: &mut Latencies) {
        for (label, permille) in [("p50", 500), ("p90", 900), ("p99", 990), ("max", 1000)] {
            if let Some(took) = latencies.percentile(permille) {
                self.add(format!("{name} {label}"), format!("{:.3} ms", took.as_secs_f64() * 1e3));
            }
        }
    }

    /// What the server used for `count` operations, and whether this process was itself at its limit meanwhile.
    pub(crate) fn used(&mut self, operation: &str, count: usize, used: &Used) {
        if let Some((before, after)) = used.server {
            let cpu = after.cpu.saturating_sub(before.cpu).as_secs_f64();
            self.add(format!("server CPU per {operation}"), format!("{:.1} µs", cpu * 1e6 / count.max(1) as f64));
            self.add("server cores busy", format!("{:.2}", cpu / used.within.as_secs_f64()));
            self.memory(after);
            self.add("server wrote to disk", format!("{} KiB", after.written_kib.saturating_sub(before.written_kib)));
        }
        self.add("generator cores busy", format!("{:.2} of 1", used.own_cpu.as_secs_f64() / used.within.as_secs_f64()));
    }

    pub(crate) fn memory(&mut self, usage: Usage) {
        self.add("server RSS", format!("{:.1} MiB", usage.rss_kib as f64 / 1024.0));
        self.add("server peak RSS", format!("{:.1} MiB", usage.peak_kib as f64 / 1024.0));
    }

    pub(crate) fn print(&self) -> anyhow::Result<()> {
        let lines: String = self.0.iter().flat_map(|(name, value)| [name, ": ", value, "\n"]).collect();
        let mut out = io::stdout();
        out.write_all(lines.as_bytes()).and_then(|()| out.flush()).context("print the figures")
    }
}
