//! The API's description, made from the code: `GET /openapi.json`, and the JSON Schema of the frames.

use std::sync::LazyLock;

use axum::{
    Json,
    http::{HeaderValue, header},
    response::IntoResponse,
};
use serde_json::{Value, json};
use utoipa::{
    Modify, OpenApi, ToSchema,
    openapi::{ContentBuilder, OpenApi as Document, Ref, RefOr, ResponseBuilder, path::Operation},
};

use crate::{corrections, error, event_stream, feed, frame, health, receipts, ticket, upload, webhook};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Receipt scanner",
        description = "Photograph a receipt, watch it being read, and learn whether it is accepted and what it earns.\n\n\
            Whose an image is says `Authorization: Bearer` with a token of the configured OIDC issuer, or else a signed \
            cookie that the first answer sets. Every refusal is \
            `application/problem+json` (RFC 9457) with a stable `code`."
    ),
    paths(
        upload::upload,
        receipts::list,
        receipts::one,
        corrections::correct,
        receipts::remove,
        receipts::picture,
        feed::web_socket,
        event_stream::events,
        ticket::issue,
        webhook::receive,
        health::live,
        health::ready,
        health::version
    ),
    components(schemas(frame::State, error::Problem)),
    modifiers(&Refusals)
)]
struct Description;

/// What every operation but the health ones answers besides what its own description says: a problem.
struct Refusals;

/// These have nothing to refuse.
const HEALTH: [&str; 3] = ["/livez", "/readyz", "/version"];

// Made once, at the first request: anybody may ask, as often as they like.
static DOCUMENT: LazyLock<utoipa::openapi::OpenApi> = LazyLock::new(Description::openapi);
static FRAMES: LazyLock<Value> = LazyLock::new(schema_of_frames);

impl Modify for Refusals {
    fn modify(&self, document: &mut Document) {
        let problem = Ref::from_schema_name(error::Problem::name());
        let content = ContentBuilder::new().schema(Some(problem)).build();
        let why_not =
            ResponseBuilder::new().description("Why not").content("application/problem+json", content).build();
        for (path, item) in &mut document.paths.paths {
            if HEALTH.contains(&path.as_str()) {
                continue;
            }
            let operations: [&mut Option<Operation>; 5] =
                [&mut item.get, &mut item.put, &mut item.post, &mut item.patch, &mut item.delete];
            for operation in operations.into_iter().flatten() {
                let responses = &mut operation.responses.responses;
                responses.entry("default".to_owned()).or_insert_with(|| RefOr::T(why_not.clone()));
            }
        }
    }
}

/// `GET /openapi.json`
pub(crate) async fn document() -> impl IntoResponse {
    ([(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"))], Json(&*DOCUMENT))
}

/// `GET /frame.schema.json`: what every frame of a feed is.
pub(crate) async fn frame_schema() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/schema+json")], Json(&*FRAMES))
}

pub(crate) fn as_json() -> Value {
    serde_json::to_value(&*DOCUMENT).unwrap_or_default()
}

/// JSON Schema 2020-12, which is what `OpenAPI` 3.1 uses; only the places of the definitions differ.
pub(crate) fn schema_of_frames() -> Value {
    let definitions = as_json()["components"]["schemas"].clone();
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A frame of a feed",
        "$ref": "#/$defs/State",
        "$defs": definitions,
    });
    moved(schema)
}

/// The same with references to where JSON Schema keeps definitions.
fn moved(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(text.replace("#/components/schemas/", "#/$defs/")),
        Value::Array(values) => values.into_iter().map(moved).collect(),
        Value::Object(fields) => fields.into_iter().map(|(name, value)| (name, moved(value))).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => value,
    }
}
