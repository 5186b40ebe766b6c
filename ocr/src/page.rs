//! What was read on a picture.

use pages::Point;

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
