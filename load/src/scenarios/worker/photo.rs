//! Textract's answer for every picture: the lines and words of one receipt.

use receipt::textract::{
    Block, BlockType, BoundingBox, DetectDocumentText, DocumentMetadata, Geometry, Point, Relationship,
};

const RECEIPT: &str = include_str!("../../../../receipt/testdata/my.txt");

pub(super) fn textract_answer() -> DetectDocumentText {
    let rows = RECEIPT.lines().count().max(1) as f32;
    let columns = RECEIPT.lines().map(|line| line.chars().count()).max().unwrap_or(1).max(1) as f32;
    let mut blocks = Vec::new();
    for (row, line) in RECEIPT.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let block = |block_type, id: String, at: usize, text: &str| {
            let (left, top) = (0.05 + 0.9 * at as f32 / columns, 0.05 + 0.9 * row as f32 / rows);
            let (width, height) = (0.9 * text.chars().count() as f32 / columns, 0.6 / rows);
            let corners = [(left, top), (left + width, top), (left + width, top + height), (left, top + height)];
            Block {
                block_type,
                id,
                confidence: Some(98.5),
                text: Some(text.to_owned()),
                text_type: (block_type == BlockType::Word).then(|| "PRINTED".to_owned()),
                geometry: Some(Geometry {
                    bounding_box: BoundingBox { left, top, width, height },
                    polygon: corners.map(|(x, y)| Point { x, y }).to_vec(),
                    rotation_angle: None,
                }),
                relationships: Vec::new(),
                page: Some(1),
            }
        };
        let words: Vec<Block> = words(line)
            .enumerate()
            .map(|(number, (at, word))| block(BlockType::Word, format!("word-{row}-{number}"), at, word))
            .collect();
        let ids = words.iter().map(|word| word.id.clone()).collect();
        let indent = line.chars().take_while(|letter| letter.is_whitespace()).count();
        let mut line = block(BlockType::Line, format!("line-{row}"), indent, line.trim());
        line.relationships = vec![Relationship { kind: "CHILD".to_owned(), ids }];
        blocks.push(line);
        blocks.extend(words);
    }
    let model = Some("1.0".to_owned());
    let document_metadata = DocumentMetadata { pages: Some(1) };
    DetectDocumentText { blocks, document_metadata, detect_document_text_model_version: model }
}

/// Each word with its column.
fn words(line: &str) -> impl Iterator<Item = (usize, &str)> {
    line.split_whitespace().map(|word| {
        let before = word.as_ptr() as usize - line.as_ptr() as usize;
        (line[..before].chars().count(), word)
    })
}

#[cfg(test)]
mod tests {
    use receipt::{
        Orientation, Rules, judge, read,
        verdict::{Facts, Outcome},
    };

    use super::*;

    #[test]
    fn the_receipt_is_one_that_is_accepted() {
        let answer = textract_answer();
        let facts = Facts { legibility: Some(answer.legibility()), ..Facts::default() };
        let read = read(&answer, Orientation::Upright);
        assert_eq!(judge(&read, &facts, &Rules::default().for_trying_out()).outcome, Outcome::Accepted);
        assert!(read.items.len() > 1);
    }
}
