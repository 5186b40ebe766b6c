//! Text that a document holds as text: nothing about it has to be recognised.

use serde::{Deserialize, Serialize};

use crate::Point;

/// One line, or a piece of one where a wide gap divides it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TextLine {
    pub text: String,
    /// Clockwise from the text's own top left, in fractions of the page's width and height as it is shown.
    pub corners: [Point; 4],
    pub words: Vec<TextWord>,
}

/// What stands between two spaces.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TextWord {
    pub text: String,
    pub corners: [Point; 4],
}
