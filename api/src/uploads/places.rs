//! How many uploads may be under way at once. Each holds some 50 KiB beside its memory for the picture.

use super::{
    regulars,
    sender::{Party, Sender},
};
use crate::{
    error::Error,
    http::{self, ClientAddress, Shares},
};

const IN_ALL: usize = 512;
const OF_AN_ADDRESS: usize = 128;
const OF_A_PARTY: usize = 64;
/// Beyond what his address has.
const OF_A_REGULAR: usize = 2;

#[derive(Debug)]
pub(super) struct Places {
    by_address: Shares<ClientAddress>,
    by_party: Shares<Party>,
    /// For regulars whose address has no more.
    spare: Shares<Party>,
}

/// Given back when it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    _party: http::Place<Party>,
    _address: Option<http::Place<ClientAddress>>,
    _spare: Option<http::Place<Party>>,
}

impl Places {
    pub(super) fn new() -> Self {
        Self {
            by_address: Shares::new(IN_ALL, OF_AN_ADDRESS),
            by_party: Shares::new(IN_ALL + regulars::AT_AN_ADDRESS, OF_A_PARTY),
            spare: Shares::new(regulars::AT_AN_ADDRESS, OF_A_REGULAR),
        }
    }

    pub(super) fn take(&self, sender: &Sender, is_regular: bool) -> Result<Place, Error> {
        let own = self.by_party.take(sender.party.clone(), 1)?;
        let (address, spare) = match self.by_address.take(sender.address, 1) {
            Ok(place) => (Some(place), None),
            Err(_) if is_regular => (None, Some(self.spare.take(sender.party.clone(), 1)?)),
            Err(none) => return Err(none.into()),
        };
        Ok(Place { _party: own, _address: address, _spare: spare })
    }
}
