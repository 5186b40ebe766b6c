//! The formats of pictures, and how a file's first bytes tell them.

/// The formats that Textract takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PictureFormat {
    Jpeg,
    Png,
    Tiff,
    Pdf,
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
    pub const ALL: [Self; 4] = [Self::Jpeg, Self::Png, Self::Tiff, Self::Pdf];

    /// The extension in the object key.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Tiff => "tiff",
            Self::Pdf => "pdf",
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
    fn first_bytes_tell_the_kind() {
        assert_eq!(FileKind::of(b"\xff\xd8\xff\xe0\0\x10JFIF"), FileKind::Picture(PictureFormat::Jpeg));
        assert_eq!(FileKind::of(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), FileKind::Picture(PictureFormat::Png));
        assert_eq!(FileKind::of(b"II*\0\x08\0\0\0"), FileKind::Picture(PictureFormat::Tiff));
        assert_eq!(FileKind::of(b"MM\0*\0\0\0\x08"), FileKind::Picture(PictureFormat::Tiff));
        assert_eq!(FileKind::of(b"%PDF-1.7"), FileKind::Picture(PictureFormat::Pdf));
        assert_eq!(FileKind::of(b"\0\0\0\x18ftypheic\0\0\0\0"), FileKind::Heic);
        assert_eq!(FileKind::of(b"\0\0\0\x18ftypisom\0\0\0\0"), FileKind::Unknown);
        assert_eq!(FileKind::of(b"RIFF\x24\0\0\0WEBPVP8 "), FileKind::WebP);
        for prefix in [&b""[..], b"\xff", b"<html>", b"\0\0\0\x18ftyp"] {
            assert_eq!(FileKind::of(prefix), FileKind::Unknown);
        }
    }
}
