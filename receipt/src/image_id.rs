//! The identity of one uploaded picture.

use std::{fmt, str::FromStr};

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::utc_day;

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

    /// The day (UTC) on which it was made, as its first 48 bits have it.
    pub fn made_on(self) -> Date {
        let millis = self.0.as_u64_pair().0 >> 16;
        // An id from elsewhere may claim a year that no calendar has.
        let at = i64::try_from(millis).ok().and_then(|millis| Timestamp::from_millisecond(millis).ok());
        utc_day(at.unwrap_or(Timestamp::MAX))
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
    use jiff::civil::date;

    use super::*;

    #[test]
    fn an_id_survives_its_text() {
        let id = ImageId::new();
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(serde_json::from_str::<ImageId>(&serde_json::to_string(&id).unwrap()).unwrap(), id);
    }

    #[test]
    fn an_id_knows_the_day_of_its_making() {
        let made_on = |text: &str| text.parse::<ImageId>().unwrap().made_on();
        // The example of RFC 9562, A.6.
        assert_eq!(made_on("017f22e2-79b0-7cc3-98c4-dc0c0c07398f"), date(2022, 2, 22));
        assert_eq!(made_on("00000000-0000-7000-8000-000000000000"), date(1970, 1, 1));
        assert_eq!(made_on("ffffffff-ffff-7fff-bfff-ffffffffffff"), date(9999, 12, 30));
    }

    #[test]
    fn other_versions_and_spellings_are_refused() {
        let upper = ImageId::new().to_string().to_uppercase();
        for text in ["", "../../etc/passwd", "00000000-0000-4000-8000-000000000000", &upper] {
            assert_eq!(text.parse::<ImageId>(), Err(NotAnImageId), "{text}");
        }
    }
}
