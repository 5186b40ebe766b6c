//! `GET /receipts`: what the owner has sent, a page at a time.

use std::sync::Arc;

use axum::{
    Extension, Json,
    extract::{Query, State},
    http::header,
    response::IntoResponse,
};
use jiff::Timestamp;
use ledger::{Listed, Money, Summary};
use receipt::{ImageId, Reason, Status};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::state::ReceiptsState;
use crate::{
    error::Error,
    identity::{FirstVisit, Owner},
};

const DEFAULT_LIMIT: u16 = 50;
const MAX_LIMIT: u16 = 100;
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    /// How many at most, 1 to 100; 50 if not given.
    limit: Option<u16>,
    /// Only receipts older than this one: `next` of the page before.
    before: Option<ImageId>,
}

#[derive(Debug, Default, Serialize, ToSchema)]
pub(super) struct List {
    receipts: Vec<ListedReceipt>,
    /// There are more: ask for those `before` this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<ImageId>,
    /// What all accepted receipts have earned, also those that are not listed any more.
    earned: Vec<Money>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ListedReceipt {
    image_id: ImageId,
    status: Status,
    version: u64,
    created_at: Timestamp,
    updated_at: Timestamp,
    content_type: &'static str,
    /// Why it waits or has failed, for programs.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Reason>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    /// With `failed`: whether to send the same picture again; otherwise another photo helps.
    #[serde(skip_serializing_if = "Option::is_none")]
    try_again: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<Summary>,
}

/// What the person has sent, newest first.
#[utoipa::path(
    get,
    path = "/receipts",
    tag = "receipts",
    params(ListQuery),
    responses((status = 200, description = "A page of the list", body = List))
)]
pub(super) async fn list(
    State(state): State<Arc<ReceiptsState>>,
    Owner(owner): Owner,
    first_visit: Option<Extension<FirstVisit>>,
    query: Result<Query<ListQuery>, axum::extract::rejection::QueryRejection>,
) -> Result<impl IntoResponse, Error> {
    let Query(query) = query.map_err(|_| Error::BadRequest("limit is a number, before is an image id"))?;
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT);
    if first_visit.is_some() {
        return Ok(answer(List::default()));
    }
    let (page, earned) = tokio::try_join!(state.ledger.list(&owner, query.before, limit), state.ledger.earned(&owner))?;
    let receipts = page.images.into_iter().map(ListedReceipt::from).collect();
    Ok(answer(List { receipts, next: page.next, earned }))
}

fn answer(list: List) -> impl IntoResponse {
    ([(header::CACHE_CONTROL, "no-store")], Json(list))
}

impl From<Listed> for ListedReceipt {
    fn from(listed: Listed) -> Self {
        Self {
            image_id: listed.image_id,
            status: listed.status,
            version: listed.version,
            created_at: listed.created_at,
            updated_at: listed.updated_at,
            content_type: listed.key.format().content_type(),
            reason: listed.reason,
            detail: listed.detail,
            try_again: listed.try_again,
            summary: listed.summary,
        }
    }
}
