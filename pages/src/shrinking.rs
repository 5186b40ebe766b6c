//! How large a picture is read, and how a larger one is made smaller.

use image::{DynamicImage, RgbImage, Rgba, RgbaImage};

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

/// Width and height of a picture whose longer side is to be at most so long.
pub(crate) fn within((width, height): (u32, u32), most: u32) -> (u32, u32) {
    let longest = width.max(height);
    if longest <= most {
        return (width, height);
    }
    let side = |pixels: u32| (u64::from(pixels) * u64::from(most) / u64::from(longest)).max(1) as u32;
    (side(width), side(height))
}

/// Shrinks before any conversion makes a second picture of full size.
pub(crate) fn shrunk(stored: DynamicImage, working_side: u32) -> DynamicImage {
    let (width, height) = within((stored.width(), stored.height()), working_side);
    if (width, height) == (stored.width(), stored.height()) {
        return stored;
    }
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

/// A picture that is shrunk while its rows come, so that all of it is never held at its full size.
#[derive(Debug)]
pub(crate) struct Rows {
    /// As it will be.
    small: RgbImage,
    width: u32,
    height: u32,
    come: u32,
    /// Of the smaller row under way: sums of each channel, and how many rows fell on it.
    sums: Vec<u32>,
    summed: u32,
    /// How many pixels fall on each one of a row.
    columns: Vec<u32>,
}

impl Rows {
    /// Of a picture of that size, whose longer side becomes at most `longest`.
    pub(crate) fn new(width: u32, height: u32, longest: u32) -> Self {
        let (small_width, small_height) = within((width, height), longest);
        let small = RgbImage::new(small_width, small_height);
        let mut columns = vec![0; small.width() as usize];
        (0..width).for_each(|column| columns[place(column, width, small.width())] += 1);
        Self { sums: vec![0; 3 * columns.len()], small, width, height, come: 0, summed: 0, columns }
    }

    /// The next row: red, green and blue of each pixel.
    pub(crate) fn add(&mut self, row: &[u8]) {
        if self.come >= self.height {
            return;
        }
        for (column, pixel) in (0..self.width).zip(row.chunks_exact(3)) {
            let at = 3 * place(column, self.width, self.small.width());
            for (sum, channel) in self.sums[at..at + 3].iter_mut().zip(pixel) {
                *sum += u32::from(*channel);
            }
        }
        self.summed += 1;
        let here = place(self.come, self.height, self.small.height());
        self.come += 1;
        let is_last = self.come == self.height || place(self.come, self.height, self.small.height()) != here;
        if is_last {
            let row_bytes = self.sums.len();
            let means = self.small.as_flat_samples_mut().samples;
            for (number, mean) in means[here * row_bytes..(here + 1) * row_bytes].iter_mut().enumerate() {
                let count = self.columns[number / 3] * self.summed;
                *mean = ((self.sums[number] + count / 2) / count.max(1)) as u8;
            }
            self.sums.fill(0);
            self.summed = 0;
        }
    }

    pub(crate) fn finish(self) -> DynamicImage {
        self.small.into()
    }
}

/// On which of fewer a pixel falls.
fn place(pixel: u32, of: u32, fewer: u32) -> usize {
    (u64::from(pixel) * u64::from(fewer) / u64::from(of.max(1))) as usize
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
    fn rows_become_the_mean_of_what_falls_on_them() {
        let mut rows = Rows::new(4, 6, 3);
        for row in 0..6_u8 {
            rows.add(&[[10 * row; 3], [10 * row + 2; 3], [100; 3], [100; 3]].concat());
        }
        let shrunk = rows.finish().into_rgb8();
        assert_eq!(shrunk.dimensions(), (2, 3));
        let column = |x: u32| (0..3).map(|y| shrunk.get_pixel(x, y).0[0]).collect::<Vec<_>>();
        assert_eq!((column(0), column(1)), (vec![6, 26, 46], vec![100; 3]));

        let mut rows = Rows::new(2, 1, 2600);
        rows.add(&[1, 2, 3, 4, 5, 6]);
        assert_eq!(rows.finish().into_rgb8().into_raw(), [1, 2, 3, 4, 5, 6]);
    }
}
