//! Textract's `DetectDocumentText` over AWS JSON 1.1, with a function behind it that reads pictures.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use anyhow::anyhow;
use axum::response::Response;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::StatusCode;
use receipt::{MAX_PICTURE_BYTES, PictureFormat, picture_format::FileKind, textract::DetectDocumentText};
use serde::Deserialize;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{
    Service,
    protocol::AwsError,
    s3::{Object, S3},
};

/// What reads the pictures: a function of a picture's bytes. It is called only for what Textract would take: JPEG, PNG,
/// TIFF or PDF by the first bytes, of no more than 10 MiB.
#[derive(Clone)]
pub struct TextDetection(Arc<Read>);

type Read = dyn Fn(&[u8]) -> Result<DetectDocumentText, DetectionError> + Send + Sync;

/// Textract's reasons not to read a picture.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DetectionError {
    #[error("the document is neither JPEG, PNG, TIFF nor a PDF of one page")]
    Unsupported,
    #[error("this stand-in for Textract does not read PDF")]
    Pdf,
    #[error("the document has more than 10,485,760 bytes")]
    TooLarge,
    #[error("{0}")]
    Bad(String),
    #[error("{0}")]
    Internal(String),
}

impl TextDetection {
    pub fn new(read: impl Fn(&[u8]) -> Result<DetectDocumentText, DetectionError> + Send + Sync + 'static) -> Self {
        Self(Arc::new(read))
    }
}

impl fmt::Debug for TextDetection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TextDetection(…)")
    }
}

impl From<DetectionError> for AwsError {
    fn from(error: DetectionError) -> Self {
        let message = error.to_string();
        match error {
            DetectionError::Unsupported | DetectionError::Pdf => {
                Self::bad_request("UnsupportedDocumentException", message)
            }
            DetectionError::TooLarge => Self::bad_request("DocumentTooLargeException", message),
            DetectionError::Bad(_) => Self::bad_request("BadDocumentException", message),
            DetectionError::Internal(_) => {
                tracing::error!("a picture could not be read: {message}");
                Self { status: StatusCode::INTERNAL_SERVER_ERROR, code: "InternalServerError".into(), message }
            }
        }
    }
}

#[derive(Debug)]
pub(crate) struct Textract {
    s3: Arc<S3>,
    detection: TextDetection,
    /// A permit for each picture that may be read at once.
    at_once: Arc<Semaphore>,
    answers: AtomicU64,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Call {
    document: Document,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Document {
    bytes: Option<String>,
    s3_object: Option<S3Object>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct S3Object {
    bucket: String,
    name: String,
}

/// The key of the object that a call is about, if it names one.
pub(crate) fn object(body: &Bytes) -> Option<String> {
    let call: Call = serde_json::from_slice(body).ok()?;
    Some(call.document.s3_object?.name)
}

impl Textract {
    pub(crate) fn new(s3: Arc<S3>, detection: TextDetection, at_once: usize) -> Self {
        Self { s3, detection, at_once: Arc::new(Semaphore::new(at_once)), answers: AtomicU64::new(0) }
    }

    /// How many pictures were read and answered.
    pub(crate) fn answers(&self) -> u64 {
        self.answers.load(Ordering::Relaxed)
    }

    pub(crate) async fn call(&self, operation: &str, body: &Bytes) -> Result<Response, AwsError> {
        if operation != "DetectDocumentText" {
            return Err(AwsError::unsupported(operation));
        }
        let call: Call = serde_json::from_slice(body)
            .map_err(|error| AwsError::bad_request("InvalidParameterException", error.to_string()))?;
        // Before the picture is in memory, so that waiting calls cost little.
        let permit =
            Arc::clone(&self.at_once).acquire_owned().await.map_err(|error| AwsError::internal(&anyhow!(error)))?;
        let picture = self.picture(call.document)?;
        check(&picture)?;
        let TextDetection(read) = self.detection.clone();
        let answer = blocking(permit, move || read(&picture)).await??;
        self.answers.fetch_add(1, Ordering::Relaxed);
        Ok(Service::Textract.json(StatusCode::OK, &answer))
    }

    fn picture(&self, document: Document) -> Result<Vec<u8>, AwsError> {
        match document {
            Document { bytes: Some(base64), s3_object: None } => STANDARD
                .decode(base64)
                .map_err(|_| AwsError::bad_request("InvalidParameterException", "Bytes is not base64")),
            Document { bytes: None, s3_object: Some(S3Object { bucket, name }) } => {
                let found = self.s3.read(&bucket, &name, MAX_PICTURE_BYTES as u64);
                match found.map_err(|error| AwsError::internal(&anyhow!(error).context("read the object")))? {
                    Some(Object::Bytes(bytes)) => Ok(bytes),
                    Some(Object::TooLarge) => Err(DetectionError::TooLarge.into()),
                    None => Err(AwsError::bad_request(
                        "InvalidS3ObjectException",
                        "Unable to get object metadata from S3. Check object key, region and/or access permissions.",
                    )),
                }
            }
            _ => Err(AwsError::bad_request("InvalidParameterException", "Request has invalid parameters")),
        }
    }
}

fn check(picture: &[u8]) -> Result<(), DetectionError> {
    if picture.len() > MAX_PICTURE_BYTES {
        return Err(DetectionError::TooLarge);
    }
    match FileKind::of(picture) {
        FileKind::Picture(PictureFormat::Jpeg | PictureFormat::Png | PictureFormat::Tiff | PictureFormat::Pdf) => {
            Ok(())
        }
        FileKind::Picture(PictureFormat::Heif | PictureFormat::Avif | PictureFormat::WebP | PictureFormat::Gif)
        | FileKind::Unknown => Err(DetectionError::Unsupported),
    }
}

/// Runs `read` on a blocking thread. The permit is returned at its end, even if the caller has gone away meanwhile.
async fn blocking<T: Send + 'static>(
    permit: OwnedSemaphorePermit,
    read: impl FnOnce() -> T + Send + 'static,
) -> Result<T, DetectionError> {
    let read = move || {
        let done = read();
        drop(permit);
        done
    };
    tokio::task::spawn_blocking(read).await.map_err(|error| DetectionError::Internal(error.to_string()))
}
