//! The fields of a receipt as they are drawn: whichever it has, by the names that they have in JSON.

use receipt::{BoundingBox, Receipt};
use serde::Deserialize as _;
use serde_json::Value;

/// A field, or one of a list with all that belongs to it.
#[derive(Debug, PartialEq)]
pub(super) struct Said {
    pub(super) name: String,
    pub(super) value: String,
    /// The least of its parts'.
    pub(super) confidence: f32,
    pub(super) places: Vec<BoundingBox>,
}

/// From the top of the picture down.
pub(super) fn said(receipt: &Receipt) -> serde_json::Result<Vec<Said>> {
    let Value::Object(fields) = serde_json::to_value(receipt)? else { return Ok(Vec::new()) };
    let mut all: Vec<Said> = fields
        .into_iter()
        .flat_map(|(name, value)| match value {
            Value::Array(list) => {
                let numbered = list.into_iter().enumerate();
                numbered.filter_map(|(index, value)| gathered(format!("{name} {}", index + 1), &value)).collect()
            }
            value => Vec::from_iter(gathered(name, &value)),
        })
        .collect();
    let top = |said: &Said| said.places.iter().map(|place| place.top).fold(f32::MAX, f32::min);
    all.sort_by(|a, b| top(a).total_cmp(&top(b)));
    Ok(all)
}

/// `None` of what has no field in it.
fn gathered(name: String, value: &Value) -> Option<Said> {
    let mut said = Said { name, value: String::new(), confidence: 1.0, places: Vec::new() };
    gather(value, &mut said);
    (!said.places.is_empty()).then_some(said)
}

fn gather(value: &Value, said: &mut Said) {
    let Value::Object(object) = value else { return };
    match (object.get("value"), object.get("confidence"), object.get("box").map(BoundingBox::deserialize)) {
        (Some(value), Some(confidence), Some(Ok(place))) => {
            if !said.value.is_empty() {
                said.value.push_str(" | ");
            }
            match value {
                Value::String(text) => said.value.push_str(&text.replace('\n', ", ")),
                other => said.value.push_str(&other.to_string()),
            }
            #[expect(clippy::cast_possible_truncation, reason = "it was an f32 before it was JSON")]
            let confidence = confidence.as_f64().unwrap_or_default() as f32;
            said.confidence = said.confidence.min(confidence);
            said.places.push(place);
        }
        _ => object.values().for_each(|part| gather(part, said)),
    }
}
