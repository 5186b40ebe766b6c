//! Where two strips of paper say the same.

use super::strip::{Print, Strip};

/// Rows at the edge of a photo that may be torn or misread, where the other photo shows as many.
const TORN: usize = 3;
/// Which share of its rows is found again of a photo that shows nothing new.
const FOUND_WITHIN: f32 = 0.8;
/// Two readings of one row have at least this share of their letters in common.
const ALIKE: f32 = 0.62;
/// Rows of fewer letters tell less, by their length; those of hardly any tell nothing.
const TELLING: usize = 14;
const LEAST_TELLING: usize = 3;
/// What a row takes away that one of the strips has not.
const MISSING: f32 = 0.3;
/// Rows that one of them may miss in a row.
const MAX_MISSING: usize = 3;
/// What rows that are the same for certain tell: more than one full row; less where each row is found again from the edge of
/// one photo to the edge of the other.
const CERTAIN: f32 = 1.2;
const CERTAIN_FROM_EDGE_TO_EDGE: f32 = 0.5;
/// What tells less is chance.
const LEAST: f32 = 0.45;
/// Rows at the end of one strip and at the beginning of the other among which is looked: photos of one receipt overlap by
/// less.
const REACH: usize = 160;

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Overlap {
    /// A row of the first strip and the row of the second that says the same; each pair below the one before.
    pub(super) pairs: Vec<(usize, usize)>,
    pub(super) is_certain: bool,
    /// No two of the rows say different things: as many others may be meant, or none.
    pub(super) is_of_one_row: bool,
}

/// How the second of two strips may lie on the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// It begins with what the first ends with.
    Following,
    /// It shows nothing that is not on the first.
    Within,
}

/// How the second strip may lie on the first in this way: the likeliest first, at most two.
pub(super) fn overlaps(first: &Strip, second: &Strip, way: Way) -> Vec<Overlap> {
    let from = match way {
        Way::Following => first.prints.len().saturating_sub(REACH),
        Way::Within => 0,
    };
    let to = second.prints.len().min(REACH);
    if way == Way::Within && to < second.prints.len() {
        return Vec::new();
    }
    let (upper, lower) = (telling(&first.prints, from), telling(&second.prints[..to], 0));
    let table = Table::new(&upper, &lower);
    let mut found: Vec<Overlap> = Vec::new();
    while found.len() < 2 {
        let barred = found.first().map(|it| it.pairs[0]);
        let Some((score, pairs)) = table.best(way, |pair| barred == Some((upper[pair.0].0, lower[pair.1].0))) else {
            break;
        };
        let begin = upper.len() - pairs.len();
        let is_from_edge_to_edge = pairs.iter().enumerate().all(|(at, pair)| *pair == (begin + at, at));
        let is_of_one_row = pairs.windows(2).all(|two| lower[two[0].1].1.likeness(lower[two[1].1].1) >= ALIKE);
        let pairs: Vec<_> = pairs.into_iter().map(|(a, b)| (upper[a].0, lower[b].0)).collect();
        #[expect(clippy::cast_precision_loss, reason = "a strip has some hundred rows")]
        let is_certain = match way {
            Way::Following if is_from_edge_to_edge => score >= CERTAIN_FROM_EDGE_TO_EDGE,
            Way::Following => score >= CERTAIN && pairs.len() > 1,
            Way::Within => score >= CERTAIN && pairs.len() as f32 >= FOUND_WITHIN * lower.len() as f32,
        };
        found.push(Overlap { pairs, is_certain, is_of_one_row });
    }
    found
}

/// The rows from one on that tell something.
fn telling(prints: &[Print], from: usize) -> Vec<(usize, &Print)> {
    prints.iter().enumerate().skip(from).filter(|(_, print)| print.length() >= LEAST_TELLING).collect()
}

/// What each pair of rows tells by being the same; nothing where they are not.
struct Table {
    told: Vec<Vec<f32>>,
    columns: usize,
}

/// A pair with all that leads to it.
#[derive(Clone, Copy, Default)]
struct Step {
    score: f32,
    before: Option<(usize, usize)>,
}

impl Table {
    fn new(upper: &[(usize, &Print)], lower: &[(usize, &Print)]) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "a row has some hundred letters")]
        let told = |a: &Print, b: &Print| {
            let likeness = a.likeness(b);
            let length = a.length().min(b.length()).min(TELLING);
            if likeness < ALIKE { 0.0 } else { likeness * length as f32 / TELLING as f32 }
        };
        let told = upper.iter().map(|(_, a)| lower.iter().map(|(_, b)| told(a, b)).collect()).collect();
        Self { told, columns: lower.len() }
    }

    /// The pairs that tell most, from the top down. It does not begin with a barred pair.
    fn best(&self, way: Way, is_barred: impl Fn((usize, usize)) -> bool) -> Option<(f32, Vec<(usize, usize)>)> {
        let mut steps = vec![vec![Step::default(); self.columns]; self.told.len()];
        let mut best: Option<(f32, (usize, usize))> = None;
        for (a, row) in self.told.iter().enumerate() {
            for (b, told) in row.iter().copied().enumerate().filter(|(_, told)| *told > 0.0) {
                let begins = b <= TORN.min(a) && !is_barred((a, b));
                let Some(step) = step(&steps, (a, b), told, begins) else { continue };
                steps[a][b] = step;
                let (above, below) = (self.told.len() - 1 - a, self.columns - 1 - b);
                let ends = match way {
                    Way::Following => above <= TORN.min(below),
                    Way::Within => below <= TORN.min(above),
                };
                if ends && step.score >= LEAST && best.is_none_or(|(score, _)| step.score > score) {
                    best = Some((step.score, (a, b)));
                }
            }
        }
        let (score, last) = best?;
        let mut pairs = vec![last];
        while let Some(before) = pairs.last().and_then(|(a, b)| steps[*a][*b].before) {
            pairs.push(before);
        }
        pairs.reverse();
        Some((score, pairs))
    }
}

/// The best way to a pair, if there is one.
fn step(steps: &[Vec<Step>], (a, b): (usize, usize), told: f32, begins: bool) -> Option<Step> {
    let mut best = begins.then_some(Step { score: told, before: None });
    for above in 1..=(1 + MAX_MISSING).min(a) {
        for left in 1..=(1 + MAX_MISSING).min(b) {
            let before = steps[a - above][b - left].score;
            #[expect(clippy::cast_precision_loss, reason = "a few rows")]
            let score = before + told - (above + left - 2) as f32 * MISSING;
            if before > 0.0 && best.is_none_or(|best| score > best.score) {
                best = Some(Step { score, before: Some((a - above, b - left)) });
            }
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Orientation,
        reading::{
            page::Sheet,
            tests::photograph::{Pose, photograph},
        },
    };

    fn strip(text: &str) -> Strip {
        let sheet = Sheet { page: 1, orientation: Orientation::Upright };
        Strip::of_pages(&photograph(text, Pose::default()), &[sheet])
    }

    fn pairs(first: &str, second: &str, way: Way) -> Vec<Vec<(usize, usize)>> {
        overlaps(&strip(first), &strip(second), way).into_iter().map(|it| it.pairs).collect()
    }

    #[test]
    fn the_end_of_one_is_found_at_the_beginning_of_the_other() {
        let first = "QUARRY DELI\nSOURDOUGH LOAF  4.20\nGOAT CHEESE  6.10\nRADISHES  1.35";
        let second = "GOAT CHEE5E  6.10\nRADISHES  1.35\nWALNUT OIL  8.90\nTOTAL  20.55";
        assert_eq!(pairs(first, second, Way::Following)[0], [(2, 0), (3, 1)]);
        let none: [Vec<(usize, usize)>; 0] = [];
        assert_eq!(pairs(second, first, Way::Following), none);
        assert_eq!(pairs(first, "WALNUT OIL  8.90\nTOTAL  20.55", Way::Following), none);
    }

    #[test]
    fn torn_rows_at_the_edges_are_passed_over() {
        let first = "SOURDOUGH LOAF  4.20\nGOAT CHEESE  6.10\nRADISHES  1.35\nVVALM I TOII  B.9";
        let second = "G0ATCH  b.l\nRADISHES  1.35\nWALNUT OIL  8.90\nTOTAL  20.55";
        let found = overlaps(&strip(first), &strip(second), Way::Following);
        assert_eq!((found[0].pairs.as_slice(), found[0].is_certain), ([(2, 1)].as_slice(), false));
    }

    #[test]
    fn what_stands_within_another_is_found_there() {
        let whole = "QUARRY DELI\nSOURDOUGH LOAF  4.20\nGOAT CHEESE  6.10\nRADISHES  1.35\nTOTAL  11.65";
        let part = "GOAT CHEESE  6.10\nRADISHES  1.35";
        assert_eq!(pairs(whole, part, Way::Within)[0], [(2, 0), (3, 1)]);
        assert!(overlaps(&strip(part), &strip(whole), Way::Within).iter().all(|it| !it.is_certain));
    }

    #[test]
    fn equal_rows_may_be_laid_on_each_other_in_two_ways() {
        let first = "QUARRY DELI\nFLAT WHITE  3.50\nFLAT WHITE  3.50\nFLAT WHITE  3.50";
        let second = "FLAT WHITE  3.50\nFLAT WHITE  3.50\nTOTAL  17.50";
        let found = pairs(first, second, Way::Following);
        assert_eq!(found.len(), 2);
        assert_ne!(found[0], found[1]);
    }
}
