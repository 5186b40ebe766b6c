//! Boxes: a length, four letters, and what they hold.

use std::ops::Range;

/// How many boxes stand beside one another at most; more are in no picture.
const MOST: usize = 8192;

/// Where a box lies in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) kind: [u8; 4],
    /// Where its four letters stand.
    pub(super) kind_at: usize,
    pub(super) body: Range<usize>,
}

impl Place {
    /// Behind version and flags.
    pub(super) fn inside_full_box(&self) -> Range<usize> {
        (self.body.start + 4).min(self.body.end)..self.body.end
    }
}

/// The boxes in a part of a file, one after the other, until one that reaches beyond it, or where all is zero.
pub(super) fn boxes(file: &[u8], within: Range<usize>) -> Vec<Place> {
    let mut places = Vec::new();
    let mut at = within.start;
    while let Some(place) = place_at(file, at, within.end).filter(|_| places.len() < MOST) {
        at = place.body.end;
        places.push(place);
    }
    places
}

fn place_at(file: &[u8], at: usize, end: usize) -> Option<Place> {
    let kind_at = at.checked_add(4)?;
    let kind = *file.get(kind_at..end)?.first_chunk()?;
    if kind == [0; 4] {
        return None;
    }
    let (head, bytes) = match long(file, at)? {
        // To the end of the file.
        0 => (8, end.checked_sub(at)?),
        1 => (16, usize::try_from(u64::from_be_bytes(*file.get(at + 8..end)?.first_chunk()?)).ok()?),
        bytes => (8, bytes),
    };
    let box_end = at.checked_add(bytes).filter(|box_end| *box_end <= end && bytes >= head)?;
    Some(Place { kind, kind_at, body: at + head..box_end })
}

fn long(file: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u32::from_be_bytes(*file.get(at..)?.first_chunk()?)).ok()
}

/// Reads numbers one after the other.
#[derive(Debug)]
pub(super) struct Numbers<'a> {
    file: &'a [u8],
    pub(super) at: usize,
    end: usize,
}

impl<'a> Numbers<'a> {
    pub(super) fn of(file: &'a [u8], within: &Range<usize>) -> Self {
        Self { file, at: within.start, end: within.end.min(file.len()) }
    }

    /// Of so many bytes, up to 8; of none it is 0.
    pub(super) fn next(&mut self, bytes: usize) -> Option<usize> {
        let bytes = Some(bytes).filter(|bytes| *bytes <= 8)?;
        let digits = self.file.get(self.at..self.end)?.get(..bytes)?;
        self.at += bytes;
        usize::try_from(digits.iter().fold(0_u64, |number, digit| number << 8 | u64::from(*digit))).ok()
    }

    /// A full box's version and flags.
    pub(super) fn version(&mut self) -> Option<(usize, usize)> {
        Some((self.next(1)?, self.next(3)?))
    }
}
