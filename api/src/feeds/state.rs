//! What the routes of this room need.

use std::sync::Arc;

use ledger::Ledger;
use receipt::OwnerId;

use super::socket_limits::SocketLimits;
use crate::{
    error::Error,
    http::{ClientAddress, Place, RateLimit, Shares},
    hub::StatusHub,
    shared::Lifecycle,
};

#[derive(Debug)]
pub(crate) struct FeedsState {
    pub(super) ledger: Ledger,
    pub(super) hub: StatusHub,
    pub(super) ticket_limit: RateLimit<OwnerId>,
    /// One place for each open feed, in both.
    places_by_owner: Shares<OwnerId>,
    places_by_address: Shares<ClientAddress>,
    pub(super) limits: SocketLimits,
    pub(super) lifecycle: Lifecycle,
}

/// A feed's places, for as long as it is open.
#[derive(Debug)]
pub(super) struct FeedPlace {
    _of_owner: Place<OwnerId>,
    _of_address: Place<ClientAddress>,
}

impl FeedsState {
    pub(crate) fn new(ledger: Ledger, hub: StatusHub, limits: SocketLimits, lifecycle: Lifecycle) -> Arc<Self> {
        let places_by_owner = Shares::new(limits.most, limits.most_per_owner);
        let places_by_address = Shares::new(limits.most, limits.most_per_address);
        let ticket_limit = RateLimit::new();
        Arc::new(Self { ledger, hub, ticket_limit, places_by_owner, places_by_address, limits, lifecycle })
    }

    /// Admits one more feed of this owner, from this address.
    pub(super) fn admit(&self, owner: &OwnerId, address: ClientAddress) -> Result<FeedPlace, Error> {
        let of_owner = self.places_by_owner.take(owner.clone(), 1)?;
        let of_address = self.places_by_address.take(address, 1)?;
        Ok(FeedPlace { _of_owner: of_owner, _of_address: of_address })
    }
}
