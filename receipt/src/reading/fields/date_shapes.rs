//! Dates as shops print them, in every order and with names of months in every language.

use std::{ops::Range, sync::LazyLock};

use jiff::civil::Date;
use regex::{Captures, Regex};

use super::{
    date_signs::Signs,
    eras::{Era, day_of_era},
};
use crate::{
    reading::{
        language::{Languages, month},
        page::Row,
    },
    text::regex,
};

/// No receipt is older, and a later year is misread.
const YEARS: Range<i16> = 1990..2045;

/// A date on a row.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) row: usize,
    /// Bytes of the row's text.
    pub(crate) range: Range<usize>,
    pub(crate) shape: Shape,
    pub(crate) reading: Reading,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    YearFirst,
    /// Day or month first, and the year in four digits or two.
    YearLast {
        whole_year: bool,
    },
    /// The month in letters, as these languages call it.
    Named {
        whole_year: bool,
        languages: Languages,
    },
    /// Eight digits.
    Solid,
    /// With a year of another calendar.
    OfEra(Era),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    Certain(Date),
    /// The same figures, read with the day, the month or a year of two digits first; one of them is a date.
    Figures {
        day_first: Option<Date>,
        month_first: Option<Date>,
        year_first: Option<Date>,
    },
}

/// Which part of a date in figures comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    Day,
    Month,
    Year,
}

impl Found {
    pub(crate) fn date(&self, order: Order) -> Option<Date> {
        match (self.reading, order) {
            (Reading::Certain(date), _) => Some(date),
            (Reading::Figures { day_first, month_first, year_first }, Order::Day) => {
                day_first.or(month_first).or(year_first)
            }
            (Reading::Figures { day_first, month_first, year_first }, Order::Month) => {
                month_first.or(day_first).or(year_first)
            }
            (Reading::Figures { day_first, month_first, year_first }, Order::Year) => {
                year_first.or(day_first).or(month_first)
            }
        }
    }

    /// Every date that it may be.
    pub(crate) fn readings(&self) -> impl Iterator<Item = Date> {
        let all = match self.reading {
            Reading::Certain(date) => [Some(date), None, None],
            Reading::Figures { day_first, month_first, year_first } => [day_first, month_first, year_first],
        };
        all.into_iter().flatten()
    }

    /// Day and month could change places.
    pub(crate) fn is_undecided(&self) -> bool {
        matches!(self.reading, Reading::Figures { day_first: Some(a), month_first: Some(b), .. } if a != b)
    }
}

type Parse = fn(&Captures, Languages) -> Option<(Shape, Reading)>;
/// Whether a row may hold a date of a shape.
type MayHold = fn(&Signs) -> bool;

/// The most reliable shapes first; what one has matched is not read by the next.
static SHAPES: LazyLock<[(Regex, MayHold, Parse); 14]> = LazyLock::new(|| {
    [
        (regex(r"(20[0-4]\d|25[5-8]\d)( ?[-/.] ?)(\d{1,2})( ?[-/.] ?)(\d{1,2})"), |it| it.whole_year, year_first),
        (regex(r"(20[0-4]\d|\d{2}) ?([年년]) ?(\d{1,2}) ?([月월]) ?(\d{1,2})"), |it| it.other_letters, year_first),
        // The eighth year of Reiwa is 2026.
        (regex(r"(?:R|令和) ?(\d{1,2})( ?[-/.年] ?)(\d{1,2})( ?[-/.月] ?)(\d{1,2})"), |it| it.reiwa, year_of_reiwa),
        // "20/11-2026", "20,11,2026": the year in four digits makes up for separators that differ or are commas.
        (regex(r"(\d{1,2}) ?[-/.,] ?(\d{1,2}) ?[-/.,] ?(20[0-4]\d|25[5-8]\d)"), |it| it.whole_year, whole_year_last),
        (regex(r"(\d{1,2})( ?[-/.] ?)(\d{1,2})( ?[-/.] ?)(\d{2})"), |it| it.divided_twice, year_last),
        // "20 tháng 11 năm 2026"
        (regex(r"(\d{1,2}) ?THANG ?(\d{1,2}) ?(?:NAM ?|[,/-] ?)?(20[0-4]\d)"), |it| it.whole_year, whole_year_last),
        // "2024. gada 5. marts", "2024. május 23.", "2026ko azaroaren 20"
        (
            regex(&format!(r"(20[0-4]\d){OF_YEAR}(\d{{1,2}})[. /-]{{1,2}}([A-Z]{{3,14}})")),
            |it| it.month && it.whole_year,
            year_day_named_month,
        ),
        (
            regex(&format!(r"(20[0-4]\d){OF_YEAR}([A-Z]{{3,14}})[. /-]{{1,2}}(\d{{1,2}})")),
            |it| it.month && it.whole_year,
            year_named_month_day,
        ),
        (
            regex(&format!(
                r"(\d{{1,2}})(?:ST|ND|RD|TH|ER|E|O)?[ ./,-]{{0,4}}{OF}([A-Z]{{3,14}})[ .,/'-]{{0,4}}{OF}(20[0-4]\d|25[5-8]\d|\d{{2}})"
            )),
            |it| it.month,
            day_named_month,
        ),
        (
            regex(r"([A-Z]{3,14})[ ./-]{0,3}(\d{1,2})(?:ST|ND|RD|TH)?(?:[ ,./-]+(20[0-4]\d)|(?:, |[ ,.]*')(\d\d))"),
            |it| it.month,
            named_month_day,
        ),
        // The OCR loses faint points and slashes, and some shops print blanks.
        (regex(r"([0-3]\d) ?([01]\d) ?(20[0-4]\d)"), |it| it.whole_year, solid_year_last),
        (regex(r"(20[0-4]\d)([01]\d)([0-3]\d)"), |it| it.whole_year, solid_year_first),
        (
            regex(r"(1[34]\d\d|20[5-9]\d|1[0-4]\d)( ?[-/.年] ?)(\d{1,2})( ?[-/.月] ?)(\d{1,2})"),
            |it| it.year_of_era,
            year_of_era_first,
        ),
        (
            regex(r"(\d{1,2})( ?[-/.] ?)(\d{1,2})( ?[-/.] ?)(1[34]\d\d|20[5-9]\d)"),
            |it| it.year_of_era,
            year_of_era_last,
        ),
    ]
});

/// For patterns: the small words before the month and the year ("20 de noviembre del 2026", "20th of November").
const OF: &str = r"(?:(?:DE|DEL|OF|ROKU|GODINE|GODINA) |DE L'|D')?";
/// For patterns: what follows a year that stands first.
const OF_YEAR: &str = r"[.,/-]? ?(?:GADA ?|G\. ?|M\. ?|KO ?)?";

/// The dates on a row, left to right.
pub(crate) fn dates(row: usize, it: &Row, spoken: Languages) -> Vec<Found> {
    let text = it.figures.as_str();
    let mut found: Vec<Found> = Vec::new();
    let Some(signs) = Signs::of(text) else { return found };
    for (pattern, _, parse) in SHAPES.iter().filter(|(_, may_hold, _)| may_hold(&signs)) {
        let mut from = 0;
        while let Some(captures) = pattern.captures_at(text, from) {
            let Some(range) = captures.get(0).map(|whole| whole.range()) else { break };
            from = text[range.start..].chars().next().map_or(text.len(), |c| range.start + c.len_utf8());
            let taken = found.iter().any(|other| other.range.start < range.end && range.start < other.range.end);
            if taken || !stands_free(text, &range) {
                continue;
            }
            if let Some((shape, reading)) = parse(&captures, spoken) {
                let solid_and_dotted = shape == Shape::Solid && text[..range.start].ends_with(['.', '-']);
                let has_short_year = matches!(shape, Shape::Named { whole_year: false, .. });
                let no_year = has_short_year && NO_YEAR.is_match(&text[range.end..]);
                if !solid_and_dotted && !no_year {
                    found.push(Found { row, range, shape, reading });
                }
            }
        }
    }
    found.sort_by_key(|it| it.range.start);
    found
}

/// No figures stand glued before it or after it, unless those of a time.
fn stands_free(text: &str, range: &Range<usize>) -> bool {
    let digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
    let (before, after) = (&text.as_bytes()[..range.start], &text.as_bytes()[range.end..]);
    let starts_with_digit = digit(text.as_bytes().get(range.start));
    if starts_with_digit && (digit(before.last()) || before.ends_with(b".") && digit(before.iter().rev().nth(1))) {
        return false;
    }
    if !starts_with_digit && before.last().is_some_and(u8::is_ascii_uppercase) {
        return false;
    }
    let time_follows =
        digit(after.get(1)) && after.get(2) == Some(&b':') || after.get(1) == Some(&b':') && digit(after.get(2));
    let decimals_follow = after.first() == Some(&b'.') && digit(after.get(1));
    !(digit(after.first()) && !time_follows || decimals_follow)
}

/// What follows two figures that are no year: "24 OZ" is a measure, "12:20" a time and "24,00" an amount.
static NO_YEAR: LazyLock<Regex> =
    LazyLock::new(|| regex(r"^(?: ?(?:%|(?:OZ|ML|CL|L|LTR|KG|G|GR|LBS?|MM|CM|PCS?|PKT|CT|PK|X)\b)|:\d|,\d\d(?:\D|$))"));

fn number(captures: &Captures, group: usize) -> Option<i16> {
    captures.get(group)?.as_str().parse().ok()
}

fn day(year: i16, month: i16, day: i16) -> Option<Date> {
    let year = match year {
        0..100 => year + 2000,
        // Of the Buddhist era, by which Thailand counts.
        2500.. => year - 543,
        _ => year,
    };
    let date = Date::new(year, month.try_into().ok()?, day.try_into().ok()?).ok()?;
    YEARS.contains(&date.year()).then_some(date)
}

fn same_separators(captures: &Captures) -> bool {
    captures[2].trim() == captures[4].trim() || ["年", "년"].contains(&&captures[2])
}

fn year_first(captures: &Captures, _: Languages) -> Option<(Shape, Reading)> {
    let date = day(number(captures, 1)?, number(captures, 3)?, number(captures, 5)?)?;
    same_separators(captures).then_some((Shape::YearFirst, Reading::Certain(date)))
}

fn year_of_reiwa(captures: &Captures, _: Languages) -> Option<(Shape, Reading)> {
    let date = day(number(captures, 1)? + 2018, number(captures, 3)?, number(captures, 5)?)?;
    Some((Shape::YearFirst, Reading::Certain(date)))
}

/// A year of three figures stands before strokes or the word for a year, as in Taiwan, or it may be any number.
fn year_of_era_first(captures: &Captures, _: Languages) -> Option<(Shape, Reading)> {
    let (era, date) = day_of_era(number(captures, 1)?, number(captures, 3)?, number(captures, 5)?)?;
    let fits = era != Era::Minguo || captures[2].contains(['/', '年']);
    (fits && same_separators(captures)).then_some((Shape::OfEra(era), Reading::Certain(date)))
}

fn year_of_era_last(captures: &Captures, _: Languages) -> Option<(Shape, Reading)> {
    let (era, date) = day_of_era(number(captures, 5)?, number(captures, 3)?, number(captures, 1)?)?;
    same_separators(captures).then_some((Shape::OfEra(era), Reading::Certain(date)))
}

fn whole_year_last(captures: &Captures, _: Languages) -> Option<(Shape, Reading)> {
    let reading = figures(number(captures, 1)?, number(captures, 2)?, number(captures, 3)?)?;
    Some((Shape::YearLast { whole_year: true }, reading))
}

fn year_last(captures: &Captures, _: Languages) -> Option<(Shape, Reading)> {
    let reading = figures(number(captures, 1)?, number(captures, 3)?, number(captures, 5)?)?;
    same_separators(captures).then_some((Shape::YearLast { whole_year: false }, reading))
}

fn figures(a: i16, b: i16, c: i16) -> Option<Reading> {
    let (day_first, month_first) = (day(c, b, a), day(c, a, b));
    let year_first = if c < 100 { day(a, b, c) } else { None };
    let found = day_first.or(month_first).or(year_first);
    found.map(|_| Reading::Figures { day_first, month_first, year_first })
}

fn day_named_month(captures: &Captures, spoken: Languages) -> Option<(Shape, Reading)> {
    let (month, languages) = month(&captures[2], spoken)?;
    let date = day(number(captures, 3)?, month.into(), number(captures, 1)?)?;
    Some((Shape::Named { whole_year: captures[3].len() == 4, languages }, Reading::Certain(date)))
}

fn named_month_day(captures: &Captures, spoken: Languages) -> Option<(Shape, Reading)> {
    let (month, languages) = month(&captures[1], spoken)?;
    let year = number(captures, 3).or(number(captures, 4))?;
    let date = day(year, month.into(), number(captures, 2)?)?;
    Some((Shape::Named { whole_year: year > 99, languages }, Reading::Certain(date)))
}

fn year_day_named_month(captures: &Captures, spoken: Languages) -> Option<(Shape, Reading)> {
    let (month, languages) = month(&captures[3], spoken)?;
    let date = day(number(captures, 1)?, month.into(), number(captures, 2)?)?;
    Some((Shape::Named { whole_year: true, languages }, Reading::Certain(date)))
}

fn year_named_month_day(captures: &Captures, spoken: Languages) -> Option<(Shape, Reading)> {
    let (month, languages) = month(&captures[2], spoken)?;
    let date = day(number(captures, 1)?, month.into(), number(captures, 3)?)?;
    Some((Shape::Named { whole_year: true, languages }, Reading::Certain(date)))
}

fn solid_year_last(captures: &Captures, _: Languages) -> Option<(Shape, Reading)> {
    let date = day(number(captures, 3)?, number(captures, 2)?, number(captures, 1)?)?;
    Some((Shape::Solid, Reading::Certain(date)))
}

fn solid_year_first(captures: &Captures, _: Languages) -> Option<(Shape, Reading)> {
    let date = day(number(captures, 1)?, number(captures, 2)?, number(captures, 3)?)?;
    Some((Shape::Solid, Reading::Certain(date)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::{language::Language, page::row_of};

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let found = dates(0, &row_of(text), Language::English.into());
        let read: Vec<String> = found.iter().filter_map(|it| Some(it.date(Order::Day)?.to_string())).collect();
        assert_eq!(read.join(" "), expected, "{text}");
    }

    #[test]
    fn dates_are_read_in_every_order() {
        check("21/03/2018", "2018-03-21");
        check("Date: 2018-03-21 17:05", "2018-03-21");
        check("03.04.24", "2024-04-03");
        check("12/28/2017", "2017-12-28");
        check("20180321", "2018-03-21");
        check("21032018", "2018-03-21");
        check("27 032018", "2018-03-27");
        check("25 12 2018 10:30", "2018-12-25");
        check("2024年3月21日", "2024-03-21");
        check("26年3月21日", "2026-03-21");
        check("令和8年11月20日", "2026-11-20");
        check("R8.11.20", "2026-11-20");
        check("20/11-2026", "2026-11-20");
        check("20,11,2026", "2026-11-20");
        check("20/11/2569", "2026-11-20");
        check("Nov-20-2026", "2026-11-20");
        check("20 / 11 / 2026", "2026-11-20");
        check("2026년 11월 20일", "2026-11-20");
        check("Ngày 20 tháng 11 năm 2026", "2026-11-20");
        check("115年11月20日 14:22", "2026-11-20");
        check("115/11/20", "2026-11-20");
        check("1405/08/29", "2026-11-20");
        check("09/06/1448", "2026-11-20");
        check("2083/08/04", "2026-11-20");
    }

    #[test]
    fn months_may_be_named() {
        check("21 Mac 2018", "2018-03-21");
        check("5 de enero de 2024", "2024-01-05");
        check("Jan 5, 2024", "2024-01-05");
        check("3. Oktober 2023", "2023-10-03");
        check("14-AUG-19", "2019-08-14");
        check("1er juillet 2023", "2023-07-01");
        check("2024. gada 5. marts", "2024-03-05");
        check("2024. oktober 23.", "2024-10-23");
        check("2026. gada 20. novembris 12:20", "2026-11-20");
        check("20 de novembre del 2026", "2026-11-20");
        check("20 d'octubre de 2026", "2026-10-20");
        check("20th of November, 2026", "2026-11-20");
        check("20. listopadu 2026", "2026-11-20");
        check("20. marraskuuta 2026", "2026-11-20");
        check("20 ноября 2026 г. 09:41", "2026-11-20");
        check("20 Νοεμβρίου 2026", "2026-11-20");
        check("2026 m. lapkričio 20 d.", "2026-11-20");
        check("2026ko azaroaren 20", "2026-11-20");
        check("2026-Nov-20", "2026-11-20");
        check("20NOV2026 12:20", "2026-11-20");
    }

    #[test]
    fn a_time_or_a_number_may_stand_glued_to_a_date() {
        check("#19- 18/01/2018", "2018-01-18");
        check("18/01/201820:49", "2018-01-18");
        check("18/01/18 20:49", "2018-01-18");
        check("18/01/20187:49 PM", "2018-01-18");
    }

    #[test]
    fn other_numbers_are_no_dates() {
        check("03-8070 1122", "");
        check("114-05-22", "");
        check("UNIT 112.10.5", "");
        check("1404/13/22", "");
        check("12.50 13.60 14.70", "");
        check("31/02/2018", "");
        check("12345678901234", "");
        check("192.168.10.12", "");
        check("2 MARGARITA 24 OZ", "");
        check("2 MAR 24 OZ", "");
        check("1 DECAF 12", "");
        check("2 MAR 24,00", "");
        check("20 NOV 12:20", "");
        check("1 MARCHE 12", "");
    }
}
