//! From a file's bytes to pixels: what may be decoded, how large, and which way up the camera says it is.

use std::{io::Cursor, mem};

use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, Rgb, RgbImage, metadata::Orientation};

use crate::{Error, MAX_DECODED_BYTES, MAX_SIDE, Point, orientation};

/// Larger pictures are shrunk to this side before anything else looks at them: a scan of 35 megapixels is read as well as
/// the same one of 4, in bounded memory.
const WORKING_SIDE: u32 = 2600;

/// A picture as it is to be shown: as its file's EXIF orientation says, and turned further where its text asks for it.
#[derive(Debug)]
pub(crate) struct Picture {
    pub(crate) pixels: RgbImage,
    /// What was done to the stored raster to make `pixels` (besides shrinking), first to last.
    applied: Vec<Orientation>,
}

impl Picture {
    /// Goes by the file's first bytes; its size is checked before a pixel is decoded.
    pub(crate) fn decode(file: &[u8]) -> Result<Self, Error> {
        let format = format_of(file).ok_or(Error::Unsupported)?;
        let mut reader = ImageReader::with_format(Cursor::new(file), format);
        reader.limits(limits());
        let mut decoder = reader.into_decoder().map_err(refusal)?;
        let (width, height) = decoder.dimensions();
        if width.max(height) > MAX_SIDE || decoder.total_bytes() > MAX_DECODED_BYTES {
            return Err(Error::TooLarge);
        }
        let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
        let stored = DynamicImage::from_decoder(decoder).map_err(refusal)?;
        let mut picture = Self { pixels: on_white(shrunk(stored)), applied: Vec::new() };
        picture.turn(orientation);
        Ok(picture)
    }

    pub(crate) fn turn(&mut self, orientation: Orientation) {
        let mut pixels = DynamicImage::ImageRgb8(mem::take(&mut self.pixels));
        pixels.apply_orientation(orientation);
        self.pixels = pixels.into_rgb8();
        self.applied.push(orientation);
    }

    /// From a point among `pixels` to the same in fractions of the stored raster's width and height, 0 to 1.
    pub(crate) fn in_stored_raster(&self, point: Point) -> Point {
        let shown = Point {
            x: (point.x / self.pixels.width() as f32).clamp(0.0, 1.0),
            y: (point.y / self.pixels.height() as f32).clamp(0.0, 1.0),
        };
        self.applied.iter().rev().fold(shown, |point, orientation| orientation::before(*orientation, point))
    }
}

/// A decoder may need as much again as the picture that it makes.
fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_image_width = None;
    limits.max_image_height = None;
    limits.max_alloc = Some(2 * MAX_DECODED_BYTES);
    limits
}

fn refusal(error: image::ImageError) -> Error {
    match error {
        image::ImageError::Limits(_) => Error::TooLarge,
        other => Error::Broken(other),
    }
}

fn format_of(file: &[u8]) -> Option<ImageFormat> {
    const SIGNATURES: [(&[u8], ImageFormat); 4] = [
        (b"\xff\xd8\xff", ImageFormat::Jpeg),
        (b"\x89PNG\r\n\x1a\n", ImageFormat::Png),
        (b"II*\0", ImageFormat::Tiff),
        (b"MM\0*", ImageFormat::Tiff),
    ];
    SIGNATURES.iter().find(|(signature, _)| file.starts_with(signature)).map(|(_, format)| *format)
}

/// Shrinks in the stored pixel format, before any conversion makes a second picture of full size.
fn shrunk(stored: DynamicImage) -> DynamicImage {
    let longest = stored.width().max(stored.height());
    if longest <= WORKING_SIDE {
        return stored;
    }
    let side = |pixels: u32| (pixels * WORKING_SIDE / longest).max(1);
    stored.thumbnail_exact(side(stored.width()), side(stored.height()))
}

/// What is transparent is shown on white, as a viewer would, so that black letters on nothing stay legible.
fn on_white(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let picture = picture.into_rgba8();
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [red, green, blue, alpha] = picture.get_pixel(x, y).0;
        Rgb([red, green, blue].map(|channel| over_white(channel, alpha)))
    })
}

fn over_white(channel: u8, alpha: u8) -> u8 {
    let (channel, alpha) = (u16::from(channel), u16::from(alpha));
    let mixed = (channel * alpha + 255 * (255 - alpha)) / 255;
    u8::try_from(mixed).unwrap_or(u8::MAX)
}
