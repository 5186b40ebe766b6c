//! How clearly a field was found, 0 to 1. What that is worth is measured on the whole reading (`calibration.rs`).

/// How clearly a field was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Evidence {
    /// Points over the best candidate with another value; infinite where there is none.
    pub(crate) margin: f32,
    /// How sure the OCR was of the text, 0 to 1.
    pub(crate) ocr_confidence: f32,
}

/// Upper ends of steps, and the share of fields that were right on each.
type Table = [(f32, f32)];

// Fitted on 160 receipts of one country as read by `ocr` and the text of 400, then smoothed by hand where a step stood on few
// receipts: an order more than shares. Steps never fall.
const MERCHANT: &Table =
    &[(0.1, 0.1), (1.3, 0.58), (2.1, 0.75), (8.3, 0.88), (10.4, 0.94), (16.5, 0.96), (f32::INFINITY, 0.99)];
const ADDRESS: &Table = &[(0.5, 0.3), (1.3, 0.6), (2.4, 0.73), (4.8, 0.84), (8.5, 0.91), (f32::INFINITY, 0.95)];
const DATE: &Table = &[(0.5, 0.6), (2.0, 0.9), (f32::INFINITY, 0.99)];
const TOTAL: &Table = &[(0.5, 0.6), (2.4, 0.87), (12.0, 0.975), (f32::INFINITY, 0.99)];
const CURRENCY: &Table = &[(0.5, 0.4), (1.5, 0.6), (3.0, 0.8), (5.0, 0.93), (f32::INFINITY, 0.97)];
/// By the OCR's confidence: what remains of a name or an address, where one wrong letter is a wrong field, and of figures.
const LETTERS: &Table = &[(0.8, 0.6), (0.93, 0.8), (0.96, 0.93), (f32::INFINITY, 1.0)];
const FIGURES: &Table = &[(0.8, 0.8), (0.96, 0.94), (f32::INFINITY, 1.0)];
/// A total with fewer points than this has neither a label nor a sum: a guess, whatever its margin.
const GUESSED: f32 = 0.4;
pub(crate) const SPOKEN_FOR: f32 = 4.0;
/// A total that is this sure has a label or a sum.
pub(crate) const MORE_THAN_A_GUESS: f32 = 0.5;

fn look_up(table: &Table, value: f32) -> f32 {
    table.iter().find(|(end, _)| value < *end).or(table.last()).map_or(0.0, |(_, share)| *share)
}

pub(crate) fn merchant(evidence: Evidence) -> f32 {
    look_up(MERCHANT, evidence.margin) * look_up(LETTERS, evidence.ocr_confidence)
}

pub(crate) fn address(evidence: Evidence) -> f32 {
    look_up(ADDRESS, evidence.margin) * look_up(LETTERS, evidence.ocr_confidence)
}

pub(crate) fn date(evidence: Evidence) -> f32 {
    look_up(DATE, evidence.margin) * look_up(FIGURES, evidence.ocr_confidence)
}

pub(crate) fn currency(evidence: Evidence) -> f32 {
    look_up(CURRENCY, evidence.margin)
}

pub(crate) fn total(evidence: Evidence, score: f32) -> f32 {
    let confidence = look_up(TOTAL, evidence.margin) * look_up(FIGURES, evidence.ocr_confidence);
    if score < SPOKEN_FOR { confidence.min(GUESSED) } else { confidence }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn confidence_never_falls_as_clues_get_better() {
        for table in [MERCHANT, ADDRESS, DATE, TOTAL, CURRENCY, LETTERS, FIGURES] {
            assert!(table.is_sorted_by(|(a, x), (b, y)| a < b && x <= y));
            assert!(table.iter().all(|(_, share)| (0.0..=1.0).contains(share)));
        }
    }

    #[test]
    fn a_guess_does_not_count_as_seen() {
        let evidence = Evidence { margin: f32::INFINITY, ocr_confidence: 1.0 };
        assert!(total(evidence, 1.0) < 0.5);
        assert!(total(evidence, 9.0) > 0.9);
    }
}
