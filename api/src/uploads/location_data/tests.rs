use std::io::Cursor;

use image::ImageFormat;
use proptest::prelude::*;

use super::{samples::*, *};

fn cleaned(format: PictureFormat, file: &[u8]) -> Vec<u8> {
    let mut cleaned = file.to_vec();
    LocationRemover::new(format).clean(&mut cleaned);
    cleaned
}

fn contains(file: &[u8], what: &[u8]) -> bool {
    file.windows(what.len()).any(|window| window == what)
}

fn orientation(exif: &exif::Exif) -> Option<u32> {
    exif.get_field(exif::Tag::Orientation, exif::In::PRIMARY)?.value.get_uint(0)
}

fn check(format: PictureFormat, file: &[u8]) {
    let exif_of = |file: &[u8]| exif::Reader::new().read_from_container(&mut Cursor::new(file)).unwrap();
    assert!(exif_of(file).fields().any(|field| field.tag.context() == exif::Context::Gps), "the test has a place");

    let cleaned = cleaned(format, file);
    assert_eq!(cleaned.len(), file.len());
    let exif = exif_of(&cleaned);
    assert!(exif.fields().all(|field| field.tag.context() != exif::Context::Gps));
    assert_eq!(orientation(&exif), Some(6));
    for number in LATITUDE.into_iter().chain(LONGITUDE) {
        assert!(!contains(&cleaned, &number.to_le_bytes()) && !contains(&cleaned, &number.to_be_bytes()));
    }
    for words in [&b"GPSLatitude"[..], b"GPSLongitude", b"Berlin", b"+52.5200"] {
        assert!(!contains(&cleaned, words), "{}", String::from_utf8_lossy(words));
    }
    let raster = |file: &[u8]| image::load_from_memory(file).unwrap().to_rgb8();
    assert!(raster(&cleaned) == raster(file), "the pixels changed");
    assert!(self::cleaned(format, &cleaned) == cleaned, "what is clean stays as it is");
}

#[test]
fn a_jpegs_place_goes_and_everything_else_stays() {
    for order in [Order::Little, Order::Big] {
        let photo = a_jpeg(order);
        check(PictureFormat::Jpeg, &photo);
        let cleaned = cleaned(PictureFormat::Jpeg, &photo);
        assert!(contains(&cleaned, b"Phone Co") && contains(&cleaned, b"2018:12:25 20:13:00"));
    }
}

#[test]
fn a_pngs_place_goes_and_its_checksums_are_right() {
    for order in [Order::Little, Order::Big] {
        let photo = a_png(order);
        check(PictureFormat::Png, &photo);
        let cleaned = cleaned(PictureFormat::Png, &photo);
        assert!(contains(&cleaned, b"Comment\0lunch"));
        let mut rest = &cleaned[8..];
        while let Some(length) = rest.first_chunk::<4>() {
            let (whole, behind) = rest.split_at(u32::from_be_bytes(*length) as usize + 12);
            assert_eq!(chunk(&whole[4..8], &whole[8..whole.len() - 4]), whole);
            rest = behind;
        }
    }
}

#[test]
fn a_tiffs_place_goes_wherever_its_directory_lies() {
    check(PictureFormat::Tiff, &a_tiff());
}

#[test]
fn a_pdf_and_a_picture_without_a_place_stay_as_they_are() {
    for (format, file) in [
        (PictureFormat::Pdf, b"%PDF-1.7 /GPSLatitude".to_vec()),
        (PictureFormat::Jpeg, encoded(ImageFormat::Jpeg)),
        (PictureFormat::Jpeg, testbed::a_jpeg(100_000)),
        (PictureFormat::Png, encoded(ImageFormat::Png)),
        (PictureFormat::Tiff, encoded(ImageFormat::Tiff)),
    ] {
        assert!(cleaned(format, &file) == file, "{format:?}");
    }
}

#[test]
fn a_jpeg_in_parts_becomes_what_it_becomes_in_one() {
    let photo = a_jpeg(Order::Big);
    let whole = cleaned(PictureFormat::Jpeg, &photo);
    let metadata = 600;
    for bytes in [1, 2, 3, 7, 1000] {
        let mut remover = LocationRemover::new(PictureFormat::Jpeg);
        let mut parts = photo.clone();
        let (first, rest) = parts.split_at_mut(metadata);
        remover.clean(first);
        rest.chunks_mut(bytes).for_each(|part| remover.clean(part));
        assert!(parts == whole, "in parts of {bytes}");
    }
}

#[test]
fn a_segment_that_a_part_cuts_off_goes_to_its_end() {
    for payload in [&[b"Exif\0\0", &Order::Big.exif()[..]].concat(), XMP, IPTC] {
        let plain = encoded(ImageFormat::Jpeg);
        let marker = if payload == IPTC { 0xed } else { 0xe1 };
        let photo = [&plain[..2], &segment(marker, payload), &plain[2..]].concat();
        for cut in 1..payload.len() + 6 {
            let mut remover = LocationRemover::new(PictureFormat::Jpeg);
            let mut parts = photo.clone();
            let (first, rest) = parts.split_at_mut(cut);
            remover.clean(first);
            remover.clean(rest);
            assert!(!contains(&parts, b"GPSLatitude") && !contains(&parts, b"Berlin"), "cut at {cut}");
            assert!(!contains(&parts, &LATITUDE[2].to_be_bytes()), "cut at {cut}");
            assert!(
                image::load_from_memory(&parts).unwrap().to_rgb8()
                    == image::load_from_memory(&plain).unwrap().to_rgb8()
            );
        }
    }
}

#[test]
fn directories_that_lead_in_circles_and_claim_too_much_come_to_an_end() {
    let order = Order::Little;
    // Each of many entries claims the whole file, and every directory is every other's next.
    let mut file = b"II*\0\x08\0\0\0".to_vec();
    let entries: Vec<_> = (0..60_000_u32)
        .map(|n| match n % 3 {
            0 => order.entry(0x8825, 4, 1, order.long(n * 7 % 720_000)),
            1 => order.entry(0x02bc, 1, u32::MAX, order.long(8)),
            _ => order.entry(0x014a, 4, 200_000, order.long(n)),
        })
        .collect();
    file.extend(order.directory(&entries));
    file.resize(file.len() + 100_000, 0xff);
    let length = file.len();
    assert_eq!(cleaned(PictureFormat::Tiff, &file).len(), length);
}

fn any_format() -> impl Strategy<Value = (PictureFormat, Vec<u8>)> {
    prop_oneof![
        Just((PictureFormat::Jpeg, a_jpeg(Order::Little))),
        Just((PictureFormat::Png, a_png(Order::Big))),
        Just((PictureFormat::Tiff, a_tiff())),
        Just((PictureFormat::Tiff, Order::Big.exif())),
    ]
}

proptest! {
    #[test]
    fn whatever_the_bytes_are_their_number_stays(
        format in prop::sample::select(&PictureFormat::ALL[..]),
        bytes in prop::collection::vec(any::<u8>(), 0..600),
    ) {
        for begin in [&b""[..], b"II*\0\x08\0\0\0", b"\xff\xd8\xff\xe1\0\x60Exif\0\0MM\0*\0\0\0\x08", b"\x89PNG\r\n\x1a\n\0\0\0\x40eXIfII*\0\x08\0\0\0"] {
            let file = [begin, &bytes].concat();
            prop_assert_eq!(cleaned(format, &file).len(), file.len());
        }
    }

    #[test]
    fn a_damaged_file_is_no_trouble(
        (format, mut file) in any_format(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
        cut in any::<prop::sample::Index>(),
    ) {
        // Most of the damage goes to where the directories are.
        for (index, byte) in damage {
            let span = file.len().min(400);
            let at = index.index(span);
            file[at] = byte;
        }
        file.truncate(cut.index(file.len()) + 1);
        prop_assert_eq!(cleaned(format, &file).len(), file.len());
    }
}
