//! The chunks of a PNG that its pixels are made of. All others are passed over, not read: profiles and texts are packed, and
//! a few hundred kilobytes of them can become hundreds of megabytes.

use std::io::{BufRead, Error, ErrorKind, Read, Result, Seek, SeekFrom};

const SIGNATURE_BYTES: usize = 8;
/// Length, kind and checksum around a chunk's data.
const FRAME_BYTES: usize = 12;
/// An EXIF block has the orientation, near its beginning. Cameras add a preview of some tens of kilobytes.
const MAX_EXIF_BYTES: usize = 256 * 1024;

/// Reads the signature and the needed chunks of a file one after the other, without a copy of them.
#[derive(Debug)]
pub(crate) struct Chunks<'a> {
    /// What is not passed on yet.
    current: &'a [u8],
    rest: &'a [u8],
}

impl<'a> Chunks<'a> {
    pub(crate) fn needed_of(file: &'a [u8]) -> Self {
        let (current, rest) = file.split_at(file.len().min(SIGNATURE_BYTES));
        Self { current, rest }
    }

    /// Ends at the end of the picture, or where the file is broken: with what is left, on which the decoder reports.
    fn next(&mut self) {
        while self.current.is_empty() && !self.rest.is_empty() {
            let length = self.rest.first_chunk().map_or(usize::MAX, |bytes| u32::from_be_bytes(*bytes) as usize);
            let end = length.saturating_add(FRAME_BYTES).min(self.rest.len());
            let (chunk, rest) = self.rest.split_at(end);
            let kind = chunk.get(4..8).unwrap_or_default();
            self.rest = if kind == b"IEND" { &[] } else { rest };
            if is_needed(kind, length) {
                self.current = chunk;
            }
        }
    }
}

fn is_needed(kind: &[u8], length: usize) -> bool {
    match kind {
        b"IHDR" | b"PLTE" | b"tRNS" | b"IDAT" | b"IEND" => true,
        b"eXIf" => length <= MAX_EXIF_BYTES,
        _ => false,
    }
}

impl Read for Chunks<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let count = self.fill_buf()?.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Chunks<'_> {
    fn fill_buf(&mut self) -> Result<&[u8]> {
        self.next();
        Ok(self.current)
    }

    fn consume(&mut self, count: usize) {
        self.current = self.current.get(count..).unwrap_or_default();
    }
}

/// The decoder's type asks for it; it reads from beginning to end.
impl Seek for Chunks<'_> {
    fn seek(&mut self, _to: SeekFrom) -> Result<u64> {
        Err(Error::from(ErrorKind::Unsupported))
    }
}
