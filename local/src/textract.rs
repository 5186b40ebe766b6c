//! Textract's `DetectDocumentText` over AWS JSON 1.1, with our own text recognition behind it.

mod answer;

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
use receipt::{PictureFormat, object_key::FileKind, textract::DetectDocumentText};
use serde::Deserialize;
use tokio::sync::{OnceCell, OwnedSemaphorePermit, Semaphore};
use tokio_util::task::TaskTracker;

use crate::{
    Service,
    protocol::AwsError,
    s3::{Object, S3},
};

pub use answer::answer;

/// What reads the pictures.
#[derive(Clone)]
pub enum TextDetection {
    /// The `ocr` crate, loaded in the background.
    Ocr,
    /// A function of the picture's bytes. It is asked only for what Textract would take: JPEG, PNG, TIFF or PDF by the
    /// first bytes, of no more than 10 MiB.
    Recorded(Recorded),
}

pub type Recorded = Arc<dyn Fn(&[u8]) -> Result<DetectDocumentText, DetectionError> + Send + Sync>;

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

impl fmt::Debug for TextDetection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ocr => "Ocr",
            Self::Recorded(_) => "Recorded",
        })
    }
}

impl From<ocr::Error> for DetectionError {
    fn from(error: ocr::Error) -> Self {
        match error {
            ocr::Error::Unsupported => Self::Unsupported,
            error @ (ocr::Error::TooLarge | ocr::Error::Broken(_)) => Self::Bad(error.to_string()),
            error @ (ocr::Error::Model(_) | ocr::Error::Recognition(_)) => {
                Self::Internal(format!("{:#}", anyhow!(error)))
            }
        }
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
    reader: Arc<OnceCell<Arc<ocr::Reader>>>,
    /// How many cores one picture may use.
    threads: usize,
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

/// Textract's limit.
const MAX_BYTES: u64 = 10_485_760;

impl Textract {
    pub(crate) fn new(s3: Arc<S3>, detection: TextDetection, threads: usize, at_once: usize) -> Self {
        Self {
            s3,
            detection,
            reader: Arc::default(),
            threads,
            at_once: Arc::new(Semaphore::new(at_once)),
            answers: AtomicU64::new(0),
        }
    }

    /// Loads the models before the first picture comes.
    pub(crate) fn warm_up(self: &Arc<Self>, tasks: &TaskTracker) {
        let textract = Arc::clone(self);
        match self.detection {
            TextDetection::Ocr => drop(tasks.spawn(async move {
                if let Err(error) = textract.reader().await {
                    tracing::error!("the text recognition cannot be loaded: {error}");
                }
            })),
            TextDetection::Recorded(_) => {}
        }
    }

    /// How many pictures were read and answered for.
    pub(crate) fn answers(&self) -> u64 {
        self.answers.load(Ordering::Relaxed)
    }

    pub(crate) async fn call(&self, operation: &str, body: &Bytes) -> Result<Response, AwsError> {
        if operation != "DetectDocumentText" {
            return Err(AwsError::unsupported(operation));
        }
        let call: Call = serde_json::from_slice(body)
            .map_err(|error| AwsError::bad_request("InvalidParameterException", error.to_string()))?;
        // Before the picture is in memory, so that those who wait cost little.
        let permit =
            Arc::clone(&self.at_once).acquire_owned().await.map_err(|error| AwsError::internal(&anyhow!(error)))?;
        let picture = self.picture(call.document)?;
        let kind = check(&picture)?;
        let answer = match &self.detection {
            TextDetection::Recorded(recorded) => {
                let recorded = Arc::clone(recorded);
                blocking(permit, move || recorded(&picture)).await??
            }
            TextDetection::Ocr if kind == PictureFormat::Pdf => return Err(DetectionError::Pdf.into()),
            TextDetection::Ocr => {
                let reader = self.reader().await?;
                let page = blocking(permit, move || reader.read(&picture)).await?;
                answer(&page.map_err(DetectionError::from)?)
            }
        };
        self.answers.fetch_add(1, Ordering::Relaxed);
        Ok(Service::Textract.json(StatusCode::OK, &answer))
    }

    fn picture(&self, document: Document) -> Result<Vec<u8>, AwsError> {
        match document {
            Document { bytes: Some(base64), s3_object: None } => STANDARD
                .decode(base64)
                .map_err(|_| AwsError::bad_request("InvalidParameterException", "Bytes is not base64")),
            Document { bytes: None, s3_object: Some(S3Object { bucket, name }) } => {
                let found = self.s3.read(&bucket, &name, MAX_BYTES);
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

    async fn reader(&self) -> Result<Arc<ocr::Reader>, DetectionError> {
        let threads = self.threads;
        let load = || async move {
            let loaded = tokio::task::spawn_blocking(move || ocr::Reader::new(threads)).await;
            let reader = loaded.map_err(|error| DetectionError::Internal(error.to_string()))??;
            Ok(Arc::new(reader))
        };
        self.reader.get_or_try_init(load).await.cloned()
    }
}

fn check(picture: &[u8]) -> Result<PictureFormat, DetectionError> {
    if picture.len() as u64 > MAX_BYTES {
        return Err(DetectionError::TooLarge);
    }
    match FileKind::of(picture) {
        FileKind::Picture(format) => Ok(format),
        FileKind::Heic | FileKind::WebP | FileKind::Unknown => Err(DetectionError::Unsupported),
    }
}

/// Runs `read` where it may take its time. The permit goes back at its end, also when the caller has gone away meanwhile.
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
