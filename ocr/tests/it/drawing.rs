//! Receipts that are drawn here, so that it is known what stands on them and where.

use ab_glyph::{Font, FontRef, PxScale, ScaleFont};
use image::{DynamicImage, ImageEncoder, ImageFormat, Rgb, RgbImage, codecs::jpeg::JpegEncoder, metadata::Orientation};
use ocr::Point;

const FONT: &[u8] = include_bytes!("../../../local/fonts/Inconsolata-Regular.ttf");
const PAPER: Rgb<u8> = Rgb([247, 245, 240]);
const TABLE: Rgb<u8> = Rgb([92, 74, 60]);
const INK: f32 = 40.0;
const SIZE: f32 = 30.0;
const LINE_HEIGHT: f32 = 52.0;

/// Text and where it begins, in pixels from the left. Entries with the same row number share a row.
const RECEIPT: [(u8, f32, &str); 14] = [
    (0, 120.0, "HARBOUR STREET BAKERY"),
    (1, 120.0, "12 Harbour Street, Bristol"),
    (2, 120.0, "Tel: 0117 496 0123"),
    (4, 40.0, "Date: 14/03/2026 09:41"),
    (5, 40.0, "Sourdough loaf"),
    (5, 500.0, "9.00"),
    (6, 40.0, "Cinnamon bun"),
    (6, 500.0, "2.85"),
    (7, 40.0, "Flat white"),
    (7, 500.0, "3.40"),
    (9, 40.0, "TOTAL GBP"),
    (9, 484.0, "15.25"),
    (10, 40.0, "Paid by card ending 4417"),
    (12, 160.0, "Thank you, come again!"),
];

#[derive(Debug, Clone)]
pub(crate) struct Drawing {
    pub(crate) picture: RgbImage,
    /// In the order that a person reads them.
    pub(crate) words: Vec<DrawnWord>,
}

#[derive(Debug, Clone)]
pub(crate) struct DrawnWord {
    pub(crate) text: String,
    /// From the text's own top left, clockwise as the text reads, in fractions of the picture.
    pub(crate) corners: [Point; 4],
}

pub(crate) fn receipt() -> Drawing {
    let mut drawing = Drawing::blank(600, 760);
    for (row, left, text) in RECEIPT {
        drawing.write(text, left, 40.0 + f32::from(row) * LINE_HEIGHT, PxScale::from(SIZE));
    }
    drawing
}

impl Drawing {
    pub(crate) fn blank(width: u32, height: u32) -> Self {
        Self { picture: RgbImage::from_pixel(width, height, PAPER), words: Vec::new() }
    }

    /// Letters of this height, and of this width if it were their height.
    pub(crate) fn write(&mut self, text: &str, left: f32, top: f32, scale: PxScale) {
        let font = &FontRef::try_from_slice(FONT).unwrap();
        let scaled = font.as_scaled(scale);
        let mut x = left;
        for word in text.split(' ') {
            let start = x;
            for character in word.chars() {
                let mut glyph = scaled.scaled_glyph(character);
                glyph.position = ab_glyph::point(x, top + scaled.ascent());
                x += scaled.h_advance(glyph.id);
                self.ink(font, glyph);
            }
            self.words.push(DrawnWord { text: word.into(), corners: self.rectangle(start, top, x, top + scale.y) });
            x += scaled.h_advance(scaled.scaled_glyph(' ').id);
        }
    }

    fn ink(&mut self, font: &FontRef<'_>, glyph: ab_glyph::Glyph) {
        let Some(outline) = font.outline_glyph(glyph) else { return };
        let bounds = outline.px_bounds();
        outline.draw(|x, y, cover| {
            let pixel = self.picture.get_pixel_mut(x + bounds.min.x as u32, y + bounds.min.y as u32);
            pixel.0 = pixel.0.map(|paper| (f32::from(paper) + (INK - f32::from(paper)) * cover.min(1.0)) as u8);
        });
    }

    fn rectangle(&self, left: f32, top: f32, right: f32, bottom: f32) -> [Point; 4] {
        let fraction =
            |x: f32, y: f32| Point { x: x / self.picture.width() as f32, y: y / self.picture.height() as f32 };
        [fraction(left, top), fraction(right, top), fraction(right, bottom), fraction(left, bottom)]
    }

    /// The same receipt, turned or mirrored.
    pub(crate) fn oriented(&self, orientation: Orientation) -> Self {
        let mut picture = DynamicImage::ImageRgb8(self.picture.clone());
        picture.apply_orientation(orientation);
        self.moved(picture.into_rgb8(), |point| applied(orientation, point))
    }

    /// The same receipt, photographed on a table at an angle, clockwise.
    pub(crate) fn tilted(&self, degrees: f32) -> Self {
        let (sine, cosine) = degrees.to_radians().sin_cos();
        let (width, height) = (self.picture.width() as f32, self.picture.height() as f32);
        let (wide, high) = (width * cosine + height * sine.abs(), width * sine.abs() + height * cosine);
        let picture = RgbImage::from_fn(wide as u32, high as u32, |x, y| {
            let (x, y) = (x as f32 + 0.5 - wide / 2.0, y as f32 + 0.5 - high / 2.0);
            let (x, y) = ((x * cosine + y * sine) / width + 0.5, (y * cosine - x * sine) / height + 0.5);
            image::imageops::sample_bilinear(&self.picture, x, y).unwrap_or(TABLE)
        });
        self.moved(picture, |point| {
            let (x, y) = ((point.x - 0.5) * width, (point.y - 0.5) * height);
            Point { x: (x * cosine - y * sine) / wide + 0.5, y: (x * sine + y * cosine) / high + 0.5 }
        })
    }

    fn moved(&self, picture: RgbImage, to: impl Fn(Point) -> Point) -> Self {
        let words = self.words.iter().map(|word| DrawnWord { corners: word.corners.map(&to), ..word.clone() });
        Self { picture, words: words.collect() }
    }

    pub(crate) fn jpeg(&self) -> Vec<u8> {
        self.file(ImageFormat::Jpeg)
    }

    pub(crate) fn file(&self, format: ImageFormat) -> Vec<u8> {
        file(&DynamicImage::ImageRgb8(self.picture.clone()), format)
    }

    /// A JPEG that asks to be shown with an orientation.
    pub(crate) fn jpeg_with_exif(&self, orientation: Orientation) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = JpegEncoder::new_with_quality(&mut file, 90);
        encoder.set_exif_metadata(exif(orientation)).unwrap();
        encoder.encode_image(&self.picture).unwrap();
        file
    }
}

pub(crate) fn file(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut file = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut file, format).unwrap();
    file.into_inner()
}

/// Where a point comes to lie when a picture is turned or mirrored.
fn applied(orientation: Orientation, Point { x, y }: Point) -> Point {
    let (x, y) = match orientation {
        Orientation::NoTransforms => (x, y),
        Orientation::Rotate90 => (1.0 - y, x),
        Orientation::Rotate180 => (1.0 - x, 1.0 - y),
        Orientation::Rotate270 => (y, 1.0 - x),
        Orientation::FlipHorizontal => (1.0 - x, y),
        Orientation::FlipVertical => (x, 1.0 - y),
        Orientation::Rotate90FlipH => (y, x),
        Orientation::Rotate270FlipH => (1.0 - y, 1.0 - x),
    };
    Point { x, y }
}

/// A TIFF directory, little-endian, with the one entry 0x0112 "orientation" (a short).
fn exif(orientation: Orientation) -> Vec<u8> {
    let mut exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    exif.extend([orientation.to_exif(), 0, 0, 0, 0, 0, 0, 0]);
    exif
}
