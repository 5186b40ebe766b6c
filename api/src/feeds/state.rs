//! What the routes of this room need.

use std::sync::Arc;

use ledger::Ledger;
use receipt::OwnerId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::socket_limits::SocketLimits;
use crate::{error::Error, http::RateLimit, hub::StatusHub, shared::Lifecycle};

#[derive(Debug)]
pub(crate) struct FeedsState {
    pub(super) ledger: Ledger,
    pub(super) hub: StatusHub,
    pub(super) ticket_limit: RateLimit<OwnerId>,
    /// One permit for each open feed.
    open_feeds: Arc<Semaphore>,
    pub(super) limits: SocketLimits,
    pub(super) lifecycle: Lifecycle,
}

impl FeedsState {
    pub(crate) fn new(ledger: Ledger, hub: StatusHub, limits: SocketLimits, lifecycle: Lifecycle) -> Arc<Self> {
        let open_feeds = Arc::new(Semaphore::new(limits.most));
        Arc::new(Self { ledger, hub, ticket_limit: RateLimit::new(), open_feeds, limits, lifecycle })
    }

    /// Admits one more feed, which holds the permit for as long as it is open.
    pub(super) fn admit(&self) -> Result<OwnedSemaphorePermit, Error> {
        self.open_feeds.clone().try_acquire_owned().map_err(|_| Error::Busy)
    }
}
