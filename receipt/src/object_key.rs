//! Where a picture lies in the bucket, and what kind of file it is.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::ImageId;

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

/// `uploads/{id}/image.{ext}`, the key of an uploaded picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ObjectKey {
    image_id: ImageId,
    format: PictureFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an object key is uploads/IMAGE_ID/image.(jpg|png|tiff|pdf)")]
pub struct NotAnObjectKey;

impl ObjectKey {
    pub fn new(image_id: ImageId, format: PictureFormat) -> Self {
        Self { image_id, format }
    }

    pub fn image_id(self) -> ImageId {
        self.image_id
    }

    pub fn format(self) -> PictureFormat {
        self.format
    }

    /// The key under which Textract's answer for this picture is kept.
    pub fn analysis(self) -> String {
        format!("analysis/{}.json", self.image_id)
    }

    /// The key under which what is mined of the picture is kept, by the day of its id: so it can be removed by the
    /// picture's key alone, when the image is gone from the ledger.
    pub fn mined(self) -> String {
        format!("receipts/dt={}/{}.json", self.image_id.made_on(), self.image_id)
    }
}

impl fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "uploads/{}/image.{}", self.image_id, self.format.extension())
    }
}

impl FromStr for ObjectKey {
    type Err = NotAnObjectKey;

    fn from_str(text: &str) -> Result<Self, NotAnObjectKey> {
        let (id, name) = text.strip_prefix("uploads/").and_then(|rest| rest.split_once('/')).ok_or(NotAnObjectKey)?;
        let extension = name.strip_prefix("image.").ok_or(NotAnObjectKey)?;
        let format = PictureFormat::ALL.into_iter().find(|f| f.extension() == extension).ok_or(NotAnObjectKey)?;
        Ok(Self { image_id: id.parse().map_err(|_| NotAnObjectKey)?, format })
    }
}

impl TryFrom<String> for ObjectKey {
    type Error = NotAnObjectKey;

    fn try_from(text: String) -> Result<Self, NotAnObjectKey> {
        text.parse()
    }
}

impl From<ObjectKey> for String {
    fn from(key: ObjectKey) -> String {
        key.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_survives_its_text() {
        for format in PictureFormat::ALL {
            let key = ObjectKey::new(ImageId::new(), format);
            assert_eq!(key.to_string().parse(), Ok(key));
        }
    }

    #[test]
    fn what_belongs_to_an_image_is_found_by_its_id() {
        let id = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f";
        let key = ObjectKey::new(id.parse().unwrap(), PictureFormat::Jpeg);
        assert_eq!(key.analysis(), format!("analysis/{id}.json"));
        assert_eq!(key.mined(), format!("receipts/dt=2022-02-22/{id}.json"));
    }

    #[test]
    fn keys_from_elsewhere_are_refused() {
        let id = ImageId::new();
        for text in [
            format!("uploads/{id}/image.exe"),
            format!("uploads/{id}/../image.png"),
            format!("analysis/{id}.json"),
            format!("uploads/{id}/image.png/"),
            "uploads/1/image.png".to_owned(),
        ] {
            assert_eq!(text.parse::<ObjectKey>(), Err(NotAnObjectKey), "{text}");
        }
    }

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
