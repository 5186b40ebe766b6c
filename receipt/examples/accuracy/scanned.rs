//! What `receipts scan` printed: a JSON object a line.

use std::{
    error::Error,
    fs,
    path::{Path, PathBuf},
};

use receipt::{Receipt, Verdict};
use serde::Deserialize;

#[derive(Deserialize)]
pub(crate) struct Scanned {
    file: PathBuf,
    /// Both are absent where the file could not be read.
    #[serde(default)]
    pub(crate) receipt: Receipt,
    pub(crate) verdict: Option<Verdict>,
}

impl Scanned {
    pub(crate) fn all(file: &Path) -> Result<Vec<Self>, Box<dyn Error>> {
        fs::read_to_string(file)?.lines().map(|line| Ok(serde_json::from_str(line)?)).collect()
    }

    /// By which its key is found: the stem of the file's name.
    pub(crate) fn id(&self) -> Result<&Path, Box<dyn Error>> {
        Ok(self.file.file_stem().map(Path::new).ok_or("a receipt without a name")?)
    }
}
