//! Points and slanted boxes, in a picture's pixels: (0, 0) is the outer corner of its top left pixel.

use crate::Point;

/// A parallelogram around text. `along` runs the way that the text reads, `down` from the tops of its letters to
/// their feet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct TextBox {
    pub(crate) origin: Point,
    pub(crate) along: Point,
    pub(crate) down: Point,
}

impl TextBox {
    /// Takes the corners of a rectangle, in turn and in either sense, and finds where its text begins: text reads along
    /// the longer side, from left to right, and in a box that stands upright from top to bottom (lettering turned
    /// clockwise).
    pub(crate) fn around(corners: [Point; 4]) -> Self {
        let [first, second, _, fourth] = corners;
        let (one, other) = (second - first, fourth - first);
        let (mut along, mut down) = if reads_along(one, other) { (one, other) } else { (other, one) };
        let mut origin = first;
        let against_reading = if along.x.abs() >= along.y.abs() { along.x < 0.0 } else { along.y < 0.0 };
        if against_reading {
            origin = origin + along;
            along = along * -1.0;
        }
        if along.cross(down) < 0.0 {
            origin = origin + down;
            down = down * -1.0;
        }
        Self { origin, along, down }
    }

    pub(crate) fn width(&self) -> f32 {
        self.along.length()
    }

    pub(crate) fn height(&self) -> f32 {
        self.down.length()
    }

    /// The point at a fraction of the text's length and of its height.
    pub(crate) fn at(&self, along: f32, down: f32) -> Point {
        self.origin + self.along * along + self.down * down
    }

    pub(crate) fn centre(&self) -> Point {
        self.at(0.5, 0.5)
    }

    /// From the text's own top left, clockwise as the text reads.
    pub(crate) fn corners(&self) -> [Point; 4] {
        [self.at(0.0, 0.0), self.at(1.0, 0.0), self.at(1.0, 1.0), self.at(0.0, 1.0)]
    }

    /// The same box further down.
    pub(crate) fn lowered(&self, by: f32) -> Self {
        Self { origin: self.origin + Point { x: 0.0, y: by }, ..*self }
    }

    pub(crate) fn contains(&self, point: Point) -> bool {
        let from_origin = point - self.origin;
        let share = |side: Point| from_origin.dot(side) / side.dot(side).max(f32::MIN_POSITIVE);
        (0.0..=1.0).contains(&share(self.along)) && (0.0..=1.0).contains(&share(self.down))
    }

    /// The same box for text that is read the other way up.
    pub(crate) fn upside_down(&self) -> Self {
        Self { origin: self.at(1.0, 1.0), along: self.along * -1.0, down: self.down * -1.0 }
    }

    /// The piece between two fractions of the text's length.
    pub(crate) fn piece(&self, from: f32, to: f32) -> Self {
        Self { origin: self.at(from, 0.0), along: self.along * (to - from), down: self.down }
    }

    /// Whether the text runs downwards rather than to the right.
    pub(crate) fn stands_on_end(&self) -> bool {
        self.along.y.abs() > self.along.x.abs()
    }
}

/// Of a box's two sides, whether text reads along the first. A box of one or two letters may be taller than wide and
/// still lie level, so the longer side decides only where it is longer by half.
fn reads_along(one: Point, other: Point) -> bool {
    const CLEARLY_LONGER: f32 = 1.5;
    let (one_length, other_length) = (one.length(), other.length());
    if one_length >= CLEARLY_LONGER * other_length {
        true
    } else if other_length >= CLEARLY_LONGER * one_length {
        false
    } else {
        one.x.abs() * other_length >= other.x.abs() * one_length
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(x: f32, y: f32) -> Point {
        Point { x, y }
    }

    /// Whatever corner a rectangle is given from, and in whichever sense, its text begins at the same one.
    #[track_caller]
    fn check(rectangle: [Point; 4]) {
        for start in 0..4 {
            let mut corners = rectangle;
            corners.rotate_left(start);
            assert_eq!(TextBox::around(corners).corners(), rectangle, "from corner {start}");
            corners.reverse();
            assert_eq!(TextBox::around(corners).corners(), rectangle, "from corner {start}, the other way round");
        }
    }

    #[test]
    fn text_begins_at_its_own_top_left() {
        check([point(10.0, 10.0), point(90.0, 10.0), point(90.0, 30.0), point(10.0, 30.0)]);
        check([point(0.0, 40.0), point(80.0, 0.0), point(90.0, 20.0), point(10.0, 60.0)]);
    }

    #[test]
    fn a_high_box_is_read_downwards() {
        check([point(30.0, 10.0), point(30.0, 90.0), point(10.0, 90.0), point(10.0, 10.0)]);
    }

    #[test]
    fn a_single_digit_lies_level_though_it_is_higher_than_wide() {
        check([point(10.0, 10.0), point(24.0, 10.0), point(24.0, 30.0), point(10.0, 30.0)]);
    }
}
