//! A reader against pictures that are drawn here, and against files that are none.
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "small pictures, drawn and measured in f32"
)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::sync::LazyLock;

use ocr::{Page, Point, Reader};

use crate::drawing::Drawing;

mod any_bytes;
mod drawing;
mod formats;
mod optimised;
mod printed;
mod turned;

static READER: LazyLock<Reader> = LazyLock::new(|| Reader::new(2).unwrap());

fn read(file: &[u8]) -> Page {
    READER.read(file).unwrap()
}

/// Every word is read as it was drawn, in reading order, and where it was drawn.
#[track_caller]
fn check(page: &Page, drawing: &Drawing) {
    let read: Vec<_> = page.lines.iter().flat_map(|line| &line.words).collect();
    assert_eq!(
        read.iter().map(|word| word.text.as_str()).collect::<Vec<_>>(),
        drawing.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>()
    );
    for (read, drawn) in read.iter().zip(&drawing.words) {
        for (corner, truth) in read.corners.iter().zip(drawn.corners) {
            let distance = distance_in_pixels(drawing, *corner, truth);
            assert!(distance < 20.0, "{read:?} lies {distance} pixels beside {drawn:?}");
        }
    }
}

fn distance_in_pixels(drawing: &Drawing, a: Point, b: Point) -> f32 {
    let (width, height) = drawing.picture.dimensions();
    ((a.x - b.x) * width as f32).hypot((a.y - b.y) * height as f32)
}

#[test]
fn lines_come_with_their_words_and_confidence() {
    let page = read(&drawing::receipt().jpeg());

    let line = page.lines.iter().find(|line| line.text.starts_with("Paid")).unwrap();
    assert_eq!(line.text, "Paid by card ending 4417");
    assert_eq!(
        line.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>(),
        ["Paid", "by", "card", "ending", "4417"]
    );
    assert!(line.confidence > 0.9 && line.confidence <= 1.0, "{}", line.confidence);
    assert!(line.words.iter().all(|word| word.confidence > 0.9));
    assert_eq!(line.corners[0], line.words[0].corners[0], "the first word begins where the line begins");
    assert_eq!(line.corners[2], line.words[4].corners[2], "the last word ends where the line ends");
}

#[test]
fn one_reader_serves_several_threads_at_once() {
    let file = drawing::receipt().jpeg();
    let alone = read(&file);

    std::thread::scope(|scope| {
        let readings: Vec<_> = (0..3).map(|_| scope.spawn(|| read(&file))).collect();
        for reading in readings {
            assert_eq!(reading.join().unwrap(), alone);
        }
    });
}

#[test]
fn an_empty_sheet_has_no_lines() {
    let sheet = image::DynamicImage::ImageRgb8(image::RgbImage::from_pixel(400, 600, image::Rgb([240; 3])));

    assert_eq!(read(&drawing::file(&sheet, image::ImageFormat::Png)).lines, []);
}
