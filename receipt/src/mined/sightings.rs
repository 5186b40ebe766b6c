//! Which printed descriptions may be published: those that several people's receipts have, and so none's alone.

use std::collections::{BTreeMap, BTreeSet};

use super::Line;
use crate::{FingerprintKey, OwnerId, fingerprint::Mark};

/// Of how many owners a description must have been seen.
pub const OWNERS_NEEDED: usize = 3;
/// Of one receipt; what goes beyond is not published. More is no receipt from a shop.
pub const MAX_DESCRIPTIONS: usize = 100;

/// A description on an owner's receipt, as two keyed hashes. That of the owner is another one for each description, so
/// that nothing links the things that one person bought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    pub description: Mark,
    pub owner: Mark,
}

/// The different descriptions of a receipt, and what each leaves.
pub fn sightings<'a>(
    descriptions: impl Iterator<Item = &'a str>,
    owner: &OwnerId,
    key: &FingerprintKey,
) -> BTreeMap<String, Sighting> {
    let different: BTreeSet<&str> = descriptions.collect();
    let owner = String::from(owner.clone());
    let of = |text: &str| Sighting {
        description: key.mark("description", &[text]),
        owner: key.mark("owner of a description", &[text, &owner]),
    };
    different.into_iter().take(MAX_DESCRIPTIONS).map(|text| (text.to_owned(), of(text))).collect()
}

/// The words of the lines that must be public before they are published: descriptions, and the trade name, for which a
/// customer's name above the shop's may be taken.
pub fn words_to_count(lines: &[Line]) -> impl Iterator<Item = &str> {
    lines.iter().flat_map(|line| [line.description.as_deref(), line.trade_name.as_deref()]).flatten()
}

/// Leaves of these words those that may be published.
pub fn publish(lines: &mut [Line], is_public: impl Fn(&str) -> bool) {
    for line in lines {
        line.description = line.description.take().filter(|words| is_public(words));
        line.trade_name = line.trade_name.take().filter(|words| is_public(words));
    }
}
