//! Textract's answer to `DetectDocumentText`, in its own JSON: what the wire carries, what is kept under `analysis/`
//! and what `receipts scan` replays. (The SDK's types have no serde.)

use serde::{Deserialize, Deserializer, Serialize};

/// <https://docs.aws.amazon.com/textract/latest/dg/API_DetectDocumentText.html>
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DetectDocumentText {
    #[serde(default, deserialize_with = "null_is_absent")]
    pub blocks: Vec<Block>,
    #[serde(default, deserialize_with = "null_is_absent")]
    pub document_metadata: DocumentMetadata,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detect_document_text_model_version: Option<String>,
}

impl DetectDocumentText {
    /// The answers for the pages of one document as one answer, as Textract gives it for a document of several pages: each
    /// block says on which page it is.
    pub fn of_pages(answers: Vec<Self>) -> Self {
        let mut all = Self::default();
        let count = answers.len();
        for (page, answer) in (1..).zip(answers) {
            all.detect_document_text_model_version =
                all.detect_document_text_model_version.or(answer.detect_document_text_model_version);
            all.blocks.extend(answer.blocks.into_iter().map(|block| Block { page: Some(page), ..block }));
        }
        all.document_metadata.pages = u32::try_from(count).ok();
        all
    }

    /// How well its lines could be read.
    pub fn legibility(&self) -> Legibility {
        let lines = self.blocks.iter().filter(|block| block.block_type == BlockType::Line);
        let mut confidences: Vec<f32> = lines.map(|line| line.confidence.unwrap_or_default() / 100.0).collect();
        confidences.sort_by(f32::total_cmp);
        Legibility {
            lines: confidences.len(),
            confidence: confidences.get(confidences.len() / 2).copied().unwrap_or_default(),
        }
    }
}

/// How much text a picture shows, and how clearly.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Legibility {
    pub lines: usize,
    /// Of the median line, 0 to 1.
    pub confidence: f32,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DocumentMetadata {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pages: Option<u32>,
}

/// <https://docs.aws.amazon.com/textract/latest/dg/API_Block.html>
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Block {
    pub block_type: BlockType,
    #[serde(default, deserialize_with = "null_is_absent")]
    pub id: String,
    /// 0 to 100; absent on a page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub geometry: Option<Geometry>,
    #[serde(default, deserialize_with = "null_is_absent", skip_serializing_if = "Vec::is_empty")]
    pub relationships: Vec<Relationship>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum BlockType {
    Page,
    Line,
    Word,
    /// Any other kind, which detection alone does not return.
    #[serde(other)]
    Other,
}

/// In fractions of the stored raster's width and height, before any EXIF orientation is applied.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Geometry {
    pub bounding_box: BoundingBox,
    /// The corners, from the text's own top left, clockwise as the text reads.
    #[serde(default, deserialize_with = "null_is_absent")]
    pub polygon: Vec<Point>,
    /// Degrees, anticlockwise; newer model versions send it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rotation_angle: Option<f32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct BoundingBox {
    pub left: f32,
    pub top: f32,
    pub width: f32,
    pub height: f32,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Point {
    pub x: f32,
    pub y: f32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Relationship {
    #[serde(rename = "Type")]
    pub kind: String,
    #[serde(default, deserialize_with = "null_is_absent")]
    pub ids: Vec<String>,
}

/// Some write `null` for what is not there; AWS leaves it out.
fn null_is_absent<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(deserializer: D) -> Result<T, D::Error> {
    Ok(Option::<T>::deserialize(deserializer)?.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_where_a_list_may_stand_is_as_if_it_were_absent() {
        let written = r#"{"Blocks":[{"BlockType":"LINE","Id":null,"Confidence":null,"Text":"TOTAL 5.00","Relationships":null,
            "Geometry":{"BoundingBox":{"Left":0.1,"Top":0.1,"Width":0.5,"Height":0.1},"Polygon":null}}],
            "DocumentMetadata":null,"DetectDocumentTextModelVersion":null}"#;
        let absent = r#"{"Blocks":[{"BlockType":"LINE","Text":"TOTAL 5.00",
            "Geometry":{"BoundingBox":{"Left":0.1,"Top":0.1,"Width":0.5,"Height":0.1}}}]}"#;
        let read = |json: &str| serde_json::from_str::<DetectDocumentText>(json).unwrap();
        assert_eq!(read(written), read(absent));
        assert_eq!(
            serde_json::from_str::<DetectDocumentText>(r#"{"Blocks":null}"#).unwrap(),
            DetectDocumentText::default()
        );
    }
}
