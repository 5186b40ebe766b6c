//! How the paper is bent: the slope of its rows at each place, by which what is printed side by side comes to one level.
//!
//! The slope is a grid of cells across and knots down the page, fitted to the slopes within lines and to the steps between
//! neighbours, smooth where nothing is printed. One slope for the whole page would move figures by a row on curled paper.

mod system;

use self::system::{CELLS, System};
use super::deskew::{Fragment, median};

/// Heights of a line between two knots down the page, and how many knots there are at most.
const PER_KNOT: f32 = 12.0;
const MAX_KNOTS: usize = 24;
/// By how much the middles of two words on a row differ where paper is flat, in heights of a line.
const NOISE: f32 = 0.12;
/// A step that is off by more than this many times the noise is misread, and counts the less.
const OUTLIER: f32 = 2.5;
/// Where nearly all steps are smaller, in heights of a line, the paper is flat.
const FLAT: f32 = 0.1;
/// And it lies straight where it gains less from one edge to the other.
const LEVEL: f32 = 0.3;
/// The tilt of the paper is taken from fragments that are wider than this many heights.
const TELLING_WIDTH: f32 = 3.0;
/// Neighbours tell the tilt of the paper up to this many lines apart.
const NEAR: f32 = 12.0;
/// They are on one row where their middles differ by less than this share of a height.
const SAME_ROW: f32 = 0.45;

/// Heights and widths in it are in heights of a line.
pub(super) struct Warp {
    line: f32,
    left: f32,
    tilt: f32,
    top: f32,
    /// Width of a cell, and lines between knots.
    cell: f32,
    knot: f32,
    /// What a row gains from the left edge to each end of a cell, beside the tilt; `CELLS + 1` for each knot.
    gains: Vec<f32>,
    /// What was fitted to what is plain to see: the slopes of lines and of near neighbours.
    plain: Option<System>,
}

/// Two places that are on one row.
#[derive(Debug, Clone, Copy)]
struct Step {
    from: f32,
    to: f32,
    /// The height on the page, once the tilt is taken out.
    level: f32,
    /// What the row gains on its way beside the tilt.
    gain: f32,
    weight: f32,
}

impl Warp {
    pub(super) fn of(fragments: &[Fragment]) -> Self {
        let line = median(&mut fragments.iter().map(|f| f.height).collect::<Vec<_>>()).unwrap_or(1e-5);
        let left = fragments.iter().map(|f| f.left).fold(f32::INFINITY, f32::min) / line;
        let right = fragments.iter().map(|f| f.right).fold(f32::NEG_INFINITY, f32::max) / line;
        let slanting = is_slanting(fragments);
        let is_told = slanting || words_slant(fragments);
        let tilt = if slanting { tilt_of_lines(fragments) } else { tilt_of_neighbours(fragments, line) };
        let mut warp = Self { line, left, tilt, top: 0.0, cell: 1.0, knot: 1.0, gains: Vec::new(), plain: None };
        if fragments.len() < 2 || right <= left {
            return warp;
        }
        let levels = || fragments.iter().map(|f| warp.level(f.centre(), f.middle));
        let (top, bottom) = levels().fold((f32::INFINITY, f32::NEG_INFINITY), |(a, b), it| (a.min(it), b.max(it)));
        warp.top = top / line;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a page has some hundred lines")]
        let knots = (((bottom - top) / line / PER_KNOT).max(0.0) as usize + 2).min(MAX_KNOTS);
        #[expect(clippy::cast_precision_loss, reason = "there are few cells and knots")]
        {
            warp.cell = (right - left) / CELLS as f32;
            warp.knot = ((bottom - top) / line / (knots - 1) as f32).max(1.0);
        }
        let within: Vec<Step> =
            if is_told { fragments.iter().flat_map(|f| warp.steps_within(f)).collect() } else { Vec::new() };
        if !are_flat(&within) {
            warp.fit(&within, knots);
        }
        for reach in [NEAR, f32::INFINITY] {
            let mut steps = within.clone();
            steps.extend(warp.steps_between(fragments, reach));
            let is_level = tilt.abs() * (right - left) < LEVEL;
            if is_level && are_flat(&steps) {
                warp.gains.clear();
                return warp;
            }
            let system = warp.fit(&steps, knots);
            warp.plain.get_or_insert(system);
        }
        warp
    }

    pub(super) fn is_flat(&self) -> bool {
        self.plain.is_none()
    }

    /// By how much the level of one fragment may be off against that of another on its right, in heights of a line: paper
    /// may be bent where nothing is printed.
    pub(super) fn doubt(&self, a: &Fragment, b: &Fragment) -> f32 {
        let Some(system) = &self.plain else { return 0.0 };
        let step = self.step((a.right, a.middle), (b.left.max(a.right), b.middle), NOISE);
        let (knot, share) = self.knot_at(step.level);
        system.spread(knot, share, &self.lengths(&step))
    }

    fn knot_at(&self, level: f32) -> (usize, f32) {
        place((level - self.top) / self.knot, self.gains.len() / (CELLS + 1) - 1)
    }

    /// Where a place would stand on a flat page.
    pub(super) fn level(&self, x: f32, y: f32) -> f32 {
        let (x, y) = (x / self.line - self.left, y / self.line);
        let level = y - self.tilt * x;
        (level - self.gain(x, level)) * self.line
    }

    /// The middle of a fragment if the page were tilted and not bent.
    pub(super) fn level_if_flat(&self, fragment: &Fragment) -> f32 {
        fragment.middle - self.tilt * fragment.centre()
    }

    /// The middle of a fragment on a flat page.
    pub(super) fn middle(&self, fragment: &Fragment) -> f32 {
        let words = fragment.word_centres();
        if words.len() < 2 || self.gains.is_empty() {
            return self.level(fragment.centre(), fragment.middle);
        }
        #[expect(clippy::cast_precision_loss, reason = "a line has few words")]
        let count = words.len() as f32;
        words.iter().map(|&(x, y)| self.level(x, y)).sum::<f32>() / count
    }

    /// dy/dx of the rows at a fragment.
    pub(super) fn slope(&self, fragment: &Fragment) -> f32 {
        let at = |x: f32| fragment.middle - self.level(x, fragment.middle);
        (at(fragment.right) - at(fragment.left)) / fragment.width().max(1e-5)
    }

    fn gain(&self, x: f32, level: f32) -> f32 {
        if self.gains.is_empty() {
            return 0.0;
        }
        let (knot, share) = self.knot_at(level);
        let (cell, part) = place(x / self.cell, CELLS);
        let of_knot = |knot: usize| {
            let from = knot * (CELLS + 1) + cell;
            self.gains[from] + (self.gains[from + 1] - self.gains[from]) * part
        };
        of_knot(knot) * (1.0 - share) + of_knot(knot + 1) * share
    }

    fn step(&self, (x, y): (f32, f32), (next_x, next_y): (f32, f32), noise: f32) -> Step {
        let (from, to) = (x / self.line - self.left, next_x / self.line - self.left);
        let (y, next_y) = (y / self.line, next_y / self.line);
        let level = f32::midpoint(y - self.tilt * from, next_y - self.tilt * to);
        Step { from, to, level, gain: next_y - y - self.tilt * (to - from), weight: 1.0 / (noise * noise) }
    }

    /// From word to word; a line of one word has the slope of its outline.
    fn steps_within(&self, fragment: &Fragment) -> Vec<Step> {
        let words = fragment.word_centres();
        let noise = NOISE * (fragment.height / self.line).max(0.5);
        if words.len() > 1 {
            return words.windows(2).map(|two| self.step(two[0], two[1], noise)).collect();
        }
        let half = fragment.slope * fragment.width() / 2.0;
        let ends = [(fragment.left, fragment.middle - half), (fragment.right, fragment.middle + half)];
        // Readers give upright outlines to what is too short to have a slope.
        if fragment.slope == 0.0 { Vec::new() } else { vec![self.step(ends[0], ends[1], noise)] }
    }

    /// From each fragment to its neighbour on the right, where it is plain which one that is.
    fn steps_between(&self, fragments: &[Fragment], reach: f32) -> Vec<Step> {
        let mut order: Vec<(f32, &Fragment)> = fragments.iter().map(|f| (self.middle(f), f)).collect();
        order.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut steps = Vec::new();
        for (at, &(level, a)) in order.iter().enumerate() {
            let near = |&&(other, _): &&(f32, &Fragment)| (other - level).abs() < SAME_ROW * a.height;
            let around = order[..at].iter().rev().take_while(near).chain(order[at + 1..].iter().take_while(near));
            let beside = |b: &Fragment| b.left >= a.right && b.left - a.right < reach * self.line;
            let alike = |b: &Fragment| (0.6..1.6).contains(&(a.height / b.height));
            let next = around.filter(|(_, b)| beside(b) && alike(b)).min_by(|(_, b), (_, c)| b.left.total_cmp(&c.left));
            if let Some((other, b)) = next
                && (other - level).abs() < SAME_ROW * b.height
            {
                let end = |f: &Fragment, last: bool| {
                    let words = f.word_centres();
                    let word = if last { words.last() } else { words.first() };
                    word.copied().filter(|_| words.len() > 1).unwrap_or((f.centre(), f.middle))
                };
                steps.push(self.step(end(a, true), end(b, false), NOISE));
            }
        }
        steps
    }

    /// Fits the slopes to steps, and again with less of those that do not fit.
    fn fit(&mut self, steps: &[Step], knots: usize) -> System {
        let mut system = System::new(knots, self.cell, self.knot);
        for step in steps {
            let off = if self.gains.is_empty() {
                0.0
            } else {
                (self.gain(step.to, step.level) - self.gain(step.from, step.level) - step.gain).abs()
                    * step.weight.sqrt()
            };
            let trust = if off > OUTLIER { OUTLIER / off } else { 1.0 };
            let (knot, share) = place((step.level - self.top) / self.knot, knots - 1);
            system.add(knot, share, &self.lengths(step), step.gain, step.weight * trust);
        }
        system.solve();
        self.gains = system
            .solution
            .chunks(CELLS)
            .flat_map(|slopes| {
                let cell = self.cell;
                let sums = slopes.iter().scan(0.0, move |sum, slope| {
                    *sum += slope * cell;
                    Some(*sum)
                });
                std::iter::once(0.0).chain(sums)
            })
            .collect();
        system
    }

    /// How much of a step lies in each cell.
    fn lengths(&self, step: &Step) -> [f32; CELLS] {
        let mut lengths = [0.0; CELLS];
        let mut from = 0.0;
        for length in &mut lengths {
            *length = (step.to.min(from + self.cell) - step.from.max(from)).max(0.0);
            from += self.cell;
        }
        lengths
    }
}

/// The interval that a place is in, of so many, and the share of it that lies before the place.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "there are few cells and knots"
)]
fn place(at: f32, intervals: usize) -> (usize, f32) {
    let interval = (at.max(0.0) as usize).min(intervals - 1);
    (interval, (at - interval as f32).clamp(0.0, 1.0))
}

fn are_flat(steps: &[Step]) -> bool {
    let uneven = steps.iter().filter(|step| step.gain.abs() > FLAT).count();
    uneven * 10 <= steps.len()
}

/// Whether the outlines of lines slant: other readers give upright boxes, which tell no slope.
fn is_slanting(fragments: &[Fragment]) -> bool {
    let long = || fragments.iter().filter(|fragment| fragment.width() > TELLING_WIDTH * fragment.height);
    let slanting = long().filter(|fragment| fragment.slope.abs() > 1e-4).count();
    slanting > 0 && slanting * 10 >= long().count() * 3
}

/// Whether the words of a line have boxes of their own, which tell its slope although they are upright.
fn words_slant(fragments: &[Fragment]) -> bool {
    let several = || fragments.iter().map(Fragment::word_centres).filter(|words| words.len() > 1);
    let slanting = several().filter(|words| words.iter().any(|(_, y)| (y - words[0].1).abs() > 1e-5)).count();
    slanting > 0 && slanting * 10 >= several().count() * 3
}

/// The middle of the slopes of long lines, by their widths.
fn tilt_of_lines(fragments: &[Fragment]) -> f32 {
    let long = fragments.iter().filter(|fragment| fragment.width() > TELLING_WIDTH * fragment.height);
    let mut slopes: Vec<(f32, f32)> = long.map(|fragment| (fragment.slope, fragment.width())).collect();
    slopes.sort_by(|a, b| a.0.total_cmp(&b.0));
    let half = slopes.iter().map(|(_, width)| width).sum::<f32>() / 2.0;
    let mut passed = 0.0;
    let middle = slopes.iter().find(|(_, width)| {
        passed += width;
        passed >= half
    });
    middle.map_or(0.0, |(slope, _)| *slope)
}

/// The middle of what neighbours on a row differ by.
fn tilt_of_neighbours(fragments: &[Fragment], line: f32) -> f32 {
    let mut order: Vec<&Fragment> = fragments.iter().collect();
    order.sort_by(|a, b| a.middle.total_cmp(&b.middle));
    let mut offsets = Vec::new();
    for (at, a) in order.iter().enumerate() {
        let near = |b: &&&Fragment| (a.middle - b.middle).abs() < SAME_ROW * a.height;
        for b in order[..at].iter().rev().take_while(near).chain(order[at + 1..].iter().take_while(near)) {
            let beside = b.left >= a.right && b.left - a.right < NEAR * line;
            let level = (a.middle - b.middle).abs() < SAME_ROW * b.height;
            let alike = (0.6..1.6).contains(&(a.height / b.height));
            let distance = b.centre() - a.centre();
            if beside && level && alike && distance > 4.0 * line {
                offsets.push((b.middle - a.middle) / distance);
            }
        }
    }
    if offsets.len() < 6 { 0.0 } else { median(&mut offsets).unwrap_or(0.0) }
}
