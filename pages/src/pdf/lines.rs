//! Letters become words and lines.

use super::contents::Glyph;

/// Baselines that are so near, in the size of letters, are one line's.
const SAME_LINE: f32 = 0.3;
/// A gap of so much between letters is a space.
const SPACE: f32 = 0.18;
/// A gap of so much divides a line into pieces, as text recognition does.
const DIVISION: f32 = 1.5;
/// Above and below the baseline.
const ASCENT: f32 = 0.78;
const DESCENT: f32 = 0.22;

#[derive(Debug, PartialEq)]
pub(super) struct Line {
    pub(super) text: String,
    pub(super) edges: [f32; 4],
    pub(super) words: Vec<Word>,
}

#[derive(Debug, PartialEq)]
pub(super) struct Word {
    pub(super) text: String,
    /// Left, top, right, bottom.
    pub(super) edges: [f32; 4],
}

/// From the top to the bottom, each row from left to right.
pub(super) fn lines(mut glyphs: Vec<Glyph>) -> Vec<Line> {
    glyphs.sort_by(|one, other| one.baseline.total_cmp(&other.baseline));
    let mut lines = Vec::new();
    let mut row: Vec<Glyph> = Vec::new();
    for glyph in glyphs {
        let begins_row =
            row.last().is_some_and(|last| glyph.baseline - last.baseline > SAME_LINE * glyph.size.min(last.size));
        if begins_row {
            lines.extend(pieces(std::mem::take(&mut row)));
        }
        row.push(glyph);
    }
    lines.extend(pieces(row));
    lines
}

/// The lines of one row.
fn pieces(mut row: Vec<Glyph>) -> Vec<Line> {
    row.sort_by(|one, other| one.left.total_cmp(&other.left));
    let mut words: Vec<Vec<Word>> = Vec::new();
    // Where the last letter ends, its size, and whether a space followed it.
    let mut last: Option<(Glyph, bool)> = None;
    for glyph in row {
        if glyph.text.trim().is_empty() {
            if let Some((_, is_spaced)) = &mut last {
                *is_spaced = true;
            }
            continue;
        }
        let size = glyph.size;
        let (gap, is_spaced) = match &last {
            // Drawn twice, so that it looks bold.
            Some((before, _)) if before.text == glyph.text && glyph.left - before.left < 0.15 * size => continue,
            Some((before, is_spaced)) => (glyph.left - before.right, *is_spaced),
            None => (f32::INFINITY, true),
        };
        let edges = [glyph.left, glyph.baseline - ASCENT * size, glyph.right, glyph.baseline + DESCENT * size];
        let word = Word { text: glyph.text.clone(), edges };
        match words.last_mut() {
            Some(line) if gap <= DIVISION * size => match line.last_mut() {
                Some(before) if !is_spaced && gap <= SPACE * size => before.join(&word),
                Some(_) | None => line.push(word),
            },
            Some(_) | None => words.push(vec![word]),
        }
        last = Some((glyph, false));
    }
    words.into_iter().map(Line::of).collect()
}

impl Word {
    fn join(&mut self, next: &Self) {
        self.text.push_str(&next.text);
        self.edges = around(self.edges, next.edges);
    }
}

impl Line {
    fn of(words: Vec<Word>) -> Self {
        let text = words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
        let edges = words.iter().map(|word| word.edges).reduce(around).unwrap_or_default();
        Self { text, edges, words }
    }
}

fn around(one: [f32; 4], other: [f32; 4]) -> [f32; 4] {
    [one[0].min(other[0]), one[1].min(other[1]), one[2].max(other[2]), one[3].max(other[3])]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Letters of half their size in width.
    fn write(text: &str, left: f32, baseline: f32, size: f32) -> Vec<Glyph> {
        let letters = text.chars().enumerate().map(|(number, letter)| {
            let left = left + number as f32 * size / 2.0;
            Glyph { text: letter.to_string(), left, right: left + size / 2.0, baseline, size }
        });
        letters.collect()
    }

    #[test]
    fn letters_become_words_and_pieces_of_lines() {
        let drawn = [
            write("4.20", 200.0, 100.5, 10.0),
            write("Oat milk", 10.0, 100.0, 10.0),
            write("TOTAL", 10.0, 130.0, 20.0),
            write("TOTAL", 10.6, 130.0, 20.0),
        ];
        let lines = lines(drawn.concat());

        let texts: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(texts, ["Oat milk", "4.20", "TOTAL"]);
        assert_eq!(lines[0].words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>(), ["Oat", "milk"]);
        let edges = lines[1].edges.map(|edge| edge.round().to_string());
        assert_eq!(edges, ["200", "93", "220", "103"]);
    }

    #[test]
    fn a_space_that_is_only_a_gap_divides_words() {
        let drawn = [write("ab", 0.0, 10.0, 10.0), write("cd", 13.0, 10.0, 10.0)];
        assert_eq!(lines(drawn.concat())[0].text, "ab cd");
    }
}
