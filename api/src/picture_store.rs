//! The pictures in the bucket: in from a form's field, part by part, and out again.
//!
//! Memory is bounded: a part is held while it fills and while S3 takes it, and its room is reserved from one budget
//! before its first byte. Who finds the budget spent waits, for a while; who sends too slowly loses the room (`form`).

use std::time::Duration;

use aws_config::SdkConfig;
use aws_lc_rs::digest::{Context, SHA256};
use aws_sdk_s3::{
    Client,
    config::Builder,
    error::SdkError,
    operation::get_object::{GetObjectError, GetObjectOutput},
    primitives::ByteStream,
    types::{CompletedMultipartUpload, CompletedPart},
};
use bytes::{Bytes, BytesMut};
use receipt::{ImageId, ObjectKey, Orientation, PictureFormat, PictureHash, object_key::FileKind};
use tokio::sync::{Semaphore, SemaphorePermit};
use tracing::warn;

use crate::{Config, Error, form::FormField};

/// Textract's limit for a document: <https://docs.aws.amazon.com/textract/latest/dg/limits-document.html>
pub(crate) const MAX_IMAGE_BYTES: usize = 10_485_760;
/// The least that S3 takes as a part that is not the last: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html>
const PART_BYTES: usize = 5 * 1024 * 1024;
const KIB: usize = 1024;
/// How long an upload waits for its turn.
const ROOM_WITHIN: Duration = Duration::from_secs(30);

#[derive(Debug)]
pub(crate) struct PictureStore {
    client: Client,
    bucket: String,
    /// One permit a KiB.
    budget: Semaphore,
}

/// A picture that has reached the bucket.
#[derive(Debug)]
pub(crate) struct StoredPicture {
    pub(crate) key: ObjectKey,
    pub(crate) size_bytes: u64,
    pub(crate) sha256: PictureHash,
    pub(crate) orientation: Orientation,
}

impl PictureStore {
    pub(crate) fn new(aws: &SdkConfig, config: &Config) -> Self {
        // Path style works everywhere; by itself the SDK chooses it only where the endpoint is an IP address.
        let client = Client::from_conf(Builder::from(aws).force_path_style(true).build());
        let budget = Semaphore::new(config.upload_memory_mib as usize * KIB);
        Self { client, bucket: config.bucket.clone(), budget }
    }

    /// Reads a form's field into the bucket. `body_bytes` is the whole request's declared length, if it declared one.
    pub(crate) async fn store(
        &self,
        id: ImageId,
        mut field: FormField<'_>,
        body_bytes: Option<usize>,
    ) -> Result<StoredPicture, Error> {
        let expected = body_bytes.unwrap_or(PART_BYTES);
        let mut digest = Context::new(&SHA256);
        let first = self.fill(&mut field, Bytes::new(), expected, &mut digest).await?;
        let format = format_of(&first.bytes)?;
        let key = ObjectKey::new(id, format);
        let orientation = orientation_of(&first.bytes);
        let size_bytes = match &first.rest {
            None => self.put(key, first.bytes).await?,
            Some(_) => self.put_in_parts(key, &mut field, first, expected, &mut digest).await?,
        };
        let sha256 = hash_of(digest)?;
        Ok(StoredPicture { key, size_bytes: size_bytes as u64, sha256, orientation })
    }

    /// Removes a picture; also one that is not there.
    pub(crate) async fn remove(&self, key: ObjectKey) {
        let deleted = self.client.delete_object().bucket(&self.bucket).key(key.to_string()).send().await;
        if let Err(error) = deleted {
            // The bucket's lifecycle rule removes it later.
            warn!("the picture {key} could not be removed: {}", crate::error::chain(&error));
        }
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

    async fn put(&self, key: ObjectKey, bytes: Bytes) -> Result<usize, Error> {
        let size = bytes.len();
        self.client
            .put_object()
            .bucket(&self.bucket)
            .key(key.to_string())
            .content_type(key.format().content_type())
            .body(ByteStream::from(bytes))
            .send()
            .await
            .map_err(Error::unavailable)?;
        Ok(size)
    }

    async fn put_in_parts(
        &self,
        key: ObjectKey,
        field: &mut FormField<'_>,
        first: Part<'_>,
        expected: usize,
        digest: &mut Context,
    ) -> Result<usize, Error> {
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
        let sent = self.send_parts(key, &upload_id, field, first, expected, digest).await;
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
        field: &mut FormField<'_>,
        first: Part<'_>,
        expected: usize,
        digest: &mut Context,
    ) -> Result<usize, Error> {
        let mut completed = CompletedMultipartUpload::builder();
        let mut size = 0;
        let mut part = first;
        for number in 1.. {
            size += part.bytes.len();
            if size > MAX_IMAGE_BYTES {
                return Err(Error::TooLarge);
            }
            let uploaded = self
                .client
                .upload_part()
                .bucket(&self.bucket)
                .key(key.to_string())
                .upload_id(upload_id)
                .part_number(number)
                .body(ByteStream::from(part.bytes))
                .send()
                .await
                .map_err(Error::unavailable)?;
            completed = completed.parts(CompletedPart::builder().part_number(number).set_e_tag(uploaded.e_tag).build());
            let Some(rest) = part.rest else { break };
            drop(part.room);
            part = self.fill(field, rest, expected.saturating_sub(size), digest).await?;
        }
        self.client
            .complete_multipart_upload()
            .bucket(&self.bucket)
            .key(key.to_string())
            .upload_id(upload_id)
            .multipart_upload(completed.build())
            .send()
            .await
            .map_err(Error::unavailable)?;
        Ok(size)
    }

    /// Waits for room, then reads at most a part's worth of bytes, `begun` first. `digest` sees every byte once.
    async fn fill(
        &self,
        field: &mut FormField<'_>,
        begun: Bytes,
        expected: usize,
        digest: &mut Context,
    ) -> Result<Part<'_>, Error> {
        let capacity = expected.clamp(1, PART_BYTES).max(begun.len());
        let kib = u32::try_from(capacity.div_ceil(KIB)).map_err(|error| Error::Internal(error.into()))?;
        let room = tokio::time::timeout(ROOM_WITHIN, self.budget.acquire_many(kib)).await.map_err(|_| Error::Busy)?;
        let room = room.map_err(Error::unavailable)?;
        let mut bytes = BytesMut::with_capacity(capacity);
        bytes.extend_from_slice(&begun);
        while let Some(mut chunk) = field.chunk().await? {
            let fits = chunk.len().min(PART_BYTES.saturating_sub(bytes.len()));
            digest.update(&chunk);
            bytes.extend_from_slice(&chunk.split_to(fits));
            if !chunk.is_empty() {
                return Ok(Part { bytes: bytes.freeze(), rest: Some(chunk), room });
            }
        }
        Ok(Part { bytes: bytes.freeze(), rest: None, room })
    }
}

/// Up to [`PART_BYTES`] of a picture.
struct Part<'a> {
    bytes: Bytes,
    /// What has come of the next part; `None` at the picture's end.
    rest: Option<Bytes>,
    room: SemaphorePermit<'a>,
}

fn hash_of(digest: Context) -> Result<PictureHash, Error> {
    let digest = digest.finish();
    let bytes = <[u8; 32]>::try_from(digest.as_ref()).map_err(|error| Error::Internal(error.into()))?;
    Ok(bytes.into())
}

fn format_of(first_bytes: &[u8]) -> Result<PictureFormat, Error> {
    if first_bytes.is_empty() {
        return Err(Error::EmptyImage);
    }
    match FileKind::of(first_bytes) {
        FileKind::Picture(format) => Ok(format),
        FileKind::Heic => Err(Error::UnsupportedFormat(
            "HEIC pictures can't be read here; send a JPEG (on an iPhone: Settings, Camera, Formats, Most Compatible)",
        )),
        FileKind::WebP => Err(Error::UnsupportedFormat("WebP pictures can't be read here; send a JPEG or PNG")),
        FileKind::Unknown => {
            Err(Error::UnsupportedFormat("this is no picture that we can read; send a JPEG, PNG, TIFF or PDF"))
        }
    }
}

/// The EXIF orientation that a picture declares; upright where it declares none.
fn orientation_of(first_bytes: &[u8]) -> Orientation {
    exif::Reader::new()
        .read_from_container(&mut std::io::Cursor::new(first_bytes))
        .ok()
        .and_then(|exif| exif.get_field(exif::Tag::Orientation, exif::In::PRIMARY)?.value.get_uint(0))
        .and_then(|tag| u8::try_from(tag).ok()?.try_into().ok())
        .unwrap_or_default()
}
