//! Where a picture may show two papers: a gutter between them, another tilt, or another head below a total.

use super::Lie;
use crate::{
    reading::{
        language::Class,
        page::{Fragment, Page, Row},
    },
    text::letters,
};

/// A way to see two papers on one picture.
type Division = (Lie, [Vec<Fragment>; 2]);

/// Ways to see two papers, the likeliest first. Whether they are two is for what they say.
pub(super) fn divisions(page: &Page) -> Vec<Division> {
    let pieces = pieces(page);
    let beside = gutters(page, &pieces).into_iter().chain(by_tilt(&pieces)).map(|sides| (Lie::Beside, sides));
    let below = below(page).map(|row| (Lie::Below, parted(&pieces, |piece| piece.row >= row)));
    let copied = |(lie, sides): (Lie, Sides)| {
        let part = |side: bool| {
            let its = pieces.iter().zip(&sides).filter(|(_, is)| **is == side);
            its.map(|(piece, _)| piece.fragment.clone()).collect()
        };
        (lie, [part(false), part(true)])
    };
    beside.chain(below).map(copied).collect()
}

/// Whether each piece is of the second paper.
type Sides = Vec<bool>;

struct Piece<'a> {
    row: usize,
    fragment: &'a Fragment,
    has_words: bool,
    has_amount: bool,
    /// It says what was paid, or is to be.
    is_label: bool,
}

const PAID: [Class; 6] =
    [Class::Total, Class::StrongTotal, Class::RoundedTotal, Class::Payable, Class::Cash, Class::Card];
/// Pieces with words that a paper has at least.
const WORDS: usize = 3;

fn pieces(page: &Page) -> Vec<Piece<'_>> {
    let of_row = |(row, it): (usize, &Row)| {
        let amounts: Vec<usize> = page.amounts_of(row).map(|amount| it.fragment_at(amount.range.start)).collect();
        let labels = page.hits[row].iter().filter(|hit| PAID.contains(&hit.class));
        let labels: Vec<usize> = labels.map(|hit| it.fragment_at(hit.range.start)).collect();
        (0..it.fragments.len()).map(move |i| (row, i, amounts.contains(&i), labels.contains(&i)))
    };
    let found = page.rows.iter().enumerate().flat_map(of_row);
    found
        .map(|(row, i, has_amount, is_label)| {
            let fragment = &page.rows[row].fragments[i];
            let has_words = letters(&fragment.text) >= 3;
            Piece { row, fragment, has_words, has_amount, is_label }
        })
        .collect()
}

fn parted(pieces: &[Piece], is_second: impl Fn(&Piece) -> bool) -> Sides {
    pieces.iter().map(is_second).collect()
}

/// Each side has words, and an amount beside the words that say what was paid: names left of their prices are no paper.
fn may_be_two(pieces: &[Piece], sides: &Sides) -> bool {
    [false, true].into_iter().all(|side| {
        let its = || pieces.iter().zip(sides).filter(|(_, is)| **is == side).map(|(piece, _)| piece);
        let is_paid = |label: &Piece| its().any(|it| it.has_amount && is_beside(label.fragment, it.fragment));
        its().filter(|it| it.has_words).count() >= WORDS && its().any(|it| it.is_label && is_paid(it))
    })
}

/// Whether an amount stands on the row of a label, or in it.
fn is_beside(label: &Fragment, amount: &Fragment) -> bool {
    let along = amount.centre() - label.centre();
    let off = (amount.middle - label.middle - label.slope * along).abs();
    along >= 0.0 && off <= label.height + MOST_OFF * along
}

/// By how much an amount may stand higher or lower than it should, for each unit that it stands farther right.
const MOST_OFF: f32 = 0.03;

/// dx/dy of the gutters that are looked for.
const SHEARS: [f32; 9] = [0.0, -0.1, 0.1, -0.2, 0.2, -0.3, 0.3, -0.45, 0.45];
/// Strips of the width in which a gutter is looked for.
const BINS: usize = 256;
/// Gutters that are tried.
const MAX_GUTTERS: usize = 3;

/// Stripes from the top to the bottom, upright or aslant, on which nothing is printed: the widest first.
fn gutters(page: &Page, pieces: &[Piece]) -> Vec<Sides> {
    let labels = || pieces.iter().filter(|piece| piece.is_label).map(|piece| piece.fragment);
    let leftmost = labels().map(|label| label.right).fold(f32::INFINITY, f32::min);
    let rightmost = labels().map(|label| label.left).fold(f32::NEG_INFINITY, f32::max);
    if rightmost <= leftmost {
        return Vec::new();
    }
    let mut found: Vec<(f32, Sides)> = Vec::new();
    for shear in SHEARS {
        for (width, at) in stripes(pieces, shear).into_iter().filter(|(width, _)| *width > page.line / 2.0) {
            let sides = parted(pieces, |piece| piece.fragment.centre() + shear * piece.fragment.middle > at);
            if may_be_two(pieces, &sides) && found.iter().all(|(_, other)| *other != sides) {
                found.push((width, sides));
            }
        }
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    found.into_iter().take(MAX_GUTTERS).map(|(_, sides)| sides).collect()
}

/// Width and middle of each stripe on which nothing stands, once each height is moved by its share of the shear.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "there are few strips"
)]
fn stripes(pieces: &[Piece], shear: f32) -> Vec<(f32, f32)> {
    let ends =
        |fragment: &Fragment| (fragment.left + shear * fragment.middle, fragment.right + shear * fragment.middle);
    let from = pieces.iter().map(|piece| ends(piece.fragment).0).fold(f32::INFINITY, f32::min);
    let to = pieces.iter().map(|piece| ends(piece.fragment).1).fold(f32::NEG_INFINITY, f32::max);
    let step = (to - from).max(1e-5) / BINS as f32;
    let bin = |x: f32| (((x - from) / step) as usize).min(BINS - 1);
    let mut covered = [false; BINS];
    for piece in pieces {
        let (left, right) = ends(piece.fragment);
        covered[bin(left)..=bin(right).max(bin(left))].fill(true);
    }
    let mut found = Vec::new();
    let mut empty = 0;
    for (at, is_covered) in covered.into_iter().enumerate() {
        if !is_covered {
            empty += 1;
        } else if empty > 0 {
            found.push((empty as f32 * step, from + (at as f32 - empty as f32 / 2.0) * step));
            empty = 0;
        }
    }
    found
}

/// Lines of another tilt, at least.
const LINES_OF_A_TILT: usize = 5;
/// Papers whose tilt differs by less are told apart by what is between them.
const OTHER_TILT: f32 = 0.07;
/// Only the tilt of a line this many heights wide tells something.
const TELLING_WIDTH: f32 = 3.0;

/// Two papers of which each lies at its own tilt, one on the other or not: told by the long lines, with the short ones
/// that are near them.
fn by_tilt(pieces: &[Piece]) -> Option<Sides> {
    let is_long = |piece: &&Piece| piece.fragment.width() > TELLING_WIDTH * piece.fragment.height;
    let mut long: Vec<&Piece> = pieces.iter().filter(is_long).collect();
    if long.len() < 2 * LINES_OF_A_TILT {
        return None;
    }
    long.sort_by(|a, b| a.fragment.slope.total_cmp(&b.fragment.slope));
    let step = |at: &usize| long[*at].fragment.slope - long[at - 1].fragment.slope;
    let between = (LINES_OF_A_TILT..=long.len() - LINES_OF_A_TILT).max_by(|a, b| step(a).total_cmp(&step(b)))?;
    if step(&between) < OTHER_TILT {
        return None;
    }
    let sides = parted(pieces, |piece| {
        let distance = |other: &Piece| {
            let (dx, dy) =
                (piece.fragment.centre() - other.fragment.centre(), piece.fragment.middle - other.fragment.middle);
            // Along the line, an amount is farther from its words than from the next row.
            (dy - other.fragment.slope * dx).abs() * ACROSS + dx.abs()
        };
        let nearest = (0..long.len()).min_by(|&a, &b| distance(long[a]).total_cmp(&distance(long[b])));
        nearest.is_some_and(|nearest| nearest >= between)
    });
    may_be_two(pieces, &sides).then_some(sides)
}

/// How much more a distance across the lines counts than one along them.
const ACROSS: f32 = 6.0;

/// The first row of a second receipt below the first: between two totals that differ stands a head, rows of words without
/// amounts, and the widest gap above such a row divides.
fn below(page: &Page) -> Option<usize> {
    let others = [Class::Subtotal, Class::Tax, Class::Count, Class::Change, Class::Discount, Class::Points];
    let mut said = (0..page.rows.len()).filter_map(|row| {
        let classes = page.classes[row];
        let is_total = classes.any(&Class::TOTALS) && !classes.any(&others) && !page.in_tax_table[row];
        Some((row, page.amounts_of(row).last().filter(|_| is_total)?.size()))
    });
    let (first, total) = said.next()?;
    let (last, _) = said.rfind(|(_, other)| *other != total)?;
    let is_head = |row: usize| page.has_words(row) && !page.has_amount(row);
    let gap = |row: usize| page.rows[row].middle() - page.rows[row - 1].middle();
    let heads = (first + 1..last.saturating_sub(1)).filter(|&row| is_head(row) && is_head(row + 1));
    heads.max_by(|&a, &b| gap(a).total_cmp(&gap(b)).then(b.cmp(&a)))
}
