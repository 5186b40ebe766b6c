//! From the bytes of a picture's file to pixels, by the decoders of the crate `image`: which files may be decoded, and how
//! little memory that takes.

use std::{
    io::Cursor,
    panic::{AssertUnwindSafe, catch_unwind},
};

use image::{
    DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, RgbImage, codecs::png::PngDecoder,
    metadata::Orientation,
};

use crate::{
    Error, MAX_DECODING_BYTES, MAX_PIXELS, MAX_SIDE,
    ground::on_a_ground,
    jpeg::Frame,
    png,
    shrinking::{shrunk, working_side},
};

/// A picture as it is stored.
#[derive(Debug)]
pub(crate) struct Stored {
    /// Shrunk if it is larger than needed.
    pub(crate) pixels: RgbImage,
    /// Width and height in the file.
    pub(crate) size: (u32, u32),
    /// How it is to be shown.
    pub(crate) orientation: Orientation,
}

/// A decoder that a file makes panic must not take down whoever reads it: zune-jpeg 0.5.15 can be made to, by a picture of
/// four colours that says that it has three.
pub(crate) fn ending_in_an_error<T>(decoding: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    // Nothing that the decoding changes is seen afterwards.
    catch_unwind(AssertUnwindSafe(decoding)).unwrap_or_else(|_| Err(Error::broken("the decoder panicked")))
}

/// Sizes are checked before a pixel is decoded. Of several frames it is the first.
pub(crate) fn decode(file: &[u8], format: ImageFormat) -> Result<Stored, Error> {
    if format == ImageFormat::Png {
        let chunks = png::Chunks::needed_of(file);
        return decode_with(PngDecoder::with_limits(chunks, limits()).map_err(refusal)?, file, format);
    }
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    reader.limits(limits());
    decode_with(reader.into_decoder().map_err(refusal)?, file, format)
}

fn decode_with(mut decoder: impl ImageDecoder, file: &[u8], format: ImageFormat) -> Result<Stored, Error> {
    let (width, height) = decoder.dimensions();
    check_size(width, height)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let longest = working_side(width, height);
    let frame = if format == ImageFormat::Jpeg { Frame::of(file) } else { None };
    let stored = match frame.filter(|frame| frame.needs_own_decoder(longest)) {
        Some(frame) => {
            drop(decoder);
            frame.decode(file, longest)?
        }
        None if decoding_bytes(&decoder, file, format) > MAX_DECODING_BYTES => return Err(Error::TooLarge),
        None => DynamicImage::from_decoder(decoder).map_err(refusal)?,
    };
    Ok(Stored { pixels: on_a_ground(shrunk(stored, longest)), size: (width, height), orientation })
}

pub(crate) fn check_size(width: u32, height: u32) -> Result<(), Error> {
    let is_too_large = width.max(height) > MAX_SIDE || u64::from(width) * u64::from(height) > MAX_PIXELS;
    if is_too_large { Err(Error::TooLarge) } else { Ok(()) }
}

/// What is decoded, and what the decoder holds beside it.
fn decoding_bytes(decoder: &impl ImageDecoder, file: &[u8], format: ImageFormat) -> u64 {
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    let beside = match format {
        // It is decoded as it is stored and then copied.
        ImageFormat::Tiff => pixels * u64::from(decoder.original_color_type().bits_per_pixel()) / 8,
        // Four channels of what has no loss, else luminance and halved chrominance.
        ImageFormat::WebP if memchr::memmem::find(file, b"VP8L").is_some() => pixels * 4,
        ImageFormat::WebP => pixels * 3 / 2,
        _ => 0,
    };
    decoder.total_bytes() + beside
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_image_width = None;
    limits.max_image_height = None;
    limits.max_alloc = Some(MAX_DECODING_BYTES);
    limits
}

fn refusal(error: image::ImageError) -> Error {
    match error {
        image::ImageError::Limits(_) => Error::TooLarge,
        other => Error::broken(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decoder_that_panics_says_that_the_picture_is_broken() {
        let panicking = || -> Result<(), Error> { panic!("as a decoder may") };
        assert!(matches!(ending_in_an_error(panicking), Err(Error::Broken(_))));
        assert!(ending_in_an_error(|| Ok(())).is_ok());
    }
}
