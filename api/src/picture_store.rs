//! The pictures in the bucket: in from a form's field, part by part, and out again.
//!
//! What an upload began in the bucket it ends or takes back, also where S3's answer was lost.

use aws_config::SdkConfig;
use aws_sdk_s3::{
    Client,
    config::Builder,
    error::SdkError,
    operation::get_object::{GetObjectError, GetObjectOutput},
    primitives::ByteStream,
    types::{CompletedMultipartUpload, CompletedPart},
};
use bytes::Bytes;
use futures_util::future::join_all;
use ledger::Removal;
use receipt::{ImageId, ObjectKey, PictureFormat, PictureHash};
use tracing::warn;

use crate::{
    Config, Error,
    form::FormField,
    incoming_picture::{IncomingPicture, Part, Seen},
    upload_memory::UploadMemory,
};

#[derive(Debug)]
pub(crate) struct PictureStore {
    client: Client,
    bucket: String,
    memory: UploadMemory,
}

/// A picture that has reached the bucket.
#[derive(Debug)]
pub(crate) struct StoredPicture {
    pub(crate) key: ObjectKey,
    pub(crate) seen: Seen,
}

impl PictureStore {
    pub(crate) fn new(aws: &SdkConfig, config: &Config) -> Self {
        // Path style works everywhere; by itself the SDK chooses it only where the endpoint is an IP address.
        let client = Client::from_conf(Builder::from(aws).force_path_style(true).build());
        Self { client, bucket: config.bucket.clone(), memory: UploadMemory::new(config.upload_memory_mib) }
    }

    /// Reads a form's field into the bucket. `body_bytes` is the whole request's declared length, if it declared one.
    pub(crate) async fn store(
        &self,
        id: ImageId,
        field: FormField<'_>,
        body_bytes: Option<usize>,
    ) -> Result<StoredPicture, Error> {
        let mut picture = IncomingPicture::open(field, body_bytes, &self.memory).await?;
        let key = ObjectKey::new(id, picture.format());
        let first = picture.next_part().await?;
        let stored = if picture.is_complete() {
            self.put(key, first.bytes).await
        } else {
            self.put_in_parts(key, &mut picture, first).await
        };
        if let Err(error) = stored {
            // S3 may have it all the same.
            self.remove(key).await;
            return Err(error);
        }
        Ok(StoredPicture { key, seen: picture.seen()? })
    }

    /// The hash that a form's picture would have in the bucket.
    pub(crate) async fn hash(&self, field: FormField<'_>, body_bytes: Option<usize>) -> Result<PictureHash, Error> {
        let mut picture = IncomingPicture::open(field, body_bytes, &self.memory).await?;
        while !picture.is_complete() {
            picture.next_part().await?;
        }
        Ok(picture.seen()?.sha256)
    }

    /// Removes a picture; also one that is not there.
    pub(crate) async fn remove(&self, key: ObjectKey) {
        if let Err(error) = self.delete(key.to_string()).await {
            // The bucket's lifecycle rule removes it later.
            warn!("the picture {key} could not be removed: {}", crate::error::chain(&error));
        }
    }

    /// Removes the picture that an upload left when it died, whatever kind it was.
    pub(crate) async fn remove_abandoned(&self, id: ImageId) {
        join_all(PictureFormat::ALL.map(|format| self.remove(ObjectKey::new(id, format)))).await;
    }

    /// Removes all that there is of an image; also what is not there.
    pub(crate) async fn remove_all(&self, removal: &Removal) -> Result<(), Error> {
        let keys = [removal.key.to_string(), removal.key.analysis(), removal.key.mined()];
        let deleted = join_all(keys.map(|key| self.delete(key))).await;
        deleted.into_iter().collect()
    }

    async fn delete(&self, key: String) -> Result<(), Error> {
        let deleted = self.client.delete_object().bucket(&self.bucket).key(key).send().await;
        deleted.map(drop).map_err(Error::unavailable)
    }

    /// A picture as it lies in the bucket; `None` once it has expired.
    pub(crate) async fn open(&self, key: ObjectKey) -> Result<Option<GetObjectOutput>, Error> {
        let got = self.client.get_object().bucket(&self.bucket).key(key.to_string()).send().await;
        match got.map_err(SdkError::into_service_error) {
            Ok(object) => Ok(Some(object)),
            Err(GetObjectError::NoSuchKey(_)) => Ok(None),
            Err(error) => Err(Error::unavailable(error)),
        }
    }

    async fn put(&self, key: ObjectKey, bytes: Bytes) -> Result<(), Error> {
        self.client
            .put_object()
            .bucket(&self.bucket)
            .key(key.to_string())
            .content_type(key.format().content_type())
            .body(ByteStream::from(bytes))
            .customize()
            // The body has a checksum of its own; hashing it once more for the signature costs as much as all the rest.
            .disable_payload_signing()
            .send()
            .await
            .map(drop)
            .map_err(Error::unavailable)
    }

    async fn put_in_parts(
        &self,
        key: ObjectKey,
        picture: &mut IncomingPicture<'_>,
        first: Part<'_>,
    ) -> Result<(), Error> {
        let created = self
            .client
            .create_multipart_upload()
            .bucket(&self.bucket)
            .key(key.to_string())
            .content_type(key.format().content_type())
            .send()
            .await
            .map_err(Error::unavailable)?;
        let upload_id = created.upload_id.ok_or_else(|| Error::unavailable("S3 gave no upload id"))?;
        let sent = self.send_parts(key, &upload_id, picture, first).await;
        if sent.is_err() {
            let abort = self.client.abort_multipart_upload().bucket(&self.bucket).key(key.to_string());
            if let Err(error) = abort.upload_id(upload_id).send().await {
                // The bucket's lifecycle rule aborts it later.
                warn!("the upload of {key} could not be aborted: {}", crate::error::chain(&error));
            }
        }
        sent
    }

    async fn send_parts(
        &self,
        key: ObjectKey,
        upload_id: &str,
        picture: &mut IncomingPicture<'_>,
        first: Part<'_>,
    ) -> Result<(), Error> {
        let mut completed = CompletedMultipartUpload::builder();
        let mut part = first;
        for number in 1.. {
            let uploaded = self
                .client
                .upload_part()
                .bucket(&self.bucket)
                .key(key.to_string())
                .upload_id(upload_id)
                .part_number(number)
                .body(ByteStream::from(part.bytes.clone()))
                .customize()
                .disable_payload_signing()
                .send()
                .await
                .map_err(Error::unavailable)?;
            completed = completed.parts(CompletedPart::builder().part_number(number).set_e_tag(uploaded.e_tag).build());
            // Its room is free before the next one's is asked for.
            drop(part);
            if picture.is_complete() {
                break;
            }
            part = picture.next_part().await?;
        }
        self.client
            .complete_multipart_upload()
            .bucket(&self.bucket)
            .key(key.to_string())
            .upload_id(upload_id)
            .multipart_upload(completed.build())
            .send()
            .await
            .map(drop)
            .map_err(Error::unavailable)
    }
}
