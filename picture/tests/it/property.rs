//! What holds of each cleaned file; the fuzz targets hold it, too (`fuzz/fuzz_targets/`).

use std::io::Cursor;

use image::{DynamicImage, ImageReader, Limits};
use picture::Cleaner;
use receipt::PictureFormat;

pub(crate) fn cleaned(format: PictureFormat, file: &[u8]) -> Vec<u8> {
    let mut cleaned = file.to_vec();
    Cleaner::new(format).clean(&mut cleaned);
    cleaned
}

pub(crate) fn contains(file: &[u8], what: &[u8]) -> bool {
    file.windows(what.len()).any(|window| window == what)
}

/// The pixels, unless there are too many of them for a test.
pub(crate) fn pixels(file: &[u8]) -> Option<DynamicImage> {
    let mut reader = ImageReader::new(Cursor::new(file)).with_guessed_format().ok()?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(64 << 20);
    limits.max_image_width = Some(5000);
    limits.max_image_height = Some(5000);
    reader.limits(limits);
    reader.decode().ok()
}

/// Of any bytes: their number stays, and what is clean stays as it is.
pub(crate) fn holds_of_anything(format: PictureFormat, file: &[u8]) -> Vec<u8> {
    let once = cleaned(format, file);
    assert_eq!(once.len(), file.len());
    assert!(cleaned(format, &once) == once, "cleaning again changed something");
    once
}

/// Of a picture that can be decoded: also the pixels stay, and what was planted goes.
pub(crate) fn holds_of_a_picture(format: PictureFormat, file: &[u8], planted: &[u8]) -> Vec<u8> {
    let cleaned = holds_of_anything(format, file);
    let before = pixels(file).expect("the picture can be decoded");
    let after = pixels(&cleaned).expect("the cleaned picture can be decoded");
    assert!(before == after, "the pixels changed");
    assert!(!contains(&cleaned, planted), "what was planted is still there");
    cleaned
}
