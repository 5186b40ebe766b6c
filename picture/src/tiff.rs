//! TIFF's directory and pixels: TIFF 6.0, <https://www.itu.int/itudoc/itu-t/com16/tiff-fx/docs/tiff6.pdf>
//!
//! Kept are the header, the first directory with the entries that decoding needs, their values, and the pixels to which they
//! lead: the one picture that is read and shown; a file with several pages is not cleaned but refused ([`crate::has_several_pages`]). Every byte to which none of these leads is blanked: other directories
//! with what they hold, gaps, whatever follows the end.

mod entries;
mod pages;
mod pixels;

use std::ops::Range;

use receipt::Orientation;

use self::entries::Entries;
pub use self::pages::{TiffPages, tiff_pages};

pub(crate) const ORIENTATION: u16 = 0x0112;
const HEADER: usize = 8;

/// The order of the bytes in its numbers.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Order {
    Little,
    Big,
}

/// Cleans a whole file.
pub(crate) fn clean(file: &mut [u8]) -> Option<Orientation> {
    let entries = Order::of(file).and_then(|order| Entries::read(file, order));
    let Some(entries) = entries else {
        // Its first bytes tell the format.
        file.iter_mut().skip(4).for_each(|byte| *byte = 0);
        return None;
    };
    entries.write(file);
    let mut kept = entries.ranges();
    kept.extend(pixels::clean(file, &entries, &kept));
    blank_between(file, kept);
    entries.number(ORIENTATION).and_then(|number| u8::try_from(number).ok()?.try_into().ok())
}

fn blank_between(file: &mut [u8], mut kept: Vec<Range<usize>>) {
    kept.sort_unstable_by_key(|range| range.start);
    let mut end = 0;
    for range in kept {
        if let Some(gap) = file.get_mut(end..range.start) {
            gap.fill(0);
        }
        end = end.max(range.end);
    }
    if let Some(trailer) = file.get_mut(end..) {
        trailer.fill(0);
    }
}

impl Order {
    pub(crate) fn of(file: &[u8]) -> Option<Self> {
        match file {
            [b'I', b'I', 42, 0, ..] => Some(Self::Little),
            [b'M', b'M', 0, 42, ..] => Some(Self::Big),
            _ => None,
        }
    }

    pub(crate) fn short_at(self, file: &[u8], at: usize) -> Option<u16> {
        let bytes = *file.get(at..)?.first_chunk()?;
        Some(match self {
            Self::Little => u16::from_le_bytes(bytes),
            Self::Big => u16::from_be_bytes(bytes),
        })
    }

    /// Offsets and counts have 32 bits.
    pub(crate) fn long_at(self, file: &[u8], at: usize) -> Option<usize> {
        let bytes = *file.get(at..)?.first_chunk()?;
        let number = match self {
            Self::Little => u32::from_le_bytes(bytes),
            Self::Big => u32::from_be_bytes(bytes),
        };
        usize::try_from(number).ok()
    }

    fn short(self, number: usize) -> [u8; 2] {
        let number = u16::try_from(number).unwrap_or(u16::MAX);
        match self {
            Self::Little => number.to_le_bytes(),
            Self::Big => number.to_be_bytes(),
        }
    }

    fn long(self, number: usize) -> [u8; 4] {
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        match self {
            Self::Little => number.to_le_bytes(),
            Self::Big => number.to_be_bytes(),
        }
    }
}
