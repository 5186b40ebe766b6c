//! Uploads: a picture comes in as a form, and goes to the bucket, the ledger and the topic.

mod admission;
mod day_pictures;
mod form;
mod incoming_picture;
mod mapped_buffer;
mod metered_body;
mod pace;
mod picture_upload;
mod places;
mod regulars;
mod sender;
mod state;
mod upload;
mod upload_key;
mod upload_memory;

use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
pub(crate) use day_pictures::PicturesPerDay;
pub(crate) use state::UploadsState;
use utoipa_axum::{
    router::{OpenApiRouter, UtoipaMethodRouterExt},
    routes,
};

pub(crate) fn router() -> OpenApiRouter<Arc<UploadsState>> {
    // Bodies are counted as they come in: `form` and `incoming_picture` have the limits.
    OpenApiRouter::new().routes(routes!(upload::upload).layer(DefaultBodyLimit::disable()))
}
