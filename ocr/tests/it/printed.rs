//! How tills print: long strips, letters of double width, rows that all but touch, light letters on dark.

use ab_glyph::PxScale;
use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};
use ocr::Page;

use crate::{
    check,
    drawing::{self, Drawing},
    read,
};

fn texts(page: &Page) -> Vec<&str> {
    page.lines.iter().map(|line| line.text.as_str()).collect()
}

#[test]
fn light_letters_on_nothing_are_read_as_on_dark_paper() {
    let drawing = drawing::receipt();
    let (width, height) = drawing.picture.dimensions();
    let ink = |x, y| 255 - drawing.picture.get_pixel(x, y).0[0];
    for light in [255, 170] {
        let letters = RgbaImage::from_fn(width, height, |x, y| Rgba([light, light, light, ink(x, y)]));

        check(&read(&drawing::file(&letters.into(), ImageFormat::Png)), &drawing);
    }
}

#[test]
fn light_letters_on_dark_paper_are_read() {
    let drawing = drawing::receipt();
    let mut negative = DynamicImage::ImageRgb8(drawing.picture.clone());
    negative.invert();

    check(&read(&drawing::file(&negative, ImageFormat::Png)), &drawing);
}

#[test]
fn every_item_of_a_long_strip_is_read() {
    let items = 100_u16;
    let mut drawing = Drawing::blank(600, 6600);
    for item in 0..items {
        let top = 60.0 + 64.0 * f32::from(item);
        drawing.write(&format!("A{}", 1000 + item), 40.0, top, PxScale::from(28.0));
        drawing.write(&format!("{}.{:02}", item % 9 + 1, item * 7 % 100), 480.0, top, PxScale::from(28.0));
    }

    check(&read(&drawing.file(ImageFormat::Png)), &drawing);
}

#[test]
fn figures_of_double_width_stay_together() {
    let mut drawing = Drawing::blank(700, 300);
    drawing.write("Flat white 3.40", 40.0, 60.0, PxScale::from(28.0));
    drawing.write("TOTAL 1234.50", 40.0, 120.0, PxScale { x: 56.0, y: 28.0 });
    drawing.write("CASH 1300.00", 40.0, 180.0, PxScale { x: 64.0, y: 28.0 });

    let page = read(&drawing.file(ImageFormat::Png));

    assert_eq!(texts(&page), ["Flat white 3.40", "TOTAL 1234.50", "CASH 1300.00"]);
}

#[test]
fn rows_that_all_but_touch_are_not_one() {
    for pitch in [30.0, 26.0, 23.0] {
        let mut drawing = Drawing::blank(640, 400);
        for item in 0..10_u8 {
            let top = 50.0 + pitch * f32::from(item);
            drawing.write(&format!("Article {}", 200 + u16::from(item) * 37), 40.0, top, PxScale::from(28.0));
            drawing.write(&format!("{}.{}5", item + 1, 9 - item), 500.0, top, PxScale::from(28.0));
        }

        let page = read(&drawing.file(ImageFormat::Png));

        let prices: Vec<&str> =
            page.lines.iter().filter(|line| line.corners[0].x > 0.7).map(|l| l.text.as_str()).collect();
        assert_eq!(prices.len(), 10, "{pitch}: {:?}", texts(&page));
    }
}
