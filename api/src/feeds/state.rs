//! What the routes of this room need.

use std::sync::Arc;

use ledger::Ledger;
use receipt::OwnerId;

use super::socket_limits::SocketLimits;
use crate::{
    error::Error,
    http::{ClientAddress, PersonPlace, PersonShares, Place, RateLimit, Shares},
    hub::StatusHub,
    shared::Lifecycle,
};

/// What all feeds together may have sent without its being taken, and those of one address. Whoever reads needs none of it:
/// the system takes a frame at once.
const UNSENT_KIB: usize = 24 * 1024;
const UNSENT_KIB_FOR_EACH: usize = 2 * 1024;

#[derive(Debug)]
pub(crate) struct FeedsState {
    pub(super) ledger: Ledger,
    pub(super) hub: StatusHub,
    pub(super) ticket_limit: RateLimit<OwnerId>,
    open: PersonShares,
    /// In KiB.
    room: Shares<ClientAddress>,
    pub(super) limits: SocketLimits,
    pub(super) lifecycle: Lifecycle,
}

/// A feed's place, for as long as it is open.
#[derive(Debug)]
pub(super) struct FeedPlace {
    _open: PersonPlace,
    address: ClientAddress,
    room: Shares<ClientAddress>,
}

impl FeedsState {
    pub(crate) fn new(ledger: Ledger, hub: StatusHub, limits: SocketLimits, lifecycle: Lifecycle) -> Arc<Self> {
        let open = PersonShares::new(limits.most, limits.most_per_owner, limits.most_per_address);
        let room = Shares::new(UNSENT_KIB, UNSENT_KIB_FOR_EACH);
        let ticket_limit = RateLimit::new();
        Arc::new(Self { ledger, hub, ticket_limit, open, room, limits, lifecycle })
    }

    /// How many feeds are open, and how many may be.
    pub(crate) fn places(&self) -> Shares<ClientAddress> {
        self.open.places()
    }

    /// Admits one more feed of this owner, from this address.
    pub(super) fn admit(&self, owner: &OwnerId, address: ClientAddress) -> Result<FeedPlace, Error> {
        Ok(FeedPlace { _open: self.open.take(owner, address)?, address, room: self.room.clone() })
    }
}

impl FeedPlace {
    /// Room for so many bytes that the feed's client has not taken yet.
    pub(super) fn room_for(&self, bytes: usize) -> Result<Place<ClientAddress>, Error> {
        Ok(self.room.take(self.address, bytes.div_ceil(1024))?)
    }
}
