//! Files that only their owner may read.

use std::{
    fs::{self, OpenOptions},
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
};

use anyhow::Context as _;

/// Writes the whole file or, if the process is killed meanwhile, nothing.
pub fn write(file: &Path, content: &[u8]) -> anyhow::Result<()> {
    let unfinished = file.with_extension("new");
    let write = || -> std::io::Result<()> {
        let mut to = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
        to.write_all(content)?;
        to.sync_all()?;
        fs::rename(&unfinished, file)
    };
    write().with_context(|| format!("write {}", file.display()))
}
