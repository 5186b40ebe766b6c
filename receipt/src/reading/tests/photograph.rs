//! Receipts for tests: lines of text become Textract's answer as if they had been printed and photographed.

use crate::textract::{
    Block, BlockType, BoundingBox, DetectDocumentText, DocumentMetadata, Geometry, Point, Relationship,
};

/// How a receipt lies in the picture.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Pose {
    /// Radians, clockwise.
    pub(crate) tilt: f32,
    /// Quarter turns clockwise.
    pub(crate) turns: u8,
    /// Left and right, after the turns.
    pub(crate) mirrored: bool,
    /// Whether boxes around tilted text are upright, as some readers give them.
    pub(crate) upright_boxes: bool,
}

const CHARACTER: f32 = 10.0;
const LINE: f32 = 30.0;
const HEIGHT: f32 = 20.0;

/// A line of text is a row; what stands two spaces or more apart is detected apart.
pub(crate) fn photograph(text: &str, pose: Pose) -> DetectDocumentText {
    let columns = text.lines().map(|line| line.chars().count()).max().unwrap_or(0).max(1);
    #[expect(clippy::cast_precision_loss, reason = "receipts in tests are small")]
    let (width, height) = ((columns + 4) as f32 * CHARACTER, (text.lines().count() + 4) as f32 * LINE);
    // Room for the tilt.
    let side = width.max(height) * 0.3;
    let camera = Camera { width: width + 2.0 * side, height: height + 2.0 * side, pose };
    let mut blocks = Vec::new();
    for (row, line) in text.lines().enumerate() {
        for (column, printed) in fragments(line) {
            #[expect(clippy::cast_precision_loss, reason = "receipts in tests are small")]
            let (x, y) = (side + (column + 2) as f32 * CHARACTER, side + (row + 2) as f32 * LINE);
            camera.take(&mut blocks, printed, x, y);
        }
    }
    DetectDocumentText {
        blocks,
        document_metadata: DocumentMetadata { pages: Some(1) },
        detect_document_text_model_version: None,
    }
}

/// The parts of a line that stand two spaces or more apart, with their columns.
fn fragments(line: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut from = 0;
    for part in line.split("  ") {
        let text = part.trim();
        if !text.is_empty() {
            let at = from + part.find(text).unwrap_or(0);
            found.push((line[..at].chars().count(), text));
        }
        from += part.len() + 2;
    }
    found
}

struct Camera {
    width: f32,
    height: f32,
    pose: Pose,
}

impl Camera {
    fn take(&self, blocks: &mut Vec<Block>, text: &str, x: f32, y: f32) {
        let id = format!("line-{}", blocks.len());
        let mut words = Vec::new();
        let mut column = 0;
        for word in text.split(' ') {
            let length = word.chars().count();
            #[expect(clippy::cast_precision_loss, reason = "receipts in tests are small")]
            let (from, to) = (x + column as f32 * CHARACTER, x + (column + length) as f32 * CHARACTER);
            words.push(self.block(BlockType::Word, format!("{id}-{column}"), word, from, to, y, Vec::new()));
            column += length + 1;
        }
        let ids = words.iter().map(|word| word.id.clone()).collect();
        let children = vec![Relationship { kind: "CHILD".to_owned(), ids }];
        #[expect(clippy::cast_precision_loss, reason = "receipts in tests are small")]
        let end = x + text.chars().count() as f32 * CHARACTER;
        blocks.push(self.block(BlockType::Line, id, text, x, end, y, children));
        blocks.extend(words);
    }

    #[expect(clippy::too_many_arguments, reason = "a block is all of these")]
    fn block(
        &self,
        block_type: BlockType,
        id: String,
        text: &str,
        from: f32,
        to: f32,
        y: f32,
        relationships: Vec<Relationship>,
    ) -> Block {
        let corners = [(from, y), (to, y), (to, y + HEIGHT), (from, y + HEIGHT)].map(|(x, y)| self.see(x, y));
        let xs = corners.map(|corner| corner.x);
        let ys = corners.map(|corner| corner.y);
        let (left, right) = (xs.into_iter().fold(1.0, f32::min), xs.into_iter().fold(0.0, f32::max));
        let (top, bottom) = (ys.into_iter().fold(1.0, f32::min), ys.into_iter().fold(0.0, f32::max));
        let bounding_box = BoundingBox { left, top, width: right - left, height: bottom - top };
        let polygon = if self.pose.upright_boxes { Vec::new() } else { corners.to_vec() };
        Block {
            block_type,
            id,
            confidence: Some(100.0),
            text: Some(text.to_owned()),
            text_type: None,
            geometry: Some(Geometry { bounding_box, polygon, rotation_angle: None }),
            relationships,
            page: None,
        }
    }

    /// Where a point of the paper is on the raster, in shares of its width and height.
    fn see(&self, x: f32, y: f32) -> Point {
        let (dx, dy) = (x - self.width / 2.0, y - self.height / 2.0);
        let (sin, cos) = self.pose.tilt.sin_cos();
        let x = (dx * cos - dy * sin + self.width / 2.0) / self.width;
        let y = (dx * sin + dy * cos + self.height / 2.0) / self.height;
        let turned = (0..self.pose.turns).fold(Point { x, y }, |point, _| Point { x: 1.0 - point.y, y: point.x });
        if self.pose.mirrored { Point { x: 1.0 - turned.x, ..turned } } else { turned }
    }
}
