//! From the characters of a line to its text and its words.

use crate::{geometry::TextBox, recognition::Glyph};

/// A piece of a line, in the picture's pixels.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Piece {
    pub(crate) text: String,
    pub(crate) confidence: f32,
    pub(crate) place: TextBox,
}

/// The words of a line: what stands between its spaces.
pub(crate) fn words(glyphs: &[Glyph], line: &TextBox) -> Vec<Piece> {
    let mut words = Vec::new();
    let mut start = 0;
    for word in glyphs.split(|glyph| glyph.character == ' ') {
        let end = start + word.len();
        if !word.is_empty() {
            let from = if start == 0 { 0.0 } else { border(glyphs, start) };
            let to = if end == glyphs.len() { 1.0 } else { border(glyphs, end) };
            words.push(Piece { text: text(word), confidence: confidence(word), place: line.piece(from, to) });
        }
        start = end + 1;
    }
    words
}

/// Removes the space from amounts such as "170. 00": a wide point in print, not the end of a word. Only where exactly two
/// digits follow, and then no more of that word.
pub(crate) fn join_split_amounts(glyphs: &mut Vec<Glyph>) {
    let characters: Vec<char> = glyphs.iter().map(|glyph| glyph.character).collect();
    let splits_amount = |space: usize| {
        let before = characters[..space].last_chunk();
        let after = characters[space..].first_chunk();
        matches!((before, after), (Some([digit, '.']), Some([' ', tens, units]))
            if [digit, tens, units].into_iter().all(char::is_ascii_digit))
            && matches!(characters.get(space + 3), None | Some(' '))
    };
    let mut index = 0;
    glyphs.retain(|_| {
        index += 1;
        !splits_amount(index - 1)
    });
}

/// Half way between a character and the one before it.
fn border(glyphs: &[Glyph], index: usize) -> f32 {
    f32::midpoint(glyphs[index - 1].place, glyphs[index].place)
}

pub(crate) fn text(glyphs: &[Glyph]) -> String {
    glyphs.iter().map(|glyph| glyph.character).collect()
}

/// The mean over the characters, spaces aside; 0 where there are none.
pub(crate) fn confidence(glyphs: &[Glyph]) -> f32 {
    let inked = || glyphs.iter().filter(|glyph| glyph.character != ' ').map(|glyph| glyph.confidence);
    inked().sum::<f32>() / inked().count().max(1) as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Point;

    fn glyphs(text: &str) -> Vec<Glyph> {
        let length = text.chars().count() as f32;
        let glyph = |(index, character)| Glyph { character, confidence: 0.9, place: (index as f32 + 0.5) / length };
        text.chars().enumerate().map(glyph).collect()
    }

    #[test]
    fn words_end_in_the_middle_of_the_space_beside_them() {
        let line = TextBox {
            origin: Point { x: 100.0, y: 50.0 },
            along: Point { x: 100.0, y: 0.0 },
            down: Point { x: 0.0, y: 20.0 },
        };

        let words = words(&glyphs("ab  12 c"), &line);

        let spans: Vec<_> =
            words.iter().map(|word| (word.text.as_str(), word.place.origin.x, word.place.at(1.0, 0.0).x)).collect();
        assert_eq!(spans, [("ab", 100.0, 125.0), ("12", 150.0, 175.0), ("c", 187.5, 200.0)]);
    }

    #[test]
    fn a_line_of_spaces_has_no_words() {
        let line = TextBox {
            origin: Point { x: 0.0, y: 0.0 },
            along: Point { x: 9.0, y: 0.0 },
            down: Point { x: 0.0, y: 3.0 },
        };

        assert_eq!(words(&glyphs("  "), &line), []);
        assert_eq!(words(&[], &line), []);
    }

    #[track_caller]
    fn check_closed(input: &str, expected: &str) {
        let mut glyphs = glyphs(input);
        join_split_amounts(&mut glyphs);
        assert_eq!(text(&glyphs), expected);
    }

    #[test]
    fn only_amounts_are_closed() {
        check_closed("TOTAL 170. 00", "TOTAL 170.00");
        check_closed("0. 00 170. 00 x", "0.00 170.00 x");
        check_closed("1. 500 g", "1. 500 g");
        check_closed("No. 12", "No. 12");
        check_closed("1. 5", "1. 5");
        check_closed(". 00", ". 00");
    }
}
