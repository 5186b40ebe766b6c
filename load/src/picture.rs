//! A picture to upload: a JPEG to a server that does not decode it.

use std::path::PathBuf;

use anyhow::Context as _;
use bytes::Bytes;

#[derive(Debug, clap::Args)]
pub(crate) struct Choice {
    /// How many bytes a made-up picture has.
    #[arg(long, value_name = "BYTES", default_value_t = 500_000)]
    size: usize,

    /// A real picture in its place.
    #[arg(long)]
    file: Option<PathBuf>,
}

impl Choice {
    pub(crate) fn picture(&self) -> anyhow::Result<Bytes> {
        match &self.file {
            Some(file) => Ok(std::fs::read(file).with_context(|| format!("read {}", file.display()))?.into()),
            None => Ok(jpeg(self.size)),
        }
    }
}

/// A JPEG's first segments, and then bytes in place of its compressed data, `size` bytes in all if that is not too few.
pub(crate) fn jpeg(size: usize) -> Bytes {
    let mut jpeg = HEAD.to_vec();
    let mut random: u64 = 0x9e37_79b9_7f4a_7c15;
    while jpeg.len() + END.len() < size {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        // 0xff would begin a marker.
        jpeg.push(random.to_le_bytes()[0] & 0xfe);
    }
    jpeg.extend(END);
    jpeg.into()
}

/// The start, the JFIF header of a picture without thumbnail, and the header of a scan.
const HEAD: &[u8] = b"\xff\xd8\xff\xe0\x00\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00";
const END: [u8; 2] = [0xff, 0xd9];

#[cfg(test)]
mod tests {
    use receipt::{PictureFormat, picture_format::FileKind};

    use super::*;

    #[test]
    fn a_made_up_picture_is_a_jpeg_of_the_size_asked_for() {
        let picture = jpeg(5000);
        assert_eq!(picture.len(), 5000);
        assert_eq!(FileKind::of(&picture), FileKind::Picture(PictureFormat::Jpeg));
    }
}
