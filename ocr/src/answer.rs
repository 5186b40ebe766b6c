//! A page in the form of Textract's answer, which is how pages are kept and read, whoever read them.

use receipt::textract::{
    Block, BlockType, BoundingBox, DetectDocumentText, DocumentMetadata, Geometry, Point, Relationship,
};
use uuid::Uuid;

use crate::{Page, Point as Corner};

/// The page, its lines and their words, as Textract answers them; `model_version` says who read them.
pub fn answer(page: &Page, model_version: &str) -> DetectDocumentText {
    let mut blocks = Vec::new();
    let mut line_ids = Vec::with_capacity(page.lines.len());
    for line in &page.lines {
        let words: Vec<Block> = line
            .words
            .iter()
            .map(|word| Block {
                text_type: Some("PRINTED".to_owned()),
                ..block(BlockType::Word, Some((&word.text, word.confidence)), &word.corners, Vec::new())
            })
            .collect();
        let ids = words.iter().map(|word| word.id.clone()).collect();
        let line = block(BlockType::Line, Some((&line.text, line.confidence)), &line.corners, ids);
        line_ids.push(line.id.clone());
        blocks.push((line, words));
    }
    let page = block(BlockType::Page, None, &WHOLE, line_ids);
    // Textract lists the page, then all lines, then all words.
    let (lines, words): (Vec<Block>, Vec<Vec<Block>>) = blocks.into_iter().unzip();
    let blocks = std::iter::once(page).chain(lines).chain(words.into_iter().flatten()).collect();
    DetectDocumentText {
        blocks,
        document_metadata: DocumentMetadata { pages: Some(1) },
        detect_document_text_model_version: Some(model_version.to_owned()),
    }
}

const WHOLE: [Corner; 4] =
    [Corner { x: 0.0, y: 0.0 }, Corner { x: 1.0, y: 0.0 }, Corner { x: 1.0, y: 1.0 }, Corner { x: 0.0, y: 1.0 }];

/// `seen` is the text and its confidence from 0 to 1.
fn block(block_type: BlockType, seen: Option<(&str, f32)>, corners: &[Corner; 4], children: Vec<String>) -> Block {
    let relationship = Relationship { kind: "CHILD".to_owned(), ids: children };
    Block {
        block_type,
        id: Uuid::new_v4().to_string(),
        confidence: seen.map(|(_, confidence)| confidence.clamp(0.0, 1.0) * 100.0),
        text: seen.map(|(text, _)| text.to_owned()),
        text_type: None,
        geometry: Some(geometry(corners)),
        relationships: if relationship.ids.is_empty() { Vec::new() } else { vec![relationship] },
        page: None,
    }
}

fn geometry(corners: &[Corner; 4]) -> Geometry {
    let polygon = corners.map(|corner| Point { x: corner.x.clamp(0.0, 1.0), y: corner.y.clamp(0.0, 1.0) });
    let (left, right) = extent(polygon.map(|point| point.x));
    let (top, bottom) = extent(polygon.map(|point| point.y));
    Geometry {
        bounding_box: BoundingBox { left, top, width: right - left, height: bottom - top },
        polygon: polygon.to_vec(),
        rotation_angle: None,
    }
}

fn extent(values: [f32; 4]) -> (f32, f32) {
    values.into_iter().fold((f32::MAX, f32::MIN), |(least, most), value| (least.min(value), most.max(value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_knows_its_words_and_the_page_its_lines() {
        let corners = [(0.1, 0.2), (0.4, 0.1), (0.5, 0.2), (0.2, 0.3)].map(|(x, y)| Corner { x, y });
        let word = crate::Word { text: "TOTAL".to_owned(), confidence: 0.5, corners };
        let line = crate::Line { text: "TOTAL".to_owned(), confidence: 0.5, corners, words: vec![word] };
        let answer = answer(&Page { lines: vec![line] }, "1.0");

        let [page, line, word] = answer.blocks.as_slice() else { panic!("three blocks, not {answer:?}") };
        assert_eq!((page.block_type, page.confidence), (BlockType::Page, None));
        assert_eq!(page.relationships[0].ids, std::slice::from_ref(&line.id));
        assert_eq!(line.relationships[0].ids, std::slice::from_ref(&word.id));
        assert_eq!((word.text.as_deref(), word.confidence), (Some("TOTAL"), Some(50.0)));
        let bounds = word.geometry.as_ref().unwrap().bounding_box;
        assert_eq!((bounds.left, bounds.top), (0.1, 0.1));
        assert!((bounds.width - 0.4).abs() < 1e-6 && (bounds.height - 0.2).abs() < 1e-6);
    }
}
