//! The memory of one part of a picture: mapped when it is needed, and unmapped with its last reader.
//!
//! From the allocator, buffers of megabytes that come and go in several threads leave twice their size behind. A mapping
//! is also no larger than what has come: its pages are there once they are written.

use std::{io, ops::DerefMut};

use bytes::Bytes;
use memmap2::MmapMut;

/// A buffer of a fixed capacity, filled from its start.
#[derive(Debug)]
pub(super) struct MappedBuffer {
    map: MmapMut,
    filled: usize,
}

/// What `Bytes` reads and in the end gives back.
struct Filled(MappedBuffer);

impl MappedBuffer {
    pub(super) fn with_capacity(bytes: usize) -> io::Result<Self> {
        Ok(Self { map: MmapMut::map_anon(bytes)?, filled: 0 })
    }

    pub(super) fn len(&self) -> usize {
        self.filled
    }

    /// How much more fits.
    pub(super) fn free(&self) -> usize {
        self.map.len() - self.filled
    }

    /// Takes as much of `bytes` as fits, and says how much that was.
    pub(super) fn fill(&mut self, bytes: &[u8]) -> usize {
        let fits = bytes.len().min(self.free());
        self.map[self.filled..self.filled + fits].copy_from_slice(&bytes[..fits]);
        self.filled += fits;
        fits
    }

    pub(super) fn as_mut_slice(&mut self) -> &mut [u8] {
        &mut self.map.deref_mut()[..self.filled]
    }

    pub(super) fn freeze(self) -> Bytes {
        Bytes::from_owner(Filled(self))
    }
}

impl AsRef<[u8]> for MappedBuffer {
    fn as_ref(&self) -> &[u8] {
        &self.map[..self.filled]
    }
}

impl AsRef<[u8]> for Filled {
    fn as_ref(&self) -> &[u8] {
        self.0.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_takes_what_fits_and_keeps_it_as_it_came() {
        let mut buffer = MappedBuffer::with_capacity(5).unwrap();
        assert_eq!((buffer.fill(b"abc"), buffer.fill(b"defg")), (3, 2));
        assert_eq!((buffer.len(), buffer.free()), (5, 0));
        buffer.as_mut_slice()[0] = b'A';
        assert_eq!(buffer.freeze(), &b"Abcde"[..]);
    }
}
