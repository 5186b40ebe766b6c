//! What the routes of this room need.

use std::sync::Arc;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::api_description::ApiDescription;
use crate::{
    http::{ClientAddress, Shares},
    hub::StatusHub,
    identity::Issuer,
};

#[derive(Debug)]
pub(crate) struct SiteState {
    pub(crate) description: &'static ApiDescription,
    /// Cancelled when the service begins to stop: from then on it is not ready.
    pub(crate) stopping: CancellationToken,
    /// Whether statuses reach this service.
    pub(crate) is_subscribed: watch::Receiver<bool>,
    pub(crate) issuer: Option<Arc<Issuer>>,
    pub(crate) hub: StatusHub,
    pub(crate) places: PlacesInUse,
}

/// What all requests share, for whoever watches how much of it is taken.
#[derive(Debug)]
pub(crate) struct PlacesInUse {
    pub(crate) connections: Shares<ClientAddress>,
    pub(crate) feeds: Shares<ClientAddress>,
    /// Of requests, but for uploads.
    pub(crate) body_bytes: Shares<ClientAddress>,
}
