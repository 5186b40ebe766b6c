//! Whether what was said of a receipt is what its key has.
//!
//! Dates are the same day, totals the same to the cent, currencies the same code. A merchant is right if what was said
//! contains one of the names of the key and is at most four times as long, letters and figures compared without case and
//! accents; an address if its letters and figures are the same. A field that the picture does not show is wrong if
//! something was said of it.

use std::path::Path;

use receipt::{Field, Receipt, verdict::Outcome};

use super::{
    key::{Expected, Key},
    text,
};

/// From this confidence on, a wrong field was sure and wrong.
pub(crate) const SURE: f64 = 0.9;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Asked {
    Total,
    Date,
    Currency,
    Merchant,
    Address,
}

impl Asked {
    pub(crate) const ALL: [Self; 5] = [Self::Total, Self::Date, Self::Currency, Self::Merchant, Self::Address];
    /// Those that pay depends on.
    pub(crate) const PAYING: [Self; 3] = [Self::Total, Self::Date, Self::Currency];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Total => "total",
            Self::Date => "date",
            Self::Currency => "currency",
            Self::Merchant => "merchant",
            Self::Address => "address",
        }
    }
}

/// One field that the key asks for.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    /// As said, and how sure; nothing where it was not found.
    pub(crate) said: Option<(String, f64)>,
    pub(crate) is_right: bool,
    /// Whether the picture shows it.
    pub(crate) is_printed: bool,
}

impl Answer {
    pub(crate) fn confidence(&self) -> Option<f64> {
        self.said.as_ref().map(|(_, confidence)| *confidence)
    }

    /// Said with at least this confidence, and wrong.
    pub(crate) fn is_wrong_from(&self, confidence: f64) -> bool {
        !self.is_right && self.confidence().is_some_and(|said| said >= confidence)
    }
}

#[derive(Debug)]
pub(crate) struct Judged {
    pub(crate) id: String,
    pub(crate) key: Key,
    answers: [Option<Answer>; Asked::ALL.len()],
    pub(crate) is_accepted: bool,
}

impl Judged {
    pub(crate) fn new(id: &Path, key: Key, receipt: &Receipt, outcome: Option<Outcome>) -> Self {
        let answers = Asked::ALL.map(|asked| match asked {
            Asked::Total => answer(&key.total, receipt.total.as_ref(), |want, said| want == said),
            Asked::Date => answer(&key.date, receipt.date.as_ref(), |want, said| want == said),
            Asked::Currency => answer(&key.currency, receipt.currency.as_ref(), |want, said| want == said),
            Asked::Merchant => answer(&key.merchant, receipt.merchant.as_ref(), |want, said| contains(said, want)),
            Asked::Address => {
                answer(&key.address, receipt.address.as_ref(), |want, said| letters(want) == letters(said))
            }
        });
        Self { id: id.display().to_string(), key, answers, is_accepted: outcome == Some(Outcome::Accepted) }
    }

    pub(crate) fn answer(&self, asked: Asked) -> Option<&Answer> {
        Asked::ALL.iter().zip(&self.answers).find(|(it, _)| **it == asked).and_then(|(_, answer)| answer.as_ref())
    }

    /// Of a field that the picture shows.
    pub(crate) fn is_right(&self, asked: Asked) -> Option<bool> {
        self.answer(asked).filter(|answer| answer.is_printed).map(|answer| answer.is_right)
    }

    /// Whether the picture shows all that a verdict asks for; a drawn case says so itself.
    pub(crate) fn is_complete(&self) -> bool {
        let is_all_printed =
            self.key.total.is_printed() && self.key.date.is_printed() && self.key.merchant.is_printed();
        self.key.outcome.map_or(is_all_printed, |outcome| outcome == Outcome::Accepted)
    }

    pub(crate) fn must_not_be_accepted(&self) -> bool {
        self.key.outcome == Some(Outcome::Rejected)
    }

    pub(crate) fn is_sure_and_wrong(&self) -> bool {
        Asked::PAYING.iter().any(|asked| self.answer(*asked).is_some_and(|answer| answer.is_wrong_from(SURE)))
    }

    /// How sure a machine may be that it may pay: as sure as of the least sure of what that depends on.
    pub(crate) fn confidence_of_the_verdict(&self) -> f64 {
        let sure = |asked: &Asked| self.answer(*asked).map(|answer| answer.confidence().unwrap_or(0.0));
        Asked::PAYING.iter().filter_map(sure).fold(1.0, f64::min)
    }

    /// Accepted although it must not be, or for another total, day or currency.
    pub(crate) fn is_wrongly_accepted(&self) -> bool {
        let wrong = |asked: &Asked| self.answer(*asked).is_some_and(|answer| answer.is_wrong_from(0.0));
        self.is_accepted && (self.must_not_be_accepted() || Asked::PAYING.iter().any(wrong))
    }
}

fn answer<T: PartialEq>(
    expected: &Expected<T>,
    field: Option<&Field<T>>,
    same: impl Fn(&T, &T) -> bool,
) -> Option<Answer> {
    let is_right = match field {
        Some(field) => expected.values().any(|want| same(want, &field.value)),
        None => expected.allows_silence(),
    };
    // A confidence is a decimal fraction that an f32 holds nearly: 0.95, not 0.94999999.
    let said = field.map(|field| (field.text.clone(), (f64::from(field.confidence) * 1e4).round() / 1e4));
    expected.is_asked().then(|| Answer { said, is_right, is_printed: expected.is_printed() })
}

fn letters(text: &str) -> String {
    text::fold(text).to_uppercase().chars().filter(|c| c.is_alphanumeric()).collect()
}

fn contains(said: &str, name: &str) -> bool {
    let (said, name) = (letters(said), letters(name));
    !name.is_empty() && said.contains(&name) && said.chars().count() <= 4 * name.chars().count()
}
