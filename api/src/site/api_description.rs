//! The API's description, composed of what each room says of its routes, and the JSON Schema of the frames.

use std::sync::OnceLock;

use serde_json::{Value, json};
use utoipa::{
    OpenApi, ToSchema,
    openapi::{ContentBuilder, OpenApi as Document, Ref, RefOr, ResponseBuilder, path::Operation},
};

use crate::{error::Problem, shared};

/// The document without the routes, which the rooms describe.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Receipt scanner",
        description = "Photograph a receipt, watch it being read, and learn whether it is accepted and what it earns.\n\n\
            Whose an image is says `Authorization: Bearer` with a token of the configured OIDC issuer, or else a signed \
            cookie that the first answer sets. Every refusal is \
            `application/problem+json` (RFC 9457) with a stable `code`."
    ),
    components(schemas(shared::State, Problem))
)]
struct WithoutRoutes;

/// These have nothing to refuse.
const HEALTH: [&str; 3] = ["/livez", "/readyz", "/version"];

/// The description of all routes, made once, at the first request: it is public and may be requested often.
#[derive(Debug)]
pub(crate) struct ApiDescription {
    rooms: fn() -> Vec<Document>,
    document: OnceLock<Value>,
    frame_schema: OnceLock<Value>,
    page: OnceLock<String>,
}

impl ApiDescription {
    /// `rooms` describes the routes of each room.
    pub(crate) const fn of(rooms: fn() -> Vec<Document>) -> Self {
        Self { rooms, document: OnceLock::new(), frame_schema: OnceLock::new(), page: OnceLock::new() }
    }

    /// `OpenAPI` 3.1
    pub(crate) fn document(&self) -> &Value {
        self.document.get_or_init(|| {
            let mut document = WithoutRoutes::openapi();
            for room in (self.rooms)() {
                document.merge(room);
            }
            add_refusals(&mut document);
            serde_json::to_value(document).expect("a document has text keys only")
        })
    }

    /// JSON Schema
    pub(crate) fn frame_schema(&self) -> &Value {
        self.frame_schema.get_or_init(|| schema_of_frames(self.document()))
    }

    pub(super) fn page(&self, draw: impl FnOnce(&Value) -> String) -> &str {
        self.page.get_or_init(|| draw(self.document()))
    }
}

/// What every operation but the health ones answers besides what its own description says: a problem.
fn add_refusals(document: &mut Document) {
    let problem = Ref::from_schema_name(Problem::name());
    let content = ContentBuilder::new().schema(Some(problem)).build();
    let why_not = ResponseBuilder::new().description("Why not").content("application/problem+json", content).build();
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

/// JSON Schema 2020-12, which is what `OpenAPI` 3.1 uses; only the places of the definitions differ.
fn schema_of_frames(document: &Value) -> Value {
    let definitions = document["components"]["schemas"].clone();
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
