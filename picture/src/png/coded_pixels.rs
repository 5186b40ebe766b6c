//! How much of a PNG's coded pixels is needed: the zlib stream (RFC 1950) up to its end, or up to the last row if it goes on
//! behind it. It is inflated to know that, into a window of which nothing is kept.

use miniz_oxide::inflate::{
    TINFLStatus,
    core::{
        DecompressorOxide, decompress_with_limit,
        inflate_flags::{TINFL_FLAG_HAS_MORE_INPUT, TINFL_FLAG_IGNORE_ADLER32, TINFL_FLAG_PARSE_ZLIB_HEADER},
    },
};

/// Pictures of more bytes (3,300 by 3,300 in three colours) are not followed: a few KB could make us inflate for seconds.
const MOST_BYTES: u64 = 32 * 1024 * 1024;
/// What a copy can reach back to.
const WINDOW: usize = 32 * 1024;
const FLAGS: u32 = TINFL_FLAG_PARSE_ZLIB_HEADER | TINFL_FLAG_IGNORE_ADLER32 | TINFL_FLAG_HAS_MORE_INPUT;

pub(super) struct CodedPixels {
    inflating: Box<DecompressorOxide>,
    window: Vec<u8>,
    at: usize,
    /// Of the rows.
    bytes_to_come: u64,
    has_ended: bool,
}

impl CodedPixels {
    /// `None` if they are not to be followed, or the header makes no sense.
    pub(super) fn of(header: &[u8; 13]) -> Option<Self> {
        Some(Self {
            inflating: Box::default(),
            window: vec![0; WINDOW],
            at: 0,
            bytes_to_come: bytes_of_rows(header).filter(|bytes| *bytes <= MOST_BYTES)?,
            has_ended: false,
        })
    }

    /// How many bytes of the next piece are needed.
    pub(super) fn needed_of(&mut self, piece: &[u8]) -> usize {
        let (mut read, mut read_for_rows) = (0, 0);
        while !self.has_ended {
            let free = WINDOW - self.at;
            let most = usize::try_from(self.bytes_to_come).unwrap_or(free).min(free);
            let (status, more, written) =
                decompress_with_limit(&mut self.inflating, &piece[read..], &mut self.window, self.at, most, FLAGS);
            read += more;
            self.at = (self.at + written) % WINDOW;
            self.bytes_to_come -= written as u64;
            if most > 0 {
                read_for_rows = read;
            }
            match status {
                TINFLStatus::NeedsMoreInput => return read,
                // Something comes behind the last row.
                TINFLStatus::HasMoreOutput if most == 0 => {
                    self.has_ended = true;
                    return read_for_rows;
                }
                TINFLStatus::HasMoreOutput => {}
                _ => self.has_ended = true,
            }
        }
        read
    }
}

/// Where each of Adam7's seven passes begins, and how far its pixels are apart.
const PASSES: [(u64, u64, u64, u64); 7] =
    [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

/// All rows, each with the byte that says how it was filtered.
fn bytes_of_rows(header: &[u8; 13]) -> Option<u64> {
    let number = |at: usize| Some(u64::from(u32::from_be_bytes(*header.get(at..)?.first_chunk()?)));
    let (width, height) = (number(0)?, number(4)?);
    let channels = match header[9] {
        0 | 3 => 1,
        4 => 2,
        2 => 3,
        6 => 4,
        _ => return None,
    };
    let bits = channels * u64::from(header[8]);
    let of = |columns: u64, rows: u64| {
        if columns == 0 || rows == 0 {
            return Some(0);
        }
        columns.checked_mul(bits)?.div_ceil(8).checked_add(1)?.checked_mul(rows)
    };
    if header[12] == 0 {
        return of(width, height);
    }
    PASSES.iter().try_fold(0_u64, |sum, (x, y, across, down)| {
        let pixels = |all: u64, first: u64, step: u64| all.saturating_sub(first).div_ceil(step);
        sum.checked_add(of(pixels(width, *x, *across), pixels(height, *y, *down))?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_have_so_many_bytes() {
        let check = |width: u32, height: u32, rest: [u8; 5], expected: Option<u64>| {
            let header: [u8; 13] =
                [&width.to_be_bytes()[..], &height.to_be_bytes(), &rest].concat().try_into().unwrap();
            assert_eq!(bytes_of_rows(&header), expected, "{width} {height} {rest:?}");
        };
        check(10, 3, [8, 2, 0, 0, 0], Some(93));
        check(9, 2, [1, 0, 0, 0, 0], Some(6));
        check(5, 5, [16, 6, 0, 0, 0], Some(205));
        check(5, 5, [8, 1, 0, 0, 0], None);
        check(u32::MAX, u32::MAX, [16, 6, 0, 0, 0], None);
        // One pixel is in the first pass alone; eight by eight in all seven.
        check(1, 1, [8, 0, 0, 0, 1], Some(2));
        check(8, 8, [8, 0, 0, 0, 1], Some(64 + 1 + 1 + 1 + 2 + 2 + 4 + 4));
    }
}
