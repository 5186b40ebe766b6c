//! `GET /docs`: the API's description as a page for people. Drawn from the same document as `/openapi.json`.

use std::sync::{Arc, LazyLock};

use aws_lc_rs::digest::{SHA256, digest};
use axum::{
    extract::State,
    http::header,
    response::{Html, IntoResponse},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde_json::Value;

use super::state::SiteState;

const STYLE: &str = "
    :root { color-scheme: light dark; --ink: #1c1b19; --paper: #fffdf8; --line: #d9d4c7; --accent: #0b6e4f; }
    @media (prefers-color-scheme: dark) { :root { --ink: #f3f1ea; --paper: #131412; --line: #3a3b37; --accent: #5fd0a5; } }
    body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 46rem;
           margin: 0 auto; padding: 2rem 1rem 4rem; }
    h2 { font-size: 1.1rem; margin: 2.5rem 0 .25rem; padding-top: 1rem; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
    .method { color: var(--accent); text-transform: uppercase; }
    code, h2 { font-family: ui-monospace, monospace; }
    dt { font-weight: 600; margin-top: .5rem; } dd { margin: 0 0 0 1rem; }
    pre { overflow: auto; border: 1px solid var(--line); border-radius: 8px; padding: .75rem; font-size: .85rem; }
    a { color: var(--accent); }";

static POLICY: LazyLock<String> = LazyLock::new(|| {
    let style = BASE64_STANDARD.encode(digest(&SHA256, STYLE.as_bytes()));
    format!("default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; frame-ancestors 'none'")
});

pub(super) async fn page(State(state): State<Arc<SiteState>>) -> impl IntoResponse {
    let page = state.description.page(|document| drawn(document).into_string());
    let headers = [(header::CONTENT_SECURITY_POLICY, POLICY.as_str()), (header::CACHE_CONTROL, "no-cache")];
    (headers, Html(page))
}

fn drawn(document: &Value) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width";
                title { (text(&document["info"]["title"])) " API" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                h1 { (text(&document["info"]["title"])) " API" }
                @for paragraph in text(&document["info"]["description"]).split("\n\n") { p { (prose(paragraph)) } }
                p {
                    "For programs: " a href="/openapi.json" { "openapi.json" } " and "
                    a href="/frame.schema.json" { "frame.schema.json" } "."
                }
                @for (path, operations) in fields(&document["paths"]) {
                    @for (method, operation) in fields(operations) { (drawn_operation(method, path, operation)) }
                }
                h1 { "What travels" }
                @for (name, schema) in fields(&document["components"]["schemas"]) {
                    h2 id=(name) { (name) }
                    p { (prose(text(&schema["description"]))) }
                    pre { (serde_json::to_string_pretty(schema).unwrap_or_default()) }
                }
            }
        }
    }
}

fn drawn_operation(method: &str, path: &str, operation: &Value) -> Markup {
    html! {
        h2 { span.method { (method) } " " (path) }
        p { (prose(text(&operation["summary"]))) " " (prose(text(&operation["description"]))) }
        dl {
            @for parameter in operation["parameters"].as_array().into_iter().flatten() {
                dt { code { (text(&parameter["name"])) } " in " (text(&parameter["in"])) }
                dd { (prose(text(&parameter["description"]))) }
            }
            @for (status, response) in fields(&operation["responses"]) {
                dt { code { (status) } }
                dd {
                    (prose(text(&response["description"])))
                    @for (kind, content) in fields(&response["content"]) {
                        br;
                        code { (kind) } " " (name_of(&content["schema"]))
                    }
                }
            }
        }
    }
}

/// Markdown's code is all of Markdown that the descriptions use.
fn prose(text: &str) -> Markup {
    html! {
        @for (place, part) in text.split('`').enumerate() {
            @if place % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}

/// A link to a schema that has a name.
fn name_of(schema: &Value) -> Markup {
    let name = schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next());
    html! { @if let Some(name) = name { a href={ "#" (name) } { (name) } } }
}

fn fields(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
