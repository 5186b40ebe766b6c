//! What a person says of a receipt that was read: what its fields should be, and that the verdict is wrong.
//!
//! It stands beside the reading and the verdict, and changes neither. It is said as a JSON Merge Patch
//! (<https://www.rfc-editor.org/rfc/rfc7396>).

mod seen;
#[cfg(test)]
mod tests;

use jiff::{
    Timestamp, ToSpan,
    civil::{self, Date},
};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::Currency;

/// What the fields should be, as far as the person has said; also where that is what was read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Corrections {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merchant: Option<Correction<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<Correction<Date>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<Correction<Decimal>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<Correction<Currency>>,
}

/// What a field should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Correction<T> {
    pub value: T,
    /// When that was said.
    pub at: Timestamp,
}

/// What a person has to say now. A member that is absent changes nothing, `null` takes back what was said of it before;
/// other members are refused.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Amendment {
    /// 1 to 200 characters, without those around that are blank; all of them are seen, so none turns the direction or has no width.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, min_length = 1, max_length = 200))]
    merchant: Change<String>,
    /// ISO 8601, from 1990-01-01 to the day after today (UTC).
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = Date, example = "2018-12-25"))]
    date: Change<Date>,
    /// A decimal number as text: figures only, at most nine before the point and four after it.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, pattern = r"^\d{1,9}(\.\d{1,4})?$", example = "9.00"))]
    total: Change<Decimal>,
    /// ISO 4217, of a currency in use.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, pattern = "^[A-Z]{3}$", example = "MYR"))]
    currency: Change<Currency>,
    /// Whether the person says that the verdict is wrong. `false` and `null` take it back.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<bool>))]
    contested: Option<bool>,
}

/// What cannot be said so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAnAmendment {
    #[error("{0:?} cannot be corrected; merchant, date, total and currency can, and the verdict be contested")]
    UnknownMember(String),
    #[error("{member} is {expected}")]
    Value { member: &'static str, expected: &'static str },
}

/// What becomes of one correction.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
enum Change<T> {
    #[default]
    None,
    TakeBack,
    To(T),
}

/// Older receipts than that are not photographed to be sent.
const FIRST_DAY: Date = civil::date(1990, 1, 1);
const MAX_MERCHANT_CHARS: usize = 200;
const MAX_FIGURES_BEFORE_THE_POINT: usize = 9;
const MAX_FIGURES_AFTER_THE_POINT: usize = 4;

impl NotAnAmendment {
    /// The member that is meant.
    pub fn member(&self) -> &str {
        match self {
            Self::UnknownMember(name) => name,
            Self::Value { member, .. } => member,
        }
    }
}

impl Corrections {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Amendment {
    /// Reads the patch. `today` is the day in UTC: somewhere it is tomorrow already.
    pub fn parse(patch: &Map<String, Value>, today: Date) -> Result<Self, NotAnAmendment> {
        let mut amendment = Self::default();
        for (name, value) in patch {
            match name.as_str() {
                "merchant" => amendment.merchant = change(value, "merchant", MERCHANT, merchant)?,
                "date" => amendment.date = change(value, "date", DATE, |text| date(text, today))?,
                "total" => amendment.total = change(value, "total", TOTAL, total)?,
                "currency" => amendment.currency = change(value, "currency", CURRENCY, currency)?,
                "contested" => amendment.contested = Some(contested(value)?),
                _ => return Err(NotAnAmendment::UnknownMember(name.clone())),
            }
        }
        Ok(amendment)
    }

    /// The corrections after this. What was said before in the same words keeps its time.
    pub fn corrections(&self, before: &Corrections, at: Timestamp) -> Corrections {
        Corrections {
            merchant: self.merchant.apply(before.merchant.as_ref(), at),
            date: self.date.apply(before.date.as_ref(), at),
            total: self.total.apply(before.total.as_ref(), at),
            currency: self.currency.apply(before.currency.as_ref(), at),
        }
    }

    /// Since when the verdict is contested, after this.
    pub fn contested_at(&self, before: Option<Timestamp>, at: Timestamp) -> Option<Timestamp> {
        match self.contested {
            None => before,
            Some(true) => before.or(Some(at)),
            Some(false) => None,
        }
    }
}

impl<T: Clone + PartialEq> Change<T> {
    fn apply(&self, before: Option<&Correction<T>>, at: Timestamp) -> Option<Correction<T>> {
        match self {
            Self::None => before.cloned(),
            Self::TakeBack => None,
            Self::To(value) => {
                let same = before.filter(|before| before.value == *value);
                Some(same.cloned().unwrap_or_else(|| Correction { value: value.clone(), at }))
            }
        }
    }
}

const MERCHANT: &str = "a text of 1 to 200 characters, all of which are seen, or null";
const DATE: &str = "a day as in \"2018-12-25\", from 1990-01-01 to tomorrow, or null";
const TOTAL: &str =
    "a decimal number as text, as in \"9.00\", from 0 to below 1000000000 with at most 4 decimals, or null";
const CURRENCY: &str = "an ISO 4217 code as in \"MYR\", or null";

fn change<T>(
    value: &Value,
    member: &'static str,
    expected: &'static str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<Change<T>, NotAnAmendment> {
    match value {
        Value::Null => Ok(Change::TakeBack),
        Value::String(text) => parse(text).map(Change::To).ok_or(NotAnAmendment::Value { member, expected }),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            Err(NotAnAmendment::Value { member, expected })
        }
    }
}

fn merchant(text: &str) -> Option<String> {
    let name = text.trim();
    let fits = (1..=MAX_MERCHANT_CHARS).contains(&name.chars().count()) && seen::is_seen(name);
    fits.then(|| name.to_owned())
}

fn date(text: &str, today: Date) -> Option<Date> {
    // The parser also takes other forms of ISO 8601, and times, which it drops.
    let date: Date = text.parse().ok().filter(|date: &Date| date.to_string() == text)?;
    let tomorrow = today.saturating_add(1.day());
    (FIRST_DAY..=tomorrow).contains(&date).then_some(date)
}

fn total(text: &str) -> Option<Decimal> {
    // The parser also takes signs, and rounds what it cannot hold.
    let figures =
        |text: &str, most: usize| (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, decimals) = text.split_once('.').map_or((text, None), |(whole, decimals)| (whole, Some(decimals)));
    let fits = figures(whole, MAX_FIGURES_BEFORE_THE_POINT)
        && decimals.is_none_or(|decimals| figures(decimals, MAX_FIGURES_AFTER_THE_POINT));
    if fits { text.parse().ok() } else { None }
}

fn currency(text: &str) -> Option<Currency> {
    iso_currency::Currency::from_code(text)?;
    text.parse().ok()
}

fn contested(value: &Value) -> Result<bool, NotAnAmendment> {
    match value {
        Value::Bool(contested) => Ok(*contested),
        Value::Null => Ok(false),
        Value::Number(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => {
            Err(NotAnAmendment::Value { member: "contested", expected: "true, false or null" })
        }
    }
}
