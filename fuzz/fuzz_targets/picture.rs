//! The entrance for uploaded files: whatever the bytes are, a picture within bounds or an error. The networks behind it
//! see only pixels, of any picture alike, and are not tried here.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ocr::Picture;

fuzz_target!(|file: &[u8]| {
    if let Ok(picture) = Picture::decode(file) {
        let sides = [picture.width(), picture.height()];
        assert!(sides.into_iter().all(|side| (1..=2600).contains(&side)), "{sides:?}");
    }
});
