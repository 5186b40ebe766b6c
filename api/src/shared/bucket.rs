//! The bucket in which pictures lie, and with them what the worker keeps of them: read and removed from here.

use std::{ops::Range, time::Duration};

use aws_config::SdkConfig;
use aws_sdk_s3::{
    Client,
    config::Builder,
    error::SdkError,
    operation::{get_object::GetObjectError, head_object::HeadObjectError},
};
use bytes::Bytes;
use futures_util::future::join_all;
use ledger::{Ledger, Removal};
use receipt::{ImageId, MAX_PARTS, ObjectKey, PictureFormat};
use tracing::warn;

use crate::error::{Error, chain};

/// One part of a picture, with the SDK's own tries.
const READ_WITHIN: Duration = Duration::from_secs(20);

#[derive(Debug, Clone)]
pub(crate) struct Bucket {
    pub(crate) client: Client,
    pub(crate) name: String,
}

impl Bucket {
    pub(crate) fn new(aws: &SdkConfig, name: String) -> Self {
        // Path style works everywhere; by itself the SDK chooses it only where the endpoint is an IP address.
        let client = Client::from_conf(Builder::from(aws).force_path_style(true).build());
        Self { client, name }
    }

    /// Some bytes of a picture as it lies in the bucket; `None` once it has expired.
    pub(crate) async fn picture_part(&self, key: &str, bytes: Range<u64>) -> Result<Option<Bytes>, Error> {
        let range = format!("bytes={}-{}", bytes.start, bytes.end.saturating_sub(1));
        let reading = async {
            let got = self.client.get_object().bucket(&self.name).key(key).range(range).send().await;
            match got.map_err(SdkError::into_service_error) {
                Ok(object) => {
                    object.body.collect().await.map(|part| Some(part.into_bytes())).map_err(Error::unavailable)
                }
                Err(GetObjectError::NoSuchKey(_)) => Ok(None),
                Err(error) => Err(Error::unavailable(error)),
            }
        };
        tokio::time::timeout(READ_WITHIN, reading).await.map_err(Error::unavailable)?
    }

    /// How many bytes a file has; `None` where there is none.
    pub(crate) async fn size(&self, key: &str) -> Result<Option<u64>, Error> {
        let asking = self.client.head_object().bucket(&self.name).key(key).send();
        let asked = tokio::time::timeout(READ_WITHIN, asking).await.map_err(Error::unavailable)?;
        match asked.map_err(SdkError::into_service_error) {
            Ok(head) => Ok(head.content_length().and_then(|bytes| u64::try_from(bytes).ok())),
            Err(HeadObjectError::NotFound(_)) => Ok(None),
            Err(error) => Err(Error::unavailable(error)),
        }
    }

    /// Removes a picture; also one that is not there.
    pub(crate) async fn remove_picture(&self, key: ObjectKey) {
        if let Err(error) = self.delete(key.to_string()).await {
            // The bucket's lifecycle rule removes it later.
            warn!("the picture {key} could not be removed: {}", chain(&error));
        }
    }

    /// Removes the pictures that an upload left when its task died, in whichever formats they were.
    pub(crate) async fn remove_abandoned(&self, id: ImageId) {
        let parts =
            (1..=MAX_PARTS).flat_map(|part| PictureFormat::ALL.map(|format| ObjectKey::of_part(id, part, format)));
        join_all(parts.flatten().map(|key| self.remove_picture(key))).await;
    }

    async fn delete(&self, key: String) -> Result<(), Error> {
        let deleted = self.client.delete_object().bucket(&self.name).key(key).send().await;
        deleted.map(drop).map_err(Error::unavailable)
    }
}

/// Removes what a deleted image has in the bucket, then the ledger's note of it. Safe to repeat.
pub(crate) async fn remove_files(bucket: &Bucket, ledger: &Ledger, removal: &Removal) -> Result<(), Error> {
    let parts = std::iter::once(&removal.key).chain(&removal.further_keys).map(ToString::to_string);
    let keys = parts.chain(removal.key.image_id().kept_by_workers());
    let deleted = join_all(keys.map(|key| bucket.delete(key))).await;
    deleted.into_iter().collect::<Result<(), Error>>()?;
    Ok(ledger.removed(removal).await?)
}
