//! Which way up a picture stands, by its text.

use crate::geometry::TextBox;

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
