//! The queues: send, receive, visibility, delete, and the move to the dead-letter queue.

use std::{fmt, str::FromStr, time::Duration};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use rusqlite::{OptionalExtension as _, Row, params};
use uuid::Uuid;

use super::database::{MessageStore, now};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct QueueSettings {
    pub(crate) name: String,
    pub(crate) visibility: Duration,
    pub(crate) retention: Duration,
    /// After how many receives a message is moved to which dead-letter queue.
    pub(crate) redrive: Option<(u32, String)>,
}

/// A message as `ReceiveMessage` returns it.
#[derive(Debug)]
pub(crate) struct InFlightMessage {
    pub(crate) handle: ReceiptHandle,
    pub(crate) message_id: String,
    pub(crate) body: String,
    /// Milliseconds since 1970.
    pub(crate) sent_at: i64,
    pub(crate) first_received_at: i64,
    pub(crate) receives: i64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReceiptHandle {
    id: i64,
    receipt: Uuid,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) visible: u64,
    pub(crate) in_flight: u64,
}

/// The result of a change of visibility.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    Done,
    NoSuchMessage,
    NotInFlight,
}

impl fmt::Display for ReceiptHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(format!("{}:{}", self.id, self.receipt)))
    }
}

impl FromStr for ReceiptHandle {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| ())?;
        let (id, receipt) = std::str::from_utf8(&bytes).map_err(|_| ())?.split_once(':').ok_or(())?;
        Ok(Self { id: id.parse().map_err(|_| ())?, receipt: receipt.parse().map_err(|_| ())? })
    }
}

impl MessageStore {
    /// Creates the queue, or changes its settings.
    pub(crate) fn put_queue(&self, queue: &QueueSettings) -> rusqlite::Result<()> {
        let (max_receives, dead_letters) = queue.redrive.clone().unzip();
        self.lock().execute(
            "INSERT OR REPLACE INTO queues VALUES (?1, ?2, ?3, ?4, ?5)",
            params![queue.name, queue.visibility.as_secs(), queue.retention.as_secs(), max_receives, dead_letters],
        )?;
        Ok(())
    }

    pub(crate) fn queue(&self, name: &str) -> rusqlite::Result<Option<QueueSettings>> {
        let read = |row: &Row<'_>| {
            Ok(QueueSettings {
                name: row.get("name")?,
                visibility: Duration::from_secs(row.get("visibility_seconds")?),
                retention: Duration::from_secs(row.get("retention_seconds")?),
                redrive: row.get::<_, Option<u32>>("max_receives")?.zip(row.get("dead_letters")?),
            })
        };
        self.lock().query_row("SELECT * FROM queues WHERE name = ?1", [name], read).optional()
    }

    /// The message is on disk when this returns.
    pub(crate) fn send(&self, queue: &str, body: &str, delay: Duration) -> rusqlite::Result<Uuid> {
        let (message_id, now) = (Uuid::new_v4(), now());
        self.lock().execute(
            "INSERT INTO messages (queue, message_id, body, sent_at, visible_at) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![queue, message_id.to_string(), body, now, now + millis(delay)],
        )?;
        self.arrived.notify_waiters();
        Ok(message_id)
    }

    /// Receives up to `most` visible messages, oldest first, and makes each invisible for `visibility`.
    pub(crate) fn receive(
        &self,
        queue: &QueueSettings,
        most: u32,
        visibility: Duration,
    ) -> rusqlite::Result<Vec<InFlightMessage>> {
        let mut connection = self.lock();
        let transaction = connection.transaction()?;
        let now = now();
        transaction.execute(
            "DELETE FROM messages WHERE queue = ?1 AND sent_at < ?2",
            params![queue.name, now - millis(queue.retention)],
        )?;
        if let Some((max_receives, dead_letters)) = &queue.redrive {
            transaction.execute(
                "UPDATE messages SET queue = ?1, receipt = NULL
                 WHERE queue = ?2 AND visible_at <= ?3 AND receives >= ?4",
                params![dead_letters, queue.name, now, max_receives],
            )?;
        }
        let mut due = transaction
            .prepare_cached("SELECT * FROM messages WHERE queue = ?1 AND visible_at <= ?2 ORDER BY id LIMIT ?3")?;
        let handed: Vec<InFlightMessage> =
            due.query_map(params![queue.name, now, most], |row| hand_out(row, now))?.collect::<Result<_, _>>()?;
        drop(due);
        for message in &handed {
            transaction.execute(
                "UPDATE messages SET visible_at = ?2, receives = ?3, first_received_at = ?4, receipt = ?5 WHERE id = ?1",
                params![
                    message.handle.id,
                    now + millis(visibility),
                    message.receives,
                    message.first_received_at,
                    message.handle.receipt.to_string()
                ],
            )?;
        }
        transaction.commit()?;
        Ok(handed)
    }

    /// How long until the next invisible message of the queue becomes visible, if there is one.
    pub(crate) fn next_visible(&self, queue: &str) -> rusqlite::Result<Option<Duration>> {
        let at: Option<i64> =
            self.lock()
                .query_row("SELECT min(visible_at) FROM messages WHERE queue = ?1", [queue], |row| row.get(0))?;
        Ok(at.map(|at| Duration::from_millis(u64::try_from(at - now()).unwrap_or(0))))
    }

    /// Deletes the message if this is its latest handle; an older one is accepted and does nothing, as in SQS.
    pub(crate) fn delete(&self, queue: &str, handle: &ReceiptHandle) -> rusqlite::Result<()> {
        self.lock().execute(
            "DELETE FROM messages WHERE id = ?1 AND queue = ?2 AND receipt = ?3",
            params![handle.id, queue, handle.receipt.to_string()],
        )?;
        Ok(())
    }

    /// Makes a message in flight invisible for `visibility` from now on; zero makes it visible.
    pub(crate) fn change_visibility(
        &self,
        queue: &str,
        handle: &ReceiptHandle,
        visibility: Duration,
    ) -> rusqlite::Result<Change> {
        let connection = self.lock();
        let now = now();
        let found: Option<(i64, Option<String>)> = connection
            .query_row(
                "SELECT visible_at, receipt FROM messages WHERE id = ?1 AND queue = ?2",
                params![handle.id, queue],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .optional()?;
        let Some((visible_at, receipt)) = found else { return Ok(Change::NoSuchMessage) };
        if visible_at <= now || receipt != Some(handle.receipt.to_string()) {
            return Ok(Change::NotInFlight);
        }
        connection.execute(
            "UPDATE messages SET visible_at = ?2 WHERE id = ?1",
            params![handle.id, now + millis(visibility)],
        )?;
        drop(connection);
        self.arrived.notify_waiters();
        Ok(Change::Done)
    }

    pub(crate) fn counts(&self, queue: &str) -> rusqlite::Result<Counts> {
        self.lock().query_row(
            "SELECT count(*) FILTER (WHERE visible_at <= ?2), count(*) FILTER (WHERE visible_at > ?2)
             FROM messages WHERE queue = ?1",
            params![queue, now()],
            |row| Ok(Counts { visible: row.get(0)?, in_flight: row.get(1)? }),
        )
    }
}

fn hand_out(row: &Row<'_>, now: i64) -> rusqlite::Result<InFlightMessage> {
    Ok(InFlightMessage {
        handle: ReceiptHandle { id: row.get("id")?, receipt: Uuid::new_v4() },
        message_id: row.get("message_id")?,
        body: row.get("body")?,
        sent_at: row.get("sent_at")?,
        first_received_at: row.get::<_, Option<i64>>("first_received_at")?.unwrap_or(now),
        receives: row.get::<_, i64>("receives")? + 1,
    })
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX / 4)
}
