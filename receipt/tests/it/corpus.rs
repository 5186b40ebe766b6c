//! What the fuzzer starts from, and what it once found, holds in every run of the tests.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use crate::{bounds, input};

/// Far more than any input needs, unoptimised and on a busy machine, and less than what grows with the square of its
/// size would take.
const LONGEST: Duration = Duration::from_mins(1);

#[test]
fn the_corpus_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus/receipt");
    let mut files: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 20, "{} lost its files", folder.display());
    for file in files {
        let (answer, orientation) = input::from_bytes(&fs::read(&file).unwrap());
        let began = Instant::now();
        println!("{}", file.display());
        bounds::hold(&answer, orientation);
        assert!(began.elapsed() < LONGEST, "{} took {:?}", file.display(), began.elapsed());
    }
}

#[test]
fn the_corpus_has_receipts_that_are_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus/receipt");
    for name in ["german-tilted", "japanese", "malay-with-words", "textract.json"] {
        let (answer, orientation) = input::from_bytes(&fs::read(folder.join(name)).unwrap());
        let receipt = receipt::read(&answer, orientation);
        assert!(receipt.total.is_some() && receipt.date.is_some(), "{name}: {receipt:?}");
    }
}
