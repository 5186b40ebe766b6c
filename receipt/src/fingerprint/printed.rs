//! The figures that stand on a paper, wherever they stand.
//!
//! A receipt may show two numbers, two times, two dates and many amounts, of which a reading takes one each. With that
//! one covered it takes another: so what one photo is known by is looked for among all that stands on the other.

use std::collections::BTreeSet;

use crate::textract::{BlockType, DetectDocumentText};

/// All runs of figures on a paper, without what separates them: "14/03/2026" is `14032026`, "1,250.00" is `125000`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Printed(BTreeSet<String>);

/// Shorter runs (quantities, hours) stand on every paper.
const SHORTEST: usize = 3;
/// Longer ones are no number of a receipt.
const LONGEST: usize = 40;

impl Printed {
    pub fn of(answer: &DetectDocumentText) -> Self {
        let lines = answer.blocks.iter().filter(|block| block.block_type == BlockType::Line);
        Self(lines.filter_map(|line| line.text.as_deref()).flat_map(runs).collect())
    }

    pub(super) fn runs(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

/// The runs of figures in a text. What may stand inside of one is a single separator between two figures.
pub(super) fn runs(text: &str) -> Vec<String> {
    let mut runs = vec![String::new()];
    let mut separated = false;
    for c in text.chars() {
        match c.to_digit(10) {
            Some(_) => {
                if let Some(run) = runs.last_mut() {
                    run.push(c);
                }
                separated = false;
            }
            None if is_separator(c) && !separated => separated = true,
            None => {
                runs.push(String::new());
                separated = false;
            }
        }
    }
    runs.retain(|run| (SHORTEST..=LONGEST).contains(&run.len()));
    runs
}

fn is_separator(c: char) -> bool {
    matches!(c, '.' | ',' | ':' | '/' | '-' | '\'')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_stand_for_one_thing_up_to_a_letter_a_blank_or_two_separators() {
        assert_eq!(runs("Date: 14/03/2026 16:42"), ["14032026", "1642"]);
        assert_eq!(runs("CB-004217 RM1,250.00"), ["004217", "125000"]);
        assert_eq!(runs("2 x 4.50 -- 9.00"), ["450", "900"]);
        assert_eq!(runs(&"1".repeat(41)), [""; 0]);
        assert_eq!(runs("no figures"), [""; 0]);
    }
}
