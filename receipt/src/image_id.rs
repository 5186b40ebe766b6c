//! The identity of one uploaded picture.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A UUID of version 7 (RFC 9562): ids sort by the time of their making, to the millisecond.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(try_from = "Uuid", into = "Uuid")]
pub struct ImageId(Uuid);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an image id is a UUID of version 7")]
pub struct NotAnImageId;

impl ImageId {
    /// An id that no other call returns, stamped with the system's time.
    #[expect(clippy::new_without_default, reason = "two defaults would not be equal")]
    pub fn new() -> Self {
        Self(Uuid::now_v7())
    }

    /// The last byte, evenly spread: for dealing images over shards.
    pub fn last_byte(self) -> u8 {
        self.0.as_bytes()[15]
    }
}

impl TryFrom<Uuid> for ImageId {
    type Error = NotAnImageId;

    fn try_from(uuid: Uuid) -> Result<Self, NotAnImageId> {
        if uuid.get_version_num() == 7 { Ok(Self(uuid)) } else { Err(NotAnImageId) }
    }
}

impl From<ImageId> for Uuid {
    fn from(id: ImageId) -> Uuid {
        id.0
    }
}

impl FromStr for ImageId {
    type Err = NotAnImageId;

    /// Takes the hyphenated form in lower case only, so that an id has one spelling in keys and addresses.
    fn from_str(text: &str) -> Result<Self, NotAnImageId> {
        let id: Self = Uuid::try_parse(text).map_err(|_| NotAnImageId)?.try_into()?;
        if id.to_string() == text { Ok(id) } else { Err(NotAnImageId) }
    }
}

impl fmt::Display for ImageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

impl fmt::Debug for ImageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ImageId({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_its_text() {
        let id = ImageId::new();
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(serde_json::from_str::<ImageId>(&serde_json::to_string(&id).unwrap()).unwrap(), id);
    }

    #[test]
    fn other_versions_and_spellings_are_refused() {
        let upper = ImageId::new().to_string().to_uppercase();
        for text in ["", "../../etc/passwd", "00000000-0000-4000-8000-000000000000", &upper] {
            assert_eq!(text.parse::<ImageId>(), Err(NotAnImageId), "{text}");
        }
    }
}
