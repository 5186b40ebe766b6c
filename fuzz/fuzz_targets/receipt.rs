//! Textract's answers, as JSON or as lines at any place: `receipt/tests/it/input.rs` says how bytes become one.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../receipt/tests/it/bounds.rs"]
mod bounds;
#[path = "../../receipt/tests/it/input.rs"]
mod input;

fuzz_target!(|bytes: &[u8]| {
    let (answer, orientation) = input::from_bytes(bytes);
    bounds::hold(&answer, orientation);
});
