//! From a file's bytes to pixels: which files may be decoded, and how little memory that takes.

use std::{
    io::Cursor,
    panic::{AssertUnwindSafe, catch_unwind},
};

use image::{
    DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, Rgb, RgbImage, Rgba, RgbaImage,
    codecs::png::PngDecoder, metadata::Orientation,
};

use crate::{Error, MAX_DECODING_BYTES, MAX_PIXELS, MAX_SIDE, jpeg::Frame, png};

/// Larger pictures are shrunk to this side before they are read: a scan of 35 megapixels is read as well as
/// the same one of 4, in bounded memory.
const WORKING_SIDE: u32 = 2600;

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

/// Goes by the file's first bytes; sizes are checked before a pixel is decoded.
pub(crate) fn decode(file: &[u8]) -> Result<Stored, Error> {
    ending_in_an_error(|| decode_unguarded(file))
}

/// A decoder that a file makes panic must not take down whoever reads it: zune-jpeg 0.5.15 can be made to, by a picture of
/// four colours that says that it has three.
fn ending_in_an_error<T>(decoding: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    // Nothing that the decoding changes is seen afterwards.
    catch_unwind(AssertUnwindSafe(decoding)).unwrap_or_else(|_| Err(Error::Broken("the decoder panicked".into())))
}

fn decode_unguarded(file: &[u8]) -> Result<Stored, Error> {
    match format_of(file).ok_or(Error::Unsupported)? {
        ImageFormat::Png => {
            let chunks = png::Chunks::needed_of(file);
            decode_with(PngDecoder::with_limits(chunks, limits()).map_err(refusal)?, ImageFormat::Png, None)
        }
        format => {
            let mut reader = ImageReader::with_format(Cursor::new(file), format);
            reader.limits(limits());
            let jpeg = if format == ImageFormat::Jpeg { Frame::of(file) } else { None };
            decode_with(reader.into_decoder().map_err(refusal)?, format, jpeg.map(|frame| (frame, file)))
        }
    }
}

fn decode_with(
    mut decoder: impl ImageDecoder,
    format: ImageFormat,
    jpeg: Option<(Frame, &[u8])>,
) -> Result<Stored, Error> {
    let (width, height) = decoder.dimensions();
    if width.max(height) > MAX_SIDE || u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(Error::TooLarge);
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let stored = match jpeg.filter(|(frame, _)| frame.needs_own_decoder(WORKING_SIDE)) {
        Some((frame, file)) => {
            drop(decoder);
            frame.decode(file, WORKING_SIDE)?
        }
        None if decoding_bytes(&decoder, format) > MAX_DECODING_BYTES => return Err(Error::TooLarge),
        None => DynamicImage::from_decoder(decoder).map_err(refusal)?,
    };
    Ok(Stored { pixels: on_white(shrunk(stored)), size: (width, height), orientation })
}

/// A TIFF is decoded as it is stored and then copied.
fn decoding_bytes(decoder: &impl ImageDecoder, format: ImageFormat) -> u64 {
    let (width, height) = decoder.dimensions();
    let stored = u64::from(width) * u64::from(height) * u64::from(decoder.original_color_type().bits_per_pixel()) / 8;
    decoder.total_bytes() + if format == ImageFormat::Tiff { stored } else { 0 }
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
        other => Error::Broken(other.into()),
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

/// Shrinks before any conversion makes a second picture of full size.
fn shrunk(stored: DynamicImage) -> DynamicImage {
    let longest = stored.width().max(stored.height());
    if longest <= WORKING_SIDE {
        return stored;
    }
    let side = |pixels: u32| (pixels * WORKING_SIDE / longest).max(1);
    let (width, height) = (side(stored.width()), side(stored.height()));
    if stored.color().bytes_per_pixel() <= stored.color().channel_count() {
        stored.thumbnail_exact(width, height)
    } else {
        shrunk_to_bytes(&stored, width, height).into()
    }
}

/// The mean of the pixels that fall on each one of the smaller picture, at 8 bits a channel.
fn shrunk_to_bytes(stored: &DynamicImage, width: u32, height: u32) -> RgbaImage {
    use image::GenericImageView;
    let span = |index: u32, small: u32, large: u32| {
        let from = index * large / small;
        from..((index + 1) * large / small).max(from + 1)
    };
    RgbaImage::from_fn(width, height, |x, y| {
        let (mut sum, mut count) = ([0_u32; 4], 0);
        for row in span(y, height, stored.height()) {
            for column in span(x, width, stored.width()) {
                let pixel = stored.get_pixel(column, row);
                sum.iter_mut().zip(pixel.0).for_each(|(sum, channel)| *sum += u32::from(channel));
                count += 1;
            }
        }
        Rgba(sum.map(|sum| (sum / count) as u8))
    })
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
