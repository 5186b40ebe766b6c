//! How large a picture is read, and how a larger one is made smaller.

use image::{DynamicImage, Rgba, RgbaImage};

use crate::MAX_SIDE;

/// Larger pictures are shrunk to this side before they are read: a scan of 35 megapixels is read as well as
/// the same one of 4, in bounded memory.
const WORKING_SIDE: u32 = 2600;
/// Long strips stay longer, so that the shorter side keeps this; with no more pixels than a square of `WORKING_SIDE`.
const WORKING_SHORT_SIDE: u32 = 1000;

/// How long the longer side is at most when the picture is read.
pub(crate) fn working_side(width: u32, height: u32) -> u32 {
    let (longest, shortest) = (u64::from(width.max(height)), u64::from(width.min(height)).max(1));
    let of_a_strip = longest * u64::from(WORKING_SHORT_SIDE) / shortest;
    let of_as_many_pixels = (longest * u64::from(WORKING_SIDE).pow(2) / shortest).isqrt();
    let of_a_strip = u32::try_from(of_a_strip.min(of_as_many_pixels)).unwrap_or(WORKING_SIDE);
    of_a_strip.clamp(WORKING_SIDE, MAX_SIDE)
}

/// Shrinks before any conversion makes a second picture of full size.
pub(crate) fn shrunk(stored: DynamicImage, working_side: u32) -> DynamicImage {
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
}
