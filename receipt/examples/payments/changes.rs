//! What may be covered on a photo, and what differs on the paper of another purchase.

use jiff::ToSpan;
use receipt::{Receipt, textract::DetectDocumentText};
use rust_decimal::Decimal;

/// A receipt, and all that stands on its paper.
#[derive(Clone)]
pub(crate) struct Seen {
    pub(crate) receipt: Receipt,
    pub(crate) paper: DetectDocumentText,
}

impl Seen {
    fn print(&mut self, shown: &str, instead: &str) {
        for line in self.paper.blocks.iter_mut().filter_map(|block| block.text.as_mut()) {
            *line = line.replace(shown, instead);
        }
    }
}

/// What is covered or otherwise on another paper, and whether there was anything to change.
pub(crate) type Change = fn(&mut Seen) -> bool;

pub(crate) fn without_number(seen: &mut Seen) -> bool {
    let Some(number) = seen.receipt.receipt_number.take() else { return false };
    seen.print(&number.text, "");
    true
}

pub(crate) fn without_time(seen: &mut Seen) -> bool {
    let Some(time) = seen.receipt.time.take() else { return false };
    seen.print(&time.text, "");
    true
}

pub(crate) fn half_named(seen: &mut Seen) -> bool {
    seen.receipt.trade_name = None;
    let Some(name) = &mut seen.receipt.merchant else { return false };
    name.value = name.value.chars().take(name.value.chars().count() / 2).collect();
    true
}

/// The head is cut off: another line is taken for the name.
pub(crate) fn headless(seen: &mut Seen) -> bool {
    let taken = [seen.receipt.tax_number.take(), seen.receipt.phone.take()];
    for field in taken.into_iter().flatten() {
        seen.print(&field.text, "");
    }
    (seen.receipt.trade_name, seen.receipt.address) = (None, None);
    let Some(name) = &mut seen.receipt.merchant else { return false };
    "CASH BILL".clone_into(&mut name.value);
    true
}

/// Of the day's two figures the first is covered.
pub(crate) fn day_cut(seen: &mut Seen) -> bool {
    let Some(mut date) = seen.receipt.date.clone().filter(|date| date.value.day() > 10) else { return false };
    let left = date.value.day() % 10;
    let Ok(value) = date.value.with().day(left).build() else { return false };
    let text = date.text.replacen(&date.value.day().to_string(), &left.to_string(), 1);
    seen.print(&date.text, &text);
    (date.value, date.text) = (value, text);
    seen.receipt.date = Some(date);
    true
}

/// The total's first figure is covered, and wherever that amount stands beside it.
pub(crate) fn total_cut(seen: &mut Seen) -> bool {
    let Some(mut total) = seen.receipt.total.clone().filter(|total| total.value > Decimal::TEN) else { return false };
    let power = std::iter::successors(Some(Decimal::TEN), |power| Some(power * Decimal::TEN));
    let Some(power) = power.take_while(|power| *power <= total.value).last() else { return false };
    let text: String = total.text.chars().skip_while(|c| !c.is_ascii_digit()).skip(1).collect();
    seen.print(&total.text, &text);
    (total.value, total.text) = (total.value % power, text);
    seen.receipt.total = Some(total);
    true
}

/// Bought later: the number is higher by one in its last figure, the time by 17 minutes.
pub(crate) fn later(seen: &mut Seen) -> bool {
    if let Some(mut number) = seen.receipt.receipt_number.clone() {
        let last = number.value.pop().and_then(|last| last.to_digit(10)).unwrap_or(0);
        number.value.push(char::from_digit((last + 1) % 10, 10).unwrap_or('0'));
        seen.print(&number.text, &number.value);
        number.text.clone_from(&number.value);
        seen.receipt.receipt_number = Some(number);
    }
    if let Some(mut time) = seen.receipt.time.clone() {
        time.value = time.value.wrapping_add(17.minutes());
        let text = time.value.strftime("%H:%M").to_string();
        seen.print(&time.text, &text);
        // A paper may say it again, without the seconds or with others.
        let mut parts = time.text.split(':');
        if let (Some(hour), Some(minute)) = (parts.next(), parts.next()) {
            let minute: String = minute.chars().take_while(char::is_ascii_digit).collect();
            seen.print(&format!("{hour}:{minute}"), &text);
        }
        time.text = text;
        seen.receipt.time = Some(time);
    }
    true
}

/// Another purchase as if of one day and total with this one.
pub(crate) fn as_if_with(seen: &Seen, like: &Seen) -> Option<Seen> {
    let mut seen = seen.clone();
    let (date, total) = (seen.receipt.date.take()?, seen.receipt.total.take()?);
    (seen.receipt.date, seen.receipt.total) = (like.receipt.date.clone(), like.receipt.total.clone());
    seen.print(&date.text, &like.receipt.date.as_ref()?.text);
    seen.print(&total.text, &like.receipt.total.as_ref()?.text);
    Some(seen)
}

/// The same with all of these changes; none where there was nothing to change.
pub(crate) fn all_changed(seen: &Seen, changes: &[Change]) -> Option<Seen> {
    let mut seen = seen.clone();
    changes.iter().all(|change| change(&mut seen)).then_some(seen)
}

pub(crate) fn changed(seen: &Seen, changes: &[Change]) -> Seen {
    let mut seen = seen.clone();
    for change in changes {
        let _was_there = change(&mut seen);
    }
    seen
}
