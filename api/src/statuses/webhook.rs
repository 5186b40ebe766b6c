//! `POST /imageStatus`: SNS delivers statuses. Nothing in a message is trusted before its signature is checked.

use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::{State, rejection::BytesRejection},
    http::StatusCode,
};
use receipt::ImageStatus;
use tracing::warn;

use super::{
    certificates::CertificateError,
    sns_message::{MessageKind, SnsMessage},
    state::StatusesState,
};
use crate::{error::Error, http::ClientAddress};

/// For SNS only: statuses, and the confirmation of the subscription.
#[utoipa::path(
    post,
    path = "/imageStatus",
    tag = "webhook",
    request_body(content = String, content_type = "text/plain", description = "A message of SNS with a valid signature"),
    responses((status = 200, description = "Taken, or of no interest"))
)]
// Answers 2xx to whatever SNS need not send again, also where the image is not watched.
pub(super) async fn receive(
    State(state): State<Arc<StatusesState>>,
    client: ClientAddress,
    body: Result<Bytes, BytesRejection>,
) -> Result<StatusCode, Error> {
    let body = body.map_err(|_| Error::BadRequest("the message cannot be read"))?;
    let message: SnsMessage =
        serde_json::from_slice(&body).map_err(|_| Error::BadRequest("this is no message of SNS"))?;
    verify(&state, &message, client).await?;
    match message.kind {
        MessageKind::Notification => match serde_json::from_str::<ImageStatus>(&message.message) {
            Ok(status) => state.hub.publish(status),
            Err(error) => warn!("a message on our topic is no status: {error}"),
        },
        MessageKind::SubscriptionConfirmation => {
            let token = message.token.ok_or(Error::BadRequest("a confirmation has a token"))?;
            state.subscription.confirm(token).await?;
        }
        MessageKind::UnsubscribeConfirmation => {
            warn!("somebody has ended our subscription to the status topic");
            state.subscription.lost();
        }
    }
    Ok(StatusCode::OK)
}

/// What needs no certificate is looked at before one is asked for.
async fn verify(state: &StatusesState, message: &SnsMessage, client: ClientAddress) -> Result<(), Error> {
    if message.topic_arn != state.subscription.topic_arn() {
        return Err(Error::NotFromOurTopic);
    }
    let signature = message.signature().map_err(|_| Error::NotFromOurTopic)?;
    let key = match state.certificates.signing_key(&message.signing_cert_url, client).await {
        Ok(key) => key,
        Err(CertificateError::Foreign | CertificateError::NotACertificate) => return Err(Error::NotFromOurTopic),
        // SNS sends it again.
        Err(error @ (CertificateError::Unreachable(_) | CertificateError::Busy)) => {
            return Err(Error::unavailable(error));
        }
    };
    message.verify(&signature, &key).map_err(|_| Error::NotFromOurTopic)?;
    state.certificates.has_signed(&message.signing_cert_url);
    Ok(())
}
