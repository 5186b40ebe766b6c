//! What is kept of pages in the bucket: what was read on each, one JSON object a page, so that a page is paid for once; and what
//! browsers show of it.

use std::time::Duration;

use anyhow::Context;
use aws_sdk_s3::{Client, error::SdkError, operation::get_object::GetObjectError, primitives::ByteStream};
use futures_util::future::try_join_all;
use receipt::{ImageId, textract::DetectDocumentText};
use tokio::time::timeout;
use tracing::warn;

use crate::Config;

/// How long storing what is only shown may hold up what is read.
const SHOWN_WITHIN: Duration = Duration::from_secs(3);

#[derive(Debug)]
pub(crate) struct StoredPages {
    s3: Client,
    bucket: String,
}

impl StoredPages {
    pub(crate) fn new(s3: Client, config: &Config) -> Self {
        Self { s3, bucket: config.bucket.clone() }
    }

    pub(crate) async fn load(&self, id: ImageId, page: u32) -> anyhow::Result<Option<DetectDocumentText>> {
        let got = self.s3.get_object().bucket(&self.bucket).key(id.analysis(page)).send().await;
        let object = match got.map_err(SdkError::into_service_error) {
            Ok(object) => object,
            Err(GetObjectError::NoSuchKey(_)) => return Ok(None),
            Err(error) => return Err(error).context("read the stored answer"),
        };
        let bytes = object.body.collect().await.context("read the stored answer")?;
        serde_json::from_slice(&bytes.into_bytes()).map(Some).context("parse the stored answer")
    }

    pub(crate) async fn store(&self, id: ImageId, page: u32, answer: &DetectDocumentText) -> anyhow::Result<()> {
        let json = serde_json::to_vec(answer).context("make the answer JSON")?;
        self.put(id.analysis(page), "application/json", json).await.context("store the answer")
    }

    /// Stores a JPEG that is only shown: that it is missing is no reason to stop.
    pub(crate) async fn show(&self, key: String, jpeg: Option<Vec<u8>>) {
        let Some(jpeg) = jpeg else { return };
        match timeout(SHOWN_WITHIN, self.put(key, "image/jpeg", jpeg)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => warn!("a picture to show was not stored: {error:#}"),
            Err(_) => warn!("a picture to show was not stored within {SHOWN_WITHIN:?}"),
        }
    }

    /// Removes all that workers keep of an image, whatever of it is there.
    pub(crate) async fn remove(&self, id: ImageId) -> anyhow::Result<()> {
        let delete = |key| self.s3.delete_object().bucket(&self.bucket).key(key).send();
        let deleted = try_join_all(id.kept_by_workers().into_iter().map(delete)).await;
        deleted.map(drop).context("remove what was kept of an image")
    }

    async fn put(&self, key: String, content_type: &str, body: Vec<u8>) -> anyhow::Result<()> {
        let put = self.s3.put_object().bucket(&self.bucket).key(key).content_type(content_type);
        put.body(ByteStream::from(body)).send().await?;
        Ok(())
    }
}
