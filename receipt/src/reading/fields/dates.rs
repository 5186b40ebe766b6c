//! The day of the sale: which of the dates on a receipt it is, and whether its day or its month comes first.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::RangeInclusive,
    sync::LazyLock,
};

use jiff::civil::Date;
use regex::Regex;

use super::{
    confidence::{self, Evidence},
    date_shapes::{Found, Order, Reading, Shape, dates},
    given,
    numbers::AMERICAN_PHONE,
};
use crate::{
    reading::{
        language::{Class, FirstInDates, Hit, KnownCurrency, Language, MonthFirst},
        page::{Page, classes_of},
        receipt::Field,
    },
    text::{digits, essence, regex},
};

/// Measured: points for what was seen to tell the day of the sale from other dates.
mod points {
    pub(crate) const LABEL: f32 = 3.0;
    pub(crate) const LABEL_ABOVE: f32 = 1.5;
    pub(crate) const RECEIPT_NUMBER: f32 = 1.0;
    pub(crate) const OTHER_DATE: f32 = -4.0;
    pub(crate) const TIME_BESIDE: f32 = 1.5;
    pub(crate) const FIRST: f32 = 0.5;
    pub(crate) const REPEATED: f32 = 0.7;
    pub(crate) const WHOLE_YEAR: f32 = 0.7;
    pub(crate) const NO_SEPARATORS: f32 = -1.5;
    pub(crate) const GLUED: f32 = -0.5;
    pub(crate) const ALONE: f32 = 0.5;
    pub(crate) const HIGH_UP: f32 = 0.5;
    pub(crate) const OTHER_DATE_ABOVE: f32 = -2.0;
    pub(crate) const ODD_YEAR: f32 = -2.0;
    pub(crate) const OTHER_ERA: f32 = -2.0;
    pub(crate) const AMONG_ITEMS: f32 = -1.0;
}

/// Photographed receipts are hardly of other years: these are misread, or no years.
const LIKELY_YEARS: RangeInclusive<i16> = 2000..=2035;

/// How sure a date is whose day and month could change places and nothing on the receipt decides.
const UNDECIDED: f32 = 0.6;
/// And where what decides is weak.
const HARDLY_DECIDED: f32 = 0.8;
/// How sure a date is whose month is named in a language of which nothing else is on the receipt: with the whole year, and
/// with two figures that may be anything.
const FOREIGN: f32 = 0.8;
const FOREIGN_AND_SHORT: f32 = 0.45;
/// How sure a date with a year of another calendar is, where it is counted so and elsewhere, and one that may be a day off.
const OF_ERA: f32 = 0.8;
const OF_FOREIGN_ERA: f32 = 0.45;
const ABOUT: f32 = 0.45;

/// The day of the sale, and the row that it stands on.
pub(crate) fn date(page: &Page, currency: Option<&KnownCurrency>) -> Option<(Field<Date>, usize)> {
    let found: Vec<Found> = page.rows.iter().enumerate().flat_map(|(row, it)| dates(row, it, page.languages)).collect();
    let (order, decision) = order(page, &found, currency);
    let mut said: BTreeMap<Date, usize> = BTreeMap::new();
    for it in &found {
        if let Some(date) = it.date(order) {
            *said.entry(date).or_default() += 1;
        }
    }
    let scores: Vec<f32> = (0..found.len())
        .map(|i| {
            score(page, &found[i], i == 0, found[i].date(order).and_then(|date| said.get(&date)).copied().unwrap_or(1))
        })
        .collect();
    let best = (0..found.len()).max_by(|&a, &b| scores[a].total_cmp(&scores[b]).then(b.cmp(&a)))?;
    let it = &found[best];
    let rival = (0..found.len())
        .filter(|&i| found[i].date(order) != it.date(order))
        .map(|i| scores[i])
        .fold(f32::NEG_INFINITY, f32::max);
    let evidence = Evidence { margin: scores[best] - rival, ocr_confidence: page.rows[it.row].ocr_confidence() };
    let mut confidence = confidence::date(evidence);
    let date = it.date(order)?;
    let mut alternatives = Vec::new();
    if it.is_undecided() {
        confidence = match decision {
            Decision::Clear => confidence,
            Decision::Weak => confidence.min(HARDLY_DECIDED),
            Decision::None => confidence.min(UNDECIDED),
        };
        if decision != Decision::Clear {
            alternatives = it.readings().filter(|other| *other != date).collect();
        }
    }
    if let Shape::Named { whole_year, languages } = it.shape
        && !page.languages.shares(languages)
    {
        confidence = confidence.min(if whole_year { FOREIGN } else { FOREIGN_AND_SHORT });
    }
    if let Shape::OfEra(era) = it.shape {
        let country = page.origin.country().map(|(country, _)| country.code.as_str());
        let is_at_home = country.is_some_and(|code| era.countries().contains(&code));
        confidence = confidence.min(if is_at_home { OF_ERA } else { OF_FOREIGN_ERA });
        if !era.is_exact() {
            confidence = confidence.min(ABOUT);
            alternatives = [date.yesterday(), date.tomorrow()].into_iter().flatten().collect();
        }
    }
    let field = page.field(it.row, &it.range, date, confidence);
    Some((Field { alternatives, ..field }, it.row))
}

/// What tells whether days or months come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Decision {
    Clear,
    Weak,
    None,
}

static TIME: LazyLock<Regex> = LazyLock::new(|| regex(r"\d\d:\d\d"));
static TIME_AFTER: LazyLock<Regex> = LazyLock::new(|| regex(r"\d{1,2} ?[:.] ?\d\d(?: ?[:.] ?\d\d)?(?: ?[AP]\.?M)?"));

#[expect(clippy::cast_precision_loss, reason = "counts are small")]
fn score(page: &Page, it: &Found, first: bool, said: usize) -> f32 {
    let row = &page.rows[it.row];
    let before = page.classes_before(it.row, it.range.start);
    let above = it.row.checked_sub(1).map(|row| page.classes[row]).unwrap_or_default();
    let time = TIME.is_match(&row.figures) || TIME_AFTER.is_match(&row.figures[it.range.end..]);
    let whole_year = match it.shape {
        Shape::YearFirst | Shape::Solid | Shape::OfEra(_) => true,
        Shape::YearLast { whole_year } | Shape::Named { whole_year, .. } => whole_year,
    };
    let neighbours = (row.text[..it.range.start].chars().next_back(), row.text[it.range.end..].chars().next());
    let glued = [neighbours.0, neighbours.1].into_iter().flatten().any(|c| c.is_ascii_alphanumeric());
    let in_likely_year = it.readings().any(|date| LIKELY_YEARS.contains(&date.year()));
    // "VALID UNTIL" on a row of its own, and the date below.
    let below_other = row.text[..it.range.start].trim().is_empty() && is_said_of_another(page, it.row);
    let named_in_short = matches!(it.shape, Shape::Named { whole_year: false, .. });
    let among_items =
        named_in_short && !time && page.amounts_of(it.row).any(|amount| amount.range.start >= it.range.end);
    let depth = it.row as f32 / (page.rows.len().max(2) - 1) as f32;
    given(before.has(Class::Date), points::LABEL)
        + given(above.has(Class::Date) && !before.has(Class::Date), points::LABEL_ABOVE)
        + given(before.has(Class::ReceiptNumber), points::RECEIPT_NUMBER)
        + given(before.has(Class::OtherDate), points::OTHER_DATE)
        + given(below_other, points::OTHER_DATE_ABOVE)
        + given(!in_likely_year, points::ODD_YEAR)
        + given(matches!(it.shape, Shape::OfEra(_)), points::OTHER_ERA)
        + given(among_items, points::AMONG_ITEMS)
        + given(time, points::TIME_BESIDE)
        + given(first, points::FIRST)
        + given(whole_year, points::WHOLE_YEAR)
        + given(it.shape == Shape::Solid, points::NO_SEPARATORS)
        + given(glued, points::GLUED)
        + given(essence(&row.text) == essence(&row.text[it.range.clone()]), points::ALONE)
        + points::REPEATED * said.saturating_sub(1).min(3) as f32
        + points::HIGH_UP * (1.0 - depth)
}

static STATE_AND_ZIP: LazyLock<Regex> = LazyLock::new(|| regex(r"\b[A-Z]{2}[,.]? \d{5}(?:-\d{4})?\b"));
static AMERICAN_TAX: LazyLock<Regex> = LazyLock::new(|| regex(r"\bSALES TAX\b"));
static HALF_OF_DAY: LazyLock<Regex> = LazyLock::new(|| regex(r"\d\d ?[AP]M\b"));
static AMERICAN_STREET: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"\b\d{1,3}(?:ST|ND|RD|TH) (?:ST|STREET|AVE|AVENUE|BLVD)\b|\b(?:AVE|BLVD|PKWY|HWY|STE|SUITE)\.?(?: \d|$)")
});
static PLAIN_TAX: LazyLock<Regex> = LazyLock::new(|| regex(r"^TAX(?:ES)?\b"));
static TAX_BY_NAME: LazyLock<Regex> = LazyLock::new(|| regex(r"\b(?:VAT|GST|SST|HST|PST|QST)\b"));

/// Points from which on a receipt may be American, and surely is.
const AMERICAN: u32 = 2;
const SURELY_AMERICAN: u32 = 3;

/// What speaks for the United States, in points; where nothing is printed that is only there, habits add up.
fn american(page: &Page) -> u32 {
    let says =
        |pattern: &Regex| page.rows.iter().any(|row| pattern.is_match(&row.text) || pattern.is_match(&row.figures));
    let tip = |hits: &Vec<Hit>| hits.iter().any(|hit| hit.class == Class::Tip && hit.is_of(Language::English.into()));
    let plain_tax = says(&PLAIN_TAX) && !says(&TAX_BY_NAME);
    let clues = [
        (says(&STATE_AND_ZIP), 3),
        (says(&AMERICAN_PHONE), 3),
        (says(&AMERICAN_TAX), 3),
        (page.hits.iter().any(tip), 1),
        (says(&HALF_OF_DAY), 1),
        (says(&AMERICAN_STREET), 1),
        (plain_tax, 1),
    ];
    clues.into_iter().filter(|(is_there, _)| *is_there).map(|(_, points)| points).sum()
}

/// Whether the row above a date says that it is another than the day of the sale, in a word that is long enough to mean it.
fn is_said_of_another(page: &Page, row: usize) -> bool {
    let Some(above) = row.checked_sub(1) else { return false };
    let long = |hit: &Hit| hit.class == Class::OtherDate && hit.length >= TELLING_WORD;
    page.hits[above].iter().any(long) && !page.classes[above].has(Class::Date) && digits(&page.rows[above].text) == 0
}

/// In points of what speaks for countries: from here on the order of dates there is the receipt's.
const CLEAR_ORIGIN: f32 = 3.0;

const TELLING_WORD: usize = 5;

/// Whether days or months come first on this receipt, and what tells.
fn order(page: &Page, found: &[Found], currency: Option<&KnownCurrency>) -> (Order, Decision) {
    let part = |it: &Found, group: usize| -> Option<i16> {
        let text = &page.rows[it.row].figures[it.range.clone()];
        text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).nth(group)?.parse().ok()
    };
    let speaks_year_first = page.leading.iter().any(Language::is_year_first);
    let writes_year_first = speaks_year_first || currency.is_some_and(KnownCurrency::year_first);
    let has_short_year = |it: &&Found| matches!(it.reading, Reading::Figures { year_first: Some(_), .. });
    if writes_year_first && found.iter().any(|it| has_short_year(&it)) {
        return (Order::Year, Decision::Clear);
    }
    for it in found.iter().filter(|it| matches!(it.shape, Shape::YearLast { .. })) {
        match (part(it, 0), part(it, 1)) {
            (Some(13..=31), _) => return (Order::Day, Decision::Clear),
            (_, Some(13..=31)) => return (Order::Month, Decision::Clear),
            (Some(_) | None, Some(_) | None) => {}
        }
    }
    // A date that is written out, or starts with the year, decides how the same date in figures is read.
    let certain: BTreeSet<Date> = found
        .iter()
        .filter_map(|it| match (it.reading, it.shape) {
            (Reading::Figures { .. }, _) | (_, Shape::OfEra(_)) => None,
            (Reading::Certain(date), _) => Some(date),
        })
        .collect();
    for it in found {
        if let Reading::Figures { day_first, month_first, year_first } = it.reading {
            let is_certain = |date: Option<Date>| date.is_some_and(|date| certain.contains(&date));
            match (is_certain(day_first), is_certain(month_first), is_certain(year_first)) {
                (true, false, false) => return (Order::Day, Decision::Clear),
                (false, true, false) => return (Order::Month, Decision::Clear),
                (false, false, true) => return (Order::Year, Decision::Clear),
                (true, true, _) | (true, _, true) | (_, true, true) | (false, false, false) => {}
            }
        }
    }
    let day_first = page.languages.iter().any(Language::is_day_first);
    let dotted = found.iter().any(|it| page.rows[it.row].text[it.range.clone()].contains('.'));
    if day_first || dotted {
        return (Order::Day, Decision::Clear);
    }
    // Where it comes from, if that is clear.
    match page.origin.dates() {
        Some((FirstInDates::Month, ahead)) if ahead >= CLEAR_ORIGIN => return (Order::Month, Decision::Clear),
        Some((FirstInDates::Day | FirstInDates::Year, ahead)) if ahead >= CLEAR_ORIGIN => {
            return (Order::Day, Decision::Clear);
        }
        Some((FirstInDates::MostlyMonth, ahead)) if ahead >= CLEAR_ORIGIN => return (Order::Month, Decision::None),
        Some(_) | None => {}
    }
    let american = american(page);
    let month_first = if american >= SURELY_AMERICAN { Decision::Clear } else { Decision::Weak };
    match currency.map(KnownCurrency::month_first) {
        Some(Some(MonthFirst::Always)) => (Order::Month, Decision::Clear),
        Some(Some(MonthFirst::Mostly)) if american >= AMERICAN => (Order::Month, Decision::Clear),
        Some(Some(MonthFirst::Mostly)) => (Order::Month, Decision::None),
        Some(None) => (Order::Day, Decision::Clear),
        None if american >= AMERICAN => (Order::Month, month_first),
        None => {
            let taxed = page.hits.iter().any(|hits| classes_of(hits.iter()).has(Class::TaxNumber));
            (Order::Day, if taxed { Decision::Clear } else { Decision::None })
        }
    }
}
