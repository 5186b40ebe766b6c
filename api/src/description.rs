//! `api describe`: what the program reads, calls and promises, each taken from where it is.

use serde_json::{Value, json};

use crate::{Config, SocketLimits, app::GRACE, connections::IDLE_WITHIN, openapi, sweep::ANNOUNCED_AGAIN};

/// One JSON for tests and tools; it needs nothing of the environment.
pub fn describe() -> Value {
    let sockets = SocketLimits::default();
    json!({
        "program": env!("CARGO_PKG_NAME"),
        "variables": service::variables::<Config>(),
        "commands": service::commands::<Config>(),
        "limits": {
            "stopSeconds": GRACE.as_secs(),
            "pingEverySeconds": sockets.ping_every.as_secs(),
            "mostSockets": sockets.most,
            "idleConnectionSeconds": IDLE_WITHIN.as_secs(),
        },
        // What an alarm looks for in the log.
        "logMessages": { "announcedAgain": ANNOUNCED_AGAIN },
        "openapi": openapi::as_json(),
        "frameSchema": openapi::schema_of_frames(),
    })
}
