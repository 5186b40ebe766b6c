//! The currency of a receipt: its signs and codes, and what else speaks for a country.

use std::{collections::BTreeMap, sync::LazyLock};

use regex::Regex;

use super::{
    field::{Currency, Field},
    keywords::{Class, Language},
    page::Page,
    text::regex,
};

/// Signs and codes as folded text has them, and the ISO 4217 code of each. Longer ones come before their endings.
/// "$" alone says little, so that other evidence may turn it.
const MARKS: [(&str, &str); 58] = [
    ("RM", "MYR"),
    ("MYR", "MYR"),
    ("R.M.", "MYR"),
    ("R.M", "MYR"),
    ("US$", "USD"),
    ("USD", "USD"),
    ("S$", "SGD"),
    ("SGD", "SGD"),
    ("A$", "AUD"),
    ("AU$", "AUD"),
    ("AUD", "AUD"),
    ("C$", "CAD"),
    ("CAD", "CAD"),
    ("NZ$", "NZD"),
    ("NZD", "NZD"),
    ("HK$", "HKD"),
    ("HKD", "HKD"),
    ("NT$", "TWD"),
    ("R$", "BRL"),
    ("BRL", "BRL"),
    ("MXN", "MXN"),
    ("$", "$"),
    ("€", "EUR"),
    ("EUR", "EUR"),
    ("EURO", "EUR"),
    ("£", "GBP"),
    ("GBP", "GBP"),
    ("CHF", "CHF"),
    ("SFR", "CHF"),
    ("PLN", "PLN"),
    ("ZL", "PLN"),
    ("SEK", "SEK"),
    ("NOK", "NOK"),
    ("DKK", "DKK"),
    ("KR", "SEK"),
    ("CZK", "CZK"),
    ("KC", "CZK"),
    ("HUF", "HUF"),
    ("FT", "HUF"),
    ("LVL", "LVL"),
    ("IDR", "IDR"),
    ("RP", "IDR"),
    ("RP.", "IDR"),
    ("¥", "JPY"),
    ("￥", "JPY"),
    ("JPY", "JPY"),
    ("RMB", "CNY"),
    ("CNY", "CNY"),
    ("₩", "KRW"),
    ("KRW", "KRW"),
    ("₹", "INR"),
    ("INR", "INR"),
    ("RS.", "INR"),
    ("THB", "THB"),
    ("฿", "THB"),
    ("PHP", "PHP"),
    ("₱", "PHP"),
    ("₫", "VND"),
];

/// The currency that ends right before a byte, spaces and one stop apart: where it begins, and its code.
pub(super) fn mark_before(text: &str, at: usize) -> Option<(usize, &'static str)> {
    let head = text[..at].trim_end_matches(' ');
    let head = if head.ends_with("M.") { &head[..head.len() - 1] } else { head };
    MARKS
        .iter()
        .filter(|(mark, _)| head.ends_with(mark))
        .map(|(mark, code)| (head.len() - mark.len(), mark, *code))
        .filter(|(from, mark, _)| {
            !(starts_with_letter(mark) && head[..*from].ends_with(|c: char| c.is_ascii_uppercase()))
        })
        .min_by_key(|(from, _, _)| *from)
        .map(|(from, _, code)| (from, code))
}

/// The currency that begins right after a byte: where it ends, and its code.
pub(super) fn mark_after(text: &str, at: usize) -> Option<(usize, &'static str)> {
    let rest = &text[at..];
    let tail = rest.strip_prefix(' ').unwrap_or(rest);
    let spaces = rest.len() - tail.len();
    MARKS
        .iter()
        .filter(|(mark, _)| tail.starts_with(mark))
        .map(|(mark, code)| (mark, &tail[mark.len()..], *code))
        .filter(|(mark, rest, _)| {
            let word = starts_with_letter(mark) && rest.starts_with(|c: char| c.is_ascii_alphanumeric());
            // What comes after belongs to the figures that follow it.
            !word && !rest.trim_start().starts_with(|c: char| c.is_ascii_digit())
        })
        .max_by_key(|(mark, _, _)| mark.len())
        .map(|(mark, _, code)| (at + spaces + mark.len(), code))
}

fn starts_with_letter(mark: &str) -> bool {
    mark.starts_with(|c: char| c.is_ascii_uppercase())
}

/// How sure a currency is that is printed beside amounts, and one that only the country speaks for.
const PRINTED: f32 = 0.97;
const CONCLUDED: f32 = 0.7;

/// The code of the currency that a receipt is in, as far as it says.
pub(super) fn code(page: &Page) -> Option<&'static str> {
    let mut votes: BTreeMap<&'static str, usize> = BTreeMap::new();
    for (mark, _, _) in marks(page) {
        *votes.entry(mark).or_default() += 1;
    }
    let best = votes.iter().max_by_key(|(code, count)| (**count, **code != "$")).map(|(code, _)| *code);
    match best {
        Some("$") => Some(dollar(page, &votes)),
        Some(code) => Some(code),
        None => country(page).map(|(code, _, _)| code),
    }
}

pub(super) fn currency(page: &Page) -> Option<Field<Currency>> {
    let code = code(page)?;
    let value = code.parse().ok()?;
    let printed = marks(page).find(|(mark, _, _)| *mark == code || *mark == "$");
    let (row, range, confidence) = match printed {
        Some(("$", row, range)) if code != "USD" => (row, range, CONCLUDED),
        Some((_, row, range)) => (row, range, PRINTED),
        None => country(page).map(|(_, row, range)| (row, range, CONCLUDED))?,
    };
    Some(page.field(row, &range, value, confidence))
}

type Mark = (&'static str, usize, std::ops::Range<usize>);

/// The currencies beside amounts, then those that stand alone, as in "Amount (RM)".
fn marks(page: &Page) -> impl Iterator<Item = Mark> {
    let beside = page.amounts.iter().filter_map(|amount| {
        let code = amount.currency?;
        let text = &page.rows[amount.row].text;
        let figures = text[amount.reach.clone()].find(|c: char| c.is_ascii_digit()).unwrap_or(0) + amount.reach.start;
        let range = match mark_before(text, figures) {
            Some((from, before)) if before == code => from..from + mark_length(&text[from..], code),
            Some(_) | None => amount.reach.clone(),
        };
        Some((code, amount.row, range))
    });
    let alone = page.rows.iter().enumerate().flat_map(|(row, it)| {
        ALONE.find_iter(&it.text).filter_map(move |found| {
            let code = MARKS.iter().find(|(mark, _)| *mark == found.as_str())?.1;
            Some((code, row, found.range()))
        })
    });
    beside.chain(alone)
}

fn mark_length(text: &str, code: &str) -> usize {
    let fits = |(mark, its): &&(&str, &str)| *its == code && text.starts_with(mark);
    MARKS.iter().filter(fits).map(|(mark, _)| mark.len()).max().unwrap_or(1)
}

static ALONE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"\b(?:RM|MYR|USD|SGD|AUD|CAD|NZD|EUR|EURO|GBP|CHF|PLN|SEK|NOK|DKK|CZK|HUF|IDR|JPY|KRW|INR|THB|PHP)\b|[€£₩₹₱₫]",
    )
});

/// Whose dollar it is.
fn dollar(page: &Page, votes: &BTreeMap<&'static str, usize>) -> &'static str {
    if let Some(code) =
        ["SGD", "AUD", "CAD", "NZD", "HKD", "MXN", "USD"].into_iter().find(|code| votes.contains_key(code))
    {
        return code;
    }
    let says = |words: &[&str]| page.rows.iter().any(|row| words.iter().any(|word| row.text.contains(word)));
    if says(&["SINGAPORE"]) {
        "SGD"
    } else if says(&["AUSTRALIA", "ABN "]) {
        "AUD"
    } else if says(&["CANADA", "ONTARIO", "TVQ", " HST", " PST"]) {
        "CAD"
    } else if says(&["NEW ZEALAND", "AUCKLAND"]) {
        "NZD"
    } else if page.languages.has(Language::Es) && says(&["R.F.C", "RFC", "MEXICO"]) {
        "MXN"
    } else {
        "USD"
    }
}

/// The currency of the country that the words of a receipt speak for, and the row that does.
fn country(page: &Page) -> Option<Mark> {
    let language = [
        (Language::Pl, "PLN"),
        (Language::De, "EUR"),
        (Language::Fr, "EUR"),
        (Language::Es, "EUR"),
        (Language::It, "EUR"),
        (Language::Pt, "EUR"),
        (Language::Nl, "EUR"),
        (Language::Lv, "EUR"),
        (Language::Id, "IDR"),
        (Language::Ms, "MYR"),
    ]
    .into_iter()
    .find(|(language, _)| page.languages.has(*language));
    let witness = |language: Language| {
        page.rows.iter().enumerate().find_map(|(row, _)| {
            let hit =
                page.hits[row].iter().find(|hit| hit.is_of(language.into()) && !hit.is_of(Language::En.into()))?;
            Some((row, hit.range.clone()))
        })
    };
    let malaysian = page.rows.iter().enumerate().find_map(|(row, _)| {
        let speaks = |class: Class| matches!(class, Class::LegalForm | Class::Place);
        let hit = page.hits[row].iter().find(|hit| speaks(hit.class) && hit.is_of(Language::Ms.into()))?;
        Some(("MYR", row, hit.range.clone()))
    });
    if page.languages.has(Language::Ms) && malaysian.is_some() {
        return malaysian;
    }
    let (language, code) = language?;
    witness(language).map(|(row, range)| (code, row, range))
}

#[cfg(test)]
mod tests {
    use crate::{
        Orientation,
        reading::{
            read,
            sample::{Lie, photograph},
        },
    };

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let receipt = read(&photograph(text, Lie::default()), Orientation::Upright);
        let code = receipt.currency.map(|currency| currency.value.to_string()).unwrap_or_default();
        assert_eq!(code, expected, "{text}");
    }

    #[test]
    fn a_currency_is_what_stands_beside_the_amounts() {
        check("SHOP\nTOTAL  RM 5.00", "MYR");
        check("SHOP\nTOTAL  5,00 €", "EUR");
        check("SHOP\nTOTAL EUR  5,00", "EUR");
        check("SHOP\nSUMA PLN  5,00", "PLN");
        check("SHOP\nTOTAL  £5.00", "GBP");
    }

    #[test]
    fn a_dollar_is_the_country_s() {
        check("SHOP\nTOTAL  $5.00", "USD");
        check("SHOP\nSYDNEY AUSTRALIA\nTOTAL  $5.00", "AUD");
        check("SHOP\nORCHARD ROAD SINGAPORE\nTOTAL  $5.00", "SGD");
        check("SHOP\nTORONTO ONTARIO\nTOTAL  $5.00", "CAD");
    }

    #[test]
    fn without_a_sign_the_words_speak_for_a_country() {
        check("KEDAI MAJU SDN BHD\nJALAN MAWAR\nJUMLAH  5.00\nTUNAI  10.00", "MYR");
        check("Laden\nZwischensumme  5,00\nGegeben  10,00\nRückgeld  5,00", "EUR");
        check("SHOP\nTOTAL  5.00", "");
    }
}
