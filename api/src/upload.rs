//! `POST /upload`: a picture comes in.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Request, State},
    http::{StatusCode, header},
    response::IntoResponse,
};
use jiff::Timestamp;
use ledger::{HeldKey, Image, NewRecord, UploadKey};
use receipt::{ImageId, NewImage, OwnerId, Status};
use serde::Serialize;
use tracing::{Instrument, info, warn};
use utoipa::ToSchema;

use crate::{
    Error,
    app::App,
    error::Problem,
    form::{Form, FormField},
    idempotency::{self, IdempotencyKey},
    picture_store::StoredPicture,
    session::Owner,
};

/// The form of an upload; whatever else it holds is passed over.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only described: the form is read as it comes in")]
pub(crate) struct UploadForm {
    /// JPEG, PNG, TIFF or PDF of at most 10,485,760 bytes. The field may also be called `file`.
    #[schema(format = Binary)]
    image: String,
}

/// An upload that was taken.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Uploaded {
    image_id: ImageId,
    status: Status,
    version: u64,
}

/// Takes a picture of a receipt; what becomes of it is told by `/imageStatus/{id}/ws`.
#[utoipa::path(
    post,
    path = "/upload",
    params((
        "Idempotency-Key" = Option<String>, Header,
        description = "1 to 255 visible characters, kept for 24 h: a second try gets the first one's answer"
    )),
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses(
        (status = 202, description = "Taken", body = Uploaded),
        (status = 429, description = "More than the operator allows a person or an address in a minute", body = Problem,
         content_type = "application/problem+json",
         headers(("Retry-After" = u64, description = "After so many seconds the next one is taken")))
    )
)]
pub(crate) async fn upload(
    State(app): State<Arc<App>>,
    Owner(owner): Owner,
    IdempotencyKey(key): IdempotencyKey,
    request: Request,
) -> Result<impl IntoResponse, Error> {
    // In a task of its own: a client that vanishes drops this handler, and what was begun must still be ended or undone.
    let taken = app.tasks.spawn(take_in(app.clone(), owner, key, request).in_current_span()).await;
    let id = taken.map_err(|panic| Error::Internal(panic.into()))??;
    // As it was at first, also where it is told again later: the same key has the same answer.
    let body = Json(Uploaded { image_id: id, status: Status::Uploaded, version: 1 });
    Ok((StatusCode::ACCEPTED, [(header::LOCATION, format!("/receipts/{id}"))], body))
}

async fn take_in(app: Arc<App>, owner: OwnerId, key: Option<UploadKey>, request: Request) -> Result<ImageId, Error> {
    let mut form = Form::of(request).await?;
    let id = ImageId::new();
    let taken = match key {
        Some(key) => {
            let held = HeldKey { owner, key, image_id: id };
            Box::pin(idempotency::take_in_once(&app, held, &mut form)).await
        }
        None => Box::pin(take_in_as(&app, id, owner, None, &mut form)).await,
    };
    if taken.is_err() {
        form.drain().await;
    }
    taken
}

/// The bucket first, then the ledger, then the topic: whoever hears of an image finds it. With a key, the ledger knows in
/// the same moment that the key is done.
pub(crate) async fn take_in_as(
    app: &App,
    id: ImageId,
    owner: OwnerId,
    held: Option<&HeldKey>,
    form: &mut Form,
) -> Result<ImageId, Error> {
    let picture = store_picture(app, id, form).await?;
    let size_bytes = picture.seen.size_bytes;
    let image = match write_down(app, id, owner, held, &picture).await {
        Ok(image) => image,
        Err(error) => {
            // The write may have arrived all the same, so both are taken back.
            withdraw(app, id, held, &picture).await;
            return Err(error.into());
        }
    };
    if let Err(error) = announce(app, &image.announcement()).await {
        if withdraw(app, id, held, &picture).await {
            return Err(error);
        }
        warn!(image.id = %id, "the announcement of image {id} was not confirmed, but a worker has it");
    }
    info!(image.id = %id, size_bytes, "image {id} uploaded");
    Ok(id)
}

async fn write_down(
    app: &App,
    image_id: ImageId,
    owner: OwnerId,
    held: Option<&HeldKey>,
    picture: &StoredPicture,
) -> Result<Image, ledger::Error> {
    let (key, seen) = (picture.key, &picture.seen);
    let (size_bytes, sha256, orientation) = (seen.size_bytes, seen.sha256.clone(), seen.orientation);
    let record = NewRecord { image_id, owner, key, size_bytes, sha256, orientation, at: Timestamp::now() };
    match held {
        Some(held) => app.ledger.create_once(record, held).await,
        None => app.ledger.create(record).await,
    }
}

pub(crate) async fn announce(app: &App, message: &NewImage) -> Result<(), Error> {
    let message = serde_json::to_string(message).map_err(|error| Error::Internal(error.into()))?;
    let publish = app.sns.publish().topic_arn(&app.new_image_topic).message(message);
    publish.send().await.map(drop).map_err(Error::unavailable)
}

/// Takes back an image that nobody was told of. False where a worker has heard of it all the same.
async fn withdraw(app: &App, id: ImageId, held: Option<&HeldKey>, picture: &StoredPicture) -> bool {
    let withdrawn = match held {
        Some(held) => app.ledger.withdraw_once(held).await,
        None => app.ledger.withdraw(id).await,
    };
    match withdrawn {
        Ok(true) => {
            app.pictures.remove(picture.key).await;
            true
        }
        Ok(false) => false,
        Err(_) if idempotency::released(app, held).await => {
            app.pictures.remove(picture.key).await;
            true
        }
        Err(error) => {
            // It stays as `uploaded` and is announced again by the sweep of unfinished images.
            warn!(image.id = %id, "image {id} could not be taken back: {}", crate::error::chain(&error));
            true
        }
    }
}

/// Stores the form's picture; with a second one, none.
async fn store_picture(app: &App, id: ImageId, form: &mut Form) -> Result<StoredPicture, Error> {
    let picture = of_the_picture(form, async |field, declared| app.pictures.store(id, field, declared).await).await?;
    if let Err(error) = form.no_other_picture().await {
        app.pictures.remove(picture.key).await;
        return Err(error);
    }
    Ok(picture)
}

/// What `take` makes of the form's first picture and the length of the whole form.
pub(crate) async fn of_the_picture<T>(
    form: &mut Form,
    take: impl AsyncFnOnce(FormField<'_>, Option<usize>) -> Result<T, Error>,
) -> Result<T, Error> {
    let declared = form.declared_bytes();
    loop {
        let field = form.next_field().await?.ok_or(Error::NoImage)?;
        if field.is_picture() {
            return take(field, declared).await;
        }
        field.skip().await?;
    }
}
