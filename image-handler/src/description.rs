//! `image-handler describe`: what the program reads, calls and promises, each taken from where it is.

use serde_json::{Value, json};

use crate::{
    Config,
    worker::{GRACE, RELEASE_WITHIN},
};

/// One JSON for tests and tools; it needs nothing of the environment.
pub fn describe() -> Value {
    json!({
        "program": env!("CARGO_PKG_NAME"),
        "variables": service::variables::<Config>(),
        "commands": service::commands::<Config>(),
        "limits": { "stopSeconds": (GRACE + RELEASE_WITHIN).as_secs() },
    })
}
