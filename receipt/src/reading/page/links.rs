//! Which fragments stand side by side: each is linked to its nearest neighbour on the right.

use super::{
    deskew::{Fragment, median},
    warp::Warp,
};
use crate::text::{digits, letters};

/// Two fragments stand on one row if they share this much of the lower one's height.
const MIN_SHARED_HEIGHT: f32 = 0.5;
/// Neighbours on a row may overlap by this much of the narrower one's width.
const MAX_SHARED_WIDTH: f32 = 0.3;

/// Where a fragment stands on a flat page.
pub(super) struct Level {
    pub(super) middle: f32,
    pub(super) height: f32,
}

impl Level {
    pub(super) fn new(fragment: &Fragment, warp: &Warp) -> Self {
        let mut height = fragment.height;
        if fragment.slope == 0.0 {
            let slope = warp.slope(fragment).abs();
            // The box around tilted text is higher than the text.
            if slope > 0.005 {
                height = (height - slope * fragment.width()).max(height / 2.0);
            }
        }
        Self { middle: warp.middle(fragment), height }
    }

    /// What two share of their heights.
    fn shared(&self, other: &Self) -> f32 {
        (self.middle + self.height / 2.0).min(other.middle + other.height / 2.0)
            - (self.middle - self.height / 2.0).max(other.middle - other.height / 2.0)
    }
}

/// Fragments from the top down, by their levels.
pub(super) fn order(levels: &[Level]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..levels.len()).collect();
    order.sort_by(|&a, &b| levels[a].middle.total_cmp(&levels[b].middle));
    order
}

/// The fragments whose middle is at most so far above or below a level.
pub(super) fn around<'a>(levels: &[Level], order: &'a [usize], middle: f32, reach: f32) -> &'a [usize] {
    let from = order.partition_point(|&i| levels[i].middle < middle - reach);
    let to = order.partition_point(|&i| levels[i].middle <= middle + reach);
    &order[from..to.max(from)]
}

/// Whether the second stands right of the first and does not cover it.
pub(super) fn is_right_of(a: &Fragment, b: &Fragment) -> bool {
    let shared = a.right.min(b.right) - a.left.max(b.left);
    b.left + b.right > a.left + a.right && shared <= MAX_SHARED_WIDTH * a.width().min(b.width())
}

/// Links each fragment to its nearest neighbour on the right, best pairs first, one link a side.
pub(super) fn chains(fragments: &[Fragment], levels: &[Level], order: &[usize]) -> Vec<Vec<usize>> {
    let highest = levels.iter().map(|level| level.height).fold(0.0, f32::max);
    let mut pairs = Vec::new();
    for (i, (a, at)) in fragments.iter().zip(levels).enumerate() {
        for &j in around(levels, order, at.middle, f32::midpoint(at.height, highest)) {
            let (b, bt) = (&fragments[j], &levels[j]);
            if i != j && is_right_of(a, b) && at.shared(bt) >= MIN_SHARED_HEIGHT * at.height.min(bt.height) {
                let gap = (b.left - a.right).max(0.0) + 4.0 * (at.middle - bt.middle).abs();
                pairs.push((gap, i, j));
            }
        }
    }
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut after = vec![None; fragments.len()];
    let mut before = vec![None; fragments.len()];
    for (_, i, j) in pairs {
        if after[i].is_none() && before[j].is_none() {
            after[i] = Some(j);
            before[j] = Some(i);
        }
    }
    // Links go to the right only, so that a chain has an end.
    (0..fragments.len())
        .filter(|&i| before[i].is_none())
        .map(|first| std::iter::successors(Some(first), |&i| after[i]).collect())
        .collect()
}

/// Figures stand in the column at the right edge if they end within this share of the page's width from it.
const RIGHT_COLUMN: f32 = 0.12;
/// The next row is so many heights away, at least and at most.
const NEXT_ROW: std::ops::Range<f32> = 0.7..3.0;

/// Moves the figures at the right edge by so many rows.
pub(super) fn move_figures(fragments: &[Fragment], levels: &mut [Level], rows: f32) {
    let left = fragments.iter().map(|fragment| fragment.left).fold(f32::INFINITY, f32::min);
    let right = fragments.iter().map(|fragment| fragment.right).fold(f32::NEG_INFINITY, f32::max);
    let is_figure = |it: &Fragment| digits(&it.text) >= 2 && letters(&it.text) < 3;
    let is_right = |it: &Fragment| it.right > right - RIGHT_COLUMN * (right - left);
    let column: Vec<usize> =
        (0..fragments.len()).filter(|&i| is_figure(&fragments[i]) && is_right(&fragments[i])).collect();
    let mut heights: Vec<f32> = column.iter().map(|&i| levels[i].middle).collect();
    heights.sort_by(f32::total_cmp);
    let line = median(&mut column.iter().map(|&i| levels[i].height).collect::<Vec<_>>()).unwrap_or(1e-5);
    let mut steps: Vec<f32> = heights.windows(2).map(|two| two[1] - two[0]).collect();
    steps.retain(|step| NEXT_ROW.contains(&(step / line)));
    let Some(step) = median(&mut steps) else { return };
    for i in column {
        levels[i].middle += rows * step;
    }
}
