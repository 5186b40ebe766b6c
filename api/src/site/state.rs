//! What the routes of this room need.

use std::sync::Arc;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::api_description::ApiDescription;
use crate::{hub::StatusHub, identity::Issuer};

#[derive(Debug)]
pub(crate) struct SiteState {
    pub(crate) description: &'static ApiDescription,
    /// Cancelled when the service begins to stop: from then on it is not ready.
    pub(crate) stopping: CancellationToken,
    /// Whether statuses reach this service.
    pub(crate) is_subscribed: watch::Receiver<bool>,
    pub(crate) issuer: Option<Arc<Issuer>>,
    pub(crate) hub: StatusHub,
}
