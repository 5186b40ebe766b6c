//! Places on a page, and where they were before the page was turned.

use image::metadata::Orientation;
use serde::{Deserialize, Serialize};

/// On a page, 0 is the left or upper edge and 1 the right or lower one; in a picture as it is read, pixels are counted.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Point {
    pub x: f32,
    pub y: f32,
}

impl Point {
    pub fn length(self) -> f32 {
        self.x.hypot(self.y)
    }

    pub fn dot(self, other: Self) -> f32 {
        self.x * other.x + self.y * other.y
    }

    /// The same length, a quarter further clockwise (y runs downwards).
    #[must_use]
    pub fn turned_right(self) -> Self {
        Self { x: -self.y, y: self.x }
    }

    /// Positive where `other` points to the right hand of someone who looks along `self` (y runs downwards).
    pub fn cross(self, other: Self) -> f32 {
        self.x * other.y - self.y * other.x
    }
}

impl std::ops::Add for Point {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { x: self.x + other.x, y: self.y + other.y }
    }
}

impl std::ops::Sub for Point {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self { x: self.x - other.x, y: self.y - other.y }
    }
}

impl std::ops::Mul<f32> for Point {
    type Output = Self;

    fn mul(self, factor: f32) -> Self {
        Self { x: self.x * factor, y: self.y * factor }
    }
}

/// Where a point of a picture lies before `orientation` was applied to it, both in fractions of width and height.
pub(crate) fn before(orientation: Orientation, Point { x, y }: Point) -> Point {
    match orientation {
        Orientation::NoTransforms => Point { x, y },
        Orientation::Rotate90 => Point { x: y, y: 1.0 - x },
        Orientation::Rotate180 => Point { x: 1.0 - x, y: 1.0 - y },
        Orientation::Rotate270 => Point { x: 1.0 - y, y: x },
        Orientation::FlipHorizontal => Point { x: 1.0 - x, y },
        Orientation::FlipVertical => Point { x, y: 1.0 - y },
        Orientation::Rotate90FlipH => Point { x: y, y: x },
        Orientation::Rotate270FlipH => Point { x: 1.0 - y, y: 1.0 - x },
    }
}

#[cfg(test)]
mod tests {
    use image::{DynamicImage, GrayImage, Luma};

    use super::*;

    #[test]
    fn every_orientation_is_undone() {
        for exif in 1..=8 {
            let orientation = Orientation::from_exif(exif).unwrap();
            let mut stored = GrayImage::new(4, 2);
            stored.put_pixel(3, 0, Luma([255]));
            let mut shown = DynamicImage::ImageLuma8(stored);
            shown.apply_orientation(orientation);
            let shown = shown.into_luma8();
            let (x, y, _) = shown.enumerate_pixels().find(|(_, _, pixel)| pixel.0[0] == 255).unwrap();
            let middle =
                Point { x: (x as f32 + 0.5) / shown.width() as f32, y: (y as f32 + 0.5) / shown.height() as f32 };

            assert_eq!(before(orientation, middle), Point { x: 3.5 / 4.0, y: 0.5 / 2.0 }, "EXIF {exif}");
        }
    }
}
