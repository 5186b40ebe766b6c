//! What goes through the pipes: a length of four bytes, and as many bytes of JSON or of a file.

use std::io::{Error, ErrorKind, Read, Result, Write};

use serde::{Serialize, de::DeserializeOwned};

/// A head that is longer says too much.
pub(super) const MAX_HEAD_BYTES: usize = 8_000_000;

pub(super) fn write(to: &mut impl Write, bytes: &[u8]) -> Result<()> {
    let length = u32::try_from(bytes.len()).map_err(|_| too_long())?;
    to.write_all(&length.to_be_bytes())?;
    to.write_all(bytes)
}

pub(super) fn write_json(to: &mut impl Write, what: &impl Serialize) -> Result<()> {
    write(to, &serde_json::to_vec(what)?)
}

pub(super) fn read(from: &mut impl Read, most: usize) -> Result<Vec<u8>> {
    let mut length = [0; 4];
    from.read_exact(&mut length)?;
    let length = u32::from_be_bytes(length) as usize;
    if length > most {
        return Err(too_long());
    }
    let mut bytes = vec![0; length];
    from.read_exact(&mut bytes)?;
    Ok(bytes)
}

pub(super) fn read_json<T: DeserializeOwned>(from: &mut impl Read) -> Result<T> {
    Ok(serde_json::from_slice(&read(from, MAX_HEAD_BYTES)?)?)
}

pub(super) fn too_long() -> Error {
    Error::new(ErrorKind::InvalidData, "a frame is longer than any should be")
}
