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
    of_addresses: Shares<ClientAddress>,
    of_parties: Shares<Party>,
    of_regulars: Shares<Party>,
}

/// Given back when it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    _of_party: http::Place<Party>,
    _of_address: Option<http::Place<ClientAddress>>,
    _of_regular: Option<http::Place<Party>>,
}

impl Places {
    pub(super) fn new() -> Self {
        Self {
            of_addresses: Shares::new(IN_ALL, OF_AN_ADDRESS),
            of_parties: Shares::new(IN_ALL + regulars::AT_AN_ADDRESS, OF_A_PARTY),
            of_regulars: Shares::new(regulars::AT_AN_ADDRESS, OF_A_REGULAR),
        }
    }

    pub(super) fn take(&self, sender: &Sender, is_regular: bool) -> Result<Place, Error> {
        let of_party = self.of_parties.take(sender.party.clone(), 1)?;
        let (of_address, of_regular) = match self.of_addresses.take(sender.address, 1) {
            Ok(place) => (Some(place), None),
            Err(_) if is_regular => (None, Some(self.of_regulars.take(sender.party.clone(), 1)?)),
            Err(none) => return Err(none.into()),
        };
        Ok(Place { _of_party: of_party, _of_address: of_address, _of_regular: of_regular })
    }
}
