//! What the routes of this room need.

use std::sync::Arc;

use ledger::Ledger;
use receipt::OwnerId;

use crate::{http::RateLimit, hub::StatusHub, shared::Bucket};

#[derive(Debug)]
pub(crate) struct ReceiptsState {
    pub(super) ledger: Ledger,
    pub(super) bucket: Bucket,
    pub(super) hub: StatusHub,
    pub(super) correction_limit: RateLimit<OwnerId>,
}

impl ReceiptsState {
    pub(crate) fn new(ledger: Ledger, bucket: Bucket, hub: StatusHub) -> Arc<Self> {
        Arc::new(Self { ledger, bucket, hub, correction_limit: RateLimit::new() })
    }
}
