//! The slopes of a bent paper as the solution of a system of equations.

/// Cells across the page: some for each wave that a paper can have.
pub(super) const CELLS: usize = 12;
/// By how much slopes differ one height of a line further across and down, and from the tilt of the page: what is expected
/// before anything is seen.
const ACROSS: f32 = 0.08;
const DOWN: f32 = 0.02;
const OFF_TILT: f32 = 0.5;

/// Normal equations of the slopes: a symmetric matrix, of which each row couples with few before it.
#[derive(Debug)]
pub(super) struct System {
    /// For each slope, its products with itself and with those before it; once solved, their root.
    rows: Vec<[f32; BAND]>,
    /// The right sides; once solved, the slopes.
    pub(super) solution: Vec<f32>,
}

/// A slope has to do with those of its own knot and of the next.
const BAND: usize = 2 * CELLS;

impl System {
    pub(super) fn new(knots: usize, cell: f32, knot: f32) -> Self {
        let mut rows = vec![[0.0; BAND]; knots * CELLS];
        for at in 0..rows.len() {
            rows[at][0] += 1.0 / (OFF_TILT * OFF_TILT);
            for (apart, weight) in [(1, 1.0 / (ACROSS * ACROSS * cell)), (CELLS, 1.0 / (DOWN * DOWN * knot))] {
                let is_there = if apart == 1 { !at.is_multiple_of(CELLS) } else { at >= apart };
                if is_there {
                    rows[at][0] += weight;
                    rows[at - apart][0] += weight;
                    rows[at][apart] -= weight;
                }
            }
        }
        Self { solution: vec![0.0; rows.len()], rows }
    }

    /// A step of so much, of which these lengths are in the cells of a knot and of the next, by their shares.
    pub(super) fn add(&mut self, knot: usize, share: f32, lengths: &[f32; CELLS], gain: f32, weight: f32) {
        for (at, part) in parts(knot, share, lengths) {
            self.solution[at] += weight * part * gain;
            for (before, other) in parts(knot, share, lengths).take_while(|(before, _)| *before <= at) {
                self.rows[at][at - before] += weight * part * other;
            }
        }
    }

    /// By Cholesky's decomposition.
    pub(super) fn solve(&mut self) {
        for at in 0..self.rows.len() {
            let first = at.saturating_sub(BAND - 1);
            for before in first..=at {
                let from = first.max(before.saturating_sub(BAND - 1));
                let products: f32 = (from..before).map(|k| self.rows[at][at - k] * self.rows[before][before - k]).sum();
                let rest = self.rows[at][at - before] - products;
                self.rows[at][at - before] =
                    if before == at { rest.max(1e-6).sqrt() } else { rest / self.rows[before][0] };
            }
        }
        forward(&self.rows, &mut self.solution);
        for at in (0..self.rows.len()).rev() {
            let last = (at + BAND).min(self.rows.len());
            let products: f32 = (at + 1..last).map(|k| self.rows[k][k - at] * self.solution[k]).sum();
            self.solution[at] = (self.solution[at] - products) / self.rows[at][0];
        }
    }

    /// By how much the gain over these lengths may be off, once it is solved: a standard deviation.
    pub(super) fn spread(&self, knot: usize, share: f32, lengths: &[f32; CELLS]) -> f32 {
        let mut gain = vec![0.0; self.rows.len()];
        for (at, part) in parts(knot, share, lengths) {
            gain[at] += part;
        }
        forward(&self.rows, &mut gain);
        gain.iter().map(|part| part * part).sum::<f32>().sqrt()
    }
}

fn forward(root: &[[f32; BAND]], values: &mut [f32]) {
    for at in 0..root.len() {
        let first = at.saturating_sub(BAND - 1);
        let products: f32 = (first..at).map(|k| root[at][at - k] * values[k]).sum();
        values[at] = (values[at] - products) / root[at][0];
    }
}

/// The slopes that a step has to do with, and by how much.
fn parts(knot: usize, share: f32, lengths: &[f32; CELLS]) -> impl Iterator<Item = (usize, f32)> {
    let of_knot = move |(knot, share): (usize, f32)| {
        lengths.iter().enumerate().map(move |(cell, length)| (knot * CELLS + cell, length * share))
    };
    [(knot, 1.0 - share), (knot + 1, share)].into_iter().flat_map(of_knot).filter(|(_, part)| *part > 0.0)
}
