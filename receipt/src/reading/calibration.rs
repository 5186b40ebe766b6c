//! How sure a field is: no surer than the share of fields that were right among those found as clearly, as measured.
//!
//! The reading orders fields by how clearly it found them, from 0 to 1 (`fields/confidence.rs`, and what each field's module
//! takes off). What that is worth at most is in `calibration.toml`, which `examples/calibrate` fits. What is rare, like a
//! date whose day and month could change places, stands in a step with others and stays as doubtful as the reading found it.

use std::sync::LazyLock;

use serde::Deserialize;

use super::receipt::{Field, Receipt};

const FITTED: &str = include_str!("calibration.toml");

static CALIBRATION: LazyLock<Calibration> =
    LazyLock::new(|| toml::from_str(FITTED).expect("the table is part of the program and tested"));

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Calibration {
    total: Table,
    date: Table,
    currency: Table,
    merchant: Table,
    address: Table,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    steps: Vec<Step>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    up_to: f32,
    right: f32,
    /// For who reads the table: on how many receipts it stands.
    #[expect(dead_code, reason = "the programs need the share alone")]
    of: u32,
}

/// Turns clarity into confidence.
pub(crate) fn calibrate(receipt: &mut Receipt) {
    CALIBRATION.total.settle(receipt.total.as_mut());
    CALIBRATION.date.settle(receipt.date.as_mut());
    CALIBRATION.currency.settle(receipt.currency.as_mut());
    CALIBRATION.merchant.settle(receipt.merchant.as_mut());
    CALIBRATION.address.settle(receipt.address.as_mut());
}

impl Table {
    fn settle<T>(&self, field: Option<&mut Field<T>>) {
        if let Some(field) = field {
            field.confidence = self.confidence(field.confidence);
        }
    }

    fn confidence(&self, clarity: f32) -> f32 {
        let step = self.steps.iter().find(|step| clarity <= step.up_to).or(self.steps.last());
        clarity.min(step.map_or(0.0, |step| step.right))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn confidence_never_falls_as_clarity_grows() {
        let Calibration { total, date, currency, merchant, address } = &*CALIBRATION;
        for Table { steps } in [total, date, currency, merchant, address] {
            assert!(steps.is_sorted_by(|a, b| a.up_to < b.up_to && a.right <= b.right), "{steps:?}");
            assert!(steps.iter().all(|step| (0.0..1.0).contains(&step.right)), "{steps:?}");
            assert!(steps.last().is_some_and(|last| last.up_to >= 1.0), "{steps:?}");
        }
    }

    #[test]
    fn nothing_gets_surer_than_the_reading_found_it() {
        let table =
            Table { steps: vec![Step { up_to: 0.5, right: 0.3, of: 20 }, Step { up_to: 1.0, right: 0.8, of: 20 }] };
        for (clarity, expected) in [(0.2, 0.2), (0.5, 0.3), (0.6, 0.6), (1.0, 0.8)] {
            assert!((table.confidence(clarity) - expected).abs() < 1e-6, "{clarity}");
        }
    }
}
