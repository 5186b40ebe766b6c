//! The pieces in which a directory's pixels lie: strips or tiles.

use std::ops::Range;

use super::entries::{
    BITS_PER_SAMPLE, COMPRESSION, Entries, HEIGHT, JPEG, JPEG_TABLES, Numbers, PLANAR_CONFIGURATION, ROWS_PER_STRIP,
    SAMPLES_PER_PIXEL, STRIP_BYTES, STRIP_OFFSETS, TILE_BYTES, TILE_LENGTH, TILE_OFFSETS, TILE_WIDTH, WIDTH,
};
use crate::jpeg;

const UNCOMPRESSED: usize = 1;

/// Where the pixels are. Each piece that is a JPEG is cleaned as one. A piece that begins where a structure (header,
/// directory, value) stands is none, and one that runs into a structure ends there: no program writes such files.
pub(super) fn clean(file: &mut [u8], entries: &Entries, structures: &[Range<usize>]) -> Vec<Range<usize>> {
    let is_jpeg = entries.number(COMPRESSION) == Some(JPEG);
    if let Some(tables) = entries.get(JPEG_TABLES).and_then(|entry| file.get_mut(entry.elsewhere()?)) {
        jpeg::Cleaner::default().clean(tables);
    }
    let Some(layout) = Layout::of(entries) else { return Vec::new() };
    let mut structures = structures.to_vec();
    structures.sort_unstable_by_key(|range| range.start);
    let mut pieces = layout.pieces(file, &structures);
    pieces.sort_unstable_by_key(|piece| piece.range.start);
    let mut kept: Vec<Range<usize>> = Vec::new();
    for piece in pieces {
        let last = kept.last_mut();
        match last {
            Some(last) if is_jpeg && piece.range.start < last.end => {
                // Cleaning one would change the other.
                layout.forget(file, piece.index);
                continue;
            }
            Some(last) if piece.range.start <= last.end => last.end = last.end.max(piece.range.end),
            Some(_) | None => kept.push(piece.range.clone()),
        }
        if is_jpeg {
            jpeg::Cleaner::default().clean(&mut file[piece.range]);
        }
    }
    kept
}

struct Layout {
    offsets: Numbers,
    lengths: Numbers,
    /// How many pieces there are, and how many of them make up one plane.
    pieces: usize,
    in_plane: usize,
    rows: usize,
    rows_per_piece: usize,
    has_tiles: bool,
    /// The bytes of a row in a piece, if pixels are not compressed.
    row_bytes: Option<usize>,
}

struct Piece {
    index: usize,
    range: Range<usize>,
}

impl Layout {
    /// `None` if anything is missing that decoders ask for.
    fn of(entries: &Entries) -> Option<Self> {
        let (width, height) = (entries.number(WIDTH)?, entries.number(HEIGHT)?);
        let samples = entries.number(SAMPLES_PER_PIXEL).unwrap_or(1);
        let is_planar = entries.number(PLANAR_CONFIGURATION) == Some(2);
        let planes = if is_planar { samples } else { 1 };
        let has_tiles = entries.get(TILE_OFFSETS).is_some();
        let (columns, across, rows_per_piece) = if has_tiles {
            let columns = entries.number(TILE_WIDTH).filter(|columns| *columns > 0)?;
            (columns, width.div_ceil(columns), entries.number(TILE_LENGTH)?)
        } else {
            (width, 1, entries.number(ROWS_PER_STRIP).unwrap_or(height))
        };
        let rows_per_piece = Some(rows_per_piece).filter(|rows| *rows > 0)?;
        let in_plane = across.checked_mul(height.div_ceil(rows_per_piece))?;
        let bits = entries.number(BITS_PER_SAMPLE).unwrap_or(1) * if is_planar { 1 } else { samples };
        let is_stored = entries.number(COMPRESSION).unwrap_or(UNCOMPRESSED) == UNCOMPRESSED;
        let (offsets, lengths) = if has_tiles { (TILE_OFFSETS, TILE_BYTES) } else { (STRIP_OFFSETS, STRIP_BYTES) };
        Some(Self {
            offsets: entries.numbers(offsets)?,
            lengths: entries.numbers(lengths)?,
            pieces: in_plane.checked_mul(planes)?,
            in_plane,
            rows: height,
            rows_per_piece,
            has_tiles,
            row_bytes: is_stored.then_some(columns.checked_mul(bits)?.div_ceil(8)),
        })
    }

    /// The pieces that can be kept. Of the others, offset and length become 0.
    fn pieces(&self, file: &mut [u8], structures: &[Range<usize>]) -> Vec<Piece> {
        let mut pieces = Vec::new();
        for index in 0..self.offsets.count.max(self.lengths.count) {
            match self.range(file, index, structures) {
                Some(range) => pieces.push(Piece { index, range }),
                None => self.forget(file, index),
            }
        }
        pieces
    }

    fn range(&self, file: &mut [u8], index: usize, structures: &[Range<usize>]) -> Option<Range<usize>> {
        let (offset, length) = (self.offsets.get(file, index)?, self.lengths.get(file, index)?);
        // Many files declare a length that is beyond their end.
        let end = offset.saturating_add(length.min(self.most(index)?)).min(file.len());
        let after = structures.partition_point(|structure| structure.end <= offset);
        let free = structures.get(after).map_or(file.len(), |structure| structure.start);
        if offset >= free || offset >= end {
            return None;
        }
        if end > free {
            self.lengths.set(file, index, free - offset);
        }
        Some(offset..end.min(free))
    }

    /// How long a piece can be. `None` if there is no such piece.
    fn most(&self, index: usize) -> Option<usize> {
        if index >= self.pieces {
            return None;
        }
        let above = index % self.in_plane * self.rows_per_piece;
        let rows =
            if self.has_tiles { self.rows_per_piece } else { self.rows_per_piece.min(self.rows.saturating_sub(above)) };
        Some(self.row_bytes.map_or(usize::MAX, |bytes| bytes.saturating_mul(rows)))
    }

    fn forget(&self, file: &mut [u8], index: usize) {
        for numbers in [&self.offsets, &self.lengths] {
            if index < numbers.count {
                numbers.set(file, index, 0);
            }
        }
    }
}
