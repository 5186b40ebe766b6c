//! The names of a merchant, as pieces that tell it from others.

use std::collections::BTreeSet;

use super::pieces;
use crate::{
    Receipt,
    text::{figures, fold},
};

/// Words that many merchants have in their names. With misread letters made equal, as the names are.
const COMMON: [&str; 32] = [
    "SDN",
    "BHD",
    "BERHAD",
    "SB",
    "PLT",
    "GMBH",
    "LTD",
    "LIMITED",
    "INC",
    "LLC",
    "PLC",
    "CO",
    "COMPANY",
    "KG",
    "OHG",
    "SARL",
    "SRL",
    "SPA",
    "ENTERPRISE",
    "TRADING",
    "RESTORAN",
    "RESTAURANT",
    "SUPERMARKET",
    "MARKET",
    "STORE",
    "SHOP",
    "CAFE",
    "KEDAI",
    "PERNIAGAAN",
    "HARDWARE",
    "MACHINERY",
    "MALAYSIA",
];

/// The pieces of the merchant's and the trade name, without words that many have.
pub(super) fn of(receipt: &Receipt) -> BTreeSet<String> {
    let names = [&receipt.merchant, &receipt.trade_name].into_iter().flatten();
    names.flat_map(|name| pieces::of(&without_common(&name.value))).collect()
}

fn without_common(name: &str) -> String {
    let folded = fold(name);
    let words: Vec<&str> = folded.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let own: Vec<&str> = words.iter().copied().filter(|word| !is_common(word)).collect();
    if own.is_empty() { words.concat() } else { own.concat() }
}

fn is_common(word: &str) -> bool {
    COMMON.iter().any(|common| figures(common) == figures(word))
}
