//! Pictures that are not upright: boxes stay in the coordinates of the raster as it is stored.

use image::metadata::Orientation;

use crate::{check, drawing, read};

#[test]
fn an_upright_picture_is_read_in_order() {
    let drawing = drawing::receipt();

    check(&read(&drawing.jpeg()), &drawing);
}

#[test]
fn a_picture_that_was_turned_without_a_word_is_turned_back() {
    for turn in [Orientation::Rotate90, Orientation::Rotate180, Orientation::Rotate270] {
        let drawing = drawing::receipt().oriented(turn);

        check(&read(&drawing.jpeg()), &drawing);
    }
}

#[test]
fn exif_orientation_is_obeyed() {
    for exif in 1..=8 {
        let shown_with = Orientation::from_exif(exif).unwrap();
        let drawing = drawing::receipt().oriented(undoing(shown_with));

        check(&read(&drawing.jpeg_with_exif(shown_with)), &drawing);
    }
}

#[test]
fn wrong_exif_orientation_is_found_out() {
    let drawing = drawing::receipt();

    check(&read(&drawing.jpeg_with_exif(Orientation::Rotate90)), &drawing);
}

#[test]
fn a_tilted_picture_is_read_along_its_lines() {
    for degrees in [5.0, -5.0] {
        let drawing = drawing::receipt().tilted(degrees);

        check(&read(&drawing.jpeg()), &drawing);
    }
}

fn undoing(orientation: Orientation) -> Orientation {
    match orientation {
        Orientation::Rotate90 => Orientation::Rotate270,
        Orientation::Rotate270 => Orientation::Rotate90,
        itself @ (Orientation::NoTransforms
        | Orientation::Rotate180
        | Orientation::FlipHorizontal
        | Orientation::FlipVertical
        | Orientation::Rotate90FlipH
        | Orientation::Rotate270FlipH) => itself,
    }
}
