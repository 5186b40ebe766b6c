//! What the routes of this room need.

use std::sync::Arc;

use ledger::Ledger;
use receipt::OwnerId;

use super::outgoing_pictures::{OutgoingPictures, PictureLimits};
use crate::{
    http::RateLimit,
    hub::StatusHub,
    shared::{Bucket, Lifecycle},
};

#[derive(Debug)]
pub(crate) struct ReceiptsState {
    pub(super) ledger: Ledger,
    pub(super) bucket: Bucket,
    pub(super) hub: StatusHub,
    pub(super) correction_limit: RateLimit<OwnerId>,
    pub(super) outgoing: OutgoingPictures,
}

impl ReceiptsState {
    pub(crate) fn new(
        ledger: Ledger,
        bucket: Bucket,
        hub: StatusHub,
        limits: PictureLimits,
        lifecycle: &Lifecycle,
    ) -> Arc<Self> {
        let outgoing = OutgoingPictures::new(limits, lifecycle.tasks.clone());
        Arc::new(Self { ledger, bucket, hub, correction_limit: RateLimit::new(), outgoing })
    }
}
