//! All rooms' routes, in one router and one description.

use std::{path::PathBuf, sync::Arc};

use axum::{
    Router,
    http::{HeaderValue, header},
    middleware::from_fn_with_state,
};
use tower_http::set_header::SetResponseHeaderLayer;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use super::quotas::{Quotas, limit_reads, share_by_owner};
use crate::{
    error::Error,
    feeds::{self, FeedsState},
    http::{Origins, RequestBodies, around_every_route, check_origin},
    identity::{Sessions, identify, recognise},
    receipts::{self, ReceiptsState},
    site::{self, ApiDescription, SiteState},
    statuses::{self, StatusesState},
    uploads::{self, UploadsState},
};

/// What the routes of all rooms are, for programs and people. Needs no state.
pub(crate) static DESCRIPTION: ApiDescription = ApiDescription::of(described);

/// Where bodies are larger than any other route takes: the room counts them, in memory, time and shares.
pub(super) const BODIES_COUNTED_BY_ROOMS: &[&str] = &["/upload"];

/// What makes the routes of each room, before they are given their state. A room that is forgotten below does not compile.
struct Rooms {
    uploads: fn() -> OpenApiRouter<Arc<UploadsState>>,
    receipts: fn() -> OpenApiRouter<Arc<ReceiptsState>>,
    feeds: fn() -> OpenApiRouter<Arc<FeedsState>>,
    statuses: fn() -> OpenApiRouter<Arc<StatusesState>>,
    site: fn() -> OpenApiRouter<Arc<SiteState>>,
}

const ROOMS: Rooms = Rooms {
    uploads: uploads::router,
    receipts: receipts::router,
    feeds: feeds::router,
    statuses: statuses::router,
    site: site::router,
};

/// The state of each room.
pub(super) struct States {
    pub(super) uploads: Arc<UploadsState>,
    pub(super) receipts: Arc<ReceiptsState>,
    pub(super) feeds: Arc<FeedsState>,
    pub(super) statuses: Arc<StatusesState>,
    pub(super) site: Arc<SiteState>,
}

/// What stands around the rooms.
pub(super) struct Around {
    pub(super) sessions: Arc<Sessions>,
    pub(super) allowed_origins: Origins,
    pub(super) quotas: Arc<Quotas>,
    pub(super) bodies: RequestBodies,
    pub(super) is_https: bool,
    pub(super) web_root: PathBuf,
}

/// Of several layers the last is the outermost.
pub(super) fn routes(states: States, around: Around) -> Router {
    let Rooms { uploads, receipts, feeds, statuses, site } = ROOMS;
    let Around { sessions, allowed_origins, quotas, bodies, is_https, web_root } = around;
    // A client without a cookie gets one.
    let identified = served(receipts, states.receipts)
        .layer(from_fn_with_state(quotas.clone(), limit_reads))
        // They have a limit of their own.
        .merge(served(uploads, states.uploads))
        .layer(from_fn_with_state(quotas.clone(), share_by_owner))
        .layer(from_fn_with_state(sessions.clone(), identify))
        .layer(from_fn_with_state(allowed_origins.clone(), check_origin));
    let watching = served(feeds, states.feeds)
        .layer(from_fn_with_state(quotas.clone(), share_by_owner))
        .layer(from_fn_with_state(quotas, limit_reads))
        .layer(from_fn_with_state(sessions.clone(), recognise))
        .layer(from_fn_with_state(allowed_origins.clone(), check_origin))
        // A ticket stands in the address.
        .layer(SetResponseHeaderLayer::overriding(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")));
    let anonymous = served(statuses, states.statuses).merge(served(site, states.site));
    let routes = identified
        .merge(watching)
        .merge(anonymous)
        .method_not_allowed_fallback(async || Error::MethodNotAllowed)
        .fallback_service(site::page(&web_root, sessions));
    around_every_route(routes, bodies, &allowed_origins, is_https)
}

/// The routes of one room. Their description is dropped before the next room's is made: all of them at once would stay in
/// the memory of a service at rest.
fn served<S: Clone + Send + Sync + 'static>(room: fn() -> OpenApiRouter<S>, state: S) -> Router {
    room().with_state(state).into()
}

fn described() -> Vec<OpenApi> {
    let Rooms { uploads, receipts, feeds, statuses, site } = ROOMS;
    vec![
        uploads().into_openapi(),
        receipts().into_openapi(),
        feeds().into_openapi(),
        statuses().into_openapi(),
        site().into_openapi(),
    ]
}
