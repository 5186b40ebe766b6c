//! What is seen of dates on a row at a glance, before their shapes are tried.

use crate::{reading::language::begins_month, text::digits};

/// What is seen of dates at a glance: most rows have none, and to see so takes less than to try all shapes.
#[expect(clippy::struct_excessive_bools, reason = "each is one independent observation")]
pub(super) struct Signs {
    pub(super) whole_year: bool,
    pub(super) divided_twice: bool,
    /// A word that begins as the name of a month does.
    pub(super) month: bool,
    pub(super) other_letters: bool,
    pub(super) reiwa: bool,
    pub(super) year_of_era: bool,
}

/// Figures of the shortest date: "5 MAY 26".
const FEWEST_FIGURES: usize = 3;

impl Signs {
    pub(super) fn of(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let is_year = |four: &[u8]| {
            matches!(four, [b'2', b'0', b'0'..=b'4', b'0'..=b'9'] | [b'2', b'5', b'5'..=b'8', b'0'..=b'9'])
        };
        let is_of_era = |four: &[u8]| {
            matches!(
                four,
                [b'1', b'3' | b'4', b'0'..=b'9', b'0'..=b'9']
                    | [b'2', b'0', b'5'..=b'9', b'0'..=b'9']
                    | [b'1', b'0'..=b'4', b'0'..=b'9', b'/' | b' ' | 0x80..]
            )
        };
        (digits(text) >= FEWEST_FIGURES).then(|| Self {
            whole_year: bytes.windows(4).any(is_year),
            divided_twice: (0..bytes.len()).any(|at| divides(bytes.get(at)) && is_divided_twice(bytes, at)),
            month: has_beginning_of_month(bytes),
            other_letters: !text.is_ascii(),
            year_of_era: bytes.windows(4).any(is_of_era),
            reiwa: !text.is_ascii()
                || bytes.windows(3).any(|it| matches!(it, [b'R', b'0'..=b'9' | b' ', b'0'..=b'9' | b' '..=b'/'])),
        })
    }
}

fn divides(byte: Option<&u8>) -> bool {
    matches!(byte, Some(b'-' | b'/' | b'.'))
}

/// Whether a divider is the first of two between figures, as in "5/11/26" or "5 . 11 . 26".
fn is_divided_twice(bytes: &[u8], at: usize) -> bool {
    let is_figure = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let skip_space = |at: usize| at + usize::from(bytes.get(at) == Some(&b' '));
    let second = skip_space(at + 1);
    let behind = second + 1 + usize::from(is_figure(second + 1));
    let third = skip_space(skip_space(behind) + 1);
    is_figure(second) && divides(bytes.get(skip_space(behind))) && is_figure(third) && is_figure(third + 1)
}

/// Letters that may stand glued between figures and the name of a month: "1ER", "2026KO", "2026. GADA".
const MOST_GLUED: usize = 4;

fn has_beginning_of_month(bytes: &[u8]) -> bool {
    let mut after_figure = false;
    bytes.chunk_by(|a, b| a.is_ascii_uppercase() == b.is_ascii_uppercase()).any(|run| {
        if !run[0].is_ascii_uppercase() {
            let telling = run.iter().rev().find(|byte| !matches!(byte, b' ' | b'.' | b',' | b'/' | b'-'));
            after_figure = telling.is_some_and(u8::is_ascii_digit);
            return false;
        }
        let glued = if after_figure { MOST_GLUED } else { 0 };
        run.windows(3).take(glued + 1).any(|letters| letters.first_chunk().is_some_and(|it| begins_month(*it)))
    })
}
