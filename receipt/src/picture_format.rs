//! The formats of pictures, how a file's first bytes tell them, and how large a picture may be.

use crate::listed_enum::listed_enum;

/// The largest picture: Textract's limit for a document
/// (<https://docs.aws.amazon.com/textract/latest/dg/limits-document.html>), 10 MiB.
pub const MAX_PICTURE_BYTES: usize = 10_485_760;

/// What all parts of one upload may have together: three of the largest, or six photos as the page sends them.
pub const MAX_UPLOAD_BYTES: usize = 3 * MAX_PICTURE_BYTES;

listed_enum! {
    /// The formats that Textract takes.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
    pub enum PictureFormat {
        Jpeg,
        Png,
        Tiff,
        Pdf,
    }
}

/// What the first bytes of a file say it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    Picture(PictureFormat),
    Heic,
    WebP,
    Unknown,
}

impl PictureFormat {
    /// The extension in the object key.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Tiff => "tiff",
            Self::Pdf => "pdf",
        }
    }

    /// Whether every browser shows it as a picture.
    pub fn is_shown_by_browsers(self) -> bool {
        match self {
            Self::Jpeg | Self::Png => true,
            Self::Tiff | Self::Pdf => false,
        }
    }

    pub fn content_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Tiff => "image/tiff",
            Self::Pdf => "application/pdf",
        }
    }
}

impl FileKind {
    /// How many bytes [`FileKind::of`] wants to see.
    pub const PREFIX_BYTES: usize = 16;

    /// Looks at the magic number: a name or a declared content type proves nothing.
    pub fn of(prefix: &[u8]) -> Self {
        match prefix {
            [0xff, 0xd8, 0xff, ..] => Self::Picture(PictureFormat::Jpeg),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Self::Picture(PictureFormat::Png),
            [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => Self::Picture(PictureFormat::Tiff),
            [b'%', b'P', b'D', b'F', b'-', ..] => Self::Picture(PictureFormat::Pdf),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Self::WebP,
            // ISO base media (ISO/IEC 14496-12): a box length, "ftyp", then the brand.
            [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] => match brand.get(..4) {
                Some(b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"mif1" | b"msf1" | b"avif") => {
                    Self::Heic
                }
                _ => Self::Unknown,
            },
            _ => Self::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_is_known_by_its_first_bytes() {
        for format in PictureFormat::ALL {
            let file: &[u8] = match format {
                PictureFormat::Jpeg => b"\xff\xd8\xff\xe0\0\x10JFIF",
                PictureFormat::Png => b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
                PictureFormat::Tiff => b"II*\0\x08\0\0\0",
                PictureFormat::Pdf => b"%PDF-1.7",
            };
            assert_eq!(FileKind::of(file), FileKind::Picture(format));
        }
    }

    #[test]
    fn first_bytes_tell_the_kind() {
        assert_eq!(FileKind::of(b"MM\0*\0\0\0\x08"), FileKind::Picture(PictureFormat::Tiff));
        assert_eq!(FileKind::of(b"\0\0\0\x18ftypheic\0\0\0\0"), FileKind::Heic);
        assert_eq!(FileKind::of(b"\0\0\0\x18ftypisom\0\0\0\0"), FileKind::Unknown);
        assert_eq!(FileKind::of(b"RIFF\x24\0\0\0WEBPVP8 "), FileKind::WebP);
        for prefix in [&b""[..], b"\xff", b"<html>", b"\0\0\0\x18ftyp"] {
            assert_eq!(FileKind::of(prefix), FileKind::Unknown);
        }
    }
}
