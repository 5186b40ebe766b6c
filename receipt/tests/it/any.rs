//! Answers that no Textract would give.

use proptest::{collection::vec, option, prelude::*};
use receipt::{
    Orientation,
    textract::{Block, BlockType, BoundingBox, DetectDocumentText, Geometry, Point, Relationship},
};
use serde_json::{Value, json};

use crate::{bounds, input};

/// A place somewhere near the picture, or anything that a float can be.
fn coordinate() -> impl Strategy<Value = f32> {
    prop_oneof![8 => -0.2_f32..1.2, 1 => proptest::num::f32::ANY]
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "(TOTAL|SUBTOTAL|CASH|CHANGE|GST 6%|DATE|TEL|2 X|RM|€|合計)?[ ]{0,3}[0-9OISB]{1,9}[.,/: -]{1,2}[0-9OIS]{0,4}",
        "[A-Za-zÄÖÜàéñßłžşİ ,.&()/-]{0,40}",
        "\\PC{0,200}",
        ".{0,20}",
    ]
}

fn block() -> impl Strategy<Value = Block> {
    let kind = prop_oneof![4 => Just(BlockType::Line), 4 => Just(BlockType::Word), 1 => Just(BlockType::Page)];
    // Few enough for lines to have words, words of other lines, and themselves.
    let id = || (0..40_u8).prop_map(|id| id.to_string());
    let box_of = [coordinate(), coordinate(), coordinate(), coordinate()];
    let box_of = box_of.prop_map(|[left, top, width, height]| BoundingBox { left, top, width, height });
    let corners = vec((coordinate(), coordinate()).prop_map(|(x, y)| Point { x, y }), 0..6);
    let place =
        (box_of, corners).prop_map(|(bounding_box, polygon)| Geometry { bounding_box, polygon, rotation_angle: None });
    let confidence = option::of(prop_oneof![0.0_f32..100.0, proptest::num::f32::ANY]);
    let page = option::weighted(0.1, 0..3_u32);
    (kind, id(), confidence, option::weighted(0.9, text()), option::weighted(0.95, place), vec(id(), 0..8), page)
        .prop_map(|(block_type, id, confidence, text, geometry, ids, page)| Block {
            block_type,
            id,
            confidence,
            text,
            text_type: None,
            geometry,
            relationships: vec![Relationship { kind: "CHILD".to_owned(), ids }],
            page,
        })
}

fn orientation() -> impl Strategy<Value = Orientation> {
    (1..=8_u8).prop_map(|tag| Orientation::try_from(tag).expect("these are all there are"))
}

/// JSON of any shape, in which Textract's names come often.
fn json() -> impl Strategy<Value = Value> {
    let number = || prop_oneof![(-1.0..2.0_f64).prop_map(Value::from), any::<f64>().prop_map(Value::from)];
    let wrong =
        || prop_oneof![Just(Value::Null), number(), text().prop_map(Value::from), Just(json!([])), Just(json!({}))];
    let or_wrong = |right: BoxedStrategy<Value>| prop_oneof![99 => right, 1 => wrong()];
    let box_of = vec(or_wrong(number().boxed()), 4)
        .prop_map(|it| json!({ "Left": it[0], "Top": it[1], "Width": it[2], "Height": it[3] }));
    let corner = vec(or_wrong(number().boxed()), 2).prop_map(|it| json!({ "X": it[0], "Y": it[1] }));
    let geometry = (or_wrong(box_of.boxed()), vec(or_wrong(corner.boxed()), 0..6))
        .prop_map(|(bounds, corners)| json!({ "BoundingBox": bounds, "Polygon": corners }));
    let kind = prop_oneof![8 => Just("LINE"), 1 => Just("WORD"), 1 => Just("TABLE")];
    let text = or_wrong(text().prop_map(Value::from).boxed());
    let block = (kind, text, or_wrong(geometry.boxed()), or_wrong(number().boxed())).prop_map(
        |(kind, text, geometry, confidence)| {
            json!({ "BlockType": kind, "Text": text, "Geometry": geometry, "Confidence": confidence })
        },
    );
    vec(or_wrong(block.boxed()), 0..12).prop_map(|blocks| json!({ "Blocks": blocks }))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_blocks_anywhere_give_a_receipt_within_bounds(blocks in vec(block(), 0..40), orientation in orientation()) {
        bounds::hold(&DetectDocumentText { blocks, ..DetectDocumentText::default() }, orientation);
    }

    #[test]
    fn any_lines_however_they_lie_give_a_receipt_within_bounds(
        lie in "[0-7][0-7p-w][ -@][01]",
        lines in vec(("[ -~]{4}", text()), 0..30),
    ) {
        let lines: Vec<String> = lines.into_iter().map(|(place, text)| format!("{place}{text}\n")).collect();
        let (answer, orientation) = input::from_bytes(format!("{lie}{}", lines.concat()).as_bytes());
        bounds::hold(&answer, orientation);
    }

    #[test]
    fn any_bytes_give_a_receipt_within_bounds(bytes in vec(any::<u8>(), 0..600)) {
        let (answer, orientation) = input::from_bytes(&bytes);
        bounds::hold(&answer, orientation);
    }

    #[test]
    fn any_json_is_refused_or_gives_a_receipt_within_bounds(json in json(), orientation in orientation()) {
        if let Ok(answer) = serde_json::from_str(&json.to_string()) {
            bounds::hold(&answer, orientation);
        }
    }

    #[test]
    fn the_same_answer_gives_the_same_receipt(blocks in vec(block(), 0..40)) {
        let answer = DetectDocumentText { blocks, ..DetectDocumentText::default() };
        let read = || receipt::read(&answer, Orientation::Upright);
        prop_assert_eq!(read(), read());
    }
}
