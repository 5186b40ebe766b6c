//! Where a picture lies in the bucket, and what is kept beside it.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{ImageId, PictureFormat};

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
}
