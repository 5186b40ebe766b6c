//! The formats of pictures, how a file's first bytes tell them, and how large a picture may be.

use crate::listed_enum::listed_enum;

/// The largest picture: Textract's limit for a document
/// (<https://docs.aws.amazon.com/textract/latest/dg/limits-document.html>), 10 MiB.
pub const MAX_PICTURE_BYTES: usize = 10_485_760;

/// What all parts of one upload may have together: three of the largest, or six photos as the page sends them.
pub const MAX_UPLOAD_BYTES: usize = 3 * MAX_PICTURE_BYTES;

listed_enum! {
    /// The formats that people's files have.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
    pub enum PictureFormat {
        Jpeg,
        Png,
        Tiff,
        Pdf,
        /// Pixels coded by HEVC, as iPhones do.
        Heif,
        /// Pixels coded by AV1.
        Avif,
        WebP,
        Gif,
    }
}

/// What the first bytes of a file say it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    Picture(PictureFormat),
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
            Self::Heif => "heic",
            Self::Avif => "avif",
            Self::WebP => "webp",
            Self::Gif => "gif",
        }
    }

    pub fn content_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Tiff => "image/tiff",
            Self::Pdf => "application/pdf",
            Self::Heif => "image/heic",
            Self::Avif => "image/avif",
            Self::WebP => "image/webp",
            Self::Gif => "image/gif",
        }
    }

    /// Whether Textract takes the file as it is, and reads all of it: of a TIFF or PDF that is only one page
    /// (<https://docs.aws.amazon.com/textract/latest/dg/limits-document.html>), and so their pages are sent.
    pub fn is_read_by_textract(self) -> bool {
        match self {
            Self::Jpeg | Self::Png => true,
            Self::Tiff | Self::Pdf | Self::Heif | Self::Avif | Self::WebP | Self::Gif => false,
        }
    }

    /// Whether every browser draws it as a picture.
    pub fn is_shown_by_browsers(self) -> bool {
        match self {
            Self::Jpeg | Self::Png | Self::Avif | Self::WebP | Self::Gif => true,
            Self::Tiff | Self::Pdf | Self::Heif => false,
        }
    }
}

impl FileKind {
    /// How many bytes [`FileKind::of`] wants to see: a HEIF's compatible brands stand among them.
    pub const PREFIX_BYTES: usize = 64;

    /// Looks at the magic number: a name or a declared content type proves nothing.
    pub fn of(prefix: &[u8]) -> Self {
        match prefix {
            [0xff, 0xd8, 0xff, ..] => Self::Picture(PictureFormat::Jpeg),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Self::Picture(PictureFormat::Png),
            [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => Self::Picture(PictureFormat::Tiff),
            [b'%', b'P', b'D', b'F', b'-', ..] => Self::Picture(PictureFormat::Pdf),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Self::Picture(PictureFormat::WebP),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Self::Picture(PictureFormat::Gif),
            // ISO base media (ISO/IEC 14496-12): a box length, "ftyp", the brand, its version, compatible brands.
            [a, b, c, d, b'f', b't', b'y', b'p', rest @ ..] => {
                let box_bytes = u32::from_be_bytes([*a, *b, *c, *d]) as usize;
                Self::of_brands(rest.get(..box_bytes.saturating_sub(8)).unwrap_or(rest))
            }
            _ => Self::Unknown,
        }
    }

    /// The major brand may name only the container (ISO/IEC 23008-12), and then a compatible one names the coding.
    fn of_brands(brands: &[u8]) -> Self {
        let (brands, _) = brands.as_chunks::<4>();
        let known = brands.iter().enumerate().filter(|(place, _)| *place != 1);
        let mut formats = known.filter_map(|(_, brand)| match brand {
            b"avif" | b"avis" => Some(PictureFormat::Avif),
            b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"hevm" | b"hevs" => Some(PictureFormat::Heif),
            _ => None,
        });
        match (formats.next(), brands.first()) {
            (Some(format), _) => Self::Picture(format),
            // Which coding it has only its items tell.
            (None, Some(b"mif1" | b"msf1")) => Self::Picture(PictureFormat::Heif),
            (None, Some(_) | None) => Self::Unknown,
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
                PictureFormat::Heif => b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
                PictureFormat::Avif => b"\0\0\0\x18ftypavif\0\0\0\0avifmif1",
                PictureFormat::WebP => b"RIFF\x24\0\0\0WEBPVP8 ",
                PictureFormat::Gif => b"GIF89a\x01\0\x01\0",
            };
            assert_eq!(FileKind::of(file), FileKind::Picture(format));
        }
    }

    #[test]
    fn first_bytes_tell_the_kind() {
        let is = |format| FileKind::Picture(format);
        for (prefix, kind) in [
            (&b"MM\0*\0\0\0\x08"[..], is(PictureFormat::Tiff)),
            (b"GIF87a\x01\0\x01\0", is(PictureFormat::Gif)),
            (b"\0\0\0\x1cftypmif1\0\0\0\0mif1miafavif", is(PictureFormat::Avif)),
            (b"\0\0\0\x1cftypmif1\0\0\0\0mif1miafheic", is(PictureFormat::Heif)),
            (b"\0\0\0\x14ftypmif1\0\0\0\0mif1heic", is(PictureFormat::Heif)),
            (b"\0\0\0\x18ftypisom\0\0\0\0", FileKind::Unknown),
            // What stands in the version, or behind the box, is no brand.
            (b"\0\0\0\x14ftypisomheicmp42", FileKind::Unknown),
            (b"\0\0\0\x14ftypisom\0\0\0\0mp42heic", FileKind::Unknown),
            (b"\0\0\0\x18ftyp", FileKind::Unknown),
            (b"GIF88a\x01\0\x01\0", FileKind::Unknown),
            (b"<html>", FileKind::Unknown),
            (b"\xff", FileKind::Unknown),
            (b"", FileKind::Unknown),
        ] {
            assert_eq!(FileKind::of(prefix), kind, "{}", prefix.escape_ascii());
        }
    }
}
