//! Places on a picture, in fractions of its width and height: (0, 0) is the top left corner, (1, 1) the bottom right.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Point {
    pub x: f32,
    pub y: f32,
}

/// An upright rectangle on a page.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BoundingBox {
    pub left: f32,
    pub top: f32,
    pub width: f32,
    pub height: f32,
    /// The page that it is on, counted from 1 through all photos and files of the upload; absent in JSON where it is the
    /// first.
    #[serde(default = "first_page", skip_serializing_if = "is_first_page")]
    #[cfg_attr(feature = "openapi", schema(default = 1, minimum = 1))]
    pub page: u32,
}

fn first_page() -> u32 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
fn is_first_page(page: &u32) -> bool {
    *page == 1
}

impl BoundingBox {
    /// On the first page.
    pub fn new([left, top, width, height]: [f32; 4]) -> Self {
        Self { left, top, width, height, page: 1 }
    }

    /// The smallest box around both; this one where they are on two pages.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        if self.page != other.page {
            return self;
        }
        let left = self.left.min(other.left);
        let top = self.top.min(other.top);
        let right = (self.left + self.width).max(other.left + other.width);
        let bottom = (self.top + self.height).max(other.top + other.height);
        Self { left, top, width: right - left, height: bottom - top, page: self.page }
    }
}

/// EXIF orientation (tag 0x0112, EXIF 2.32 §4.6.4): how the stored raster is turned and mirrored to be shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub enum Orientation {
    /// 1
    #[default]
    Upright,
    /// 2
    MirroredHorizontally,
    /// 3
    Rotated180,
    /// 4
    MirroredVertically,
    /// 5: mirrored along the top-left diagonal
    Transposed,
    /// 6: shown after a quarter turn clockwise
    Rotated90,
    /// 7: mirrored along the top-right diagonal
    Transversed,
    /// 8: shown after a quarter turn anticlockwise
    Rotated270,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an EXIF orientation is 1 to 8")]
pub struct NotAnOrientation;

impl Orientation {
    /// What undoes it: where a point is in the stored raster that is seen at a place.
    #[must_use]
    pub fn inverse(self) -> Self {
        match self {
            Self::Rotated90 => Self::Rotated270,
            Self::Rotated270 => Self::Rotated90,
            Self::Upright
            | Self::MirroredHorizontally
            | Self::Rotated180
            | Self::MirroredVertically
            | Self::Transposed
            | Self::Transversed => self,
        }
    }

    /// Where a point of the stored raster is seen.
    pub fn show(self, Point { x, y }: Point) -> Point {
        let (x, y) = match self {
            Self::Upright => (x, y),
            Self::MirroredHorizontally => (1.0 - x, y),
            Self::Rotated180 => (1.0 - x, 1.0 - y),
            Self::MirroredVertically => (x, 1.0 - y),
            Self::Transposed => (y, x),
            Self::Rotated90 => (1.0 - y, x),
            Self::Transversed => (1.0 - y, 1.0 - x),
            Self::Rotated270 => (y, 1.0 - x),
        };
        Point { x, y }
    }
}

impl TryFrom<u8> for Orientation {
    type Error = NotAnOrientation;

    fn try_from(tag: u8) -> Result<Self, NotAnOrientation> {
        Ok(match tag {
            1 => Self::Upright,
            2 => Self::MirroredHorizontally,
            3 => Self::Rotated180,
            4 => Self::MirroredVertically,
            5 => Self::Transposed,
            6 => Self::Rotated90,
            7 => Self::Transversed,
            8 => Self::Rotated270,
            _ => return Err(NotAnOrientation),
        })
    }
}

impl From<Orientation> for u8 {
    fn from(orientation: Orientation) -> u8 {
        match orientation {
            Orientation::Upright => 1,
            Orientation::MirroredHorizontally => 2,
            Orientation::Rotated180 => 3,
            Orientation::MirroredVertically => 4,
            Orientation::Transposed => 5,
            Orientation::Rotated90 => 6,
            Orientation::Transversed => 7,
            Orientation::Rotated270 => 8,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_turn_clockwise_brings_the_top_left_corner_to_the_top_right() {
        assert_eq!(Orientation::Rotated90.show(Point { x: 0.0, y: 0.0 }), Point { x: 1.0, y: 0.0 });
        assert_eq!(Orientation::Rotated270.show(Point { x: 0.0, y: 0.0 }), Point { x: 0.0, y: 1.0 });
    }

    #[test]
    fn an_orientation_survives_its_tag_and_is_undone_by_its_inverse() {
        for tag in 1..=8 {
            let orientation = Orientation::try_from(tag).unwrap();
            assert_eq!(u8::from(orientation), tag);
            let point = Point { x: 0.25, y: 0.125 };
            assert_eq!(orientation.inverse().show(orientation.show(point)), point, "{tag}");
        }
        assert_eq!(Orientation::try_from(0), Err(NotAnOrientation));
        assert_eq!(Orientation::try_from(9), Err(NotAnOrientation));
    }
}
