//! The database behind queues and topics.

use std::{
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
};

use anyhow::Context as _;
use jiff::Timestamp;
use rusqlite::Connection;
use tokio::sync::Notify;

/// Each call is a few short statements under the lock, which is never held over an await.
#[derive(Debug)]
pub(crate) struct MessageStore {
    connection: Mutex<Connection>,
    /// Notified when a message has become visible.
    pub(super) arrived: Notify,
}

impl MessageStore {
    /// Opens the file, or creates it. Messages that were in flight when the last process ended are visible at once.
    pub(crate) fn open(file: &Path) -> anyhow::Result<Self> {
        let open = || -> rusqlite::Result<Connection> {
            let connection = Connection::open(file)?;
            connection.pragma_update(None, "journal_mode", "WAL")?;
            // What is committed survives the process, though perhaps not a power cut.
            connection.pragma_update(None, "synchronous", "NORMAL")?;
            connection.execute_batch(SCHEMA)?;
            connection.execute("UPDATE messages SET visible_at = 0", [])?;
            Ok(connection)
        };
        let connection = open().with_context(|| format!("open {}", file.display()))?;
        Ok(Self { connection: Mutex::new(connection), arrived: Notify::new() })
    }

    /// Resolves when a message becomes visible after this call.
    pub(crate) fn arrival(&self) -> tokio::sync::futures::Notified<'_> {
        self.arrived.notified()
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Connection> {
        // A transaction that a panic left open is rolled back when it is dropped.
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Milliseconds since 1970.
pub(super) fn now() -> i64 {
    Timestamp::now().as_millisecond()
}

const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS queues (
    name TEXT PRIMARY KEY,
    visibility_seconds INTEGER NOT NULL,
    retention_seconds INTEGER NOT NULL,
    max_receives INTEGER,
    dead_letters TEXT
) STRICT;
CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    queue TEXT NOT NULL,
    message_id TEXT NOT NULL,
    body TEXT NOT NULL,
    sent_at INTEGER NOT NULL,
    visible_at INTEGER NOT NULL,
    receives INTEGER NOT NULL DEFAULT 0,
    first_received_at INTEGER,
    receipt TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS messages_by_queue ON messages (queue, visible_at);
CREATE TABLE IF NOT EXISTS topics (
    arn TEXT PRIMARY KEY,
    signature_version TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS subscriptions (
    arn TEXT PRIMARY KEY,
    topic TEXT NOT NULL,
    protocol TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    delivery_policy TEXT,
    token TEXT NOT NULL,
    confirmed INTEGER NOT NULL,
    authenticate_on_unsubscribe INTEGER NOT NULL DEFAULT 0,
    UNIQUE (topic, protocol, endpoint)
) STRICT;
";
