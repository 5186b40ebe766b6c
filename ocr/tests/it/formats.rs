//! What files a reader takes.

use image::{DynamicImage, ImageFormat, Rgba, RgbaImage, imageops::FilterType};
use ocr::{Error, Picture};
use pages::MAX_SIDE;

use crate::{READER, check, drawing, read};

#[test]
fn the_name_for_it_does_not_matter_but_the_first_bytes_do() {
    let drawing = drawing::receipt();

    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Tiff] {
        check(&read(&drawing.file(format)), &drawing);
    }
}

#[test]
fn every_depth_and_colour_model_is_read() {
    let drawing = drawing::receipt();
    let colour = DynamicImage::ImageRgb8(drawing.picture.clone());

    check(&read(&drawing::file(&colour.to_luma8().into(), ImageFormat::Jpeg)), &drawing);
    check(&read(&drawing::file(&colour.to_luma16().into(), ImageFormat::Png)), &drawing);
    check(&read(&drawing::file(&colour.to_rgba16().into(), ImageFormat::Png)), &drawing);
}

#[test]
fn jpegs_of_four_colours_and_in_several_passes_are_read() {
    let drawing = drawing::receipt();

    check(&read(include_bytes!("../../../pages/testdata/cmyk-444.jpg")), &drawing);
    check(&read(include_bytes!("../../../pages/testdata/cmyk-420.jpg")), &drawing);
    check(&read(include_bytes!("../../../pages/testdata/cmyk-not-inverted.jpg")), &drawing);
    check(&read(include_bytes!("../../../pages/testdata/ycck-420.jpg")), &drawing);
    check(&read(include_bytes!("../../../pages/testdata/progressive.jpg")), &drawing);
}

#[test]
fn large_pictures_are_shrunk_whatever_their_depth() {
    let drawing = drawing::receipt();
    let large = DynamicImage::ImageRgb8(drawing.picture.clone()).resize_exact(4200, 5320, FilterType::Triangle);

    for (picture, format) in [
        (large.clone(), ImageFormat::Jpeg),
        (large.to_rgb8().into(), ImageFormat::Png),
        (large.to_luma16().into(), ImageFormat::Png),
    ] {
        let picture = Picture::decode(&drawing::file(&picture, format)).unwrap();

        assert_eq!(picture.height(), 2600, "{format:?}");
        check(&READER.read_picture(picture).unwrap(), &drawing);
    }
}

#[test]
fn black_letters_on_nothing_are_read_as_on_white_paper() {
    let drawing = drawing::receipt();
    let (width, height) = drawing.picture.dimensions();
    let letters = RgbaImage::from_fn(width, height, |x, y| Rgba([0, 0, 0, 255 - drawing.picture.get_pixel(x, y).0[0]]));

    check(&read(&drawing::file(&letters.into(), ImageFormat::Png)), &drawing);
}

#[test]
fn other_kinds_of_files_are_named_unsupported() {
    for file in [&b""[..], b"a receipt, in words"] {
        assert!(matches!(READER.read(file), Err(Error::File(pages::Error::Unsupported))), "{}", file.escape_ascii());
    }
}

#[test]
fn a_small_file_that_declares_a_huge_picture_is_refused_undecoded() {
    for side in [u16::try_from(MAX_SIDE).unwrap() + 1, 64_250] {
        assert!(
            matches!(READER.read(&jpeg_declaring(side, side)), Err(Error::File(pages::Error::TooLarge))),
            "{side} pixels"
        );
        assert!(
            matches!(READER.read(&jpeg_declaring(16, side)), Err(Error::File(pages::Error::TooLarge))),
            "16 by {side} pixels"
        );
    }
    assert!(
        matches!(READER.read(&jpeg_declaring(9_000, 9_000)), Err(Error::File(pages::Error::TooLarge))),
        "too many pixels in all"
    );
}

/// A JPEG whose header says so, however small it is.
fn jpeg_declaring(width: u16, height: u16) -> Vec<u8> {
    let mut file = drawing::file(&DynamicImage::new_rgb8(16, 16), ImageFormat::Jpeg);
    let start_of_frame = file.windows(2).position(|bytes| bytes == b"\xff\xc0").unwrap();
    file[start_of_frame + 5..][..2].copy_from_slice(&height.to_be_bytes());
    file[start_of_frame + 7..][..2].copy_from_slice(&width.to_be_bytes());
    file
}

#[test]
fn nothing_beside_the_pixels_of_a_png_is_unpacked() {
    let drawing = drawing::receipt();
    let file = drawing.file(ImageFormat::Png);
    let (header, rest) = file.split_at(33);
    // The decoder would refuse each of them, unless it never sees them.
    let junk = [*b"iCCP", *b"zTXt", *b"iTXt", *b"tEXt", *b"acTL", *b"fdAT", *b"ruBB"]
        .map(|kind| [&[0, 0, 0, 3][..], &kind, b"x\0\0", b"crc?"].concat());

    check(&read(&[header, &junk.concat(), rest].concat()), &drawing);
}

#[test]
fn a_page_of_letters_from_edge_to_edge_is_refused() {
    let receipt = DynamicImage::ImageRgb8(drawing::receipt().picture).resize_exact(260, 329, FilterType::Triangle);
    let mut page = RgbaImage::from_pixel(2600, 2600, Rgba([255; 4]));
    for (row, column) in (0..8).flat_map(|row| (0..10).map(move |column| (row, column))) {
        image::imageops::overlay(&mut page, &receipt, column * 260, row * 329);
    }

    assert!(matches!(READER.read(&drawing::file(&page.into(), ImageFormat::Png)), Err(Error::TooMuchText)));
}
