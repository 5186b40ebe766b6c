//! Pages as files again: for a reader elsewhere, and for being looked at.

use std::borrow::Cow;

use image::{ExtendedColorType, RgbImage, codecs::jpeg::JpegEncoder, imageops::thumbnail};

use crate::{Error, Picture};

/// A picture as a JPEG whose longer side is at most `max_side`. `quality` is 1 to 100.
pub fn jpeg(picture: &Picture, max_side: u32, quality: u8) -> Result<Vec<u8>, Error> {
    let pixels = within(picture.pixels(), max_side);
    let mut file = Vec::new();
    JpegEncoder::new_with_quality(&mut file, quality)
        .encode(&pixels, pixels.width(), pixels.height(), ExtendedColorType::Rgb8)
        .map_err(Error::broken)?;
    Ok(file)
}

fn within(pixels: &RgbImage, max_side: u32) -> Cow<'_, RgbImage> {
    let longest = pixels.width().max(pixels.height());
    if longest <= max_side {
        return Cow::Borrowed(pixels);
    }
    let side = |pixels: u32| (u64::from(pixels) * u64::from(max_side) / u64::from(longest)).max(1) as u32;
    Cow::Owned(thumbnail(pixels, side(pixels.width()), side(pixels.height())))
}
