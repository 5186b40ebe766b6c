//! The groups in which a receipt is looked for: any two of its day, its total, its number and its time make one, and so do its
//! total and its items' prices.
//!
//! Whatever one of these is covered, or read from elsewhere on the paper, two photos of a receipt meet in a group of others.

use rust_decimal::Decimal;

use super::{
    content,
    fact::{ends, on_a_dial},
    number,
};
use crate::{
    Field, Receipt,
    fingerprint::{FingerprintKey, Mark, alike, canonical, printed},
};

/// Ends of a total in whose groups it is looked for, too: each costs two writes.
const ENDS: usize = 2;

/// None without a day or a total, without which nothing is paid for.
pub(super) fn of(receipt: &Receipt, key: &FingerprintKey) -> Vec<Mark> {
    let (Some(date), Some(total)) = (&receipt.date, &receipt.total) else { return Vec::new() };
    let (day, month) = (date.value.to_string(), date.value.strftime("%Y-%m").to_string());
    let sum = canonical(total.value);
    let mut groups = vec![key.mark("day, total", &[&day, &sum])];
    // A total with its first figures covered, where nothing else than the day may be seen beside it.
    let ends = ends_that_tell(total);
    groups.extend(ends.iter().take(ENDS).map(|end| key.mark("day, total", &[&day, end])));
    if let Some(prices) = content::prices(receipt) {
        groups.push(key.mark("prices, total", &[&prices, &sum]));
    }
    let time = receipt.time.as_ref().map(|time| on_a_dial(time.value));
    if let Some(time) = &time {
        groups.push(key.mark("time, day", &[time, &day]));
        // With what is left of the total, so that the day may have lost a figure as well.
        groups.push(key.mark("time, total", &[time, ends.last().unwrap_or(&sum)]));
    }
    let number = receipt.receipt_number.as_ref().map(alike).filter(|number| number::is_of_one_receipt(number));
    if let Some(number) = &number {
        // With the month, so that another day of the paper is found whatever the total is.
        groups.push(key.mark("number, month", &[number, &month]));
        groups.push(key.mark("number, total", &[number, &sum]));
        groups.extend(time.iter().map(|time| key.mark("number, time", &[number, time])));
    }
    groups
}

/// Of what would be read of the total with its first figures covered: of two figures, too many totals are the end.
fn ends_that_tell(total: &Field<Decimal>) -> Vec<String> {
    let has_cents = !total.value.fract().is_zero() || !printed::amounts(&total.text).is_empty();
    let least = if has_cents { Decimal::ONE } else { Decimal::ONE_HUNDRED };
    ends(total.value).into_iter().filter(|end| *end >= least).map(canonical).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::BoundingBox;

    #[test]
    fn ends_of_three_figures_tell_a_total() {
        let check = |text: &str, value: &str, expected: &[&str]| {
            let bounds = BoundingBox::new([0.1, 0.1, 0.2, 0.1]);
            let value = value.parse().unwrap();
            let total = Field { text: text.to_owned(), value, confidence: 0.9, alternatives: Vec::new(), bounds };
            assert_eq!(ends_that_tell(&total), expected, "{text}");
        };
        check("127.40", "127.40", &["27.4", "7.4"]);
        check("127.00", "127.00", &["27", "7"]);
        check("100.40", "100.40", &[]);
        check("12,500", "12500", &["2500", "500"]);
        check("1250", "1250", &["250"]);
    }
}
