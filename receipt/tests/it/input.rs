//! From bytes to what the parser is given. Shared with `fuzz/fuzz_targets/receipt.rs`.
//!
//! Bytes are Textract's answer in JSON if they can be; its EXIF orientation then follows from their number. Otherwise they
//! are a notation for lines that an editor shows and a fuzzer changes easily:
//!
//! - four bytes about the whole: the orientation (`0` to `7`: 1 to 8); quarter turns clockwise (`0` to `3`, plus 4:
//!   without corners, only boxes; `p` to `w` for `0` to `7`: with a block for each word); the tilt (`0`: none, each
//!   character code more is 0.02 rad clockwise); how often the lines are repeated (`0` to `5`: 10 to the power of that,
//!   together at most [`MAX_LINES`]; any other: once), each time one and a half of its height further down;
//! - then each line: four bytes for left, top, width and height, then its text up to a line feed. Space is 0 and `~` is
//!   1; codes from 250 are what no number should be. A line of fewer bytes is a text without a place.

use receipt::{
    Orientation,
    textract::{Block, BlockType, BoundingBox, DetectDocumentText, Geometry, Point, Relationship},
};

/// Lines of one answer; some hundred times what a till roll holds.
const MAX_LINES: usize = 100_000;
/// Answers with more lines have no words.
const MAX_LINES_WITH_WORDS: usize = 1000;

pub(crate) fn from_bytes(bytes: &[u8]) -> (DetectDocumentText, Orientation) {
    let orientation = |number: usize| u8::try_from(number % 8 + 1).ok().and_then(|tag| Orientation::try_from(tag).ok());
    if let Ok(answer) = serde_json::from_slice(bytes) {
        return (answer, orientation(bytes.len()).unwrap_or_default());
    }
    let &[shown, turns, tilt, repeats, ref lines @ ..] = bytes else { return <_>::default() };
    let camera = Camera {
        turns: turns % 4,
        corners: turns & 4 == 0,
        words: turns & 64 != 0,
        tilt: (f32::from(tilt) - f32::from(b'0')) * 0.02,
    };
    let lines: Vec<&[u8]> = lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect();
    let power = repeats.checked_sub(b'0').filter(|power| *power <= 5).unwrap_or(0);
    let copies = 10_usize.pow(power.into()).min(MAX_LINES / lines.len().max(1));
    let words = camera.words && copies * lines.len() <= MAX_LINES_WITH_WORDS;
    let mut answer = DetectDocumentText::default();
    for copy in 0..copies {
        for line in &lines {
            Camera { words, ..camera }.take(&mut answer.blocks, line, copy);
        }
    }
    (answer, orientation(shown.into()).unwrap_or_default())
}

#[derive(Clone, Copy)]
struct Camera {
    turns: u8,
    corners: bool,
    words: bool,
    /// Radians, clockwise.
    tilt: f32,
}

impl Camera {
    fn take(self, blocks: &mut Vec<Block>, line: &[u8], copy: usize) {
        let id = blocks.len().to_string();
        let Some((&[left, top, width, height], text)) = line.split_first_chunk() else {
            return blocks.push(block(BlockType::Line, id, String::from_utf8_lossy(line).into_owned(), None));
        };
        let text = String::from_utf8_lossy(text).into_owned();
        let [left, mut top, width, height] = [left, top, width, height].map(number);
        #[expect(clippy::cast_precision_loss, reason = "at most a hundred thousand copies")]
        if copy > 0 && top.is_finite() && height.is_finite() {
            top = (top + copy as f32 * height * 1.5) % 1.0;
        }
        let mut line = block(BlockType::Line, id.clone(), text, Some(self.geometry(left, top, width, height)));
        let text = line.text.clone().unwrap_or_default();
        let mut words = Vec::new();
        if self.words {
            #[expect(clippy::cast_precision_loss, reason = "a line is short")]
            let share = |byte: usize| byte as f32 / text.len().max(1) as f32 * width;
            for word in text.split_whitespace() {
                // Within one text, an address is a place.
                let from = word.as_ptr() as usize - text.as_ptr() as usize;
                let geometry = self.geometry(left + share(from), top, share(word.len()), height);
                words.push(block(BlockType::Word, format!("{id}w{from}"), word.to_owned(), Some(geometry)));
            }
            let ids = words.iter().map(|word| word.id.clone()).collect();
            line.relationships = vec![Relationship { kind: "CHILD".to_owned(), ids }];
        }
        blocks.push(line);
        blocks.extend(words);
    }

    fn geometry(self, left: f32, top: f32, width: f32, height: f32) -> Geometry {
        let (right, bottom) = (left + width, top + height);
        let corners = [(left, top), (right, top), (right, bottom), (left, bottom)].map(|corner| self.see(corner));
        let least = |of: fn(&Point) -> f32| corners.iter().map(of).fold(f32::INFINITY, f32::min);
        let most = |of: fn(&Point) -> f32| corners.iter().map(of).fold(f32::NEG_INFINITY, f32::max);
        let (left, top) = (least(|corner| corner.x), least(|corner| corner.y));
        let (width, height) = (most(|corner| corner.x) - left, most(|corner| corner.y) - top);
        Geometry {
            bounding_box: BoundingBox { left, top, width, height },
            polygon: if self.corners { corners.to_vec() } else { Vec::new() },
            rotation_angle: None,
        }
    }

    /// Tilted around the middle, then turned.
    fn see(self, (x, y): (f32, f32)) -> Point {
        let (sin, cos) = self.tilt.sin_cos();
        let (x, y) = (x - 0.5, y - 0.5);
        let tilted = Point { x: x * cos - y * sin + 0.5, y: x * sin + y * cos + 0.5 };
        (0..self.turns).fold(tilted, |point, _| Point { x: 1.0 - point.y, y: point.x })
    }
}

fn number(code: u8) -> f32 {
    match code {
        250 => f32::NAN,
        251 => f32::INFINITY,
        252 => f32::NEG_INFINITY,
        253 => f32::MAX,
        254 => f32::MIN,
        255 => f32::MIN_POSITIVE,
        _ => (f32::from(code) - f32::from(b' ')) / 94.0,
    }
}

fn block(block_type: BlockType, id: String, text: String, geometry: Option<Geometry>) -> Block {
    Block {
        block_type,
        id,
        confidence: Some(90.0),
        text: Some(text),
        text_type: None,
        geometry,
        relationships: Vec::new(),
        page: None,
    }
}
