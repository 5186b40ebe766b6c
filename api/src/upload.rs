//! `POST /upload`: a picture comes in.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Request, State},
    http::{StatusCode, header},
    response::IntoResponse,
};
use jiff::Timestamp;
use ledger::{Image, NewRecord};
use receipt::{ImageId, NewImage, OwnerId, Status};
use serde::Serialize;
use tracing::{Instrument, info, warn};
use utoipa::ToSchema;

use crate::{
    Error,
    app::App,
    error::Problem,
    form::Form,
    picture_store::{MAX_IMAGE_BYTES, StoredPicture},
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
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses(
        (status = 202, description = "Taken", body = Uploaded),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn upload(
    State(app): State<Arc<App>>,
    Owner(owner): Owner,
    request: Request,
) -> Result<impl IntoResponse, Error> {
    // In a task of its own: a client that vanishes drops this handler, and what was begun must still be ended or undone.
    let taken = app.tasks.spawn(take_in(app.clone(), owner, request).in_current_span()).await;
    let image = taken.map_err(|panic| Error::Internal(panic.into()))??;
    let location = format!("/receipts/{}", image.image_id);
    let body = Json(Uploaded { image_id: image.image_id, status: image.status, version: image.version });
    Ok((StatusCode::ACCEPTED, [(header::LOCATION, location)], body))
}

/// The bucket first, then the ledger, then the topic: whoever hears of an image finds it.
async fn take_in(app: Arc<App>, owner: OwnerId, request: Request) -> Result<Image, Error> {
    let id = ImageId::new();
    let picture = store_picture(&app, id, request).await?;
    let record = NewRecord {
        image_id: id,
        owner,
        key: picture.key,
        size_bytes: picture.size_bytes,
        sha256: picture.sha256.clone(),
        orientation: picture.orientation,
        at: Timestamp::now(),
    };
    let image = match app.ledger.create(record).await {
        Ok(image) => image,
        Err(error) => {
            // The write may have arrived all the same, so both are taken back.
            withdraw(&app, id, &picture).await;
            return Err(error.into());
        }
    };
    if let Err(error) = announce(&app, &image.announcement()).await {
        if withdraw(&app, id, &picture).await {
            return Err(error);
        }
        warn!(image.id = %id, "the announcement of image {id} was not confirmed, but a worker has it");
    }
    info!(image.id = %id, size_bytes = picture.size_bytes, "image {id} uploaded");
    Ok(image)
}

pub(crate) async fn announce(app: &App, message: &NewImage) -> Result<(), Error> {
    let message = serde_json::to_string(message).map_err(|error| Error::Internal(error.into()))?;
    let publish = app.sns.publish().topic_arn(&app.new_image_topic).message(message);
    publish.send().await.map(drop).map_err(Error::unavailable)
}

/// Takes back an image that nobody was told of. False where a worker has heard of it all the same.
async fn withdraw(app: &App, id: ImageId, picture: &StoredPicture) -> bool {
    match app.ledger.withdraw(id).await {
        Ok(true) => {
            app.pictures.remove(picture.key).await;
            true
        }
        Ok(false) => false,
        Err(error) => {
            // It stays as `uploaded` and is announced again by the sweep of unfinished images.
            warn!(image.id = %id, "image {id} could not be taken back: {}", crate::error::chain(&error));
            true
        }
    }
}

/// Finds the form's picture and stores it; refuses a second one.
async fn store_picture(app: &App, id: ImageId, request: Request) -> Result<StoredPicture, Error> {
    let mut form = Form::of(request).await?;
    let mut stored = None;
    let outcome = if form.declares_more_than(MAX_IMAGE_BYTES) {
        Err(Error::TooLarge)
    } else {
        read_fields(app, id, &mut form, &mut stored).await
    };
    match (outcome, stored) {
        (Ok(()), Some(picture)) => Ok(picture),
        (Ok(()), None) => Err(Error::NoImage),
        (Err(error), stored) => {
            if let Some(picture) = stored {
                app.pictures.remove(picture.key).await;
            }
            form.drain().await;
            Err(error)
        }
    }
}

async fn read_fields(app: &App, id: ImageId, form: &mut Form, stored: &mut Option<StoredPicture>) -> Result<(), Error> {
    let expected = form.declared_bytes();
    while let Some(field) = form.next_field().await? {
        match (field.name(), stored.is_some()) {
            (Some("image" | "file"), false) => *stored = Some(app.pictures.store(id, field, expected).await?),
            (Some("image" | "file"), true) => return Err(Error::SecondImage),
            (Some(_) | None, _) => field.skip().await?,
        }
    }
    Ok(())
}
