//! A form's pictures on their way into the bucket, each in pieces as S3 takes them.
//!
//! What an upload began in the bucket it ends or takes back, also where S3's answer was lost.

use aws_lc_rs::digest::{Context, SHA256};
use aws_sdk_s3::{
    primitives::ByteStream,
    types::{CompletedMultipartUpload, CompletedPart},
};
use bytes::Bytes;
use ledger::Part;
use receipt::{ImageId, ObjectKey, PictureHash};
use tracing::warn;

use super::{
    admission::Admitted,
    day_pictures::CountedPictures,
    form::{Form, FormField},
    incoming_picture::{IncomingPicture, PictureFacts, PicturePart},
    upload_memory::MemoryOf,
};
use crate::{
    error::{Error, chain},
    shared::Bucket,
};

/// Pictures that have reached the bucket: the parts of one upload.
#[derive(Debug)]
pub(super) struct StoredPictures {
    pub(super) parts: Vec<Part>,
    /// Of all of them.
    pub(super) sha256: PictureHash,
}

impl StoredPictures {
    pub(super) async fn remove(&self, bucket: &Bucket) {
        remove(bucket, &self.parts).await;
    }

    pub(super) fn size_bytes(&self) -> u64 {
        self.parts.iter().map(|part| part.size_bytes).sum()
    }
}

async fn remove(bucket: &Bucket, parts: &[Part]) {
    for part in parts {
        bucket.remove_picture(part.key).await;
    }
}

/// Where the pictures of one upload go, and what they may take on the way.
#[derive(Debug, Clone, Copy)]
pub(super) struct PictureUpload<'a> {
    pub(super) bucket: &'a Bucket,
    pub(super) memory: MemoryOf<'a>,
    pub(super) admitted: &'a Admitted,
    pub(super) id: ImageId,
}

impl PictureUpload<'_> {
    /// Stores the form's pictures, each counted for the day. Of an upload that fails, nothing is left in the bucket.
    pub(super) async fn store(
        self,
        form: &mut Form,
        counted: &mut CountedPictures<'_>,
    ) -> Result<StoredPictures, Error> {
        let mut parts = Vec::new();
        let stored = self.store_each(form, counted, &mut parts).await;
        if stored.is_err() {
            remove(self.bucket, &parts).await;
        }
        Ok(StoredPictures { sha256: stored?, parts })
    }

    async fn store_each(
        self,
        form: &mut Form,
        counted: &mut CountedPictures<'_>,
        parts: &mut Vec<Part>,
    ) -> Result<PictureHash, Error> {
        let declared = form.declared_bytes();
        let mut hashes = Vec::new();
        while let Some((number, field)) = form.next_picture().await? {
            counted.count_up_to(number).await?;
            let (part, sha256) = self.store_field(number, field, declared).await?;
            parts.push(part);
            hashes.push(sha256);
        }
        of_all(hashes)
    }

    /// `declared` is the whole request's length, if the client declared one.
    async fn store_field(
        self,
        number: u8,
        field: FormField<'_>,
        declared: Option<usize>,
    ) -> Result<(Part, PictureHash), Error> {
        let Self { bucket, memory, admitted, id } = self;
        let mut picture = IncomingPicture::open(field, declared, memory).await?;
        let key = ObjectKey::of_part(id, number, picture.format()).ok_or(Error::TooManyImages)?;
        let first = picture.next_part().await?;
        admitted.mark_stored();
        let stored = if picture.is_complete() {
            put(bucket, key, first.bytes).await
        } else {
            put_in_parts(bucket, key, &mut picture, first).await
        };
        if let Err(error) = stored {
            // S3 may have it all the same.
            bucket.remove_picture(key).await;
            return Err(error);
        }
        let PictureFacts { size_bytes, sha256, orientation } = picture.facts()?;
        Ok((Part { key, size_bytes, orientation }, sha256))
    }
}

/// The hash that the form's pictures would have in the bucket. They are stored nowhere.
pub(super) async fn hash(memory: MemoryOf<'_>, form: &mut Form) -> Result<PictureHash, Error> {
    let declared = form.declared_bytes();
    let mut hashes = Vec::new();
    while let Some((_, field)) = form.next_picture().await? {
        let mut picture = IncomingPicture::open(field, declared, memory).await?;
        while !picture.is_complete() {
            picture.next_part().await?;
        }
        hashes.push(picture.facts()?.sha256);
    }
    of_all(hashes)
}

/// Of one picture its own hash; of several the hash of theirs, one behind the other.
fn of_all(mut hashes: Vec<PictureHash>) -> Result<PictureHash, Error> {
    match hashes.pop() {
        Some(only) if hashes.is_empty() => Ok(only),
        last => {
            let mut digest = Context::new(&SHA256);
            hashes.iter().chain(&last).for_each(|hash| digest.update(hash.as_str().as_bytes()));
            let sha256 =
                <[u8; 32]>::try_from(digest.finish().as_ref()).map_err(|error| Error::Internal(error.into()))?;
            Ok(sha256.into())
        }
    }
}

async fn put(bucket: &Bucket, key: ObjectKey, bytes: Bytes) -> Result<(), Error> {
    bucket
        .client
        .put_object()
        .bucket(&bucket.name)
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
    bucket: &Bucket,
    key: ObjectKey,
    picture: &mut IncomingPicture<'_>,
    first: PicturePart<'_>,
) -> Result<(), Error> {
    let created = bucket
        .client
        .create_multipart_upload()
        .bucket(&bucket.name)
        .key(key.to_string())
        .content_type(key.format().content_type())
        .send()
        .await
        .map_err(Error::unavailable)?;
    let upload_id = created.upload_id.ok_or_else(|| Error::unavailable("S3 gave no upload id"))?;
    let sent = send_parts(bucket, key, &upload_id, picture, first).await;
    if sent.is_err() {
        let abort = bucket.client.abort_multipart_upload().bucket(&bucket.name).key(key.to_string());
        if let Err(error) = abort.upload_id(upload_id).send().await {
            // The bucket's lifecycle rule aborts it later.
            warn!("the upload of {key} could not be aborted: {}", chain(&error));
        }
    }
    sent
}

async fn send_parts(
    bucket: &Bucket,
    key: ObjectKey,
    upload_id: &str,
    picture: &mut IncomingPicture<'_>,
    first: PicturePart<'_>,
) -> Result<(), Error> {
    let mut completed = CompletedMultipartUpload::builder();
    let mut part = first;
    for number in 1.. {
        let uploaded = bucket
            .client
            .upload_part()
            .bucket(&bucket.name)
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
        // Its memory is free before the next one's is asked for.
        drop(part);
        if picture.is_complete() {
            break;
        }
        part = picture.next_part().await?;
    }
    bucket
        .client
        .complete_multipart_upload()
        .bucket(&bucket.name)
        .key(key.to_string())
        .upload_id(upload_id)
        .multipart_upload(completed.build())
        .send()
        .await
        .map(drop)
        .map_err(Error::unavailable)
}
