//! What a receipt says, each field with its evidence.

use jiff::civil::{Date, Time};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{BoundingBox, Currency};

/// Items that one receipt may have.
pub(crate) const MAX_ITEMS: usize = 200;

/// One field of a receipt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Field<T> {
    /// As printed.
    pub text: String,
    /// Normalised.
    pub value: T,
    /// 0 to 1: of fields said with this confidence at least this share is right, as far as that was measured (merchant,
    /// address, date, total, currency).
    pub confidence: f32,
    /// What it may be as well, where nothing decides.
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    pub alternatives: Vec<T>,
    /// Where it stands, on the picture as a browser shows it.
    #[serde(rename = "box")]
    pub bounds: BoundingBox,
}

/// What was read on one picture. Absent means not found.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Receipt {
    /// What kind of paper it is; a sale where nothing says that it is none.
    pub kind: Kind,
    /// The words or the figures by which it is known to be no sale.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind_sign: Option<Field<String>>,
    /// The total of another receipt on the same picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other_receipt: Option<Field<Decimal>>,
    /// How each photo after the first one continues those before it, where there are several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub seams: Vec<Seam>,
    /// The company that sold, by its registered name where the receipt has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merchant: Option<Field<String>>,
    /// What the shop calls itself, where that is another name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trade_name: Option<Field<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<Field<String>>,
    /// Figures only, after a plus where one is printed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<Field<String>>,
    /// The seller's number with the tax office: letters and figures only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tax_number: Option<Field<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receipt_number: Option<Field<String>>,
    /// The day of the sale; ISO 8601 in JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<Field<Date>>,
    /// The time of the sale, by the shop's clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Field<String>>))]
    pub time: Option<Field<Time>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<Field<Currency>>,
    /// From the top down.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<Item>,
    /// What the items come to before what is added below them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subtotal: Option<Field<Decimal>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub taxes: Vec<Tax>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tip: Option<Field<Decimal>>,
    /// The charge for service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<Field<Decimal>>,
    /// What was taken off the whole, as a positive number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discount: Option<Field<Decimal>>,
    /// What was added to reach a coin's multiple; negative where it was taken off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rounding: Option<Field<Decimal>>,
    /// What was to be paid, in `currency`; a decimal string in JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<Field<Decimal>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment_method: Option<Field<PaymentMethod>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub card_last_four: Option<Field<String>>,
}

/// What a paper with a merchant, a date and a sum may be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    #[default]
    Sale,
    /// Money was given back.
    Refund,
    /// The sale was taken back, or the payment did not happen.
    Void,
    /// Nothing was sold: a till was practised on, or the paper says that it is a copy or no receipt.
    Training,
    /// An offer, an order, or an invoice that is not paid yet.
    Estimate,
    /// A paper of a bank or an employer.
    Statement,
    /// Something else: a voucher, a form, a table, a letter.
    Other,
}

/// Between two photos of one receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Seam {
    /// Rows are on both.
    Overlapping,
    /// Rows are on both, but the photos were sent in another order than the receipt is printed in.
    OutOfOrder,
    /// No row is on both: something between them may be on neither.
    Apart,
}

/// One thing that was sold.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Item {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<Field<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Field<Decimal>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit_price: Option<Field<Decimal>>,
    /// Negative where it was taken back or off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<Field<Decimal>>,
}

/// One tax.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Tax {
    /// In per cent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate: Option<Field<Decimal>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<Field<Decimal>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum PaymentMethod {
    Cash,
    /// A card, or a wallet that stands for one.
    Card,
}
