//! What was read on pages, in the bucket: one JSON object a page, so that a page is paid for once.

use anyhow::Context;
use aws_sdk_s3::{Client, error::SdkError, operation::get_object::GetObjectError, primitives::ByteStream};
use futures_util::future::try_join_all;
use receipt::{ImageId, MAX_PAGES, textract::DetectDocumentText};

use crate::Config;

#[derive(Debug)]
pub(crate) struct StoredAnswers {
    s3: Client,
    bucket: String,
}

impl StoredAnswers {
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
        self.s3
            .put_object()
            .bucket(&self.bucket)
            .key(id.analysis(page))
            .content_type("application/json")
            .body(ByteStream::from(json))
            .send()
            .await
            .context("store the answer")?;
        Ok(())
    }

    /// Removes the answers for an image's pages, those that are there.
    pub(crate) async fn remove(&self, id: ImageId) -> anyhow::Result<()> {
        let delete = |page| self.s3.delete_object().bucket(&self.bucket).key(id.analysis(page)).send();
        let deleted = try_join_all((1..=MAX_PAGES).map(delete)).await;
        deleted.map(drop).context("remove the stored answers")
    }
}
