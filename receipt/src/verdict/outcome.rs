//! What a receipt is judged by beside itself, and what comes of it.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{
    BoundingBox, Currency, ImageId, KnownBy, listed_enum::listed_enum, sum_check::ItemSum, textract::Legibility,
};

/// What is known beside the receipt itself. What is unknown is not checked.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// The day on which it is judged.
    pub today: Option<Date>,
    /// How well the picture's text could be read.
    pub legibility: Option<Legibility>,
    /// An accepted receipt whose picture has the same bytes.
    pub same_image: Precedent,
    /// An accepted photo of the same receipt.
    pub same_receipt: Precedent,
    /// Of that receipt no more than the merchant, the day and the total is known to be the same: it may be another.
    pub is_only_alike: bool,
    /// How many of the owner's receipts were accepted today.
    pub accepted_today: Option<u32>,
    /// How many receipts that earned something were sent from the same address on the same day.
    pub earned_at_address: Option<u32>,
    /// The most that one receipt may still be paid today.
    pub payable_today: Option<Decimal>,
    /// By what the owner was known when the picture was sent.
    pub known_by: Option<KnownBy>,
}

/// Whether something was accepted before, and whose it was.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Precedent {
    #[default]
    Unknown,
    None,
    /// The owner's own, sent on this day.
    Own {
        image_id: ImageId,
        sent_on: Date,
    },
    /// Another owner's, or one that was deleted: the verdict says nothing of it.
    Foreign,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Verdict {
    pub outcome: Outcome,
    /// One sentence for the person who sent the receipt.
    pub summary: String,
    /// Every rule, in the order of its checking.
    pub rules: Vec<RuleResult>,
    /// What it earns; only where it is accepted and that is something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rebate: Option<Rebate>,
    /// Why an accepted receipt earns nothing that would otherwise earn something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_rebate: Option<NoRebate>,
    /// What the items come to. Absent where there is nothing to compare (no items, one without an amount, neither
    /// subtotal nor total), and in verdicts of older programs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item_sum: Option<ItemSum>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Accepted,
    Rejected,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum NoRebate {
    /// Only receipts that are sent with a token earn something.
    NotSignedIn,
}

/// What one rule found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RuleResult {
    pub code: RuleCode,
    pub outcome: RuleOutcome,
    /// One sentence for the person who sent the receipt.
    pub message: String,
    /// The operator's figure, whatever came of it: the days of `too_old`, the receipts a day of `over_limit` and
    /// `over_address_limit`. Absent where none is set, and in verdicts of older programs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// What the rule looked at, as read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Where that stands on the picture.
    #[serde(rename = "box", default, skip_serializing_if = "Option::is_none")]
    pub bounds: Option<BoundingBox>,
    /// The owner's own earlier receipt that this one repeats.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earlier: Option<ImageId>,
}

listed_enum! {
    /// The rules' names, stable, in the order of checking.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
    #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
    #[serde(rename_all = "snake_case")]
    pub enum RuleCode {
        Unreadable,
        NotAReceipt,
        NotASale,
        SeveralReceipts,
        PartsApart,
        MissingMerchant,
        MissingDate,
        MissingTotal,
        MissingItems,
        MissingCurrency,
        TotalMismatch,
        FutureDate,
        TooOld,
        UnsupportedCurrency,
        DuplicateImage,
        DuplicateReceipt,
        OverLimit,
        OverAddressLimit,
        OverBudget,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RuleOutcome {
    Passed,
    Failed,
    NotChecked,
}

/// What an accepted receipt earns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Rebate {
    /// The sum of the parts.
    pub amount: Decimal,
    pub currency: Currency,
    pub parts: Vec<RebatePart>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RebatePart {
    /// What it is for, in the operator's words.
    pub name: String,
    pub amount: Decimal,
    /// The index of the item that earned it; absent for what every receipt earns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<usize>,
}
