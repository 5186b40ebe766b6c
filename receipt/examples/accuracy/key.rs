//! What stands on a receipt by its key (a JSON object of `company`, `address`, `date` and `total`, as printed), and
//! whether a field that was read says the same.
//!
//! Names and addresses are the same if their ASCII letters and digits are, in capitals. Dates are the same day: day
//! first, as these receipts print it, year first where it has four digits. Amounts are the same to the cent.

use std::{collections::BTreeMap, fs, path::Path};

use jiff::civil::Date;
use receipt::Receipt;
use rust_decimal::Decimal;

/// The fields that keys have, as a receipt names them.
pub(crate) const FIELDS: [&str; 4] = ["merchant", "address", "date", "total"];

pub(crate) struct Key(BTreeMap<String, String>);

impl Key {
    pub(crate) fn open(file: &Path) -> Result<Self, Box<dyn std::error::Error>> {
        Ok(Self(serde_json::from_slice(&fs::read(file)?)?))
    }

    /// Confidence, and whether it was right, of a field that was found and has a key: what is not in the key can be
    /// neither.
    pub(crate) fn judge(&self, field: &str, receipt: &Receipt) -> Option<(f32, bool)> {
        let name = if field == "merchant" { "company" } else { field };
        let want = self.0.get(name).map(|want| want.trim()).filter(|want| !want.is_empty())?;
        let text = |it: &receipt::Field<String>| (it.confidence, letters(&it.text) == letters(want));
        match field {
            "merchant" => receipt.merchant.as_ref().map(text),
            "address" => receipt.address.as_ref().map(text),
            "date" => receipt.date.as_ref().map(|it| (it.confidence, day(want) == Some(it.value))),
            "total" => receipt.total.as_ref().map(|it| (it.confidence, amount(want) == Some(it.value.round_dp(2)))),
            _ => None,
        }
    }

    pub(crate) fn total(&self) -> Option<Decimal> {
        amount(self.0.get("total")?)
    }
}

fn letters(text: &str) -> String {
    text.to_uppercase().chars().filter(char::is_ascii_alphanumeric).collect()
}

/// A run of digits, or the number of a month that is named.
enum Part {
    Number(i16),
    Month(i16),
}

fn day(text: &str) -> Option<Date> {
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
