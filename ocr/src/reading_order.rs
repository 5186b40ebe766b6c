//! The order in which a person reads lines: rows from top to bottom, each from left to right.

use crate::{Point, geometry::TextBox};

/// Sorts by the place of each item, along the direction that most of the text runs in.
pub(crate) fn sort<T>(items: &mut Vec<T>, place: impl Fn(&T) -> TextBox) {
    let right = direction(items.iter().map(&place));
    let down = right.turned_right();
    let depth = |item: &T| place(item).centre().dot(down);

    let mut left: Vec<T> = std::mem::take(items);
    left.sort_by(|a, b| depth(a).total_cmp(&depth(b)));
    let mut row: Vec<T> = Vec::new();
    for item in left {
        // A row is as deep as half the height of the taller line: prices stand beside their items, not below them.
        let ends_row = row.first().is_some_and(|first| {
            let height = place(first).height().max(place(&item).height());
            depth(&item) - depth(first) > height / 2.0
        });
        if ends_row {
            finish(&mut row, items, |item| place(item).centre().dot(right));
        }
        row.push(item);
    }
    finish(&mut row, items, |item| place(item).centre().dot(right));
}

fn finish<T>(row: &mut Vec<T>, items: &mut Vec<T>, along: impl Fn(&T) -> f32) {
    row.sort_by(|a, b| along(a).total_cmp(&along(b)));
    items.append(row);
}

/// The sum of all lines' directions, so that long lines count most; of length 1.
fn direction(lines: impl Iterator<Item = TextBox>) -> Point {
    let level = Point { x: 1.0, y: 0.0 };
    let sum = lines.filter(|line| !line.stands_on_end()).fold(Point { x: 0.0, y: 0.0 }, |sum, line| sum + line.along);
    let length = sum.length();
    if length > 0.0 { sum * (1.0 / length) } else { level }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines 100 long and 20 high, placed by their top left corners, turned about the origin.
    fn sorted(corners: &[(f32, f32)], degrees: f32) -> Vec<usize> {
        let (sine, cosine) = degrees.to_radians().sin_cos();
        let turned = |x: f32, y: f32| Point { x: x * cosine - y * sine, y: x * sine + y * cosine };
        let place = |index: &usize| TextBox {
            origin: turned(corners[*index].0, corners[*index].1),
            along: turned(100.0, 0.0),
            down: turned(0.0, 20.0),
        };
        let mut order: Vec<usize> = (0..corners.len()).collect();
        sort(&mut order, place);
        order
    }

    #[test]
    fn prices_follow_their_items_on_a_level_and_on_a_slanting_page() {
        let corners = [(500.0, 32.0), (0.0, 60.0), (0.0, 30.0), (500.0, 57.0), (0.0, 0.0)];

        for degrees in [0.0, 12.0, -12.0] {
            assert_eq!(sorted(&corners, degrees), [4, 2, 0, 1, 3], "at {degrees} degrees");
        }
    }

    #[test]
    fn nothing_stays_nothing() {
        assert_eq!(sorted(&[], 0.0), Vec::<usize>::new());
    }
}
