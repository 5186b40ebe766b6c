//! `POST /upload`: a receipt comes in, on one picture or several. From top to bottom: the upload is admitted, claims its key,
//! takes the pictures, records them and announces them; each step says what becomes of a failure.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Request, State},
    http::{StatusCode, header},
    response::IntoResponse,
};
use jiff::Timestamp;
use ledger::{HeldKey, Image, NewRecord, UploadKey};
use receipt::{ImageId, KnownBy, MAX_PARTS, MAX_PICTURE_BYTES, MAX_UPLOAD_BYTES, OwnerId, Status, utc_day};
use serde::Serialize;
use tracing::{Instrument, info, warn};
use utoipa::ToSchema;

use super::{
    admission::Admitted,
    day_pictures::CountedPictures,
    form::{Boundary, Form},
    picture_upload::{self, PictureUpload, StoredPictures},
    sender::Sender,
    state::UploadsState,
    upload_key::{self, Claim, ClaimedKey, upload_key},
};
use crate::{
    error::{Error, Problem, chain},
    http::drain_refused,
    identity::Owner,
};

/// How much of the body of an upload that is not admitted is read.
const MAX_REFUSED_UPLOAD_BYTES: usize = MAX_UPLOAD_BYTES;
// Descriptions and refusals have this figure in words.
const _: () = assert!(MAX_PICTURE_BYTES == 10_485_760 && MAX_UPLOAD_BYTES == 31_457_280 && MAX_PARTS == 6);

/// The form of an upload; whatever else it holds is passed over.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only described: the form is read as it comes in")]
pub(super) struct UploadForm {
    /// JPEG, PNG, HEIC, WebP, AVIF, GIF, TIFF or PDF of at most 10,485,760 bytes. A receipt that is longer than a photo has up to six, in their
    /// order, each overlapping the one before, of at most 31,457,280 bytes together. The field may also be called `file`.
    #[schema(value_type = Vec<String>, format = Binary, min_items = 1, max_items = 6)]
    image: Vec<String>,
}

/// An upload that was taken.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Uploaded {
    image_id: ImageId,
    status: Status,
    version: u64,
}

/// Takes a picture of a receipt; what becomes of it is told by `/imageStatus/{id}/ws`.
#[utoipa::path(
    post,
    path = "/upload",
    tag = "upload",
    params((
        "Idempotency-Key" = Option<String>, Header,
        description = "1 to 255 visible characters, kept for 24 h: a second try gets the first one's answer, or 410 \
                       where its receipt was deleted"
    )),
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses(
        (status = 202, description = "Taken", body = Uploaded),
        (status = 429, description = "More than the operator allows a person or an address in a minute or a day", body = Problem,
         content_type = "application/problem+json",
         headers(("Retry-After" = u64, description = "After so many seconds the next one is taken")))
    )
)]
pub(super) async fn upload(
    State(uploads): State<Arc<UploadsState>>,
    sender: Sender,
    Owner(owner): Owner,
    request: Request,
) -> Result<impl IntoResponse, Error> {
    let (key, boundary, admitted) = match let_in(&uploads, sender, &request) {
        Ok(let_in) => let_in,
        Err(refused) => {
            // The answer does not wait for the rest of the body.
            uploads.lifecycle.spawn_until_stopped(drain_refused(request, MAX_REFUSED_UPLOAD_BYTES));
            return Err(refused);
        }
    };
    // In a task of its own: a client that vanishes drops this handler, and what was begun must still be ended or undone.
    let taken = uploads
        .lifecycle
        .tasks
        .spawn(take_in(uploads.clone(), admitted, owner, key, boundary, request).in_current_span())
        .await;
    let id = taken.map_err(|panic| Error::Internal(panic.into()))??;
    // As it was at first, also where the answer is repeated later: the same key has the same answer.
    let body = Json(Uploaded { image_id: id, status: Status::Uploaded, version: 1 });
    Ok((StatusCode::ACCEPTED, [(header::LOCATION, format!("/receipts/{id}"))], body))
}

/// What can be said of an upload before anything of its body is read.
fn let_in(
    uploads: &UploadsState,
    sender: Sender,
    request: &Request,
) -> Result<(Option<UploadKey>, Boundary, Admitted), Error> {
    let admitted = uploads.admission.admit(sender)?;
    Ok((upload_key(request.headers())?, Boundary::of(request.headers())?, admitted))
}

async fn take_in(
    uploads: Arc<UploadsState>,
    admitted: Admitted,
    owner: OwnerId,
    key: Option<UploadKey>,
    boundary: Boundary,
    request: Request,
) -> Result<ImageId, Error> {
    let (head, body) = request.into_parts();
    let mut form = Form::new(boundary, &head.headers, body);
    let known_by = head.extensions.get::<KnownBy>().copied().unwrap_or_default();
    let taken = Box::pin(take_pictures(&uploads, &admitted, (owner, known_by), key, &mut form)).await;
    if taken.is_ok() {
        admitted.mark_taken();
    } else {
        uploads.lifecycle.spawn_until_stopped(form.drain());
    }
    taken
}

/// The bucket first, then the ledger, then the topic: a reader of any of them finds the image in those before.
async fn take_pictures(
    uploads: &UploadsState,
    admitted: &Admitted,
    (owner, known_by): (OwnerId, KnownBy),
    key: Option<UploadKey>,
    form: &mut Form,
) -> Result<ImageId, Error> {
    let id = ImageId::new();
    let memory = uploads.memory.of(&admitted.sender);
    let now = Timestamp::now();
    let address = uploads.addresses.hash(admitted.sender.address, utc_day(now));

    // The key is claimed before anything is stored. An upload without one has no second try.
    let key = match key {
        None => None,
        Some(key) => match upload_key::claim(uploads, HeldKey { owner: owner.clone(), key, image_id: id }).await? {
            Claim::Ours(key) => Some(key),
            Claim::Running => return Err(Error::UploadInProgress),
            Claim::Done { image_id, sha256 } => {
                // What was deleted does not come back by a second try, and must not seem to be there.
                if uploads.ledger.get(image_id).await?.is_none() {
                    return Err(Error::ReceiptDeleted);
                }
                let again = picture_upload::hash(memory, form).await?;
                return if again == sha256 { Ok(image_id) } else { Err(Error::KeyMismatch) };
            }
        },
    };

    // It is counted before anything is stored, and no longer where the upload fails before it is announced.
    let mut counted = CountedPictures::new(uploads.day_pictures.as_ref(), &address, now);
    if let Err(error) = counted.count_up_to(1).await {
        upload_key::release(&uploads.ledger, key.as_ref()).await;
        return Err(error);
    }

    // The pictures go into the bucket. Where that fails, nothing of them is left there, and the key is free again.
    let upload = PictureUpload { bucket: &uploads.bucket, memory, admitted, id };
    let pictures = match upload.store(form, &mut counted).await {
        Ok(pictures) => pictures,
        Err(error) => {
            upload_key::release(&uploads.ledger, key.as_ref()).await;
            return Err(error);
        }
    };

    // The ledger records it, and in the same transaction the key is done. A write that seems to have failed may have
    // arrived all the same, so both are taken back.
    let network = Some(uploads.addresses.network(admitted.sender.address));
    let sender = ledger::Sender { known_by, address: Some(address.clone()), network };
    let image = match record(uploads, id, (owner, sender), key.as_ref(), &pictures).await {
        Ok(image) => image,
        Err(error) => {
            // Whatever became of it, the client does not know the image: it has to try again.
            withdraw(uploads, id, key.as_ref(), &pictures).await;
            return Err(error);
        }
    };

    // It is announced to the workers. Where SNS does not confirm that, all is taken back, unless a worker has the image.
    if let Err(error) = uploads.new_images.announce(&image.announcement()).await {
        match withdraw(uploads, id, key.as_ref(), &pictures).await {
            Withdrawal::DoneOrLeftToSweep => return Err(error),
            Withdrawal::WorkerHasIt => {
                warn!(image.id = %id, "the announcement of image {id} was not confirmed, but a worker has it");
            }
        }
    }

    counted.use_up();
    let size_bytes = pictures.size_bytes();
    info!(image.id = %id, size_bytes, "image {id} uploaded");
    Ok(id)
}

async fn record(
    uploads: &UploadsState,
    image_id: ImageId,
    (owner, sender): (OwnerId, ledger::Sender),
    key: Option<&ClaimedKey>,
    StoredPictures { parts, sha256 }: &StoredPictures,
) -> Result<Image, Error> {
    let [first_part, further_parts @ ..] = parts.as_slice() else { return Err(Error::NoImage) };
    let record = NewRecord {
        image_id,
        owner,
        sender,
        first_part: *first_part,
        further_parts: further_parts.to_vec(),
        sha256: sha256.clone(),
        at: Timestamp::now(),
    };
    match key {
        Some(key) => Ok(uploads.ledger.create_once(record, &key.held).await?),
        None => Ok(uploads.ledger.create(record).await?),
    }
}

/// What became of an image that was to be taken back.
enum Withdrawal {
    /// Image and key are gone; or the ledger does not answer, and an image that was recorded after all stays as
    /// `uploaded`, until the sweep of unfinished images announces it again.
    DoneOrLeftToSweep,
    /// A worker has it all the same.
    WorkerHasIt,
}

/// Takes back an image whose record or announcement is not confirmed, and gives back its key.
async fn withdraw(
    uploads: &UploadsState,
    id: ImageId,
    key: Option<&ClaimedKey>,
    pictures: &StoredPictures,
) -> Withdrawal {
    let withdrawn = match key {
        Some(key) => uploads.ledger.withdraw_once(&key.held).await,
        None => uploads.ledger.withdraw(id).await,
    };
    match withdrawn {
        Ok(true) => pictures.remove(&uploads.bucket).await,
        Ok(false) => return Withdrawal::WorkerHasIt,
        // A key that could be released proves that there is no image, and never will be.
        Err(_) if upload_key::release(&uploads.ledger, key).await => {
            pictures.remove(&uploads.bucket).await;
        }
        Err(error) => warn!(image.id = %id, "image {id} could not be taken back: {}", chain(&error)),
    }
    Withdrawal::DoneOrLeftToSweep
}
