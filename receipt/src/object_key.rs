//! Where what was uploaded lies in the bucket, and what workers keep beside it.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{ImageId, PictureFormat};

/// The most parts of one upload: photos and files that show one receipt together.
pub const MAX_PARTS: u8 = 6;
/// The most pages of one upload, in all its parts.
pub const MAX_PAGES: u32 = 10;

/// `uploads/{id}/image.{ext}`, the key of an uploaded picture; further parts of the upload are `image-2` to `image-6`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ObjectKey {
    image_id: ImageId,
    /// From 1.
    part: u8,
    format: PictureFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an object key is uploads/IMAGE_ID/image.EXTENSION, or image-2 to image-6")]
pub struct NotAnObjectKey;

impl ObjectKey {
    /// Of an upload's first part.
    pub fn new(image_id: ImageId, format: PictureFormat) -> Self {
        Self { image_id, part: 1, format }
    }

    /// Of a part, from 1 to [`MAX_PARTS`].
    pub fn of_part(image_id: ImageId, part: u8, format: PictureFormat) -> Option<Self> {
        (1..=MAX_PARTS).contains(&part).then_some(Self { image_id, part, format })
    }

    pub fn image_id(self) -> ImageId {
        self.image_id
    }

    pub fn format(self) -> PictureFormat {
        self.format
    }

    /// From 1.
    pub fn part(self) -> u8 {
        self.part
    }
}

/// What workers keep of an image, by its id alone, so that it can be removed when the image is gone from the ledger.
impl ImageId {
    /// What was read on a page, counted from 1 through all parts: an answer of Textract, or of another reader in its form.
    pub fn analysis(self, page: u32) -> String {
        match page {
            0 | 1 => format!("analysis/{self}.json"),
            page => format!("analysis/{self}-{page}.json"),
        }
    }

    /// A page as browsers can show it, where they cannot show its part of the upload.
    pub fn preview(self, page: u32) -> String {
        format!("previews/{self}-{page}.jpg")
    }

    /// The first page, small.
    pub fn thumbnail(self) -> String {
        format!("previews/{self}-small.jpg")
    }

    /// What is mined of the receipt, by the day of the id.
    pub fn mined(self) -> String {
        format!("receipts/dt={}/{self}.json", self.made_on())
    }

    /// All of these.
    pub fn kept_by_workers(self) -> Vec<String> {
        let of_pages = (1..=MAX_PAGES).flat_map(|page| [self.analysis(page), self.preview(page)]);
        of_pages.chain([self.thumbnail(), self.mined()]).collect()
    }
}

impl fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { image_id, part, format } = self;
        match part {
            1 => write!(f, "uploads/{image_id}/image.{}", format.extension()),
            part => write!(f, "uploads/{image_id}/image-{part}.{}", format.extension()),
        }
    }
}

impl FromStr for ObjectKey {
    type Err = NotAnObjectKey;

    fn from_str(text: &str) -> Result<Self, NotAnObjectKey> {
        let (id, name) = text.strip_prefix("uploads/").and_then(|rest| rest.split_once('/')).ok_or(NotAnObjectKey)?;
        let (_, extension) = name.split_once('.').ok_or(NotAnObjectKey)?;
        let format = PictureFormat::ALL.into_iter().find(|f| f.extension() == extension).ok_or(NotAnObjectKey)?;
        let image_id = id.parse().map_err(|_| NotAnObjectKey)?;
        let mut keys = (1..=MAX_PARTS).map(|part| Self { image_id, part, format });
        // Its own text says how a part is spelt: "image-1" and "image-02" are none.
        keys.find(|key| key.to_string() == text).ok_or(NotAnObjectKey)
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
            for part in 1..=MAX_PARTS {
                let key = ObjectKey::of_part(key.image_id(), part, format).unwrap();
                assert_eq!(key.to_string().parse(), Ok(key));
            }
        }
        assert_eq!(ObjectKey::of_part(ImageId::new(), 0, PictureFormat::Png), None);
        assert_eq!(ObjectKey::of_part(ImageId::new(), MAX_PARTS + 1, PictureFormat::Png), None);
    }

    #[test]
    fn what_belongs_to_an_image_is_found_by_its_id() {
        let id: ImageId = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f".parse().unwrap();
        assert_eq!(id.analysis(1), format!("analysis/{id}.json"));
        assert_eq!(id.analysis(2), format!("analysis/{id}-2.json"));
        assert_eq!(id.preview(1), format!("previews/{id}-1.jpg"));
        assert_eq!(id.mined(), format!("receipts/dt=2022-02-22/{id}.json"));
        assert_eq!(id.kept_by_workers().len(), 22);
    }

    #[test]
    fn keys_from_elsewhere_are_refused() {
        let id = ImageId::new();
        for text in [
            format!("uploads/{id}/image.exe"),
            format!("uploads/{id}/../image.png"),
            format!("analysis/{id}.json"),
            format!("uploads/{id}/image.png/"),
            format!("uploads/{id}/image-1.png"),
            format!("uploads/{id}/image-02.png"),
            format!("uploads/{id}/image-7.png"),
            "uploads/1/image.png".to_owned(),
        ] {
            assert_eq!(text.parse::<ObjectKey>(), Err(NotAnObjectKey), "{text}");
        }
    }
}
