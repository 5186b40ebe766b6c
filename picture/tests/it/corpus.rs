//! The files with which the fuzzer begins, and what it found (`fuzz/corpus/`): what is to hold, holds.

use std::{fs, path::Path};

use receipt::{PictureFormat, picture_format::FileKind};

use crate::{
    planted::{self, Choices, PLANTED},
    property::{contains, holds_of_a_picture, holds_of_anything, pixels},
};

fn corpus(target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(target);
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    files.map(|file| (file.file_name().into_string().unwrap(), fs::read(file.path()).unwrap())).collect()
}

#[test]
fn of_every_choice_in_the_corpus_the_planted_text_goes_and_the_pixels_stay() {
    for (target, format) in [
        ("jpeg-metadata", PictureFormat::Jpeg),
        ("png-metadata", PictureFormat::Png),
        ("tiff-metadata", PictureFormat::Tiff),
    ] {
        let mut decoded = 0;
        for (name, input) in corpus(target) {
            println!("{target}/{name}");
            planted::check(format, &input);
            let file = planted::picture(format, &mut Choices(&input));
            decoded += usize::from(pixels(&file).is_some() && contains(&file, PLANTED));
        }
        assert!(decoded > 3, "{target} has only {decoded} pictures that can be decoded");
    }
}

#[test]
fn of_every_picture_in_the_decoders_corpus_the_pixels_stay() {
    for (name, file) in corpus("picture") {
        let FileKind::Picture(format) = FileKind::of(&file) else { continue };
        println!("{name}");
        match pixels(&file) {
            Some(_) => holds_of_a_picture(format, &file, PLANTED),
            None => holds_of_anything(format, &file),
        };
    }
}
