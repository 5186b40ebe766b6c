//! What the crate `image` does not decode of TIFFs: faxes, and pictures whose pixels are numbers of colours.

use std::io::Cursor;

use hayro_ccitt::{DecodeSettings, DecoderContext, EncodingMode};
use image::{DynamicImage, RgbImage, metadata::Orientation};
use tiff::{
    ColorType,
    decoder::{Decoder, DecodingResult, Limits},
    tags::Tag,
};

use crate::{
    Error, MAX_DECODING_BYTES,
    raster::{Stored, check_size},
    shrinking::{Rows, shrunk, working_side},
};

const PHOTOMETRIC_INTERPRETATION: u16 = 262;
/// `T4Options`, which the crate `tiff` does not name.
const FAX_OPTIONS: u16 = 292;

type File<'a> = Decoder<Cursor<&'a [u8]>>;

/// `None` of a file that `image` decodes, or refuses.
pub(super) fn decode(file: &[u8]) -> Option<Result<Stored, Error>> {
    let mut tiff = Decoder::new(Cursor::new(file)).ok()?;
    let compression = number(&mut tiff, Tag::Compression).unwrap_or(1);
    let has_palette = number(&mut tiff, Tag::PhotometricInterpretation) == Some(3);
    match (compression, has_palette) {
        (2..=4, false) => Some(fax(file, tiff, compression)),
        (_, true) => Some(palette(file, tiff)),
        (_, false) => None,
    }
}

fn number(tiff: &mut File<'_>, tag: Tag) -> Option<u32> {
    tiff.find_tag(tag).ok()??.into_u32().ok()
}

fn size_of(tiff: &mut File<'_>) -> Result<(u32, u32), Error> {
    let (width, height) = tiff.dimensions().map_err(Error::broken)?;
    check_size(width, height)?;
    Ok((width, height))
}

fn orientation(tiff: &mut File<'_>) -> Orientation {
    let number = number(tiff, Tag::Orientation).and_then(|number| u8::try_from(number).ok());
    number.and_then(Orientation::from_exif).unwrap_or(Orientation::NoTransforms)
}

/// Groups 3 and 4 of ITU-T T.4 and T.6, and the runs of TIFF's own compression 2. Rows are shrunk as they come; those that
/// are missing are white, as fax machines print them.
fn fax(file: &[u8], mut tiff: File<'_>, compression: u32) -> Result<Stored, Error> {
    let (width, height) = size_of(&mut tiff)?;
    let is_bilevel = number(&mut tiff, Tag::SamplesPerPixel).unwrap_or(1) == 1
        && number(&mut tiff, Tag::BitsPerSample).unwrap_or(1) == 1;
    if !is_bilevel {
        return Err(Error::broken("a fax has only black and white"));
    }
    let options = number(&mut tiff, Tag::Unknown(FAX_OPTIONS)).unwrap_or(0);
    let encoding = match (compression, options & 1) {
        (4, _) => EncodingMode::Group4,
        (3, 1) => EncodingMode::Group3_2D,
        _ => EncodingMode::Group3_1D,
    };
    let is_mirrored = number(&mut tiff, Tag::FillOrder) == Some(2);
    // What the coding calls white is 0, whatever colour that is.
    let zero_is_black = number(&mut tiff, Tag::PhotometricInterpretation) == Some(1);
    let rows_a_strip = number(&mut tiff, Tag::RowsPerStrip).unwrap_or(height).clamp(1, height.max(1));
    let offsets = tiff.get_tag_u64_vec(Tag::StripOffsets).map_err(Error::broken)?;
    let lengths = tiff.get_tag_u64_vec(Tag::StripByteCounts).map_err(Error::broken)?;
    let mut page = Page {
        rows: Rows::new(width, height, working_side(width, height)),
        row: vec![0; 3 * width as usize],
        zero_is_black,
        left: height,
        last_left: 0,
        missing: 0,
    };
    for (offset, length) in offsets.into_iter().zip(lengths) {
        let rows = rows_a_strip.min(page.left);
        if rows == 0 {
            break;
        }
        let start = usize::try_from(offset).unwrap_or(usize::MAX);
        let end = start.saturating_add(usize::try_from(length).unwrap_or(usize::MAX)).min(file.len());
        let strip = file.get(start..end).ok_or_else(|| Error::broken("a strip is not in the file"))?;
        let mirrored: Vec<u8>;
        let strip = if is_mirrored {
            mirrored = strip.iter().map(|byte| byte.reverse_bits()).collect();
            &mirrored[..]
        } else {
            strip
        };
        let behind = page.left - rows;
        let settings = DecodeSettings {
            columns: width,
            rows,
            end_of_block: true,
            end_of_line: compression == 3,
            rows_are_byte_aligned: compression == 2,
            encoding,
            strict: false,
        };
        page.last_left = behind;
        hayro_ccitt::decode(strip, &mut page, &mut DecoderContext::new(settings))
            .map_err(|error| Error::broken(error.to_string()))?;
        page.missing += page.left - behind;
        while page.left > behind {
            hayro_ccitt::Decoder::push_row(&mut page, &[]);
        }
    }
    page.missing += page.left;
    if page.missing > height / 2 {
        return Err(Error::broken("more than half of its rows are missing"));
    }
    page.last_left = 0;
    while page.left > 0 {
        hayro_ccitt::Decoder::push_row(&mut page, &[]);
    }
    let orientation = orientation(&mut tiff);
    Ok(Stored { pixels: page.rows.finish().into_rgb8(), size: (width, height), orientation })
}

struct Page {
    rows: Rows,
    row: Vec<u8>,
    zero_is_black: bool,
    /// How many rows are to come, and how many when this strip has ended.
    left: u32,
    last_left: u32,
    missing: u32,
}

impl hayro_ccitt::Decoder for Page {
    fn push_row(&mut self, changes: &[u32]) {
        if self.left <= self.last_left {
            return;
        }
        let (zero, one) = if self.zero_is_black { (0, 255) } else { (255, 0) };
        self.row.fill(zero);
        let width = self.row.len() / 3;
        for pair in changes.chunks(2) {
            let from = (pair[0] as usize).min(width);
            let to = pair.get(1).map_or(width, |to| (*to as usize).clamp(from, width));
            self.row[3 * from..3 * to].fill(one);
        }
        self.rows.add(&self.row);
        self.left = self.left.saturating_sub(1);
    }
}

/// Of up to 256 colours.
fn palette(file: &[u8], mut tiff: File<'_>) -> Result<Stored, Error> {
    let (width, height) = size_of(&mut tiff)?;
    // The numbers, as they are stored and as they are returned, and three channels of each.
    if u64::from(width) * u64::from(height) * 5 > MAX_DECODING_BYTES {
        return Err(Error::TooLarge);
    }
    let of_other_bits = || Error::broken("its colours are numbered with other than 8 bits");
    let as_grey = with_numbers_as_grey(file).ok_or_else(of_other_bits)?;
    let mut limits = Limits::default();
    limits.decoding_buffer_size = MAX_DECODING_BYTES as usize;
    let mut tiff = Decoder::new(Cursor::new(&as_grey[..])).map_err(Error::broken)?.with_limits(limits);
    if !matches!(tiff.colortype(), Ok(ColorType::Gray(8))) {
        return Err(of_other_bits());
    }
    let colours = tiff.get_tag_u16_vec(Tag::ColorMap).map_err(Error::broken)?;
    let orientation = orientation(&mut tiff);
    let DecodingResult::U8(numbers) = tiff.read_image().map_err(Error::broken)? else {
        return Err(of_other_bits());
    };
    let count = colours.len() / 3;
    let channel = |number: u8, channel: usize| {
        let number = usize::from(number);
        let value = if number < count { colours.get(channel * count + number).copied() } else { None };
        (value.unwrap_or_default() >> 8) as u8
    };
    let pixels = numbers.iter().flat_map(|number| [0, 1, 2].map(|of| channel(*number, of))).collect();
    let pixels = RgbImage::from_raw(width, height, pixels)
        .ok_or_else(|| Error::broken("it has fewer pixels than it declares"))?;
    let pixels = shrunk(DynamicImage::ImageRgb8(pixels), working_side(width, height)).into_rgb8();
    Ok(Stored { pixels, size: (width, height), orientation })
}

/// The crate `tiff` decodes no numbers of colours: the same file, saying that they are shades of grey.
fn with_numbers_as_grey(file: &[u8]) -> Option<Vec<u8>> {
    let is_big_endian = file.starts_with(b"MM");
    let short = |at: usize| {
        let bytes = *file.get(at..)?.first_chunk()?;
        Some(if is_big_endian { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    };
    let bytes = *file.get(4..)?.first_chunk()?;
    let directory = if is_big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) } as usize;
    let entries = (0..usize::from(short(directory)?)).map(|entry| directory + 2 + 12 * entry);
    let mut as_grey = file.to_vec();
    for entry in entries.filter(|entry| short(*entry) == Some(PHOTOMETRIC_INTERPRETATION)) {
        as_grey.get_mut(entry + 8..entry + 10)?.copy_from_slice(&if is_big_endian { [0, 1] } else { [1, 0] });
    }
    Some(as_grey)
}
