//! Whether fields are right as often as their confidences say.

use std::io::{self, Write};

use super::judged::{Asked, Judged};

/// Lower ends of the bins; each reaches up to the next, the last includes 1.
const BINS: [f64; 7] = [0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99];

/// Sums over some fields that were found: the confidence said, 1 where right and else 0, their difference squared.
#[derive(Default)]
pub(crate) struct Sums {
    count: f64,
    said: f64,
    right: f64,
    squares: f64,
}

/// A line for each field that was found on some of them.
pub(crate) fn print(judged: &[&Judged], out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "Confidence of what was found: said, right, expected calibration error, Brier score")?;
    for asked in Asked::ALL {
        let answers = judged.iter().filter_map(|it| it.answer(asked));
        let seen: Vec<(f64, bool)> = answers.filter_map(|it| Some((it.confidence()?, it.is_right))).collect();
        if seen.is_empty() {
            continue;
        }
        let all = Sums::of(seen.iter());
        let bins = (0..BINS.len()).map(|bin| Sums::of(seen.iter().filter(|(said, _)| bin_of(*said) == bin)));
        let error = bins.map(|bin| (bin.said - bin.right).abs()).sum::<f64>() / all.count;
        let [said, right, squares] = all.means();
        writeln!(out, "  {:<9} {said:.3}  {right:.3}  {error:.3}  {squares:.3}", asked.name())?;
    }
    Ok(())
}

fn bin_of(confidence: f64) -> usize {
    BINS.iter().rposition(|from| *from <= confidence).unwrap_or(0)
}

impl Sums {
    pub(crate) fn of<'a>(seen: impl Iterator<Item = &'a (f64, bool)>) -> Self {
        seen.fold(Self::default(), |sums, (said, right)| {
            let right = f64::from(u8::from(*right));
            Self {
                count: sums.count + 1.0,
                said: sums.said + said,
                right: sums.right + right,
                squares: sums.squares + (said - right).powi(2),
            }
        })
    }

    /// Said, right, and the Brier score.
    pub(crate) fn means(&self) -> [f64; 3] {
        [self.said, self.right, self.squares].map(|sum| sum / self.count.max(1.0))
    }
}
