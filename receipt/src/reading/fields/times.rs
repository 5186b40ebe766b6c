//! The time of the sale, near its date.

use std::{ops::Range, sync::LazyLock};

use jiff::civil::Time;
use regex::{Captures, Regex};

use crate::{
    reading::{language::Class, page::Page, receipt::Field},
    text::regex,
};

/// How sure a time is that stands beside the date, and another. Not calibrated.
const BESIDE_DATE: f32 = 0.95;
const ELSEWHERE: f32 = 0.75;

static TIME: LazyLock<Regex> =
    LazyLock::new(|| regex(r"([01]?\d|2[0-3]) ?[:.H] ?([0-5]\d)(?: ?[:.] ?([0-5]\d))? ?([AP]\.? ?M)?"));

struct Found {
    row: usize,
    range: Range<usize>,
    time: Time,
    score: u32,
}

/// `date` is the row of the date.
pub(crate) fn time(page: &Page, date: Option<usize>) -> Option<Field<Time>> {
    let best = (0..page.rows.len())
        .flat_map(|row| times(page, row, date))
        .reduce(|best, it| if it.score > best.score { it } else { best })?;
    let sure = if Some(best.row) == date { BESIDE_DATE } else { ELSEWHERE };
    let confidence = sure * page.rows[best.row].ocr_confidence();
    Some(page.field(best.row, &best.range, best.time, confidence))
}

fn times(page: &Page, row: usize, date: Option<usize>) -> Vec<Found> {
    let text = page.rows[row].figures.as_str();
    let labelled = page.classes[row].has(Class::Time);
    let near = date.map(|date| date.abs_diff(row));
    // A time that counts has a colon or names the half of the day, or it stands beside the date.
    let searched = if near == Some(0) || text.contains(':') || names_half_of_day(text) { text } else { "" };
    TIME.captures_iter(searched)
        .filter_map(|captures| {
            let range = captures.get(0)?.range();
            let colon = captures[0].contains(':') || captures[0].contains('H') && near == Some(0);
            let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit() || c == '/');
            let after = text[range.end..].chars().next();
            let glued_year =
                text[..range.start].len() >= 4 && text[..range.start].bytes().rev().take(4).all(|b| b.is_ascii_digit());
            let torn = digit(after) || (digit(text[..range.start].chars().next_back()) && !glued_year);
            let halves = captures.get(4).is_some();
            // With a stop it may be an amount or a date.
            if torn || !(colon || halves || labelled && near == Some(0)) {
                return None;
            }
            let score = match near {
                Some(0) => 6,
                Some(1) => 2,
                Some(_) | None => 0,
            } + u32::from(labelled) * 2
                + u32::from(captures.get(3).is_some())
                + u32::from(halves);
            Some(Found { row, range: trimmed(text, range), time: parse(&captures)?, score })
        })
        .collect()
}

/// Whether the first letter of "AM" or "PM" follows a figure.
fn names_half_of_day(text: &str) -> bool {
    let follows_figure =
        |(at, _): (usize, &str)| text[..at].trim_end_matches(' ').ends_with(|c: char| c.is_ascii_digit());
    text.match_indices(['A', 'P']).any(follows_figure)
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    range.start..range.start + text[range.clone()].trim_end().len()
}

fn parse(captures: &Captures) -> Option<Time> {
    let part = |group: usize| captures.get(group).and_then(|it| it.as_str().parse::<i8>().ok());
    let hour = match (part(1)?, captures.get(4).map(|half| half.as_str().starts_with('P'))) {
        (12, Some(false)) => 0,
        (hour, Some(true)) if hour < 12 => hour + 12,
        (hour, Some(_) | None) => hour,
    };
    Time::new(hour, part(2)?, part(3).unwrap_or(0), 0).ok()
}
