//! What is mined of a receipt: one line for each item with the receipt's fields on it, and nothing about a person.
//!
//! `docs/mined-data.md` says what is left out and why, and `copilot/environments/addons/mined-receipts.yml` has the table
//! for it: a test compares its columns with [`Line`].

mod sightings;
mod words;

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Serialize, Serializer, ser};

pub use self::sightings::{
    MAX_TEXTS, NetworkGroup, Sighting, WITNESSES_NEEDED, Witness, printed_texts, publish, sightings,
};
use self::words::without_persons;
use crate::{
    Currency, Field, ImageId, Item, PaymentMethod, Receipt, Verdict,
    verdict::{Outcome, RuleCode, RuleOutcome},
};

/// One item of a receipt. The names of the fields are the names of the table's columns. Every text that was printed is
/// published once several people's receipts have it: [`publish`].
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Line {
    /// The image's id, by which the lines of one receipt are known.
    pub receipt_id: ImageId,
    pub outcome: Outcome,
    /// The rules that it failed.
    pub reasons: Vec<RuleCode>,
    pub merchant: Option<String>,
    pub trade_name: Option<String>,
    /// The shop's.
    pub address: Option<String>,
    pub purchased_on: Option<Date>,
    /// Of the shop's clock. The minute would tell one customer from the next.
    pub purchase_hour: Option<u8>,
    pub currency: Option<Currency>,
    pub payment_method: Option<PaymentMethod>,
    #[serde(serialize_with = "number")]
    pub subtotal: Option<Decimal>,
    /// All taxes together.
    #[serde(serialize_with = "number")]
    pub tax: Option<Decimal>,
    #[serde(serialize_with = "number")]
    pub tip: Option<Decimal>,
    #[serde(serialize_with = "number")]
    pub service: Option<Decimal>,
    #[serde(serialize_with = "number")]
    pub discount: Option<Decimal>,
    #[serde(serialize_with = "number")]
    pub rounding: Option<Decimal>,
    #[serde(serialize_with = "number")]
    pub total: Option<Decimal>,
    pub total_confidence: Option<f32>,
    pub item_count: u32,
    /// From the top, beginning with 1; 0 on the one line of a receipt without items. So `item_number <= 1` is every
    /// receipt once.
    pub item_number: u32,
    pub description: Option<String>,
    #[serde(serialize_with = "number")]
    pub quantity: Option<Decimal>,
    #[serde(serialize_with = "number")]
    pub unit_price: Option<Decimal>,
    #[serde(serialize_with = "number")]
    pub amount: Option<Decimal>,
    /// Of description and amount, the lesser.
    pub item_confidence: Option<f32>,
}

/// What one receipt says about prices and habits; nothing where it says nothing, or has said it before.
pub fn lines(receipt_id: ImageId, receipt: &Receipt, verdict: &Verdict) -> Vec<Line> {
    let failed = verdict.rules.iter().filter(|rule| rule.outcome == RuleOutcome::Failed);
    let reasons: Vec<RuleCode> = failed.map(|rule| rule.code).collect();
    if reasons.iter().any(|code| makes_worthless(*code)) {
        return Vec::new();
    }
    let item_count = u32::try_from(receipt.items.len()).unwrap_or(u32::MAX);
    let whole = Line {
        receipt_id,
        outcome: verdict.outcome,
        reasons,
        merchant: text(receipt.merchant.as_ref()),
        trade_name: text(receipt.trade_name.as_ref()),
        address: text(receipt.address.as_ref()),
        purchased_on: receipt.date.as_ref().map(|date| date.value),
        purchase_hour: receipt.time.as_ref().and_then(|time| u8::try_from(time.value.hour()).ok()),
        currency: receipt.currency.as_ref().map(|currency| currency.value),
        payment_method: receipt.payment_method.as_ref().map(|method| method.value),
        subtotal: exact(receipt.subtotal.as_ref()),
        tax: all_taxes(receipt),
        tip: exact(receipt.tip.as_ref()),
        service: exact(receipt.service.as_ref()),
        discount: exact(receipt.discount.as_ref()),
        rounding: exact(receipt.rounding.as_ref()),
        total: exact(receipt.total.as_ref()),
        total_confidence: receipt.total.as_ref().map(|total| total.confidence),
        item_count,
        item_number: 0,
        description: None,
        quantity: None,
        unit_price: None,
        amount: None,
        item_confidence: None,
    };
    if receipt.items.is_empty() {
        return vec![whole];
    }
    (1..).zip(&receipt.items).map(|(number, item)| of_item(whole.clone(), number, item)).collect()
}

/// As they lie in the bucket: each line one JSON object, ended by a line feed.
pub fn to_json_lines(lines: &[Line]) -> serde_json::Result<String> {
    let mut text = String::new();
    for line in lines {
        text.push_str(&serde_json::to_string(line)?);
        text.push('\n');
    }
    Ok(text)
}

fn of_item(whole: Line, item_number: u32, item: &Item) -> Line {
    let Item { description, quantity, unit_price, amount } = item;
    let confidences = [description.as_ref().map(|it| it.confidence), amount.as_ref().map(|it| it.confidence)];
    Line {
        item_number,
        description: text(description.as_ref()),
        quantity: exact(quantity.as_ref()),
        unit_price: exact(unit_price.as_ref()),
        amount: exact(amount.as_ref()),
        item_confidence: confidences.into_iter().flatten().reduce(f32::min),
        ..whole
    }
}

/// What is no receipt has no prices, and what was accepted before would count them twice. Any other receipt was printed by
/// a shop, whatever we ask of those that we pay for.
fn makes_worthless(code: RuleCode) -> bool {
    match code {
        RuleCode::Unreadable
        | RuleCode::NotAReceipt
        | RuleCode::NotASale
        | RuleCode::SeveralReceipts
        | RuleCode::DuplicateImage
        | RuleCode::DuplicateReceipt => true,
        RuleCode::PartsApart
        | RuleCode::MissingMerchant
        | RuleCode::MissingDate
        | RuleCode::MissingTotal
        | RuleCode::MissingItems
        | RuleCode::MissingCurrency
        | RuleCode::TotalMismatch
        | RuleCode::FutureDate
        | RuleCode::TooOld
        | RuleCode::UnsupportedCurrency
        | RuleCode::OverLimit
        | RuleCode::OverAddressLimit
        | RuleCode::OverBudget => false,
    }
}

fn text(field: Option<&Field<String>>) -> Option<String> {
    field.and_then(|field| without_persons(&field.value))
}

fn exact(field: Option<&Field<Decimal>>) -> Option<Decimal> {
    field.map(|field| field.value).and_then(fitting)
}

fn all_taxes(receipt: &Receipt) -> Option<Decimal> {
    let amounts = receipt.taxes.iter().filter_map(|tax| Some(tax.amount.as_ref()?.value));
    amounts.map(Some).reduce(|sum, amount| sum?.checked_add(amount?)).flatten().and_then(fitting)
}

/// The number, if `decimal(15,4)` holds it exactly: a double does, too, and prints it as it was.
fn fitting(value: Decimal) -> Option<Decimal> {
    const DIGITS_AFTER_THE_POINT: u32 = 4;
    let value = value.normalize();
    let is_small = value.abs() < Decimal::from(10_u64.pow(11));
    (is_small && value.scale() <= DIGITS_AFTER_THE_POINT).then_some(value)
}

/// A JSON number, to which the shortest text that means the same double is exact up to 15 digits.
#[expect(clippy::ref_option, reason = "the signature that serde's `serialize_with` asks for")]
fn number<S: Serializer>(value: &Option<Decimal>, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => serializer.serialize_f64(value.to_string().parse().map_err(ser::Error::custom)?),
        None => serializer.serialize_none(),
    }
}
