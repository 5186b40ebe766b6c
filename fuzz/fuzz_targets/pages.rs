//! Files of any format: whatever the bytes are, pages within bounds or an error.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pages::{Limits, MAX_PAGES, Page};

fuzz_target!(|file: &[u8]| {
    let Ok(document) = pages::open(file, Limits::default()) else { return };
    assert!((1..=MAX_PAGES).contains(&document.len()));
    for number in 1..=document.len() {
        if let Ok(Page::Picture(picture)) = document.page(number) {
            assert!(picture.width() > 0 && picture.height() > 0);
        }
    }
});
