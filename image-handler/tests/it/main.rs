//! The worker over the real protocols, against the stand-ins in the same process.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod analytics_export;
mod aws_calls;
mod deletion;
mod faults;
mod files;
mod harness;
mod once;
mod partial_views;
mod parts;
mod redrive;
mod stopping;
mod throttling;
mod time;
mod verdicts;
