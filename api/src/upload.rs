//! `POST /upload`: a picture comes in.

use std::sync::Arc;

use axum::{
    Json,
    extract::{FromRequest, Multipart, Request, State},
    http::{HeaderMap, StatusCode, header},
    response::IntoResponse,
};
use jiff::Timestamp;
use ledger::{Image, NewRecord};
use receipt::{ImageId, NewImage, OwnerId};
use serde_json::json;
use tracing::{info, warn};

use crate::{
    Error,
    app::App,
    picture_store::{MAX_IMAGE_BYTES, Pace, StoredPicture},
    session::Owner,
};

/// What a form adds to its picture: boundaries, headers, other fields.
const FORM_OVERHEAD_BYTES: usize = 64 * 1024;
/// How much of a refused body is read before the answer, so that a browser hears the answer rather than a reset.
const MAX_DRAINED_BYTES: usize = 64 * 1024 * 1024;

pub(crate) async fn upload(
    State(app): State<Arc<App>>,
    Owner(owner): Owner,
    request: Request,
) -> Result<impl IntoResponse, Error> {
    // In a task of its own: a client that vanishes drops this handler, and what was begun must still be ended or undone.
    let taken = app.tasks.spawn(take_in(app.clone(), owner, request)).await;
    let image = taken.map_err(|panic| Error::Internal(panic.into()))??;
    let location = format!("/receipts/{}", image.image_id);
    let body = Json(json!({ "imageId": image.image_id, "status": image.status, "version": image.version }));
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
    let body_bytes = content_length(request.headers());
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| Error::NoImage)?;
    let mut stored: Option<StoredPicture> = None;
    let outcome = loop {
        let field = match Pace::start().keep(form.next_field()).await {
            Ok(Some(field)) => field,
            Ok(None) => break Ok(()),
            Err(error) => break Err(error),
        };
        let is_picture = matches!(field.name(), Some("image" | "file"));
        match (is_picture, &stored) {
            (false, _) => {}
            (true, Some(_)) => break Err(Error::SecondImage),
            (true, None) if body_bytes.is_some_and(|bytes| bytes > MAX_IMAGE_BYTES + FORM_OVERHEAD_BYTES) => {
                break Err(Error::TooLarge);
            }
            (true, None) => match app.pictures.store(id, field, body_bytes).await {
                Ok(picture) => stored = Some(picture),
                Err(error) => break Err(error),
            },
        }
    };
    match (outcome, stored) {
        (Ok(()), Some(picture)) => Ok(picture),
        (Ok(()), None) => Err(Error::NoImage),
        (Err(error), stored) => {
            if let Some(picture) = stored {
                app.pictures.remove(picture.key).await;
            }
            drain(form).await;
            Err(error)
        }
    }
}

/// Reads what a refused sender still sends, within bounds of size and pace.
async fn drain(mut form: Multipart) {
    let mut pace = Pace::start();
    while let Ok(Some(mut field)) = pace.keep(form.next_field()).await {
        while let Ok(Some(chunk)) = pace.keep(field.chunk()).await {
            pace.received += chunk.len();
            if pace.received > MAX_DRAINED_BYTES {
                return;
            }
        }
    }
}

fn content_length(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}
