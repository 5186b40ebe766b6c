//! Whatever bytes come: an answer or an error, never a panic. `PROPTEST_CASES=5000` looks harder.

use std::sync::LazyLock;

use image::{DynamicImage, ImageFormat};
use ocr::Error;
use proptest::prelude::*;

use crate::{READER, drawing, read};

/// A corner of the drawn receipt with some letters in it, small enough to be read hundreds of times.
static SMALL_FILES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let corner = DynamicImage::ImageRgb8(drawing::receipt().picture).crop_imm(110, 30, 96, 64);
    [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Tiff].map(|format| drawing::file(&corner, format)).to_vec()
});

#[test]
fn a_file_that_breaks_off_is_broken_or_read_as_far_as_it_goes() {
    for file in SMALL_FILES.iter() {
        for length in (0..file.len()).step_by(file.len() / 40) {
            match READER.read(&file[..length]) {
                Ok(_) | Err(Error::File(_) | Error::TooMuchText | Error::TooSlow) => {}
                Err(error @ (Error::Model(_) | Error::Recognition(_))) => panic!("{length} bytes: {error}"),
            }
        }
    }
}

#[test]
fn pictures_of_any_shape_are_read() {
    for (width, height) in [(1, 1), (1, 400), (400, 1), (2, 2), (31, 33), (3, 10_000), (10_000, 3)] {
        let white = DynamicImage::ImageLuma8(image::GrayImage::from_pixel(width, height, image::Luma([255])));
        let black = DynamicImage::new_luma8(width, height);
        let noise = DynamicImage::ImageRgb8(image::RgbImage::from_fn(width, height, |x, y| {
            image::Rgb([x, y, x ^ y].map(|value| (value.wrapping_mul(2_654_435_761) >> 24) as u8))
        }));
        for picture in [white, black, noise] {
            read(&drawing::file(&picture, ImageFormat::Png));
        }
    }
}

proptest! {
    #[test]
    fn damaged_files_are_no_harm(
        kind in 0..3_usize,
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
    ) {
        let mut file = SMALL_FILES[kind].clone();
        for (place, byte) in damage {
            let place = place.index(file.len());
            file[place] = byte;
        }
        let _ = READER.read(&file);
    }

    #[test]
    fn garbage_behind_a_signature_is_no_harm(
        signature in prop::sample::select(vec![&b"\xff\xd8\xff"[..], b"\x89PNG\r\n\x1a\n", b"II*\0", b"MM\0*", b""]),
        garbage in prop::collection::vec(any::<u8>(), 0..600),
    ) {
        let _ = READER.read(&[signature, &garbage].concat());
    }
}
