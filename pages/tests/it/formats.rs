//! What files are opened, and that their pages look as they were drawn.

use std::{fs, path::PathBuf};

use image::RgbImage;
use pages::{Error, Limits, Page, Picture};

pub(crate) fn sample(name: &str) -> Vec<u8> {
    fs::read(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("testdata").join(name)).unwrap()
}

/// How far channels are apart, on average.
fn difference(one: &RgbImage, other: &RgbImage) -> f64 {
    assert_eq!(one.dimensions(), other.dimensions());
    let sum: u64 = one.as_raw().iter().zip(other.as_raw()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    sum as f64 / one.as_raw().len() as f64
}

#[track_caller]
pub(crate) fn check_slip(picture: &Picture) {
    let drawn = Picture::decode(&sample("slip.png")).unwrap();
    let apart = difference(picture.pixels(), drawn.pixels());
    assert!(apart < 6.0, "channels are {apart} apart");
}

#[test]
fn every_format_shows_what_was_drawn() {
    for name in ["slip-lossy.webp", "slip-lossless.webp", "turned.webp", "slip.gif"] {
        println!("{name}");
        check_slip(&Picture::decode(&sample(name)).unwrap());
    }
}

#[test]
fn faxes_and_numbered_colours_show_what_was_drawn() {
    check_slip(&Picture::decode(&sample("palette.tiff")).unwrap());
    let drawn = Picture::decode(&sample("slip.png")).unwrap();
    let ink = |picture: &Picture| picture.pixels().pixels().filter(|pixel| pixel.0[1] < 140).count();
    for name in ["fax-group4.tiff", "fax-group3.tiff", "fax-huffman.tiff"] {
        let fax = Picture::decode(&sample(name)).unwrap();
        assert_eq!(fax.pixels().dimensions(), drawn.pixels().dimensions());
        assert!(ink(&fax).abs_diff(ink(&drawn)) < 500, "{name}: {} of {} pixels are ink", ink(&fax), ink(&drawn));
        let other = |(one, other): (&image::Rgb<u8>, &image::Rgb<u8>)| (one.0[1] < 140) != (other.0[1] < 140);
        let apart = fax.pixels().pixels().zip(drawn.pixels().pixels()).filter(|pair| other(*pair)).count();
        assert!(apart < 1000, "{name}: {apart} pixels are different");
    }
}

#[test]
fn a_picture_is_turned_as_its_file_says() {
    let picture = Picture::decode(&sample("turned.webp")).unwrap();

    assert_eq!((picture.exif_orientation(), picture.size_as_shown()), (6, (360, 480)));
}

#[test]
fn other_files_are_unsupported() {
    for file in [&b""[..], b"\xff\xd8", b"BM\x46\0\0\0\0\0\0\0", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"words"]
    {
        let outcome = pages::open(file, Limits::default());
        assert!(matches!(outcome, Err(Error::Unsupported)), "{}", file.escape_ascii());
    }
}

#[test]
fn a_page_is_asked_for_by_its_number() {
    let file = sample("slip.png");
    let document = pages::open(&file, Limits::default()).unwrap();

    assert_eq!(document.len(), 1);
    assert!(matches!(document.page(1), Ok(Page::Picture(_))));
    for number in [0, 2, usize::MAX] {
        assert!(matches!(document.page(number), Err(Error::NoSuchPage { .. })), "{number}");
    }
}

#[test]
fn a_page_becomes_a_jpeg_of_the_wanted_size() {
    let picture = Picture::decode(&sample("slip.png")).unwrap();

    let preview = Picture::decode(&pages::jpeg(&picture, 240, 80).unwrap()).unwrap();
    assert_eq!((preview.width(), preview.height()), (180, 240));
    check_slip(&Picture::decode(&pages::jpeg(&picture, 1600, 90).unwrap()).unwrap());
}
