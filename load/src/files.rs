//! The limit of open files, which sockets count against.

use anyhow::ensure;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Raises the limit for `sockets` and a few other files, as far as the system allows.
pub(crate) fn make_room(sockets: usize) -> anyhow::Result<()> {
    let needed = sockets as u64 + 64;
    let limit = getrlimit(Resource::Nofile);
    if limit.current.is_none_or(|current| current >= needed) {
        return Ok(());
    }
    // Only a privileged process may raise the maximum too.
    let maximum = limit.maximum.map(|maximum| maximum.max(needed));
    let raised = setrlimit(Resource::Nofile, Rlimit { current: Some(needed), maximum });
    ensure!(
        raised.is_ok(),
        "{needed} open files are needed, and the system allows {}",
        limit.maximum.unwrap_or(needed)
    );
    Ok(())
}
