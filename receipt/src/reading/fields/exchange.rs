//! Goods that were taken back for others: little is left to pay, and less was bought than the items say.

use rust_decimal::Decimal;

use crate::{
    reading::{
        language::{Class, hits},
        receipt::{Field, Item},
    },
    sum_check::near,
    text::fold,
};

/// The share of what was bought that was taken back on an exchange: of goods called alike, and of any.
const OF_ITS_KIND: Decimal = Decimal::from_parts(5, 0, 0, false, 1);
const OF_ANY: Decimal = Decimal::from_parts(8, 0, 0, false, 1);
/// By which a total may be rounded.
const ROUNDED: Decimal = Decimal::from_parts(5, 0, 0, false, 2);
/// Letters of a word by which two goods are called alike.
const TELLING_WORD: usize = 4;

/// The amount of the first item that was taken back, if most of what was bought was.
pub(super) fn taken_back(items: &[Item], total: Option<&Field<Decimal>>) -> Option<Field<Decimal>> {
    let all = items.iter().map(amount).fold(Decimal::ZERO, Decimal::saturating_add);
    let total = total.filter(|total| !total.value.is_zero())?;
    if near(total.value, -all, ROUNDED) && all.is_sign_negative() {
        return Some(total.clone());
    }
    // A minus that was misread makes items that come to something else than the total.
    if !near(total.value, all, ROUNDED) {
        return None;
    }
    let mut bought: Vec<&Item> = Vec::new();
    let mut returned: Vec<&Item> = Vec::new();
    for item in items {
        let value = amount(item);
        if value.is_sign_positive() {
            bought.push(item);
        } else if let Some(at) = bought.iter().rposition(|other| amount(other) == -value) {
            // Rung up by mistake, and off again.
            bought.remove(at);
        } else if !is_taken_off(item) {
            returned.push(item);
        }
    }
    let sum =
        |items: &[&Item]| items.iter().map(|item| amount(item).abs()).fold(Decimal::ZERO, Decimal::saturating_add);
    let (taken, given) = (sum(&returned), sum(&bought));
    let alike = returned.iter().any(|item| bought.iter().any(|other| is_alike(item, other)));
    let least = if alike { OF_ITS_KIND } else { OF_ANY };
    let mostly = given.checked_mul(least).is_some_and(|least| taken >= least);
    if mostly { returned.first()?.amount.clone() } else { None }
}

fn amount(item: &Item) -> Decimal {
    item.amount.as_ref().map(|amount| amount.value).unwrap_or_default()
}

fn words(item: &Item) -> String {
    fold(item.description.as_ref().map_or("", |field| field.value.as_str()))
}

/// A discount, a deposit on a bottle, a voucher: less to pay, and nothing taken back.
fn is_taken_off(item: &Item) -> bool {
    let off = [
        Class::Discount,
        Class::Points,
        Class::Deposit,
        Class::Card,
        Class::Cash,
        Class::Rounding,
        Class::Tax,
        Class::Change,
    ];
    hits(&words(item)).iter().any(|hit| off.contains(&hit.class))
}

fn is_alike(a: &Item, b: &Item) -> bool {
    let (a, b) = (words(a), words(b));
    let telling = |word: &&str| word.len() >= TELLING_WORD && word.bytes().all(|byte| byte.is_ascii_alphabetic());
    let mut named = a.split_whitespace().filter(telling);
    named.any(|word| b.split_whitespace().any(|other| other == word))
}
