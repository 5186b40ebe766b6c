//! A picture in memory, and the way from its pixels back to the raster as it is stored.

use std::mem;

use image::{DynamicImage, RgbImage, metadata::Orientation};

use crate::{Error, Limits, Point, document, point, raster::Stored};

/// A decoded picture as it is to be shown: as its file's EXIF orientation says, and turned further where its text asks
/// for it.
#[derive(Debug)]
pub struct Picture {
    pixels: RgbImage,
    /// What was done to the stored raster to make `pixels` (besides shrinking), first to last.
    applied: Vec<Orientation>,
    exif: Orientation,
    /// Of the stored raster, before shrinking.
    stored_size: (u32, u32),
}

impl Picture {
    /// The first page of a file, whichever format its first bytes say it is. What it declares is checked before a pixel is
    /// decoded, and decoding keeps to [`MAX_DECODING_BYTES`](crate::MAX_DECODING_BYTES). Large pictures are shrunk.
    pub fn decode(file: &[u8]) -> Result<Self, Error> {
        document::open(file, Limits { pages: usize::MAX })?.picture(1)
    }

    /// Of pixels that stand upright already.
    pub fn upright(pixels: RgbImage) -> Self {
        let size = pixels.dimensions();
        Self::of(Stored { pixels, size, orientation: Orientation::NoTransforms })
    }

    pub(crate) fn of(stored: Stored) -> Self {
        let Stored { pixels, size, orientation } = stored;
        let mut picture = Self { pixels, applied: Vec::new(), exif: orientation, stored_size: size };
        if orientation != Orientation::NoTransforms {
            picture.turn(orientation);
        }
        picture
    }

    /// The file's EXIF orientation, 1 to 8; 1 if it has none.
    pub fn exif_orientation(&self) -> u8 {
        self.exif.to_exif()
    }

    /// Width and height in the file, as its EXIF orientation shows it.
    pub fn size_as_shown(&self) -> (u32, u32) {
        let (width, height) = self.stored_size;
        match self.exif {
            Orientation::NoTransforms
            | Orientation::Rotate180
            | Orientation::FlipHorizontal
            | Orientation::FlipVertical => (width, height),
            Orientation::Rotate90
            | Orientation::Rotate270
            | Orientation::Rotate90FlipH
            | Orientation::Rotate270FlipH => (height, width),
        }
    }

    /// As its file's EXIF orientation shows it, and perhaps shrunk.
    pub fn pixels(&self) -> &RgbImage {
        &self.pixels
    }

    pub fn into_pixels(self) -> RgbImage {
        self.pixels
    }

    /// Of the picture as it is read: upright, and perhaps shrunk; in pixels.
    pub fn width(&self) -> u32 {
        self.pixels.width()
    }

    pub fn height(&self) -> u32 {
        self.pixels.height()
    }

    /// Turns the picture further, as its text asks for it.
    pub fn turn(&mut self, orientation: Orientation) {
        let mut pixels = DynamicImage::ImageRgb8(mem::take(&mut self.pixels));
        pixels.apply_orientation(orientation);
        self.pixels = pixels.into_rgb8();
        self.applied.push(orientation);
    }

    /// From a point among `pixels` to the same in fractions of the stored raster's width and height, 0 to 1.
    pub fn in_stored_raster(&self, point: Point) -> Point {
        let shown = Point {
            x: (point.x / self.pixels.width() as f32).clamp(0.0, 1.0),
            y: (point.y / self.pixels.height() as f32).clamp(0.0, 1.0),
        };
        self.applied.iter().rev().fold(shown, |point, orientation| point::before(*orientation, point))
    }
}
