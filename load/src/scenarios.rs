//! The scenarios: one module for each command that measures.

pub(crate) mod abuse;
pub(crate) mod e2e;
pub(crate) mod start;
pub(crate) mod status;
pub(crate) mod upload;
pub(crate) mod worker;
pub(crate) mod ws;
