//! The smallest rectangle around an outline of pixels.

use rten_imageproc::Point as Pixel;

use crate::Point;

/// May lie at any angle.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rectangle {
    middle: Point,
    /// Of length 1. `width` is measured along it, `height` at a right angle to it.
    direction: Point,
    width: f32,
    height: f32,
}

impl Rectangle {
    /// `None` around nothing. The points count as points, so one pixel has no width.
    ///
    /// Not `rten_imageproc::min_area_rect`: that sorts the points by the cosine of their angle, which f32 cannot tell apart
    /// along a level line of some hundred pixels, and then returns a sliver: the widest lines of a receipt were lost.
    pub(crate) fn around(outline: &[Pixel]) -> Option<Self> {
        let hull = convex_hull(outline.iter().map(|pixel| [pixel.x, pixel.y]).collect());
        let next = hull.iter().cycle().skip(1);
        // One side of the smallest rectangle lies along a side of the hull.
        hull.iter()
            .zip(next)
            .map(|(from, to)| Self::along(direction(*from, *to), &hull))
            .min_by(|one, other| (one.width * one.height).total_cmp(&(other.width * other.height)))
    }

    fn along(direction: Point, points: &[[i32; 2]]) -> Self {
        let extent = |axis: Point| {
            let places = points.iter().map(|[x, y]| Point { x: *x as f32, y: *y as f32 }.dot(axis));
            places.fold((f32::MAX, f32::MIN), |(from, to), place| (from.min(place), to.max(place)))
        };
        let down = direction.turned_right();
        let ((left, right), (top, bottom)) = (extent(direction), extent(down));
        Self {
            middle: direction * f32::midpoint(left, right) + down * f32::midpoint(top, bottom),
            direction,
            width: right - left,
            height: bottom - top,
        }
    }

    pub(crate) fn width(&self) -> f32 {
        self.width
    }

    pub(crate) fn height(&self) -> f32 {
        self.height
    }

    pub(crate) fn resized(self, width: f32, height: f32) -> Self {
        Self { width, height, ..self }
    }

    /// In turn.
    pub(crate) fn corners(&self) -> [Point; 4] {
        let right = self.direction * (self.width / 2.0);
        let down = self.direction.turned_right() * (self.height / 2.0);
        [self.middle - right - down, self.middle + right - down, self.middle + right + down, self.middle - right + down]
    }

    pub(crate) fn contains(&self, point: Point) -> bool {
        let from_middle = point - self.middle;
        from_middle.dot(self.direction).abs() <= self.width / 2.0
            && from_middle.dot(self.direction.turned_right()).abs() <= self.height / 2.0
    }
}

/// Of length 1; to the right where both are the same.
fn direction(from: [i32; 2], to: [i32; 2]) -> Point {
    let way = Point { x: (to[0] - from[0]) as f32, y: (to[1] - from[1]) as f32 };
    let length = way.length();
    if length > 0.0 { way * (1.0 / length) } else { Point { x: 1.0, y: 0.0 } }
}

/// The corners of the hull in turn, by Andrew's monotone chain; in whole numbers, so that nothing is rounded.
fn convex_hull(mut points: Vec<[i32; 2]>) -> Vec<[i32; 2]> {
    points.sort_unstable();
    points.dedup();
    if points.len() < 3 {
        return points;
    }
    let mut hull = half_hull(points.iter());
    hull.extend(half_hull(points.iter().rev()));
    hull
}

/// One side of the hull, without its last point, with which the other side begins.
fn half_hull<'a>(points: impl Iterator<Item = &'a [i32; 2]>) -> Vec<[i32; 2]> {
    let mut hull: Vec<[i32; 2]> = Vec::new();
    for point in points {
        while let [.., before, last] = hull[..]
            && !turns(before, last, *point)
        {
            hull.pop();
        }
        hull.push(*point);
    }
    hull.pop();
    hull
}

/// Whether the way from `a` over `b` to `c` turns to the one side, and does not go straight on or to the other.
fn turns(a: [i32; 2], b: [i32; 2], c: [i32; 2]) -> bool {
    let [a, b, c] = [a, b, c].map(|point| point.map(i64::from));
    (b[0] - a[0]) * (c[1] - a[1]) > (b[1] - a[1]) * (c[0] - a[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pixels(points: &[(i32, i32)]) -> Vec<Pixel> {
        points.iter().map(|(x, y)| Pixel::from_yx(*y, *x)).collect()
    }

    #[test]
    fn a_wide_line_that_leans_by_a_pixel_keeps_its_height() {
        // Every pixel of the outline, as it is found on a map: top and bottom step down by one in the middle.
        let mut outline = Vec::new();
        for x in 33..543 {
            let step = i32::from(x > 290);
            outline.extend([(x, 1037 + step), (x, 1044 + step)]);
        }

        let rectangle = Rectangle::around(&pixels(&outline)).unwrap();

        let (long, short) = (rectangle.width().max(rectangle.height()), rectangle.width().min(rectangle.height()));
        assert!((long - 509.0).abs() < 0.5, "{rectangle:?}");
        assert!((7.0..8.0).contains(&short), "{rectangle:?}");
        assert!(outline.iter().all(|(x, y)| {
            let point = Point { x: *x as f32, y: *y as f32 };
            rectangle.resized(rectangle.width() + 0.01, rectangle.height() + 0.01).contains(point)
        }));
    }

    #[test]
    fn a_slanting_square_is_found_as_it_lies() {
        let rectangle = Rectangle::around(&pixels(&[(5, 0), (10, 5), (5, 10), (0, 5), (5, 5), (3, 4)])).unwrap();

        let side = 50_f32.sqrt();
        assert!((rectangle.width() - side).abs() < 1e-4 && (rectangle.height() - side).abs() < 1e-4);
        assert!(rectangle.contains(Point { x: 5.0, y: 9.0 }));
        assert!(!rectangle.contains(Point { x: 9.0, y: 9.0 }));
    }

    #[test]
    fn points_and_straight_lines_have_no_area() {
        assert!(Rectangle::around(&[]).is_none());
        for points in [&[(3, 4)][..], &[(3, 4), (3, 4)], &[(0, 0), (4, 2)], &[(0, 0), (2, 2), (4, 4), (1, 1)]] {
            let rectangle = Rectangle::around(&pixels(points)).unwrap();
            assert!(rectangle.width() * rectangle.height() < 1e-4, "{rectangle:?}");
        }
    }
}
