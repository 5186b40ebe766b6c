//! A day, a total or a time, of which a figure may be covered, and in whose place another of the paper may be read.

use jiff::civil::{Date, Time};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{AMOUNT, NUMBER, TIME, hashes::Hashes, pieces::Pieces};
use crate::{
    Field,
    fingerprint::{canonical, printed},
};

/// A value, and what it may be taken for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Fact {
    value: String,
    /// The figures that it was read from.
    #[serde(skip_serializing_if = "Pieces::is_empty")]
    figures: Pieces,
    /// It, as what is left of a longer one; none where it is printed in full.
    #[serde(skip_serializing_if = "Option::is_none")]
    left: Option<String>,
    /// What would be left of it with figures covered.
    #[serde(skip_serializing_if = "Pieces::is_empty")]
    parts: Pieces,
}

/// What two views say of one fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    Same,
    /// One is what is left of the other with figures covered.
    Part,
    /// They say something else, but what one says stands on the other's paper, too.
    OnBoth,
    Other,
    /// One of them does not show it.
    Nothing,
}

impl Fact {
    pub(super) fn of_day(day: &Field<Date>, hashes: &Hashes<'_>) -> Self {
        let date = day.value;
        let (tens, ones) = (date.day() / 10, date.day() % 10);
        let covered = [tens, ones].into_iter().filter(|_| tens > 0);
        Self {
            value: hashes.value("day", &date.to_string()),
            figures: hashes.pieces(NUMBER, printed::numbers(&day.text)),
            left: is_of_one_figure(day).then(|| hashes.piece("part of a day", &date.to_string())),
            parts: hashes.pieces(
                "part of a day",
                covered.filter_map(|figure| date.with().day(figure).build().ok()).map(|date| date.to_string()),
            ),
        }
    }

    pub(super) fn of_total(total: &Field<Decimal>, hashes: &Hashes<'_>) -> Self {
        let value = canonical(total.value);
        Self {
            left: Some(hashes.piece("part of a total", &value)),
            parts: hashes.pieces("part of a total", ends(total.value).into_iter().map(canonical)),
            figures: hashes.pieces(AMOUNT, printed::amounts(&total.text)),
            value: hashes.value("total", &value),
        }
    }

    /// On a dial of twelve hours: "PM" may be covered.
    pub(super) fn of_time(time: &Field<Time>, hashes: &Hashes<'_>) -> Self {
        let (tens, ones) = (time.value.hour() / 10, time.value.hour() % 10);
        let with_hour = |hour: i8| hashes.piece("part of a time", &format!("{hour}:{}", time.value.minute()));
        Self {
            value: hashes.value("time", &on_a_dial(time.value)),
            figures: hashes.pieces(TIME, printed::times(&time.text)),
            left: (tens == 0).then(|| with_hour(ones)),
            parts: [tens, ones].into_iter().filter(|_| tens > 0).map(with_hour).collect(),
        }
    }

    pub(super) fn figures(&self) -> &Pieces {
        &self.figures
    }

    fn is_left_of(&self, whole: &Self) -> bool {
        self.left.as_ref().is_some_and(|left| whole.parts.contains(left))
    }
}

impl Said {
    /// Of one fact, each with what stands on its paper.
    pub(super) fn of((one, on_one): (&Fact, &Pieces), (other, on_other): (&Fact, &Pieces)) -> Self {
        if one.value == other.value {
            Self::Same
        } else if one.is_left_of(other) || other.is_left_of(one) {
            Self::Part
        } else if one.figures.are_all_in(on_other) || other.figures.are_all_in(on_one) {
            Self::OnBoth
        } else {
            Self::Other
        }
    }
}

pub(super) fn on_a_dial(time: Time) -> String {
    time.strftime("%I:%M").to_string()
}

/// What may be read of a sum whose first figures are covered, the longest first.
pub(super) fn ends(sum: Decimal) -> Vec<Decimal> {
    let powers = std::iter::successors(Some(Decimal::TEN), |power| power.checked_mul(Decimal::TEN));
    let mut ends: Vec<_> = powers.take_while(|power| *power <= sum).map(|power| sum % power).collect();
    ends.retain(|end| !end.is_zero());
    ends.dedup();
    ends.reverse();
    ends
}

/// "4/03" may be what is left of the 14th or the 24th, "04/03" is not.
fn is_of_one_figure(day: &Field<Date>) -> bool {
    let shown = |figures: &str| day.text.split(|c: char| !c.is_ascii_digit()).any(|run| run == figures);
    let day = day.value.day();
    day < 10 && (shown(&day.to_string()) || !shown(&format!("{day:02}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::BoundingBox;

    fn field<T>(text: &str, value: T) -> Field<T> {
        let bounds = BoundingBox::new([0.1, 0.1, 0.2, 0.1]);
        Field { text: text.to_owned(), value, confidence: 0.9, alternatives: Vec::new(), bounds }
    }

    #[test]
    fn a_sum_ends_in_what_is_read_with_its_first_figures_covered() {
        let check = |sum: &str, expected: &[&str]| {
            let ends: Vec<_> = ends(sum.parse().unwrap()).iter().map(ToString::to_string).collect();
            assert_eq!(ends, expected, "{sum}");
        };
        check("127.40", &["27.40", "7.40"]);
        check("105.00", &["5.00"]);
        check("1250", &["250", "50"]);
        check("100.00", &[]);
        check("9.90", &[]);
        check("-12.00", &[]);
    }

    #[test]
    fn a_day_of_one_figure_may_be_what_is_left_of_two() {
        let check = |text: &str, day: &str, expected: bool| {
            assert_eq!(is_of_one_figure(&field(text, day.parse().unwrap())), expected, "{text}");
        };
        check("4/03/2026", "2026-03-04", true);
        check("4/04/2026", "2026-04-04", true);
        check("04/03/2026", "2026-03-04", false);
        check("14/03/2026", "2026-03-14", false);
        check("4MAR2026", "2026-03-04", true);
    }
}
