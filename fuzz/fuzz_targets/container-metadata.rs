//! What is kept of HEIC, AVIF, WebP and GIF: whatever the bytes are, as many and the same after a second cleaning.
#![no_main]

use libfuzzer_sys::fuzz_target;
use picture::Cleaner;
use receipt::{PictureFormat, picture_format::FileKind};

fuzz_target!(|file: &[u8]| {
    let format = match FileKind::of(file) {
        FileKind::Picture(format) => format,
        FileKind::Unknown => PictureFormat::Heif,
    };
    let mut once = file.to_vec();
    Cleaner::new(format).clean(&mut once);
    let mut twice = once.clone();
    Cleaner::new(format).clean(&mut twice);
    assert!(once == twice, "cleaning again changed something");
});
