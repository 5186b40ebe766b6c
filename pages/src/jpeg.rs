//! JPEG pictures that the crate `image` reads in too much memory, or wrongly: they are decoded by `jpeg-decoder`, which can
//! make a picture at a half, a quarter or an eighth of its size without ever holding the whole.

use image::{DynamicImage, GrayImage, RgbImage};
use jpeg_decoder::{Decoder, PixelFormat};

use crate::{Error, MAX_DECODING_BYTES};

/// Each scan of a progressive picture goes over all of it. Cameras and editors write a dozen; a file of megabytes could
/// ask for a hundred thousand.
const MAX_SCANS: usize = 100;
/// A progressive picture keeps its coefficients until the last scan: 64 of 2 bytes a block.
const COEFFICIENT_BYTES: u64 = 128;
/// The sides of the square that a block of 8 by 8 pixels becomes, from the smallest.
const SCALES: [u64; 4] = [1, 2, 4, 8];

/// What the header of a JPEG's only frame declares.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Frame {
    width: u64,
    height: u64,
    progressive: bool,
    /// Horizontal and vertical sampling of each colour.
    sampling: Vec<(u64, u64)>,
    /// Adobe's marker: four colours are stored inverted, and may be luminance and chrominance.
    adobe: bool,
}

impl Frame {
    /// Walks over the segments up to the frame's header. `None` if there is none that can be read.
    pub(crate) fn of(file: &[u8]) -> Option<Self> {
        const WITHOUT_CONTENT: [u8; 10] = [0x01, 0xd0, 0xd1, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8];
        let mut adobe = false;
        let mut rest = file.get(2..)?;
        loop {
            let start = rest.iter().position(|byte| *byte == 0xff)?;
            let marker = start + rest.get(start..)?.iter().position(|byte| *byte != 0xff)?;
            let kind = rest[marker];
            rest = &rest[marker + 1..];
            if kind == 0 || WITHOUT_CONTENT.contains(&kind) {
                continue;
            }
            let length = usize::from(u16::from_be_bytes(*rest.first_chunk()?));
            let content = rest.get(2..length)?;
            match kind {
                0xc0..=0xc3 => return Self::parse(kind, content, adobe),
                0xee if content.starts_with(b"Adobe") => adobe = true,
                0xd9 | 0xda => return None,
                _ => {}
            }
            rest = &rest[length..];
        }
    }

    fn parse(kind: u8, content: &[u8], adobe: bool) -> Option<Self> {
        let [_precision, height @ .., _, _, _] = *content.first_chunk::<6>()?;
        let [_, _, _, width @ .., count] = *content.first_chunk::<6>()?;
        let colours = content.get(6..6 + 3 * usize::from(count))?.chunks_exact(3);
        let sampling: Vec<(u64, u64)> =
            colours.map(|colour| (u64::from(colour[1] >> 4), u64::from(colour[1] & 15))).collect();
        let legal = |(across, down): &(u64, u64)| (1..=4).contains(across) && (1..=4).contains(down);
        (!sampling.is_empty() && sampling.iter().all(legal)).then(|| Self {
            width: u16::from_be_bytes(width).into(),
            height: u16::from_be_bytes(height).into(),
            progressive: kind == 0xc2,
            sampling,
            adobe,
        })
    }

    /// Whether this module must decode the picture, for an answer whose longer side is to be `side` at least: `image`
    /// keeps all of a picture and, of progressive ones, all coefficients besides; and it mixes up four colours that are
    /// sampled differently.
    pub(crate) fn needs_own_decoder(&self, side: u32) -> bool {
        self.sampling.len() == 4
            || self.width.max(self.height) >= 2 * u64::from(side)
            || (self.progressive && self.decoding_bytes(8) > MAX_DECODING_BYTES)
    }

    /// The largest scale that is needed for a longer side of `side`, and fits into memory.
    fn scale(&self, side: u32) -> Option<u64> {
        let longest = self.width.max(self.height);
        let enough = SCALES.into_iter().find(|scale| longest * scale / 8 >= side.into()).unwrap_or(8);
        SCALES.into_iter().rev().find(|scale| *scale <= enough && self.decoding_bytes(*scale) <= MAX_DECODING_BYTES)
    }

    /// What decoding holds at once: coefficients, the colours one by one, and the finished picture.
    fn decoding_bytes(&self, scale: u64) -> u64 {
        let most = |which: fn(&(u64, u64)) -> u64| self.sampling.iter().map(which).max().unwrap_or(1);
        let columns = self.width.div_ceil(8 * most(|colour| colour.0));
        let rows = self.height.div_ceil(8 * most(|colour| colour.1));
        let blocks = columns * rows * self.sampling.iter().map(|(across, down)| across * down).sum::<u64>();
        let coefficients = if self.progressive { blocks * COEFFICIENT_BYTES } else { 0 };
        let pixels = self.width.div_ceil(8) * self.height.div_ceil(8) * scale * scale;
        coefficients + blocks * scale * scale + pixels * self.sampling.len() as u64
    }

    /// The picture, at a reduced scale as long as its longer side stays `side` or more, and smaller only where memory
    /// would not suffice.
    pub(crate) fn decode(&self, file: &[u8], side: u32) -> Result<DynamicImage, Error> {
        if file.windows(2).filter(|bytes| *bytes == b"\xff\xda").count() > MAX_SCANS {
            return Err(Error::TooLarge);
        }
        let scale = self.scale(side).ok_or(Error::TooLarge)?;
        let mut decoder = Decoder::new(file);
        let broken = |error: jpeg_decoder::Error| Error::Broken(error.into());
        let wish = |pixels: u64| u16::try_from((pixels * scale).div_ceil(8)).map_err(|_| Error::TooLarge);
        let (width, height) = decoder.scale(wish(self.width)?, wish(self.height)?).map_err(broken)?;
        let (width, height) = (u32::from(width), u32::from(height));
        let pixels = decoder.decode().map_err(broken)?;
        let format = decoder.info().map(|info| info.pixel_format);
        // The coefficients go before anything is made of the pixels.
        drop(decoder);
        match format {
            Some(PixelFormat::L8) => GrayImage::from_raw(width, height, pixels).map(DynamicImage::ImageLuma8),
            Some(PixelFormat::RGB24) => RgbImage::from_raw(width, height, pixels).map(DynamicImage::ImageRgb8),
            Some(PixelFormat::CMYK32) => {
                RgbImage::from_raw(width, height, self.cmyk_to_rgb(pixels)).map(DynamicImage::ImageRgb8)
            }
            Some(PixelFormat::L16) | None => None,
        }
        .ok_or_else(|| Error::Broken("its pixels are not what its header declares".into()))
    }

    /// From ink to light, in place. The decoder takes all files to be inverted, as Adobe's are.
    fn cmyk_to_rgb(&self, mut pixels: Vec<u8>) -> Vec<u8> {
        let light = if self.adobe { |ink: u8| 255 - u16::from(ink) } else { |ink: u8| u16::from(ink) };
        let count = pixels.len() / 4;
        for pixel in 0..count {
            let [cyan, magenta, yellow, black] = [0, 1, 2, 3].map(|channel| light(pixels[4 * pixel + channel]));
            for (channel, colour) in [cyan, magenta, yellow].into_iter().enumerate() {
                pixels[3 * pixel + channel] = u8::try_from(colour * black / 255).unwrap_or(u8::MAX);
            }
        }
        pixels.truncate(3 * count);
        pixels
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROGRESSIVE: &[u8] = include_bytes!("../testdata/progressive.jpg");

    fn frame(width: u64, height: u64, progressive: bool, sampling: &[(u64, u64)]) -> Frame {
        Frame { width, height, progressive, sampling: sampling.to_vec(), adobe: false }
    }

    const HALVED: [(u64, u64); 3] = [(2, 2), (1, 1), (1, 1)];
    const FULL: [(u64, u64); 3] = [(1, 1); 3];

    #[test]
    fn the_header_is_found_behind_other_segments() {
        assert_eq!(Frame::of(PROGRESSIVE), Some(frame(600, 760, true, &HALVED)));
        let adobe = Frame::of(include_bytes!("../testdata/cmyk-420.jpg")).unwrap();
        assert!(adobe.adobe && adobe.sampling.len() == 4, "{adobe:?}");
        for length in 0..200 {
            let _ = Frame::of(&PROGRESSIVE[..length]);
        }
    }

    #[test]
    fn scale_keeps_the_longer_side_and_the_memory() {
        assert_eq!(frame(2000, 5199, false, &FULL).scale(2600), Some(8));
        assert_eq!(frame(2000, 5200, false, &FULL).scale(2600), Some(4));
        assert_eq!(frame(8160, 6144, false, &FULL).scale(2600), Some(4));
        assert_eq!(frame(4961, 7016, true, &HALVED).scale(2600), Some(2), "half would take 150 MB");
        assert_eq!(frame(4961, 7016, true, &FULL).scale(2600), None, "its coefficients alone take 209 MB");
    }

    #[test]
    fn a_picture_is_decoded_at_the_wanted_scale() {
        let picture = Frame::of(PROGRESSIVE).unwrap().decode(PROGRESSIVE, 190).unwrap();

        assert_eq!((picture.width(), picture.height()), (150, 190));
    }

    #[test]
    fn a_thousand_scans_are_refused() {
        let scan = PROGRESSIVE.windows(2).position(|bytes| bytes == b"\xff\xda").unwrap();
        let mut file = PROGRESSIVE[..scan].to_vec();
        for _ in 0..1000 {
            file.extend(b"\xff\xda\0\x08\x01\x01\0\0\0\0\0");
        }

        assert!(matches!(Frame::of(&file).unwrap().decode(&file, 2600), Err(Error::TooLarge)));
    }
}
