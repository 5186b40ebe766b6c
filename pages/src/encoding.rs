//! Pages as files again: for a reader elsewhere, and for being looked at.

use std::borrow::Cow;

use image::{ExtendedColorType, RgbImage, codecs::jpeg::JpegEncoder, imageops::thumbnail};

use crate::{Error, Picture, shrinking::within};

/// A picture as a JPEG whose longer side is at most `max_side`. `quality` is 1 to 100.
pub fn jpeg(picture: &Picture, max_side: u32, quality: u8) -> Result<Vec<u8>, Error> {
    let pixels = shrunk(picture.pixels(), max_side);
    let mut file = Vec::new();
    JpegEncoder::new_with_quality(&mut file, quality)
        .encode(&pixels, pixels.width(), pixels.height(), ExtendedColorType::Rgb8)
        .map_err(Error::broken)?;
    Ok(file)
}

fn shrunk(pixels: &RgbImage, max_side: u32) -> Cow<'_, RgbImage> {
    match within(pixels.dimensions(), max_side) {
        size if size == pixels.dimensions() => Cow::Borrowed(pixels),
        (width, height) => Cow::Owned(thumbnail(pixels, width, height)),
    }
}
