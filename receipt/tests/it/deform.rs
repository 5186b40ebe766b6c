//! Papers that do not lie flat and alone: what `photograph` draws is moved, bent, and laid beside another.

use receipt::textract::{Block, BoundingBox, DetectDocumentText, Geometry, Point};

use crate::photograph::{Pose, photograph};

/// A receipt that lies flat and fills the picture: the margins that `photograph` leaves are cut off.
pub(crate) fn flat(text: &str) -> DetectDocumentText {
    let answer = photograph(text, Pose::default());
    let corners = || answer.blocks.iter().filter_map(|block| block.geometry.as_ref()).flat_map(|it| &it.polygon);
    let (left, right) = corners().fold((1.0_f32, 0.0_f32), |(from, to), it| (from.min(it.x), to.max(it.x)));
    let (top, bottom) = corners().fold((1.0_f32, 0.0_f32), |(from, to), it| (from.min(it.y), to.max(it.y)));
    let inside = |at: f32, from: f32, to: f32| 0.05 + 0.9 * (at - from) / (to - from);
    moved(&answer, |Point { x, y }| Point { x: inside(x, left, right), y: inside(y, top, bottom) })
}

/// The same with each corner moved.
pub(crate) fn moved(answer: &DetectDocumentText, to: impl Fn(Point) -> Point) -> DetectDocumentText {
    let block = |block: &Block| {
        let geometry = block.geometry.as_ref().map(|it| placed(it.polygon.iter().map(|&corner| to(corner)).collect()));
        Block { geometry, ..block.clone() }
    };
    DetectDocumentText { blocks: answer.blocks.iter().map(block).collect(), ..answer.clone() }
}

/// The same as a reader tells it that knows upright boxes only.
pub(crate) fn boxed(answer: &DetectDocumentText) -> DetectDocumentText {
    let block = |block: &Block| {
        let geometry = block.geometry.as_ref().map(|it| Geometry { polygon: Vec::new(), ..it.clone() });
        Block { geometry, ..block.clone() }
    };
    DetectDocumentText { blocks: answer.blocks.iter().map(block).collect(), ..answer.clone() }
}

/// The same with letters that are higher by a factor, so that less is left between the lines.
pub(crate) fn heightened(answer: &DetectDocumentText, factor: f32) -> DetectDocumentText {
    let block = |block: &Block| {
        let geometry = block.geometry.as_ref().map(|it| {
            let middle = it.bounding_box.top + it.bounding_box.height / 2.0;
            let to = |&Point { x, y }: &Point| Point { x, y: middle + (y - middle) * factor };
            placed(it.polygon.iter().map(to).collect())
        });
        Block { geometry, ..block.clone() }
    };
    DetectDocumentText { blocks: answer.blocks.iter().map(block).collect(), ..answer.clone() }
}

fn placed(polygon: Vec<Point>) -> Geometry {
    let (left, right) = polygon.iter().fold((f32::MAX, f32::MIN), |(from, to), it| (from.min(it.x), to.max(it.x)));
    let (top, bottom) = polygon.iter().fold((f32::MAX, f32::MIN), |(from, to), it| (from.min(it.y), to.max(it.y)));
    let bounding_box = BoundingBox { left, top, width: right - left, height: bottom - top };
    Geometry { bounding_box, polygon, rotation_angle: None }
}

/// Where a paper lies on the picture: its middle and its width, in shares of the picture, and its tilt in radians, clockwise.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lying {
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) width: f32,
    pub(crate) tilt: f32,
}

/// Several papers on one picture, the figures of their letters all of one size.
pub(crate) fn beside(papers: &[(&str, Lying)]) -> DetectDocumentText {
    let mut blocks = Vec::new();
    for (paper, (text, lying)) in papers.iter().enumerate() {
        #[expect(clippy::cast_precision_loss, reason = "receipts in tests are small")]
        let height = {
            // A line is three characters high.
            let columns = text.lines().map(|line| line.chars().count()).max().unwrap_or(1) as f32;
            lying.width * text.lines().count() as f32 * 3.0 / columns
        };
        let (sin, cos) = lying.tilt.sin_cos();
        let lie = |Point { x, y }: Point| {
            let (dx, dy) = ((x - 0.5) * lying.width, (y - 0.5) * height);
            Point { x: lying.x + dx * cos - dy * sin, y: lying.y + dx * sin + dy * cos }
        };
        let answer = moved(&flat(text), lie);
        let named = |id: String| format!("{paper}-{id}");
        blocks.extend(answer.blocks.into_iter().map(|mut block| {
            block.id = named(block.id);
            for relationship in &mut block.relationships {
                relationship.ids = relationship.ids.drain(..).map(named).collect();
            }
            block
        }));
    }
    // Readers give lines from the top down.
    let top = |block: &Block| block.geometry.as_ref().map_or(0.0, |geometry| geometry.bounding_box.top);
    blocks.sort_by(|a, b| top(a).total_cmp(&top(b)));
    DetectDocumentText { blocks, ..DetectDocumentText::default() }
}
