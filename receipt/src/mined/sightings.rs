//! Which printed texts may be published: those that are on several people's receipts, and so on none's alone. The rule
//! stands here, and docs/mined-data.md says it in words.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Line;
use crate::{FingerprintKey, OwnerId, fingerprint::Mark};

/// How many witnesses a text needs, no two of one owner or of one network. Owners alone would not do: whoever removes a
/// cookie is another one.
pub const WITNESSES_NEEDED: usize = 3;
/// Of one receipt; what goes beyond is not published. More is no receipt from a shop.
pub const MAX_TEXTS: usize = 100;

/// Where a picture came from: one of 4,096 groups, into which a keyed hash puts networks. That two are different is seen
/// by it; that they are the same, or whose one is, is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NetworkGroup(u16);

/// A text on an owner's receipt, as keyed hashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    pub text: Mark,
    /// Nobody where it is unknown from where the picture came.
    pub witness: Option<Witness>,
}

/// Both are others for each text, so that nothing links the things that one person bought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    pub owner: Mark,
    pub network: Mark,
}

impl From<[u8; 2]> for NetworkGroup {
    /// Of the first bytes of a hash.
    fn from(hash: [u8; 2]) -> Self {
        Self(u16::from_be_bytes(hash) >> 4)
    }
}

/// The different texts of a receipt, and what each leaves.
pub fn sightings<'a>(
    texts: impl Iterator<Item = &'a str>,
    owner: &OwnerId,
    network: Option<NetworkGroup>,
    key: &FingerprintKey,
) -> BTreeMap<String, Sighting> {
    let owner = String::from(owner.clone());
    let of = |text: &str| Sighting {
        text: key.mark("printed text", &[text]),
        witness: network.map(|NetworkGroup(network)| Witness {
            owner: key.mark("owner of a printed text", &[text, &owner]),
            network: key.mark("network of a printed text", &[text, &network.to_string()]),
        }),
    };
    let mut seen = BTreeMap::new();
    for text in texts {
        if seen.len() < MAX_TEXTS && !seen.contains_key(text) {
            seen.insert(text.to_owned(), of(text));
        }
    }
    seen
}

/// All that stands in these lines as it was printed: anybody can print anything, and what was read as the shop may be a
/// customer.
pub fn printed_texts(lines: &[Line]) -> impl Iterator<Item = &str> {
    let of_each = lines.iter().flat_map(|line| [&line.merchant, &line.trade_name, &line.address, &line.description]);
    of_each.flatten().map(String::as_str)
}

/// Leaves of the printed texts those that may be published.
pub fn publish(lines: &mut [Line], is_public: impl Fn(&str) -> bool) {
    for line in lines {
        for text in [&mut line.merchant, &mut line.trade_name, &mut line.address, &mut line.description] {
            *text = text.take().filter(|text| is_public(text));
        }
    }
}
