//! The files that the fuzzer begins with (`fuzz/corpus/picture`), and what it found: each is decoded or refused as before.

use std::{fs, path::Path};

use pages::{Error, Picture};

#[test]
fn files_that_were_chosen_to_hurt_are_decoded_or_refused() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus/picture");
    let mut names: Vec<String> =
        fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();

    let outcomes: Vec<String> = names
        .iter()
        .map(|name| {
            let outcome = match Picture::decode(&fs::read(folder.join(name)).unwrap()) {
                Ok(picture) => format!("{} by {}", picture.width(), picture.height()),
                Err(Error::Unsupported) => "unsupported".into(),
                Err(Error::TooLarge) => "too large".into(),
                Err(Error::Broken(_)) => "broken".into(),
                Err(Error::TooManyPages { .. }) => "too many pages".into(),
                Err(Error::Encrypted) => "encrypted".into(),
                Err(error @ Error::NoSuchPage { .. }) => panic!("{name}: {error}"),
            };
            format!("{name}: {outcome}")
        })
        .collect();

    assert_eq!(outcomes.join("\n"), include_str!("corpus.txt").trim_end());
}
