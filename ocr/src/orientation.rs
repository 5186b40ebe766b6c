//! Which way up a picture stands, and the way back to the raster as it is stored.

use image::metadata::Orientation;

use crate::{Point, geometry::TextBox};

/// How many of the longest lines are read to find which way up a picture is.
pub(crate) const PROBE_LINES: usize = 5;

/// Lines that are read with this confidence stand upright; no other way up is tried.
pub(crate) const SURE_UPRIGHT: f32 = 0.85;

/// Whether most of the text, by length, stands on end: the picture is turned by a quarter.
pub(crate) fn lies_on_its_side(boxes: &[TextBox]) -> bool {
    let length = |standing: bool| -> f32 {
        boxes.iter().filter(|line| line.stands_on_end() == standing).map(TextBox::width).sum()
    };
    length(true) > length(false)
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
