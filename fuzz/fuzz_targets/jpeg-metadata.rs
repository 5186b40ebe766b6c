//! What is kept of a JPEG: whatever the bytes are, as many and the same after a second cleaning; of a picture into which a text
//! was planted, where `picture/tests/it/planted.rs` lets bytes choose, the same pixels, and nothing of the text.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../picture/tests/it/planted.rs"]
mod planted;
#[path = "../../picture/tests/it/property.rs"]
mod property;
#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../../picture/tests/it/samples.rs"]
mod samples;

fuzz_target!(|input: &[u8]| planted::check(receipt::PictureFormat::Jpeg, input));
