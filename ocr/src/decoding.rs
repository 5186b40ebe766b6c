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
/// Long strips stay longer, so that the shorter side keeps this; with no more pixels than a square of `WORKING_SIDE`.
const WORKING_SHORT_SIDE: u32 = 1000;

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
    let longest = working_side(width, height);
    let stored = match jpeg.filter(|(frame, _)| frame.needs_own_decoder(longest)) {
        Some((frame, file)) => {
            drop(decoder);
            frame.decode(file, longest)?
        }
        None if decoding_bytes(&decoder, format) > MAX_DECODING_BYTES => return Err(Error::TooLarge),
        None => DynamicImage::from_decoder(decoder).map_err(refusal)?,
    };
    Ok(Stored { pixels: on_a_ground(shrunk(stored, longest)), size: (width, height), orientation })
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

/// How long the longer side is at most when the picture is read.
fn working_side(width: u32, height: u32) -> u32 {
    let (longest, shortest) = (u64::from(width.max(height)), u64::from(width.min(height)).max(1));
    let of_a_strip = longest * u64::from(WORKING_SHORT_SIDE) / shortest;
    let of_as_many_pixels = (longest * u64::from(WORKING_SIDE).pow(2) / shortest).isqrt();
    let of_a_strip = u32::try_from(of_a_strip.min(of_as_many_pixels)).unwrap_or(WORKING_SIDE);
    of_a_strip.clamp(WORKING_SIDE, MAX_SIDE)
}

/// Shrinks before any conversion makes a second picture of full size.
fn shrunk(stored: DynamicImage, working_side: u32) -> DynamicImage {
    let longest = stored.width().max(stored.height());
    if longest <= working_side {
        return stored;
    }
    let side = |pixels: u32| (pixels * working_side / longest).max(1);
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

/// What is transparent is shown on white, as a viewer would, so that black letters on nothing stay legible; light letters
/// are shown on black.
fn on_a_ground(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let picture = picture.into_rgba8();
    let ground = ground_of(&picture);
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [red, green, blue, alpha] = picture.get_pixel(x, y).0;
        Rgb([red, green, blue].map(|channel| over(ground, channel, alpha)))
    })
}

/// Against which letters stand out. They are most of what borders on transparency: paper has only its outline there.
fn ground_of(picture: &RgbaImage) -> u8 {
    let is_opaque = |x: u32, y: u32| picture.get_pixel(x, y).0[3] >= 128;
    let (mut light, mut dark) = (0_u32, 0_u32);
    for y in 0..picture.height() {
        for x in 1..picture.width() {
            let (left, right) = (is_opaque(x - 1, y), is_opaque(x, y));
            if left != right {
                let [red, green, blue, _] = picture.get_pixel(if left { x - 1 } else { x }, y).0;
                let brightness = u16::from(red) + 2 * u16::from(green) + u16::from(blue);
                *(if brightness >= 4 * 128 { &mut light } else { &mut dark }) += 1;
            }
        }
    }
    if light > dark { 0 } else { u8::MAX }
}

fn over(ground: u8, channel: u8, alpha: u8) -> u8 {
    let [ground, channel, alpha] = [ground, channel, alpha].map(u16::from);
    let mixed = (channel * alpha + ground * (255 - alpha)) / 255;
    u8::try_from(mixed).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn photos_are_shrunk_to_one_side_and_strips_keep_their_width() {
        for (size, longest, why) in [
            ((3000, 4000), 2600, "a photo"),
            ((5000, 5000), 2600, "a square"),
            ((1000, 8000), 7353, "a strip of as many pixels as a square"),
            ((10_000, 1500), 6666, "one lying on its side"),
            ((600, 8700), 9900, "a narrow one"),
            ((1, 10_000), 10_000, "a hair"),
            ((0, 0), 2600, "nothing"),
        ] {
            assert_eq!(working_side(size.0, size.1), longest, "{why}");
        }
    }

    #[test]
    fn a_decoder_that_panics_says_that_the_picture_is_broken() {
        let panicking = || -> Result<(), Error> { panic!("as a decoder may") };
        assert!(matches!(ending_in_an_error(panicking), Err(Error::Broken(_))));
        assert!(ending_in_an_error(|| Ok(())).is_ok());
    }
}
