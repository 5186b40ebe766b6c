//! What stands on a receipt by its key, a JSON object in one of three forms:
//!
//! - `ID.json` of a scan, as ICDAR 2019 SROIE has it: `company`, `address`, `date` and `total` as printed ([`printed`]).
//!   All are from Malaysia. What is empty has no key;
//! - `ID.json` of a photo: `company` and `company_also`, `iso_date` and `iso_date_also`, `value`, `currency`, `country`.
//!   What is empty is not on the picture;
//! - `ID.expect.json` of a drawn case: `merchant`, `date`, `total`, `currency`, `verdict`. A list names what may be said,
//!   null that nothing may be; what is absent is not asked.

use std::{error::Error, fs, path::Path, str::FromStr};

use jiff::civil::Date;
use receipt::{Currency, verdict::Outcome};
use rust_decimal::Decimal;
use serde_json::{Map, Value};

use super::printed;

/// What a key came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Scan,
    Photo,
    Drawn,
}

/// What may be said of one field; empty where that is not asked.
#[derive(Debug, Default)]
pub(crate) struct Expected<T>(Vec<Option<T>>);

#[derive(Debug)]
pub(crate) struct Key {
    pub(crate) form: Form,
    /// By which receipts are kept apart: the country's code, for a drawn case the first two letters of its currency's.
    pub(crate) country: String,
    pub(crate) merchant: Expected<String>,
    pub(crate) address: Expected<String>,
    pub(crate) date: Expected<Date>,
    pub(crate) total: Expected<Decimal>,
    pub(crate) currency: Expected<Currency>,
    /// What is to come of it, where the key says so.
    pub(crate) outcome: Option<Outcome>,
}

type Failable<T> = Result<T, Box<dyn Error>>;

impl<T: PartialEq> Expected<T> {
    pub(crate) fn is_asked(&self) -> bool {
        !self.0.is_empty()
    }

    /// Whether there is something to be said.
    pub(crate) fn is_printed(&self) -> bool {
        self.0.iter().any(Option::is_some)
    }

    pub(crate) fn allows_silence(&self) -> bool {
        self.0.iter().any(Option::is_none)
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &T> {
        self.0.iter().flatten()
    }
}

impl Key {
    /// The key of a receipt, out of the folder in which keys lie.
    pub(crate) fn open(folder: &Path, id: &Path) -> Failable<Self> {
        let file = match folder.join(id).with_extension("expect.json") {
            drawn if drawn.exists() => drawn,
            _ => folder.join(id).with_extension("json"),
        };
        Self::read(&file).map_err(|error| format!("{}: {error}", file.display()).into())
    }

    fn read(file: &Path) -> Failable<Self> {
        let key: Map<String, Value> = serde_json::from_slice(&fs::read(file)?)?;
        if key.contains_key("iso_date") {
            of_a_photo(&key)
        } else if key.contains_key("company") {
            of_a_scan(&key)
        } else {
            of_a_drawn_case(&key)
        }
    }
}

fn of_a_scan(key: &Map<String, Value>) -> Failable<Key> {
    let text = |name: &str| key.get(name).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty());
    let one = |name: &str| Expected(text(name).map(|text| Some(text.to_owned())).into_iter().collect());
    Ok(Key {
        form: Form::Scan,
        country: "MY".to_owned(),
        merchant: one("company"),
        address: one("address"),
        date: Expected(text("date").and_then(printed::day).map(Some).into_iter().collect()),
        total: Expected(text("total").and_then(printed::amount).map(Some).into_iter().collect()),
        currency: Expected(vec![Some("MYR".parse()?)]),
        outcome: None,
    })
}

fn of_a_photo(key: &Map<String, Value>) -> Failable<Key> {
    Ok(Key {
        form: Form::Photo,
        country: key.get("country").and_then(Value::as_str).unwrap_or_default().to_owned(),
        merchant: expected(key, &["company", "company_also"])?,
        address: Expected::default(),
        date: expected(key, &["iso_date", "iso_date_also"])?,
        total: expected(key, &["value"])?,
        currency: expected(key, &["currency"])?,
        outcome: None,
    })
}

fn of_a_drawn_case(key: &Map<String, Value>) -> Failable<Key> {
    let currency: Expected<Currency> = expected(key, &["currency"])?;
    let country = currency.values().next().map_or_else(String::new, |code| code.to_string()[..2].to_owned());
    Ok(Key {
        form: Form::Drawn,
        country,
        merchant: expected(key, &["merchant"])?,
        address: Expected::default(),
        date: expected(key, &["date"])?,
        total: expected(key, &["total"])?,
        currency,
        outcome: key.get("verdict").and_then(|verdict| serde_json::from_value(verdict.clone()).ok()),
    })
}

/// What may be said by these members of a key; an empty text is as good as null.
fn expected<T>(key: &Map<String, Value>, names: &[&str]) -> Failable<Expected<T>>
where
    T: FromStr<Err: Error + 'static>,
{
    let values = names.iter().filter_map(|name| key.get(*name)).flat_map(|value| match value {
        Value::Array(values) => values.as_slice(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {
            std::slice::from_ref(value)
        }
    });
    let parsed = values.map(|value| match value.as_str().filter(|text| !text.is_empty()) {
        Some(text) => Ok(Some(text.parse()?)),
        None => Ok(None),
    });
    parsed.collect::<Failable<_>>().map(Expected)
}
