//! Years that other calendars count, as receipts print them in figures, and the days of ours that they mean.

use jiff::{ToSpan, civil::Date};

/// A calendar whose years are told from ours, and from each other's, by their numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Era {
    /// Of Taiwan: our months, and years since 1912.
    Minguo,
    /// Of Iran and Afghanistan.
    Persian,
    /// The moon's, as Arab countries count.
    Lunar,
    /// Of Nepal.
    Vikram,
}

impl Era {
    /// That of a year of these days.
    fn of(year: i16) -> Option<Self> {
        match year {
            100..=149 => Some(Self::Minguo),
            1380..=1425 => Some(Self::Persian),
            1426..=1479 => Some(Self::Lunar),
            2057..=2099 => Some(Self::Vikram),
            _ => None,
        }
    }

    /// ISO 3166-1, of those that count so.
    pub(crate) fn countries(self) -> &'static [&'static str] {
        match self {
            Self::Minguo => &["TW"],
            Self::Persian => &["IR", "AF"],
            Self::Lunar => &["SA", "AE", "KW", "QA", "BH", "OM", "YE", "JO", "IQ", "EG"],
            Self::Vikram => &["NP"],
        }
    }

    /// Whether the day is known. The moon is looked for, and months in Nepal are as long as a table says: a day more or less.
    pub(crate) fn is_exact(self) -> bool {
        match self {
            Self::Minguo | Self::Persian => true,
            Self::Lunar | Self::Vikram => false,
        }
    }
}

/// The day that the figures of another calendar mean.
pub(crate) fn day_of_era(year: i16, month: i16, day: i16) -> Option<(Era, Date)> {
    let era = Era::of(year)?;
    let (years, months, days) = (i32::from(year), i32::from(month), i32::from(day));
    if !(1..=12).contains(&months) || !(1..=MOST_DAYS).contains(&days) {
        return None;
    }
    let date = match era {
        Era::Minguo => Date::new(year + 1911, month.try_into().ok()?, day.try_into().ok()?).ok()?,
        Era::Persian => persian(years, months, days)?,
        Era::Lunar => lunar(years, months, days)?,
        Era::Vikram => vikram(years, months, days)?,
    };
    Some((era, date))
}

/// Of the longest month of any.
const MOST_DAYS: i32 = 32;

fn after(start: Date, days: i32) -> Option<Date> {
    start.checked_add(days.days()).ok()
}

/// Six months of 31 days, then 30 each; eight of 33 years have a day more.
fn persian(year: i32, month: i32, day: i32) -> Option<Date> {
    let is_leap = |year: i32| (8 * year + 29) % 33 < 8;
    let length = |year: i32| 365 + i32::from(is_leap(year));
    let days_of_month = if month <= 6 { 31 } else { 30 - i32::from(month == 12 && !is_leap(year)) };
    let before = (month - 1) * 30 + (month - 1).min(6);
    let years: i32 = (PERSIAN_YEAR..year).map(length).sum::<i32>() - (year..PERSIAN_YEAR).map(length).sum::<i32>();
    after(PERSIAN_START, years + before + day - 1).filter(|_| day <= days_of_month)
}

const PERSIAN_YEAR: i32 = 1404;
const PERSIAN_START: Date = Date::constant(2025, 3, 21);

/// By the table of thirty years of which eleven have a day more.
fn lunar(year: i32, month: i32, day: i32) -> Option<Date> {
    let days = |year: i32| 354 * year + (11 * year + 3) / 30;
    after(LUNAR_START, days(year) - days(LUNAR_YEAR) + 30 * (month - 1) - (month - 1) / 2 + day - 1)
        .filter(|_| day <= 30)
}

const LUNAR_YEAR: i32 = 1447;
const LUNAR_START: Date = Date::constant(2025, 6, 27);

/// By the way of the sun, which the table of Nepal follows by a day.
fn vikram(year: i32, month: i32, day: i32) -> Option<Date> {
    let months: usize = (month - 1).try_into().ok()?;
    let hundredths = (year - VIKRAM_YEAR) * VIKRAM_YEAR_LENGTH + VIKRAM_MONTHS.get(months)?;
    after(VIKRAM_START, hundredths.div_euclid(100) + day - 1)
}

const VIKRAM_YEAR: i32 = 2082;
const VIKRAM_START: Date = Date::constant(2025, 4, 14);
/// In hundredths of a day: a year, and what is before each of its months.
const VIKRAM_YEAR_LENGTH: i32 = 36_526;
const VIKRAM_MONTHS: [i32; 12] = [0, 3095, 6237, 9400, 12_547, 15_650, 18_696, 21_680, 24_630, 27_566, 30_511, 33_493];

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(year: i16, month: i16, day: i16, expected: Option<(Era, &str)>) {
        let found = day_of_era(year, month, day).map(|(era, date)| (era, date.to_string()));
        assert_eq!(found, expected.map(|(era, date)| (era, date.to_owned())), "{year}/{month}/{day}");
    }

    #[test]
    fn years_of_other_calendars_are_known_by_their_numbers() {
        check(115, 3, 14, Some((Era::Minguo, "2026-03-14")));
        check(1404, 12, 23, Some((Era::Persian, "2026-03-14")));
        check(1447, 9, 24, Some((Era::Lunar, "2026-03-13")));
        check(2082, 11, 30, Some((Era::Vikram, "2026-03-14")));
        check(2026, 3, 14, None);
        check(1985, 3, 14, None);
    }

    #[test]
    fn the_first_days_of_years_are_those_of_almanacs() {
        for (year, expected) in [(1398, "2019-03-21"), (1400, "2021-03-21"), (1403, "2024-03-20"), (1409, "2030-03-21")]
        {
            check(year, 1, 1, Some((Era::Persian, expected)));
        }
        for (year, expected) in [(1440, "2018-09-12"), (1444, "2022-07-30"), (1446, "2024-07-08")] {
            check(year, 1, 1, Some((Era::Lunar, expected)));
        }
        for (year, expected) in [(2076, "2019-04-14"), (2081, "2024-04-13"), (2083, "2026-04-14")] {
            check(year, 1, 1, Some((Era::Vikram, expected)));
        }
    }

    #[test]
    fn what_no_calendar_has_is_no_day() {
        check(1404, 12, 30, None);
        check(1403, 12, 30, Some((Era::Persian, "2025-03-20")));
        check(1404, 13, 1, None);
        check(1447, 1, 31, None);
        check(2082, 1, 33, None);
        check(115, 2, 30, None);
    }
}
