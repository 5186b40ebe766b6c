//! A form's picture on its way into the bucket, part by part.
//!
//! What an upload began in the bucket it ends or takes back, also where S3's answer was lost.

use aws_sdk_s3::{
    primitives::ByteStream,
    types::{CompletedMultipartUpload, CompletedPart},
};
use bytes::Bytes;
use receipt::{ImageId, ObjectKey, PictureHash};
use tracing::warn;

use super::{
    admission::Admitted,
    form::{Form, FormField},
    incoming_picture::{IncomingPicture, Part, PictureFacts},
    upload_memory::MemoryOf,
};
use crate::{
    error::{Error, chain},
    shared::Bucket,
};

/// A picture that has reached the bucket.
#[derive(Debug)]
pub(super) struct StoredPicture {
    pub(super) key: ObjectKey,
    pub(super) facts: PictureFacts,
}

/// Stores the form's picture. Of a form with a second one, and of an upload that fails, nothing is left in the bucket.
pub(super) async fn store(
    bucket: &Bucket,
    memory: MemoryOf<'_>,
    admitted: &Admitted,
    id: ImageId,
    form: &mut Form,
) -> Result<StoredPicture, Error> {
    let declared = form.declared_bytes();
    let picture = form.picture(async |field| store_field(bucket, memory, admitted, id, field, declared).await).await?;
    if let Err(error) = form.no_other_picture().await {
        bucket.remove_picture(picture.key).await;
        return Err(error);
    }
    Ok(picture)
}

/// The hash that the form's picture would have in the bucket. It is stored nowhere.
pub(super) async fn hash(memory: MemoryOf<'_>, form: &mut Form) -> Result<PictureHash, Error> {
    let declared = form.declared_bytes();
    let hash = form.picture(async |field| {
        let mut picture = IncomingPicture::open(field, declared, memory).await?;
        while !picture.is_complete() {
            picture.next_part().await?;
        }
        Ok(picture.facts()?.sha256)
    });
    let hash = hash.await?;
    form.no_other_picture().await?;
    Ok(hash)
}

/// `declared` is the whole request's length, if the client declared one.
async fn store_field(
    bucket: &Bucket,
    memory: MemoryOf<'_>,
    admitted: &Admitted,
    id: ImageId,
    field: FormField<'_>,
    declared: Option<usize>,
) -> Result<StoredPicture, Error> {
    let mut picture = IncomingPicture::open(field, declared, memory).await?;
    let key = ObjectKey::new(id, picture.format());
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
    Ok(StoredPicture { key, facts: picture.facts()? })
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
    first: Part<'_>,
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
    first: Part<'_>,
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
