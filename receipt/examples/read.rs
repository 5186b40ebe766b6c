//! Reads Textract answers (`*.json`, by name or by folder) and prints a JSON line for each.

use std::{fs, io::Write, path::PathBuf};

use receipt::{Orientation, textract::DetectDocumentText};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut files = Vec::new();
    for argument in std::env::args_os().skip(1).map(PathBuf::from) {
        if argument.is_dir() {
            files.extend(fs::read_dir(argument)?.filter_map(|entry| Some(entry.ok()?.path())));
        } else {
            files.push(argument);
        }
    }
    files.sort();
    let mut out = std::io::stdout().lock();
    for file in files {
        let answer: DetectDocumentText = serde_json::from_slice(&fs::read(&file)?)?;
        let receipt = receipt::read(&answer, Orientation::default());
        writeln!(out, "{}", serde_json::json!({ "file": file, "receipt": receipt }))?;
    }
    Ok(())
}
