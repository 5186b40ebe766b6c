//! What was read on a picture.

use pages::{Point, TextLine, TextWord};

/// What stands on one picture, in reading order: rows from the top to the bottom of the upright picture, each from left to
/// right. A picture that lies on its side or upside down is read as if it stood upright, whether EXIF says so or not.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    pub lines: Vec<Line>,
}

/// One printed line, or a piece of one where a wide gap divides it.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pub text: String,
    /// The mean over its characters, 0 to 1.
    pub confidence: f32,
    /// The corners from the text's own top left, clockwise as the text reads, in fractions of the stored raster's
    /// width and height (before EXIF orientation).
    pub corners: [Point; 4],
    pub words: Vec<Word>,
}

/// What stands between two spaces; described as a line is.
#[derive(Debug, Clone, PartialEq)]
pub struct Word {
    pub text: String,
    pub confidence: f32,
    pub corners: [Point; 4],
}

impl Page {
    /// Of a document that holds its text: nothing about it is in doubt.
    pub fn of_text(lines: Vec<TextLine>) -> Self {
        let word = |TextWord { text, corners }| Word { text, confidence: 1.0, corners };
        let line = |TextLine { text, corners, words }| Line {
            text,
            confidence: 1.0,
            corners,
            words: words.into_iter().map(word).collect(),
        };
        Self { lines: lines.into_iter().map(line).collect() }
    }

    /// The same with each point moved.
    #[must_use]
    pub fn moved(mut self, to: impl Fn(Point) -> Point) -> Self {
        for line in &mut self.lines {
            line.corners = line.corners.map(&to);
            for word in &mut line.words {
                word.corners = word.corners.map(&to);
            }
        }
        self
    }
}
