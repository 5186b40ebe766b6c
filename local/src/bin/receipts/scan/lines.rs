//! `--lines`: what was read, line by line, for people and for programs that split at spaces. README.md documents the format.

use std::io::{self, Write};

use receipt::{BoundingBox, textract::BlockType};

use super::seen::Seen;

/// Boxes of a picture whose size is not known are in so many parts of it.
const PARTS: (u32, u32) = (1000, 1000);

/// One line that was read.
pub(super) struct SeenLine<'a> {
    pub(super) text: &'a str,
    /// 0 to 1.
    pub(super) confidence: f32,
    /// Its corners on the picture as shown, from the text's own top left, clockwise as it reads; in fractions.
    pub(super) corners: [receipt::Point; 4],
}

pub(super) fn write(out: &mut impl Write, name: &str, seen: &Seen) -> io::Result<()> {
    let lines = seen.lines();
    let count = if lines.len() == 1 { "1 line".to_owned() } else { format!("{} lines", lines.len()) };
    match seen.size {
        Some((width, height)) => writeln!(out, "# {name}: {width} x {height} pixels, {count}")?,
        None => writeln!(out, "# {name}: thousandths of width and height, {count}")?,
    }
    for line in lines {
        let [left, top, width, height] = bounds(line.corners, seen.size.unwrap_or(PARTS));
        writeln!(out, "{:.2} {left:>6} {top:>6} {width:>6} {height:>6}  {}", line.confidence, line.text)?;
    }
    out.flush()
}

/// Left, top, width and height, rounded.
fn bounds(corners: [receipt::Point; 4], (width, height): (u32, u32)) -> [f64; 4] {
    let BoundingBox { left, top, width: wide, height: high, page: _ } = around(corners);
    let [left, wide] = [left, wide].map(|share| (f64::from(share) * f64::from(width)).round());
    let [top, high] = [top, high].map(|share| (f64::from(share) * f64::from(height)).round());
    [left, top, wide, high]
}

fn around(corners: [receipt::Point; 4]) -> BoundingBox {
    let extent = |values: [f32; 4]| values.into_iter().fold((1.0_f32, 0.0_f32), |(a, b), v| (a.min(v), b.max(v)));
    let (left, right) = extent(corners.map(|corner| corner.x));
    let (top, bottom) = extent(corners.map(|corner| corner.y));
    BoundingBox::new([left, top, (right - left).max(0.0), (bottom - top).max(0.0)])
}

impl Seen {
    /// In reading order, which is the order of the answer.
    pub(super) fn lines(&self) -> Vec<SeenLine<'_>> {
        let lines = self.answer.blocks.iter().filter(|block| block.block_type == BlockType::Line);
        lines
            .filter_map(|line| {
                let geometry = line.geometry.as_ref()?;
                let bounds = geometry.bounding_box;
                let (right, bottom) = (bounds.left + bounds.width, bounds.top + bounds.height);
                let boxed = [(bounds.left, bounds.top), (right, bounds.top), (right, bottom), (bounds.left, bottom)];
                let corners: [(f32, f32); 4] = match geometry.polygon.as_slice() {
                    [a, b, c, d] => [a, b, c, d].map(|corner| (corner.x, corner.y)),
                    _ => boxed,
                };
                Some(SeenLine {
                    text: line.text.as_deref()?,
                    confidence: line.confidence.unwrap_or_default() / 100.0,
                    corners: corners.map(|(x, y)| self.orientation.show(receipt::Point { x, y })),
                })
            })
            .collect()
    }
}
