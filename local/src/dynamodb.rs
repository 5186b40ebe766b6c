//! DynamoDB by dynoxide: its server on an internal port, to which calls are forwarded, and our one table.

use std::{net::Ipv4Addr, path::Path, time::Duration};

use anyhow::{Context as _, anyhow};
use axum::{body::Body, response::Response};
use bytes::Bytes;
use dynoxide::{Database, DynoxideError};
use http::{
    HeaderMap,
    header::{CONNECTION, CONTENT_LENGTH, HOST, TRANSFER_ENCODING},
};
use serde_json::{Value, json};
use tokio::{net::TcpListener, time::MissedTickBehavior};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::protocol::AwsError;

#[derive(Debug)]
pub(crate) struct DynamoDb {
    http: reqwest::Client,
    url: String,
}

impl DynamoDb {
    pub(crate) async fn start(
        file: &Path,
        table: &str,
        http: reqwest::Client,
        tasks: &TaskTracker,
        stop: &CancellationToken,
    ) -> anyhow::Result<Self> {
        let database = open(file, table).with_context(|| format!("open {}", file.display()))?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.context("find a port for DynamoDB")?;
        let url = format!("http://{}/", listener.local_addr().context("find a port for DynamoDB")?);
        tasks.spawn(sweep(database.clone(), stop.clone()));
        let stopped = stop.clone().cancelled_owned();
        tasks.spawn(async move {
            if let Err(error) = dynoxide::server::serve_with_shutdown(listener, database, stopped).await {
                tracing::error!("DynamoDB's stand-in stopped: {error}");
            }
        });
        Ok(Self { http, url })
    }

    pub(crate) async fn call(&self, mut headers: HeaderMap, body: Bytes) -> Result<Response, AwsError> {
        for name in [HOST, CONTENT_LENGTH, TRANSFER_ENCODING, CONNECTION] {
            headers.remove(name);
        }
        let pass_on = async {
            let answer = self.http.post(&self.url).headers(headers).body(body).send().await?;
            let (status, mut headers) = (answer.status(), answer.headers().clone());
            headers.remove(TRANSFER_ENCODING);
            let mut response = Response::new(Body::from(answer.bytes().await?));
            *response.status_mut() = status;
            *response.headers_mut() = headers;
            Ok::<_, reqwest::Error>(response)
        };
        pass_on.await.map_err(|error| AwsError::internal(&anyhow!(error).context("ask DynamoDB's stand-in")))
    }
}

fn open(file: &Path, table: &str) -> anyhow::Result<Database> {
    let path = file.to_str().context("the path is not UTF-8")?;
    let database = Database::new(path)?;
    // The only public switch to SQLite's `synchronous = NORMAL`: what is committed survives the process, as in
    // message_store, without waiting for the disk at every write.
    database.disable_bulk_loading()?;
    match database.describe_table(serde_json::from_value(json!({ "TableName": table }))?) {
        Ok(_) => return Ok(database),
        Err(DynoxideError::ResourceNotFoundException(_)) => {}
        Err(error) => return Err(error).context("look for the table"),
    }
    database.create_table(serde_json::from_value(definition(table))?).context("make the table")?;
    database.update_time_to_live(serde_json::from_value(time_to_live(table))?).context("let items expire")?;
    Ok(database)
}

/// The request of DynamoDB's `CreateTable`.
pub(crate) fn definition(table: &str) -> Value {
    let attributes = ["pk", "sk", "owner", "image_id", "unfinished", "unfinished_since"]
        .map(|name| json!({ "AttributeName": name, "AttributeType": "S" }));
    let keys = |hash, range| json!([{ "AttributeName": hash, "KeyType": "HASH" }, { "AttributeName": range, "KeyType": "RANGE" }]);
    let by_owner = ["status", "version", "created_at", "updated_at", "key", "reason", "detail", "try_again", "summary"];
    json!({
        "TableName": table,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": attributes,
        "KeySchema": keys("pk", "sk"),
        "GlobalSecondaryIndexes": [
            {
                "IndexName": "by_owner",
                "KeySchema": keys("owner", "image_id"),
                "Projection": { "ProjectionType": "INCLUDE", "NonKeyAttributes": by_owner },
            },
            {
                "IndexName": "unfinished",
                "KeySchema": keys("unfinished", "unfinished_since"),
                "Projection": { "ProjectionType": "ALL" },
            },
        ],
    })
}

/// The request of DynamoDB's `UpdateTimeToLive`.
pub(crate) fn time_to_live(table: &str) -> Value {
    json!({
        "TableName": table,
        "TimeToLiveSpecification": { "AttributeName": "expires_at", "Enabled": true },
    })
}

/// Removes expired items, as DynamoDB does some time after they expire.
async fn sweep(database: Database, stop: CancellationToken) {
    let mut ticks = tokio::time::interval(Duration::from_mins(1));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    while stop.run_until_cancelled(ticks.tick()).await.is_some() {
        let database = database.clone();
        match tokio::task::spawn_blocking(move || database.sweep_ttl()).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => tracing::warn!("expired items could not be removed: {error}"),
            Err(error) => tracing::error!("the sweep of expired items broke: {error}"),
        }
    }
}
