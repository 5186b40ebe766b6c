//! The topics and their subscriptions.

use std::str::FromStr;

use rusqlite::{OptionalExtension as _, Row, params};
use serde::Serialize;
use uuid::Uuid;

use super::database::MessageStore;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Topic {
    pub(crate) arn: String,
    pub(crate) signature_version: SignatureVersion,
}

/// SNS's `SignatureVersion` of a topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) enum SignatureVersion {
    /// RSA over SHA-1
    #[serde(rename = "1")]
    One,
    /// RSA over SHA-256
    #[serde(rename = "2")]
    Two,
}

impl SignatureVersion {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::One => "1",
            Self::Two => "2",
        }
    }
}

impl FromStr for SignatureVersion {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "1" => Ok(Self::One),
            "2" => Ok(Self::Two),
            _ => Err(()),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    Http,
    Https,
    Sqs,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Subscription {
    pub(crate) arn: String,
    pub(crate) topic: String,
    pub(crate) protocol: Protocol,
    /// An address, or the queue's ARN.
    pub(crate) endpoint: String,
    /// JSON, as it was given.
    pub(crate) delivery_policy: Option<String>,
    pub(crate) token: String,
    pub(crate) confirmed: bool,
    pub(crate) authenticate_on_unsubscribe: bool,
}

impl Protocol {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
            Self::Sqs => "sqs",
        }
    }
}

impl FromStr for Protocol {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "http" => Ok(Self::Http),
            "https" => Ok(Self::Https),
            "sqs" => Ok(Self::Sqs),
            _ => Err(()),
        }
    }
}

impl MessageStore {
    /// Creates the topic if there is none of this ARN.
    pub(crate) fn ensure_topic(&self, topic: &Topic) -> rusqlite::Result<()> {
        self.lock().execute(
            "INSERT OR IGNORE INTO topics VALUES (?1, ?2)",
            params![topic.arn, topic.signature_version.as_str()],
        )?;
        Ok(())
    }

    pub(crate) fn set_signature_version(&self, topic: &str, version: SignatureVersion) -> rusqlite::Result<()> {
        self.lock()
            .execute("UPDATE topics SET signature_version = ?2 WHERE arn = ?1", params![topic, version.as_str()])?;
        Ok(())
    }

    pub(crate) fn topic(&self, arn: &str) -> rusqlite::Result<Option<Topic>> {
        let version: Option<String> = self
            .lock()
            .query_row("SELECT signature_version FROM topics WHERE arn = ?1", [arn], |row| row.get(0))
            .optional()?;
        Ok(version.map(|version| Topic {
            arn: arn.to_owned(),
            signature_version: version.parse().unwrap_or(SignatureVersion::Two),
        }))
    }

    /// The topic's subscription for this protocol and endpoint: the existing one, or a new one.
    pub(crate) fn ensure_subscription(
        &self,
        topic: &str,
        protocol: Protocol,
        endpoint: &str,
        delivery_policy: Option<&str>,
    ) -> rusqlite::Result<Subscription> {
        let connection = self.lock();
        let arn = format!("{topic}:{}", Uuid::new_v4());
        let token = format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
        // A queue of the same account needs no confirmation.
        let confirmed = protocol == Protocol::Sqs;
        connection.execute(
            "INSERT INTO subscriptions (arn, topic, protocol, endpoint, delivery_policy, token, confirmed)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT (topic, protocol, endpoint) DO UPDATE SET delivery_policy = excluded.delivery_policy
             WHERE NOT confirmed",
            params![arn, topic, protocol.as_str(), endpoint, delivery_policy, token, confirmed],
        )?;
        connection.query_row(
            "SELECT * FROM subscriptions WHERE topic = ?1 AND protocol = ?2 AND endpoint = ?3",
            params![topic, protocol.as_str(), endpoint],
            subscription,
        )
    }

    /// Confirms the subscription with this token; `None` if the topic has none.
    pub(crate) fn confirm(
        &self,
        topic: &str,
        token: &str,
        authenticate_on_unsubscribe: Authenticate,
    ) -> rusqlite::Result<Option<Subscription>> {
        let connection = self.lock();
        connection.execute(
            "UPDATE subscriptions SET confirmed = 1, authenticate_on_unsubscribe = authenticate_on_unsubscribe OR ?3
             WHERE topic = ?1 AND token = ?2",
            params![topic, token, authenticate_on_unsubscribe == Authenticate::Yes],
        )?;
        connection
            .query_row("SELECT * FROM subscriptions WHERE topic = ?1 AND token = ?2", [topic, token], subscription)
            .optional()
    }

    pub(crate) fn subscriptions(&self, topic: &str) -> rusqlite::Result<Vec<Subscription>> {
        let connection = self.lock();
        let mut select = connection.prepare_cached("SELECT * FROM subscriptions WHERE topic = ?1 ORDER BY rowid")?;
        select.query_map([topic], subscription)?.collect()
    }

    pub(crate) fn subscription(&self, arn: &str) -> rusqlite::Result<Option<Subscription>> {
        self.lock().query_row("SELECT * FROM subscriptions WHERE arn = ?1", [arn], subscription).optional()
    }

    pub(crate) fn unsubscribe(&self, arn: &str) -> rusqlite::Result<()> {
        self.lock().execute("DELETE FROM subscriptions WHERE arn = ?1", [arn])?;
        Ok(())
    }
}

/// Whether a later `Unsubscribe` must be signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Authenticate {
    Yes,
    No,
}

fn subscription(row: &Row<'_>) -> rusqlite::Result<Subscription> {
    let protocol: String = row.get("protocol")?;
    Ok(Subscription {
        arn: row.get("arn")?,
        topic: row.get("topic")?,
        protocol: protocol.parse().map_err(|()| rusqlite::Error::InvalidQuery)?,
        endpoint: row.get("endpoint")?,
        delivery_policy: row.get("delivery_policy")?,
        token: row.get("token")?,
        confirmed: row.get("confirmed")?,
        authenticate_on_unsubscribe: row.get("authenticate_on_unsubscribe")?,
    })
}
