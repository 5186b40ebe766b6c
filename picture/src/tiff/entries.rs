//! A directory's entries: which are kept, and in what form.

use std::ops::Range;

use super::{HEADER, ORIENTATION, Order};

pub(super) const ENTRY: usize = 12;
/// More pieces than a picture of 10,000 by 10,000 pixels has in tiles of 16 by 16, the smallest.
const MAX_PIECES: usize = 400_000;
/// Larger than all tables that a JPEG can have.
const JPEG_TABLES_BYTES: usize = 16_384;
/// The most bits of a sample.
const MAX_BITS: usize = 64;

pub(super) const WIDTH: u16 = 0x0100;
pub(super) const HEIGHT: u16 = 0x0101;
pub(super) const BITS_PER_SAMPLE: u16 = 0x0102;
pub(super) const COMPRESSION: u16 = 0x0103;
const PHOTOMETRIC_INTERPRETATION: u16 = 0x0106;
const FILL_ORDER: u16 = 0x010a;
pub(super) const STRIP_OFFSETS: u16 = 0x0111;
pub(super) const SAMPLES_PER_PIXEL: u16 = 0x0115;
pub(super) const ROWS_PER_STRIP: u16 = 0x0116;
pub(super) const STRIP_BYTES: u16 = 0x0117;
pub(super) const PLANAR_CONFIGURATION: u16 = 0x011c;
const T4_OPTIONS: u16 = 0x0124;
const T6_OPTIONS: u16 = 0x0125;
const PREDICTOR: u16 = 0x013d;
const COLOUR_MAP: u16 = 0x0140;
pub(super) const TILE_WIDTH: u16 = 0x0142;
pub(super) const TILE_LENGTH: u16 = 0x0143;
pub(super) const TILE_OFFSETS: u16 = 0x0144;
pub(super) const TILE_BYTES: u16 = 0x0145;
const INK_SET: u16 = 0x014c;
const EXTRA_SAMPLES: u16 = 0x0152;
const SAMPLE_FORMAT: u16 = 0x0153;
pub(super) const JPEG_TABLES: u16 = 0x015b;
const CHROMA_SUBSAMPLING: u16 = 0x0212;
const CHROMA_POSITIONING: u16 = 0x0213;

pub(super) const JPEG: usize = 7;
const PALETTE: usize = 3;

/// What is kept of a directory.
#[derive(Debug)]
pub(super) struct Entries {
    pub(super) order: Order,
    /// Where the directory begins.
    at: usize,
    kept: Vec<Entry>,
}

/// An entry, and where its value lies: in the entry itself, or elsewhere.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    tag: u16,
    kind: u16,
    count: usize,
    inside: [u8; 4],
    elsewhere: Option<Range<usize>>,
    /// The first number, of those that are one or a few.
    number: usize,
}

impl Entries {
    /// Reads the first directory. `None` where it cannot be followed.
    pub(super) fn read(file: &[u8], order: Order) -> Option<Self> {
        let at = order.long_at(file, 4).filter(|at| *at >= HEADER)?;
        let count = usize::from(order.short_at(file, at)?);
        let end = at + 2 + count * ENTRY;
        let mut all = Vec::new();
        for (tag, entry) in
            (at + 2..end.min(file.len())).step_by(ENTRY).map_while(|at| Some((order.short_at(file, at)?, at)))
        {
            // Decoders that meet a tag twice take the last one.
            all.retain(|(other, _)| *other != tag || !is_listed(tag));
            if is_listed(tag) {
                all.push((tag, entry));
            }
        }
        let mut entries = Self { order, at, kept: Vec::new() };
        for (tag, entry) in all {
            if let Some(entry) = Entry::read(file, order, tag, entry) {
                entries.kept.push(entry);
            }
        }
        entries.take_out_what_is_not_needed(end + 4);
        Some(entries)
    }

    /// Entries that other entries make useless, and those whose values lie where header, directory or another value do.
    fn take_out_what_is_not_needed(&mut self, end: usize) {
        let is = |tag, number| self.number(tag) == Some(number);
        let (has_jpeg, has_palette) = (is(COMPRESSION, JPEG), is(PHOTOMETRIC_INTERPRETATION, PALETTE));
        self.kept.retain(|entry| match entry.tag {
            JPEG_TABLES => has_jpeg,
            COLOUR_MAP => has_palette,
            _ => true,
        });
        let mut taken = vec![0..HEADER, self.at..end];
        self.kept.retain(|entry| {
            let Some(value) = &entry.elsewhere else { return true };
            let is_free = taken.iter().all(|range| value.end <= range.start || range.end <= value.start);
            taken.push(value.clone());
            is_free
        });
    }

    /// Writes the directory anew where it stands. What it no longer needs is left as it is.
    pub(super) fn write(&self, file: &mut [u8]) {
        let entries = self.kept.iter().flat_map(|entry| {
            let (tag, kind) = (self.order.short(entry.tag.into()), self.order.short(entry.kind.into()));
            [&tag[..], &kind, &self.order.long(entry.count), &entry.inside].concat()
        });
        let count = self.order.short(self.kept.len());
        let directory = count.into_iter().chain(entries).chain([0; 4]);
        file.iter_mut().skip(self.at).zip(directory).for_each(|(byte, kept)| *byte = kept);
    }

    /// Header, directory and values.
    pub(super) fn ranges(&self) -> Vec<Range<usize>> {
        let directory = self.at..self.at + 2 + self.kept.len() * ENTRY + 4;
        let values = self.kept.iter().filter_map(|entry| entry.elsewhere.clone());
        [0..HEADER, directory].into_iter().chain(values).collect()
    }

    /// An entry's only number, or its first.
    pub(super) fn number(&self, tag: u16) -> Option<usize> {
        self.get(tag).map(|entry| entry.number)
    }

    pub(super) fn get(&self, tag: u16) -> Option<&Entry> {
        self.kept.iter().find(|entry| entry.tag == tag)
    }

    /// Where an entry's numbers are in the file, and how long each is.
    pub(super) fn numbers(&self, tag: u16) -> Option<Numbers> {
        let index = self.kept.iter().position(|entry| entry.tag == tag)?;
        let entry = &self.kept[index];
        let at = entry.elsewhere.as_ref().map_or(self.at + 2 + index * ENTRY + 8, |value| value.start);
        Some(Numbers { order: self.order, at, count: entry.count, bytes: size_of_kind(entry.kind)? })
    }
}

/// Offsets or lengths of a picture's pieces.
#[derive(Debug, Clone, Copy)]
pub(super) struct Numbers {
    order: Order,
    at: usize,
    pub(super) count: usize,
    bytes: usize,
}

impl Numbers {
    pub(super) fn get(&self, file: &[u8], index: usize) -> Option<usize> {
        let at = self.at + index * self.bytes;
        match self.bytes {
            _ if index >= self.count => None,
            2 => self.order.short_at(file, at).map(usize::from),
            _ => self.order.long_at(file, at),
        }
    }

    pub(super) fn set(&self, file: &mut [u8], index: usize, number: usize) {
        let at = self.at + index * self.bytes;
        if let Some(bytes) = file.get_mut(at..at + self.bytes) {
            match self.bytes {
                2 => bytes.copy_from_slice(&self.order.short(number)),
                _ => bytes.copy_from_slice(&self.order.long(number)),
            }
        }
    }
}

impl Entry {
    /// The entry at an offset, if it has the form that its tag asks for.
    fn read(file: &[u8], order: Order, tag: u16, at: usize) -> Option<Self> {
        let kind = order.short_at(file, at + 2)?;
        let count = order.long_at(file, at + 4)?;
        let mut inside = *file.get(at + 8..)?.first_chunk::<4>()?;
        let bytes = count.checked_mul(size_of_kind(kind)?)?;
        let start = if bytes > 4 { order.long_at(file, at + 8)? } else { at + 8 };
        let value = file.get(start..start.checked_add(bytes)?)?;
        let number = match kind {
            3 => order.short_at(value, 0).map(usize::from),
            4 => order.long_at(value, 0),
            _ => value.first().map(|byte| usize::from(*byte)),
        }?;
        if !has_form(order, tag, kind, count, value) {
            return None;
        }
        let elsewhere = (bytes > 4).then_some(start..start + bytes);
        if elsewhere.is_none() {
            inside[bytes..].fill(0);
        }
        Some(Self { tag, kind, count, inside, elsewhere, number })
    }

    pub(super) fn elsewhere(&self) -> Option<Range<usize>> {
        self.elsewhere.clone()
    }
}

/// Of the kinds of numbers, the whole ones without a sign, and bytes of any meaning.
fn size_of_kind(kind: u16) -> Option<usize> {
    match kind {
        1 | 7 => Some(1),
        3 => Some(2),
        4 => Some(4),
        _ => None,
    }
}

fn is_listed(tag: u16) -> bool {
    matches!(
        tag,
        WIDTH
            | HEIGHT
            | BITS_PER_SAMPLE
            | COMPRESSION
            | PHOTOMETRIC_INTERPRETATION
            | FILL_ORDER
            | STRIP_OFFSETS
            | ORIENTATION
            | SAMPLES_PER_PIXEL
            | ROWS_PER_STRIP
            | STRIP_BYTES
            | PLANAR_CONFIGURATION
            | T4_OPTIONS
            | T6_OPTIONS
            | PREDICTOR
            | COLOUR_MAP
            | TILE_WIDTH
            | TILE_LENGTH
            | TILE_OFFSETS
            | TILE_BYTES
            | INK_SET
            | EXTRA_SAMPLES
            | SAMPLE_FORMAT
            | JPEG_TABLES
            | CHROMA_SUBSAMPLING
            | CHROMA_POSITIONING
    )
}

fn has_form(order: Order, tag: u16, kind: u16, count: usize, value: &[u8]) -> bool {
    let shorts = |most: usize| (0..count).all(|n| order.short_at(value, 2 * n).is_some_and(|n| usize::from(n) <= most));
    match tag {
        BITS_PER_SAMPLE | EXTRA_SAMPLES | SAMPLE_FORMAT => kind == 3 && (1..=16).contains(&count) && shorts(MAX_BITS),
        CHROMA_SUBSAMPLING => kind == 3 && count == 2 && shorts(4),
        COLOUR_MAP => kind == 3 && count <= 3 * 256,
        STRIP_OFFSETS | STRIP_BYTES | TILE_OFFSETS | TILE_BYTES => matches!(kind, 3 | 4) && count <= MAX_PIECES,
        JPEG_TABLES => matches!(kind, 1 | 7) && count < JPEG_TABLES_BYTES,
        ORIENTATION => kind == 3 && count == 1 && shorts(8),
        _ => matches!(kind, 1 | 3 | 4) && count == 1,
    }
}
