//! Pictures as phones and programs write them, in one part and in many.

use std::io::Cursor;

use image::ImageFormat;
use picture::{Cleaner, has_several_pages};
use receipt::{Orientation, PictureFormat};

use crate::{
    planted::{PLANTED, profile},
    property::{cleaned, contains, holds_of_a_picture, holds_of_anything},
    samples::*,
};

fn exif_of(file: &[u8]) -> exif::Exif {
    exif::Reader::new().read_from_container(&mut Cursor::new(file)).unwrap()
}

fn orientation(format: PictureFormat, file: &[u8]) -> Orientation {
    let mut cleaner = Cleaner::new(format);
    cleaner.clean(&mut file.to_vec());
    cleaner.orientation()
}

fn check(format: PictureFormat, file: &[u8]) {
    assert!(exif_of(file).fields().any(|field| field.tag.context() == exif::Context::Gps), "the test has a place");
    let kept = holds_of_a_picture(format, file, b"GPSLatitude");

    assert_eq!(orientation(format, file), Orientation::Rotated90);
    let exif = exif_of(&kept);
    assert!(exif.fields().all(|field| field.tag.context() != exif::Context::Gps));
    assert_eq!(exif.get_field(exif::Tag::Orientation, exif::In::PRIMARY).unwrap().value.get_uint(0), Some(6));
    for number in LATITUDE.into_iter().chain(LONGITUDE) {
        assert!(!contains(&kept, &number.to_le_bytes()) && !contains(&kept, &number.to_be_bytes()));
    }
    for words in [&b"GPSLongitude"[..], b"Berlin", b"+52.5200", b"Phone Co", b"2018:12:25", b"lunch"] {
        assert!(!contains(&kept, words), "{}", String::from_utf8_lossy(words));
    }
}

#[test]
fn of_a_jpegs_exif_the_orientation_stays() {
    for order in [Order::Little, Order::Big] {
        check(PictureFormat::Jpeg, &a_jpeg(order));
    }
}

#[test]
fn of_a_pngs_exif_the_orientation_stays_and_the_checksums_are_right() {
    for order in [Order::Little, Order::Big] {
        let photo = a_png(order);
        check(PictureFormat::Png, &photo);
        let cleaned = cleaned(PictureFormat::Png, &photo);
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
fn a_pdf_and_a_picture_that_has_only_what_decoding_needs_stay_as_they_are() {
    for (format, file) in [
        (PictureFormat::Pdf, b"%PDF-1.7 /GPSLatitude".to_vec()),
        (PictureFormat::Jpeg, encoded(ImageFormat::Jpeg)),
        (PictureFormat::Png, encoded(ImageFormat::Png)),
    ] {
        assert!(cleaned(format, &file) == file, "{format:?}");
    }
}

#[test]
fn a_jpeg_in_parts_becomes_what_it_becomes_in_one() {
    let photo = a_jpeg(Order::Big);
    let whole = cleaned(PictureFormat::Jpeg, &photo);
    // EXIF counts only where it ends in its part.
    let metadata = 600;
    for bytes in [1, 2, 3, 7, 1000] {
        let mut cleaner = Cleaner::new(PictureFormat::Jpeg);
        let mut parts = photo.clone();
        let (first, rest) = parts.split_at_mut(metadata);
        cleaner.clean(first);
        rest.chunks_mut(bytes).for_each(|part| cleaner.clean(part));
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
            let mut cleaner = Cleaner::new(PictureFormat::Jpeg);
            let mut parts = photo.clone();
            let (first, rest) = parts.split_at_mut(cut);
            cleaner.clean(first);
            cleaner.clean(rest);
            assert!(!contains(&parts, b"GPSLatitude") && !contains(&parts, b"Berlin"), "cut at {cut}");
            assert!(!contains(&parts, &LATITUDE[2].to_be_bytes()), "cut at {cut}");
            assert!(image::load_from_memory(&parts).unwrap() == image::load_from_memory(&plain).unwrap());
        }
    }
}

#[test]
fn of_a_colour_profile_the_numbers_stay_and_its_words_go() {
    let plain = encoded(ImageFormat::Jpeg);
    let words = [b"Display P3 of ", PLANTED].concat();
    let with = |profile: &[u8]| {
        let payload = [b"ICC_PROFILE\0\x01\x01", profile].concat();
        [&plain[..2], &segment(0xe2, &payload), &plain[2..]].concat()
    };
    let kept = holds_of_a_picture(PictureFormat::Jpeg, &with(&profile(&words)), PLANTED);
    for word in [&b"rXYZ"[..], b"bTRC", b"acsp", &[0, 0, 0x6f, 0xa2, 0, 0, 0x38, 0xf5], &[0, 2, 0x33, 0x33]] {
        assert!(contains(&kept, word), "{}", String::from_utf8_lossy(word));
    }
    for word in [&b"desc"[..], b"made", b"APPL"] {
        assert!(!contains(&kept, word), "{}", String::from_utf8_lossy(word));
    }
    // What is no number is no reason to keep it.
    let mut forged = profile(&words);
    let at = forged.windows(8).rposition(|bytes| bytes == [0, 0, 0x6f, 0xa2, 0, 0, 0x38, 0xf5]).unwrap();
    forged[at..at + 4].copy_from_slice(b"here");
    let kept = holds_of_a_picture(PictureFormat::Jpeg, &with(&forged), PLANTED);
    assert!(!contains(&kept, b"here") && !contains(&kept, b"ICC_PROFILE"));
}

#[test]
fn what_is_no_part_of_a_picture_goes_wherever_it_stands() {
    for (format, plain) in [
        (PictureFormat::Jpeg, encoded(ImageFormat::Jpeg)),
        (PictureFormat::Png, encoded(ImageFormat::Png)),
        (PictureFormat::Tiff, encoded(ImageFormat::Tiff)),
    ] {
        let behind = [&plain[..], PLANTED].concat();
        holds_of_a_picture(format, &behind, PLANTED);
        // Cut anywhere, nothing comes back.
        for cut in (0..behind.len()).step_by(7) {
            holds_of_anything(format, &behind[..cut]);
        }
    }
}

#[test]
fn pages_are_counted_but_for_smaller_copies_masks_and_circles() {
    let order = Order::Little;
    let file = |rest: &[&[(u16, u16)]], after_last: u32| {
        let mut file = order.header(8).to_vec();
        for (number, tags) in [&[][..]].iter().chain(rest).enumerate() {
            let pixels = [(0x0111, 1), (0x0117, 1)];
            let tags = tags.iter().chain(if tags.contains(&(0, 0)) { &[][..] } else { &pixels });
            let entries: Vec<_> =
                tags.map(|(tag, value)| order.entry(*tag, 3, 1, order.long((*value).into()))).collect();
            let mut directory = order.directory(&entries);
            let (end, behind) = (directory.len() - 4, u32::try_from(file.len() + directory.len()).unwrap());
            let next = if number == rest.len() { after_last } else { behind };
            directory[end..].copy_from_slice(&order.long(next));
            file.extend(directory);
        }
        file
    };
    let check = |rest: &[&[(u16, u16)]], after_last: u32, expected: bool| {
        let file = file(rest, after_last);
        assert_eq!(has_several_pages(PictureFormat::Tiff, &file), expected, "{rest:?} {after_last}");
    };
    check(&[], 0, false);
    check(&[&[]], 0, true);
    check(&[&[(0x00fe, 2)]], 0, true);
    for no_page in [(0x00fe, 1), (0x00fe, 5), (0x00fe, 4), (0x00ff, 2), (0, 0)] {
        check(&[&[no_page]], 0, false);
        check(&[&[no_page], &[]], 0, true);
    }
    check(&[], 8, false);
    check(&[&[(0x00fe, 1)]], 8, false);
    check(&[], 0xffff_ffff, false);
    assert!(!has_several_pages(PictureFormat::Tiff, &encoded(ImageFormat::Tiff)));
    assert!(!has_several_pages(PictureFormat::Tiff, &a_tiff()));
    for cut in 0..file(&[&[]], 0).len() {
        has_several_pages(PictureFormat::Tiff, &file(&[&[]], 0)[..cut]);
    }
}

/// A grey PNG of 8 by 8, whose rows are stored as they are, with something behind them in their stream, behind its end in
/// its chunk, and in a chunk behind that.
fn png_with(in_stream: &[u8], in_chunk: &[u8], behind: &[u8]) -> Vec<u8> {
    let rows = [&(0..72).map(|n| if n % 9 == 0 { 0 } else { n }).collect::<Vec<u8>>(), in_stream].concat();
    let length = u16::try_from(rows.len()).unwrap();
    let sums = rows.iter().fold((1_u32, 0_u32), |(one, two), byte| {
        let one = (one + u32::from(*byte)) % 65521;
        (one, (two + one) % 65521)
    });
    let checksum = (sums.1 << 16 | sums.0).to_be_bytes();
    let stream = [b"\x78\x01\x01", &length.to_le_bytes()[..], &(!length).to_le_bytes(), &rows, &checksum].concat();
    let (half, rest) = stream.split_at(20);
    let header = [0, 0, 0, 8, 0, 0, 0, 8, 8, 0, 0, 0, 0];
    let parts = [chunk(b"IHDR", &header), chunk(b"IDAT", half), chunk(b"IDAT", &[rest, in_chunk].concat())];
    let behind = if behind.is_empty() { Vec::new() } else { chunk(b"IDAT", behind) };
    [b"\x89PNG\r\n\x1a\n", &parts.concat()[..], &behind, &chunk(b"IEND", b"")].concat()
}

#[test]
fn behind_a_pngs_last_row_nothing_is_kept() {
    let plain = png_with(b"", b"", b"");
    assert!(cleaned(PictureFormat::Png, &plain) == plain);
    for file in [png_with(b"", PLANTED, b""), png_with(b"", b"", PLANTED), png_with(b"", PLANTED, PLANTED)] {
        let kept = holds_of_a_picture(PictureFormat::Png, &file, PLANTED);
        assert!(image::load_from_memory(&kept).unwrap() == image::load_from_memory(&plain).unwrap());
    }
    // No encoder writes more rows than there are; decoders that take such a file take it still.
    let file = png_with(PLANTED, PLANTED, PLANTED);
    let kept = holds_of_a_picture(PictureFormat::Png, &file, PLANTED);
    assert!(image::load_from_memory(&kept).unwrap() == image::load_from_memory(&plain).unwrap());
}
