//! Receipts: what an owner has sent and what became of it, with the owner's corrections, until it is deleted.

mod corrections;
mod list;
mod outgoing_pictures;
mod picture;
mod receipt;
mod state;

use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
pub use outgoing_pictures::PictureLimits;
pub(crate) use state::ReceiptsState;
use utoipa_axum::{
    router::{OpenApiRouter, UtoipaMethodRouterExt},
    routes,
};

pub(crate) fn router() -> OpenApiRouter<Arc<ReceiptsState>> {
    let small_body = DefaultBodyLimit::max(corrections::MAX_PATCH_BYTES);
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(receipt::one, receipt::remove))
        .routes(routes!(corrections::correct).layer(small_body))
        .routes(routes!(picture::picture))
        .routes(routes!(picture::preview))
        .routes(routes!(picture::thumbnail))
}
