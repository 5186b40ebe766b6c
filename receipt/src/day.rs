//! Days as all tasks count them.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

/// The day by UTC.
pub fn utc_day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}
