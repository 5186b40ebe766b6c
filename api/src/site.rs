//! What the service says of itself, and the page: health, version, the API's description, the page's files.

mod api_description;
mod health;
mod openapi;
mod page;
mod reference;
mod state;

use std::sync::Arc;

use axum::routing::get;

pub(crate) use api_description::ApiDescription;
pub(crate) use page::files as page;
pub(crate) use state::{PlacesInUse, SiteState};
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn router() -> OpenApiRouter<Arc<SiteState>> {
    OpenApiRouter::new()
        .routes(routes!(health::live))
        .routes(routes!(health::ready))
        .routes(routes!(health::version))
        // The description does not describe itself.
        .route("/docs", get(reference::page))
        .route("/openapi.json", get(openapi::document))
        .route("/frame.schema.json", get(openapi::frame_schema))
}
