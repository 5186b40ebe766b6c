//! What a task that died or a message that was lost left behind, found in the ledger and put right.

mod sweep;

pub(crate) use sweep::{ANNOUNCED_AGAIN, Sweep};
