//! Whether figures stand on their own row for certain, or on the one above or below as well.

use super::{
    deskew::Fragment,
    links::{Level, around, chains, is_right_of, order},
    warp::Warp,
};
use crate::text::{digits, letters};

/// In heights: figures farther from any words than this stand alone.
const BETWEEN_ROWS: f32 = 1.2;
/// Figures whose own words are farther from them than this share of the distance to others' may be the others'.
const AS_NEAR: f32 = 0.6;
/// In heights of a line: where paper may be bent by more between words and figures, they are on one row only if they seem
/// so on the picture, too.
const UNSEEN_BEND: f32 = 0.25;
/// Where less is between them nothing is unseen.
const UNSEEN: f32 = 3.0;

pub(super) struct Doubts<'a> {
    fragments: &'a [Fragment],
    levels: &'a [Level],
    order: &'a [usize],
    warp: &'a Warp,
    /// What stands left of each fragment on the picture as it is, and if the paper were flat and only tilted; empty where it
    /// is flat.
    as_pictured: Vec<Option<usize>>,
    as_tilted: Vec<Option<usize>>,
}

impl<'a> Doubts<'a> {
    pub(super) fn new(fragments: &'a [Fragment], levels: &'a [Level], order: &'a [usize], warp: &'a Warp) -> Self {
        let (mut as_pictured, mut as_tilted) = (Vec::new(), Vec::new());
        if !warp.is_flat() {
            let before = |level: &dyn Fn(&Fragment) -> f32| {
                let level = |it: &Fragment| Level { middle: level(it), height: it.height };
                befores(fragments, &fragments.iter().map(level).collect::<Vec<_>>())
            };
            as_pictured = before(&|it| it.middle);
            as_tilted = before(&|it| warp.level_if_flat(it));
        }
        Self { fragments, levels, order, warp, as_pictured, as_tilted }
    }

    pub(super) fn are_about(&self, chain: &[usize]) -> bool {
        let has_figures = |at: &usize| digits(&self.fragments[chain[*at]].text) >= 2;
        (0..chain.len())
            .filter(has_figures)
            .any(|at| self.is_between(&chain[..at], chain[at], chain) || self.is_bent(&chain[..=at]))
    }

    /// They stand about as near to the words of another row, or between two rows and have no words of their own.
    fn is_between(&self, before: &[usize], i: usize, chain: &[usize]) -> bool {
        let own = &self.levels[i];
        let words = around(self.levels, self.order, own.middle, own.height * BETWEEN_ROWS)
            .iter()
            .filter(|&&j| is_right_of(&self.fragments[j], &self.fragments[i]) && letters(&self.fragments[j].text) >= 3);
        let (mut of_own, mut of_others, mut others) = (f32::INFINITY, f32::INFINITY, 0);
        for &j in words {
            let distance = (self.levels[j].middle - own.middle).abs();
            if before.contains(&j) {
                of_own = of_own.min(distance);
            } else if !chain.contains(&j) {
                of_others = of_others.min(distance);
                others += 1;
            }
        }
        if of_own.is_finite() { of_own > of_others * AS_NEAR } else { before.is_empty() && others > 1 }
    }

    /// The last and what stands before it are on one row only because the paper is bent, or tilted and perhaps bent where
    /// nothing is printed.
    fn is_bent(&self, chain: &[usize]) -> bool {
        let [.., a, b] = chain else { return false };
        let (words, figures) = (&self.fragments[*a], &self.fragments[*b]);
        let elsewhere = |before: &[Option<usize>]| before.get(*b).is_some_and(|before| *before != Some(*a));
        figures.left - words.right > UNSEEN * figures.height
            && (elsewhere(&self.as_tilted)
                || elsewhere(&self.as_pictured) && self.warp.doubt(words, figures) > UNSEEN_BEND)
    }
}

/// What stands left of each fragment.
fn befores(fragments: &[Fragment], levels: &[Level]) -> Vec<Option<usize>> {
    let mut before = vec![None; fragments.len()];
    for chain in chains(fragments, levels, &order(levels)) {
        for two in chain.windows(2) {
            before[two[1]] = Some(two[0]);
        }
    }
    before
}
