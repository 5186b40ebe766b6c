//! `POST /imageStatus`: SNS tells how far an image has come. Nothing here is believed before its signature is checked.

use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::{State, rejection::BytesRejection},
    http::StatusCode,
};
use receipt::ImageStatus;
use tracing::{info, warn};

use crate::{
    Error,
    app::App,
    certificates::CertificateError,
    sns_message::{MessageKind, SnsMessage},
};

/// For SNS only: statuses, and the confirmation of the subscription.
#[utoipa::path(
    post,
    path = "/imageStatus",
    request_body(content = String, content_type = "text/plain", description = "A message of SNS with a valid signature"),
    responses((status = 200, description = "Taken, or of no interest"))
)]
// Answers 2xx to whatever SNS need not send again, also where nobody watches the image.
pub(crate) async fn receive(
    State(app): State<Arc<App>>,
    body: Result<Bytes, BytesRejection>,
) -> Result<StatusCode, Error> {
    let body = body.map_err(|_| Error::BadRequest("the message cannot be read"))?;
    let message: SnsMessage =
        serde_json::from_slice(&body).map_err(|_| Error::BadRequest("this is no message of SNS"))?;
    verify(&app, &message).await?;
    match message.kind {
        MessageKind::Notification => match serde_json::from_str::<ImageStatus>(&message.message) {
            Ok(status) => {
                app.board.post(status.clone());
                if let Some(relay) = &app.relay {
                    relay.publish(status);
                }
            }
            Err(error) => warn!("a message on our topic is no status: {error}"),
        },
        MessageKind::SubscriptionConfirmation => confirm(&app, message.token).await?,
        MessageKind::UnsubscribeConfirmation => {
            warn!("somebody has ended our subscription to the status topic");
            app.subscription.lost();
        }
    }
    Ok(StatusCode::OK)
}

async fn verify(app: &App, message: &SnsMessage) -> Result<(), Error> {
    if message.topic_arn != app.image_status_topic {
        return Err(Error::NotFromOurTopic);
    }
    let key = match app.certificates.signing_key(&message.signing_cert_url).await {
        Ok(key) => key,
        Err(CertificateError::Foreign | CertificateError::NotACertificate) => return Err(Error::NotFromOurTopic),
        // SNS sends it again.
        Err(error @ (CertificateError::Unreachable(_) | CertificateError::Busy)) => {
            return Err(Error::unavailable(error));
        }
    };
    message.verify(&key).map_err(|_| Error::NotFromOurTopic)
}

/// Takes the token to SNS itself rather than following the address in the message.
async fn confirm(app: &App, token: Option<String>) -> Result<(), Error> {
    let token = token.ok_or(Error::BadRequest("a confirmation has a token"))?;
    app.sns
        .confirm_subscription()
        .topic_arn(&app.image_status_topic)
        .token(token)
        .authenticate_on_unsubscribe("true")
        .send()
        .await
        .map_err(Error::unavailable)?;
    app.subscription.confirmed();
    info!("the subscription to the status topic is confirmed");
    Ok(())
}
