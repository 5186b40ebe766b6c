//! Days and amounts as SROIE's keys have them, as printed: day first, year first where it has four digits.

use jiff::civil::Date;
use rust_decimal::Decimal;

/// A run of digits, or the number of a month that is named.
enum Part {
    Number(i16),
    Month(i16),
}

pub(crate) fn day(text: &str) -> Option<Date> {
    let text = text.trim().to_uppercase();
    if let (8, Ok(_)) = (text.len(), text.parse::<u32>()) {
        let year_first = text.starts_with("20");
        let (year, month, day) = if year_first { (0..4, 4..6, 6..8) } else { (4..8, 2..4, 0..2) };
        return date(text[day].parse().ok()?, text[month].parse().ok()?, text[year].parse().ok()?);
    }
    let parts: Vec<Part> = parts(&text);
    let named = parts.iter().position(|part| matches!(part, Part::Month(_)));
    let of_three = match named {
        Some(at) if at > 0 => parts.get(at - 1..=at + 1)?,
        Some(at) => parts.get(at..at + 3)?,
        None => parts.get(..3)?,
    };
    match *of_three {
        [Part::Number(a), Part::Number(b) | Part::Month(b), Part::Number(c)]
        | [Part::Month(b), Part::Number(a), Part::Number(c)] => date(a, b, c),
        _ => None,
    }
}

fn parts(text: &str) -> Vec<Part> {
    let months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
    let kind = |c: char| (c.is_ascii_digit(), c.is_ascii_alphabetic());
    let letters: Vec<char> = text.chars().collect();
    let runs = letters.chunk_by(|a, b| kind(*a) == kind(*b)).map(|run| run.iter().collect::<String>());
    runs.filter_map(|run| match run.parse() {
        Ok(number) => Some(Part::Number(number)),
        Err(_) => (1..).zip(months).find(|(_, month)| run.starts_with(month)).map(|(number, _)| Part::Month(number)),
    })
    .collect()
}

fn date(day: i16, month: i16, year: i16) -> Option<Date> {
    let (day, year) = if day > 31 { (year, day) } else { (day, year) };
    let year = if year < 100 { year + 2000 } else { year };
    let (day, month) = if month > 12 { (month, day) } else { (day, month) };
    Date::new(year, month.try_into().ok()?, day.try_into().ok()?).ok()
}

/// The first number of a text. A comma or a blank before three digits groups; another comma is the point.
pub(crate) fn amount(text: &str) -> Option<Decimal> {
    let from = text.find(|c: char| c.is_ascii_digit())?;
    let figures = text[from..].split(|c: char| !(c.is_ascii_digit() || ",. ".contains(c))).next()?;
    let figures = figures.trim_end_matches([' ', ',', '.']);
    let mut plain = String::new();
    for (at, c) in figures.char_indices() {
        let digits = figures[at + 1..].bytes().take_while(u8::is_ascii_digit).count();
        match c {
            ',' | ' ' if digits == 3 => {}
            ',' => plain.push('.'),
            _ => plain.push(c),
        }
    }
    Some(plain.parse::<Decimal>().ok()?.round_dp(2))
}
