//! What is mined of each receipt, in the bucket beside the pictures: one object an image, which Athena reads.

use anyhow::Context;
use aws_sdk_s3::{Client, primitives::ByteStream};
use ledger::{Image, Ledger};
use receipt::{ObjectKey, mined};
use tracing::info;

use crate::Config;

#[derive(Debug)]
pub(crate) struct Mine {
    s3: Client,
    bucket: String,
    ledger: Ledger,
}

impl Mine {
    pub(crate) fn new(s3: Client, config: &Config, ledger: Ledger) -> Self {
        Self { s3, bucket: config.bucket.clone(), ledger }
    }

    /// Writes what an image that has ended is worth, if it is worth something. The same image gives the same object, so
    /// that whoever does not know whether it was written writes it again.
    pub(crate) async fn store(&self, image: &Image) -> anyhow::Result<()> {
        let Some(analysis) = &image.result else { return Ok(()) };
        let lines = mined::lines(image.image_id, &analysis.receipt, &analysis.verdict);
        if lines.is_empty() {
            return Ok(());
        }
        let body = mined::to_json_lines(&lines).context("make what is mined JSON")?;
        self.s3
            .put_object()
            .bucket(&self.bucket)
            .key(image.key.mined())
            .content_type("application/x-ndjson")
            .body(ByteStream::from(body.into_bytes()))
            .send()
            .await
            .context("store what is mined")?;
        // Whoever deleted the image may have removed its files before this one came.
        if self.ledger.get(image.image_id).await?.is_none() {
            info!("image {} was deleted while it was mined", image.image_id);
            self.remove(image.key).await?;
        }
        Ok(())
    }

    /// Removes what was mined of a picture; also what is not there.
    pub(crate) async fn remove(&self, key: ObjectKey) -> anyhow::Result<()> {
        let deleted = self.s3.delete_object().bucket(&self.bucket).key(key.mined()).send().await;
        deleted.map(drop).context("remove what is mined")
    }
}
