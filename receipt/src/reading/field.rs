//! What a receipt says, each field with its evidence.

use std::{fmt, str::FromStr};

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::BoundingBox;

/// One field of a receipt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Field<T> {
    /// As printed.
    pub text: String,
    /// Normalised.
    pub value: T,
    /// 0 to 1: the share of fields said with this confidence that are right.
    pub confidence: f32,
    /// Where it stands, on the picture as a browser shows it.
    #[serde(rename = "box")]
    pub bounds: BoundingBox,
}

/// What was read on one picture. Absent means not found.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merchant: Option<Field<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Field<String>>,
    /// The day of the sale; ISO 8601 in JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Field<Date>>,
    /// What was to be paid, in `currency`; a decimal string in JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<Field<Decimal>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Field<Currency>>,
}

/// An ISO 4217 code: three capital letters.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a currency is a code of three capital letters")]
pub struct NotACurrency;

impl FromStr for Currency {
    type Err = NotACurrency;

    fn from_str(text: &str) -> Result<Self, NotACurrency> {
        let code: [u8; 3] = text.as_bytes().try_into().map_err(|_| NotACurrency)?;
        if code.iter().all(u8::is_ascii_uppercase) { Ok(Self(code)) } else { Err(NotACurrency) }
    }
}

impl TryFrom<String> for Currency {
    type Error = NotACurrency;

    fn try_from(text: String) -> Result<Self, NotACurrency> {
        text.parse()
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> String {
        currency.to_string()
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|&letter| write!(f, "{}", char::from(letter)))
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
