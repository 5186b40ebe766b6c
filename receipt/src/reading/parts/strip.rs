//! What one photo or one file shows of a receipt: rows, from the top down.

use std::cell::OnceCell;

use crate::{
    reading::{
        page::{Page, Row, Sheet, fragments, median, rows},
        papers::Paper,
    },
    text::{confusable, essence},
    textract::DetectDocumentText,
};

/// Rows of one strip; of more, those in the middle are passed over.
const MAX_ROWS: usize = 1000;
/// How far one strip is placed below another, in heights of a line.
const GAP: f32 = 1.5;

#[derive(Debug)]
pub(super) struct Strip {
    pub(super) rows: Vec<Row>,
    /// What each row says, for comparison.
    pub(super) prints: Vec<Print>,
    /// What it says by itself.
    paper: OnceCell<Paper>,
}

/// The pairs of letters and figures of a row, sorted: what two readings of one row have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Print {
    pairs: Vec<[u8; 2]>,
}

impl Print {
    fn of(text: &str) -> Self {
        let letters: Vec<u8> = essence(text).bytes().map(confusable).collect();
        let mut pairs: Vec<[u8; 2]> = letters.windows(2).map(|pair| [pair[0], pair[1]]).collect();
        pairs.sort_unstable();
        Self { pairs }
    }

    /// Letters and figures, less one.
    pub(super) fn length(&self) -> usize {
        self.pairs.len()
    }

    /// Dice's coefficient: the share of pairs that both have, 0 to 1.
    #[expect(clippy::cast_precision_loss, reason = "a row has some hundred letters")]
    pub(super) fn likeness(&self, other: &Self) -> f32 {
        let (mut a, mut b, mut shared) = (self.pairs.iter().peekable(), other.pairs.iter().peekable(), 0);
        while let (Some(mine), Some(its)) = (a.peek(), b.peek()) {
            match mine.cmp(its) {
                std::cmp::Ordering::Less => drop(a.next()),
                std::cmp::Ordering::Greater => drop(b.next()),
                std::cmp::Ordering::Equal => {
                    shared += 2;
                    a.next();
                    b.next();
                }
            }
        }
        shared as f32 / (self.length() + other.length()).max(1) as f32
    }
}

impl Strip {
    /// Of the pages of one file, each below the one before.
    pub(super) fn of_pages(answer: &DetectDocumentText, sheets: &[Sheet]) -> Self {
        let mut all: Vec<Row> = Vec::new();
        for sheet in sheets {
            let mut rows = rows(fragments(answer, *sheet));
            place_below(&all, &mut rows);
            all.extend(rows);
        }
        if all.len() > MAX_ROWS {
            all.drain(MAX_ROWS / 2..all.len() - MAX_ROWS / 2);
        }
        let prints = all.iter().map(|row| Print::of(&row.text)).collect();
        Self { rows: all, prints, paper: OnceCell::new() }
    }

    /// Whether both are whole sales by themselves, and not the same one.
    pub(super) fn is_another_sale_than(&self, other: &Self) -> bool {
        let paper = |of: &Self| Paper::new(Page::of_rows(of.rows.clone()));
        self.paper.get_or_init(|| paper(self)).is_another_sale_than(other.paper.get_or_init(|| paper(other)))
    }
}

/// Moves rows below others, as large as those and with the same right edge, at which amounts stand.
pub(super) fn place_below(above: &[Row], rows: &mut [Row]) {
    let (Some(last), Some(first)) = (above.last(), rows.first()) else { return };
    let line = |rows: &[Row]| median(&mut rows.iter().map(|row| row.height).collect::<Vec<_>>()).unwrap_or(1e-5);
    let edge = |rows: &[Row]| rows.iter().map(|row| row.right).fold(f32::NEG_INFINITY, f32::max);
    let scale = bounded(line(above) / line(rows));
    let right = edge(above) - edge(rows) * scale;
    let down = last.middle() + GAP * line(above) - first.middle() * scale;
    for row in rows {
        row.place(scale, (right, down));
    }
}

/// Moves rows so that those of the pairs, each a row above and one of these, come to stand where the others do.
pub(super) fn place_on(above: &[Row], rows: &mut [Row], pairs: &[(usize, usize)]) {
    let left = |row: &Row| row.fragments.iter().map(|fragment| fragment.left).fold(f32::INFINITY, f32::min);
    let of_pairs = |value: &dyn Fn(&Row, &Row) -> f32| {
        median(&mut pairs.iter().map(|(a, b)| value(&above[*a], &rows[*b])).collect::<Vec<_>>())
    };
    let width = |row: &Row| (row.right - left(row)).max(1e-5);
    let scale = bounded(of_pairs(&|a, b| width(a) / width(b)).unwrap_or(1.0));
    let right = of_pairs(&|a, b| a.right - b.right * scale).unwrap_or_default();
    let down = of_pairs(&|a, b| a.middle() - b.middle() * scale).unwrap_or_default();
    for row in rows {
        row.place(scale, (right, down));
    }
}

/// Photos of one receipt are not taken from much farther away than each other.
fn bounded(scale: f32) -> f32 {
    if scale.is_finite() { scale.clamp(0.2, 5.0) } else { 1.0 }
}
