//! The analytics export: the lines of each receipt in the bucket beside the pictures, one object an image, read by
//! Athena.

use anyhow::Context;
use aws_sdk_s3::{Client, primitives::ByteStream};
use jiff::Timestamp;
use ledger::{Image, Ledger};
use receipt::{
    FingerprintKey, ImageId,
    mined::{self, Line},
};
use tracing::info;

use crate::Config;

#[derive(Debug)]
pub(crate) struct AnalyticsExport {
    s3: Client,
    bucket: String,
    ledger: Ledger,
    key: FingerprintKey,
}

impl AnalyticsExport {
    pub(crate) fn new(s3: Client, config: &Config, ledger: Ledger) -> Self {
        Self { s3, bucket: config.bucket.clone(), ledger, key: config.fingerprint_key.clone() }
    }

    /// Writes the lines of an image that has ended, if it has any. A worker that cannot know whether they were written
    /// writes them again: the same, but for texts that have become public since.
    pub(crate) async fn export(&self, image: &Image) -> anyhow::Result<()> {
        let Some(analysis) = &image.result else { return Ok(()) };
        let mut lines = mined::lines(image.image_id, &analysis.receipt, &analysis.verdict);
        if lines.is_empty() {
            return Ok(());
        }
        self.withhold(&mut lines, image).await?;
        let body = mined::to_json_lines(&lines).context("make the export JSON")?;
        self.s3
            .put_object()
            .bucket(&self.bucket)
            .key(image.image_id.mined())
            .content_type("application/x-ndjson")
            .body(ByteStream::from(body.into_bytes()))
            .send()
            .await
            .context("store the export")?;
        // The image may have been deleted meanwhile, and its files removed before this one was written.
        if self.ledger.get(image.image_id).await?.is_none() {
            info!("image {} was deleted while it was exported", image.image_id);
            self.remove(image.image_id).await?;
        }
        Ok(())
    }

    /// Leaves the printed texts that are on other people's receipts, too.
    async fn withhold(&self, lines: &mut [Line], image: &Image) -> anyhow::Result<()> {
        let seen = mined::sightings(mined::printed_texts(lines), &image.owner, image.sender.network, &self.key);
        let each: Vec<_> = seen.values().cloned().collect();
        let public = Box::pin(self.ledger.count_texts(&each, Timestamp::now())).await?;
        mined::publish(lines, |text| seen.get(text).is_some_and(|it| public.contains(&it.text)));
        Ok(())
    }

    /// Removes an image's export, if there is one.
    pub(crate) async fn remove(&self, id: ImageId) -> anyhow::Result<()> {
        let deleted = self.s3.delete_object().bucket(&self.bucket).key(id.mined()).send().await;
        deleted.map(drop).context("remove the export")
    }
}
