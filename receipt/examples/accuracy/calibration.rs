//! Whether fields are right as often as their confidences say.

use std::io::{self, Write};

/// Lower ends of the bins; each reaches up to the next, the last includes 1.
const BINS: [f64; 7] = [0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99];

/// What was found of one field on many receipts: the confidence said, and whether it was right.
#[derive(Default)]
pub(crate) struct Calibration(Vec<(f64, bool)>);

/// Sums over some of them.
#[derive(Default)]
struct Sums {
    count: f64,
    said: f64,
    right: f64,
    squares: f64,
}

impl Calibration {
    pub(crate) fn add(&mut self, confidence: f32, right: bool) {
        // A confidence is a decimal fraction that an f32 holds nearly: 0.95, not 0.94999999.
        let confidence = (f64::from(confidence) * 1e4).round() / 1e4;
        self.0.push((confidence, right));
    }

    pub(crate) fn print(&self, field: &str, out: &mut impl Write) -> io::Result<()> {
        let all = Sums::of(self.0.iter());
        let bins: Vec<Sums> =
            (0..BINS.len()).map(|bin| Sums::of(self.0.iter().filter(|it| bin_of(it.0) == bin))).collect();
        let error: f64 = bins.iter().map(|bin| (bin.said - bin.right).abs()).sum::<f64>() / all.count.max(1.0);
        writeln!(
            out,
            "{field}: {} found, said {:.3}, right {:.3}, expected calibration error {error:.3}, Brier score {:.3}",
            all.count,
            all.mean(all.said),
            all.mean(all.right),
            all.mean(all.squares),
        )?;
        for (bin, sums) in bins.iter().enumerate().filter(|(_, sums)| sums.count > 0.0) {
            let range = match (BINS[bin], BINS.get(bin + 1)) {
                (0.0, Some(end)) => format!("below {end}"),
                (from, Some(end)) => format!("{from} to {end}"),
                (from, None) => format!("from {from}"),
            };
            let (said, right) = (sums.mean(sums.said), sums.mean(sums.right));
            writeln!(out, "  {range:<12} {:>4}   said {said:.3}   right {right:.3}", sums.count)?;
        }
        Ok(())
    }
}

fn bin_of(confidence: f64) -> usize {
    BINS.iter().rposition(|from| *from <= confidence).unwrap_or(0)
}

impl Sums {
    fn of<'a>(seen: impl Iterator<Item = &'a (f64, bool)>) -> Self {
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

    fn mean(&self, sum: f64) -> f64 {
        sum / self.count.max(1.0)
    }
}
