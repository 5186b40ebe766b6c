//! What an accepted receipt earns.

use rust_decimal::Decimal;

use super::outcome::{Facts, NoRebate, Rebate, RebatePart};
use crate::{
    Item, KnownBy, Receipt, Rules,
    rules::{Earners, Offer},
    text::{figures, fold},
};

const FOR_EVERY_RECEIPT: &str = "Every receipt";

/// The base and each offer that an item meets, at most once each; none if that comes to nothing.
pub(super) fn earned(receipt: &Receipt, rules: &Rules) -> Option<Rebate> {
    let rebate = rules.rebate.as_ref()?;
    let base = RebatePart { name: FOR_EVERY_RECEIPT.to_owned(), amount: rebate.base, item: None };
    let for_items = rebate.offers.iter().filter_map(|offer| {
        let item = receipt.items.iter().position(|item| meets(offer, item))?;
        Some(RebatePart { name: offer.name.clone(), amount: offer.amount, item: Some(item) })
    });
    let parts: Vec<_> = std::iter::once(base).chain(for_items).filter(|part| !part.amount.is_zero()).collect();
    let amount = parts.iter().map(|part| part.amount).try_fold(Decimal::ZERO, Decimal::checked_add)?;
    (!amount.is_zero()).then_some(Rebate { amount, currency: rebate.currency, parts })
}

/// Why this person's receipts earn nothing, whatever is on them.
pub(super) fn withheld(facts: &Facts, rules: &Rules) -> Option<NoRebate> {
    match (rules.earns, facts.known_by) {
        (Earners::SignedIn, Some(KnownBy::Cookie)) => Some(NoRebate::NotSignedIn),
        (Earners::SignedIn, Some(KnownBy::Token) | None) | (Earners::Everyone, _) => None,
    }
}

/// Whether the item was paid for and its description has the offer's words, one after the other. Case, accents and
/// characters that a reader takes for each other make no difference.
fn meets(offer: &Offer, item: &Item) -> bool {
    let is_paid = item.amount.as_ref().is_some_and(|amount| amount.value > Decimal::ZERO);
    let Some(description) = item.description.as_ref().filter(|_| is_paid) else { return false };
    let asked = words(&offer.pattern);
    let printed = words(&description.value);
    !asked.is_empty()
        && printed.windows(asked.len()).any(|window| window.iter().zip(&asked).all(|(word, asked)| fits(word, asked)))
}

fn words(text: &str) -> Vec<String> {
    let text = figures(&fold(text));
    text.split(|c: char| !c.is_alphanumeric() && c != '*').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn fits(word: &str, asked: &str) -> bool {
    match asked.strip_suffix('*') {
        Some(beginning) => word.starts_with(beginning),
        None => word == asked,
    }
}
