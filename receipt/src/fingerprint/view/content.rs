//! What stands in the middle of a paper: which things were sold, and its amounts.

use serde::{Deserialize, Serialize};

use super::{
    AMOUNT,
    fact::Fact,
    hashes::Hashes,
    pieces::{self, Pieces},
};
use crate::{
    Receipt,
    fingerprint::{Printed, canonical},
};

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Content {
    /// Every amount on the paper.
    amounts: Pieces,
    /// What the items are called.
    words: Pieces,
    /// What the items come to each, from the top down, where they are many enough.
    #[serde(skip_serializing_if = "Option::is_none")]
    prices: Option<String>,
}

/// What the amounts on two papers tell, beside their totals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Amounts {
    /// Most of those of one paper are on the other, too, and these are several.
    Same,
    /// Nothing against it, but one of them shows hardly any.
    Few,
    Other,
}

/// Items of which another receipt of the day and the total hardly has the same.
const MANY: usize = 3;
/// Pieces of words by which two lists of items are compared.
const WORDS: usize = 8;
/// Amounts that are on both papers.
const SEVERAL: usize = 2;

/// What the items come to each, from the top down; none where these are few.
pub(super) fn prices(receipt: &Receipt) -> Option<String> {
    let prices = receipt.items.iter().filter_map(|item| Some(canonical(item.amount.as_ref()?.value)));
    let prices: Vec<_> = prices.collect();
    (prices.len() >= MANY).then(|| prices.join(" "))
}

impl Content {
    pub(super) fn of(receipt: &Receipt, printed: &Printed, hashes: &Hashes<'_>) -> Self {
        let descriptions = receipt.items.iter().filter_map(|item| item.description.as_ref());
        let words: String = descriptions.map(|description| description.value.as_str()).collect();
        Self {
            amounts: hashes.pieces(AMOUNT, &printed.amounts),
            words: hashes.pieces("words of items", pieces::of(&words)),
            prices: prices(receipt).map(|prices| hashes.value("prices of items", &prices)),
        }
    }

    pub(super) fn amounts(&self) -> &Pieces {
        &self.amounts
    }

    /// The same things were sold, as far as their names can be read.
    pub(super) fn has_the_words_of(&self, other: &Self) -> bool {
        self.words.len().min(other.words.len()) >= WORDS && self.words.are_like(&other.words)
    }

    /// Many things, for the same prices.
    pub(super) fn has_the_list_of(&self, other: &Self) -> bool {
        self.prices.is_some() && self.prices == other.prices && self.has_the_words_of(other)
    }

    pub(super) fn amounts_beside(&self, total: &Fact, other: &Self, others: &Fact) -> Amounts {
        let beside = |it: &Self| it.amounts.clone().without(total.figures()).without(others.figures());
        let (one, other) = (beside(self), beside(other));
        let (least, common) = (one.len().min(other.len()), one.in_common(&other));
        if least > 0 && !one.are_like(&other) {
            Amounts::Other
        } else if common < SEVERAL {
            Amounts::Few
        } else {
            Amounts::Same
        }
    }
}
