//! The worker over the real wire, against the stand-ins in the same process.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod aws_calls;
mod bench;
mod deletion;
mod faults;
mod mined;
mod once;
mod redrive;
mod stopping;
mod throttling;
mod time;
mod verdicts;
