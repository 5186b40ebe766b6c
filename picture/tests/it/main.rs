//! What is kept of pictures' files.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails like the test itself")]

mod cleaning;
mod corpus;
mod damaged;
mod planted;
mod property;
mod samples;
