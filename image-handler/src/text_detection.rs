//! Textract's `DetectDocumentText`, paid for once a picture: its answer is kept in the bucket.

use std::sync::atomic::{AtomicBool, Ordering};

use aws_config::{SdkConfig, retry::RetryConfig};
use aws_sdk_s3::{
    error::SdkError,
    operation::{get_object::GetObjectError, head_object::HeadObjectError},
    primitives::ByteStream,
};
use aws_sdk_textract::{
    Client,
    error::ProvideErrorMetadata,
    operation::detect_document_text::{DetectDocumentTextError, DetectDocumentTextOutput},
    types as sdk,
};
use receipt::{ObjectKey, Reason, textract};
use tracing::error;

use crate::Config;

#[derive(Debug)]
pub(crate) struct TextDetection {
    textract: Client,
    s3: aws_sdk_s3::Client,
    bucket: String,
    /// The operator has been told that Textract refuses our calls.
    is_refused: AtomicBool,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum DetectionError {
    /// Another try would end the same way.
    #[error("{}", .0.reason().sentence())]
    Permanent(Unreadable),
    /// Textract has too much to do.
    #[error("Textract asks for patience")]
    Throttled,
    /// Textract does not take our calls, whatever the picture; the log says why, once.
    #[error("Textract refuses our calls")]
    Refused,
    /// Something did not answer, or not as it should.
    #[error("{doing} did not work")]
    Passing { doing: &'static str, source: Box<dyn std::error::Error + Send + Sync> },
}

/// Why a picture's file can never be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unreadable {
    Unsupported,
    Broken,
    TooLarge,
    Gone,
}

impl Unreadable {
    /// For the person who waits.
    pub(crate) fn reason(self) -> Reason {
        match self {
            Self::Unsupported => Reason::UnsupportedFormat,
            Self::Broken => Reason::DamagedPicture,
            Self::TooLarge => Reason::PictureTooLarge,
            Self::Gone => Reason::PictureGone,
        }
    }
}

impl TextDetection {
    pub(crate) fn new(aws: &SdkConfig, s3: aws_sdk_s3::Client, config: &Config) -> Self {
        // Trying again is the worker's business: it keeps the message in hand and tells the person who waits.
        let textract = aws_sdk_textract::config::Builder::from(aws).retry_config(RetryConfig::disabled()).build();
        Self {
            textract: Client::from_conf(textract),
            s3,
            bucket: config.bucket.clone(),
            is_refused: AtomicBool::new(false),
        }
    }

    /// What Textract said of this picture before, if it was asked.
    pub(crate) async fn stored(&self, key: ObjectKey) -> Result<Option<textract::DetectDocumentText>, DetectionError> {
        const DOING: &str = "reading the stored answer";
        let got = self.s3.get_object().bucket(&self.bucket).key(key.analysis()).send().await;
        let object = match got.map_err(SdkError::into_service_error) {
            Ok(object) => object,
            Err(GetObjectError::NoSuchKey(_)) => return Ok(None),
            Err(error) => return Err(DetectionError::passing(DOING, error)),
        };
        let bytes = object.body.collect().await.map_err(|error| DetectionError::passing(DOING, error))?;
        serde_json::from_slice(&bytes.into_bytes()).map(Some).map_err(|error| DetectionError::passing(DOING, error))
    }

    /// Asks Textract, which costs money.
    pub(crate) async fn ask(&self, key: ObjectKey) -> Result<textract::DetectDocumentText, DetectionError> {
        let object = sdk::S3Object::builder().bucket(&self.bucket).name(key.to_string()).build();
        let document = sdk::Document::builder().s3_object(object).build();
        let error = match self.textract.detect_document_text().document(document).send().await {
            Ok(answer) => {
                self.is_refused.store(false, Ordering::Relaxed);
                return Ok(to_domain(answer));
            }
            Err(error) => error,
        };
        match sort_out(&error) {
            // Textract says the same where it may not read the bucket, which is no fault of the picture.
            Sort::Unreadable(Unreadable::Gone) if self.is_there(key).await => Err(self.refused(error)),
            Sort::Unreadable(unreadable) => Err(DetectionError::Permanent(unreadable)),
            Sort::Throttled => Err(DetectionError::Throttled),
            Sort::Refused => Err(self.refused(error)),
            Sort::Passing => Err(DetectionError::passing("detecting the text", error)),
        }
    }

    /// Tells the operator, once until Textract answers again.
    fn refused(&self, error: SdkError<DetectDocumentTextError>) -> DetectionError {
        if !self.is_refused.swap(true, Ordering::Relaxed) {
            let error = anyhow::Error::from(error);
            error!("Textract refuses our calls; look at the task's role, the bucket and its key: {error:#}");
        }
        DetectionError::Refused
    }

    /// Keeps an answer, so that it is not paid for again.
    pub(crate) async fn store(
        &self,
        key: ObjectKey,
        answer: &textract::DetectDocumentText,
    ) -> Result<(), DetectionError> {
        const DOING: &str = "storing the answer";
        let json = serde_json::to_vec(answer).map_err(|error| DetectionError::passing(DOING, error))?;
        self.s3
            .put_object()
            .bucket(&self.bucket)
            .key(key.analysis())
            .content_type("application/json")
            .body(ByteStream::from(json))
            .send()
            .await
            .map_err(|error| DetectionError::passing(DOING, error))?;
        Ok(())
    }

    /// Removes a stored answer; also one that is not there.
    pub(crate) async fn remove(&self, key: ObjectKey) -> Result<(), DetectionError> {
        let deleted = self.s3.delete_object().bucket(&self.bucket).key(key.analysis()).send().await;
        deleted.map(drop).map_err(|error| DetectionError::passing("removing the stored answer", error))
    }

    /// False only where S3 says that there is no such picture.
    async fn is_there(&self, key: ObjectKey) -> bool {
        let head = self.s3.head_object().bucket(&self.bucket).key(key.to_string()).send().await;
        !matches!(head.map_err(SdkError::into_service_error), Err(HeadObjectError::NotFound(_)))
    }
}

impl DetectionError {
    fn passing(doing: &'static str, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Passing { doing, source: source.into() }
    }
}

/// What an error of Textract is about.
#[derive(Debug, PartialEq, Eq)]
enum Sort {
    Unreadable(Unreadable),
    Throttled,
    Refused,
    Passing,
}

/// <https://docs.aws.amazon.com/textract/latest/dg/API_DetectDocumentText.html#API_DetectDocumentText_Errors>
fn sort_out(error: &SdkError<DetectDocumentTextError>) -> Sort {
    match error.as_service_error() {
        Some(DetectDocumentTextError::UnsupportedDocumentException(_)) => Sort::Unreadable(Unreadable::Unsupported),
        Some(DetectDocumentTextError::BadDocumentException(_)) => Sort::Unreadable(Unreadable::Broken),
        Some(DetectDocumentTextError::DocumentTooLargeException(_)) => Sort::Unreadable(Unreadable::TooLarge),
        Some(DetectDocumentTextError::InvalidS3ObjectException(_)) => Sort::Unreadable(Unreadable::Gone),
        Some(
            DetectDocumentTextError::ThrottlingException(_)
            | DetectDocumentTextError::ProvisionedThroughputExceededException(_),
        ) => Sort::Throttled,
        _ => sort_out_by_status(error),
    }
}

/// Errors that every AWS service has, and new ones. One of the 400s is about who asks, or how: role, signature, account,
/// parameters, none of which the picture can help.
fn sort_out_by_status(error: &SdkError<DetectDocumentTextError>) -> Sort {
    const THROTTLING: [&str; 4] =
        ["LimitExceededException", "RequestThrottled", "RequestLimitExceeded", "TooManyRequestsException"];
    match error.raw_response().map(|response| response.status().as_u16()) {
        _ if error.code().is_some_and(|code| THROTTLING.contains(&code)) => Sort::Throttled,
        Some(429) => Sort::Throttled,
        Some(408) => Sort::Passing,
        Some(400..=499) => Sort::Refused,
        Some(_) | None => Sort::Passing,
    }
}

/// The SDK's types have no serde, so that what is kept is our own image of Textract's JSON.
fn to_domain(answer: DetectDocumentTextOutput) -> textract::DetectDocumentText {
    let pages = answer.document_metadata.and_then(|metadata| u32::try_from(metadata.pages?).ok());
    textract::DetectDocumentText {
        blocks: answer.blocks.unwrap_or_default().into_iter().map(to_block).collect(),
        document_metadata: textract::DocumentMetadata { pages },
        detect_document_text_model_version: answer.detect_document_text_model_version,
    }
}

fn to_block(block: sdk::Block) -> textract::Block {
    let relationships = block.relationships.unwrap_or_default().into_iter();
    textract::Block {
        block_type: match block.block_type {
            Some(sdk::BlockType::Page) => textract::BlockType::Page,
            Some(sdk::BlockType::Line) => textract::BlockType::Line,
            Some(sdk::BlockType::Word) => textract::BlockType::Word,
            Some(_) | None => textract::BlockType::Other,
        },
        id: block.id.unwrap_or_default(),
        confidence: block.confidence,
        text: block.text,
        text_type: block.text_type.map(|kind| kind.as_str().to_owned()),
        geometry: block.geometry.and_then(to_geometry),
        relationships: relationships
            .filter_map(|relationship| {
                let kind = relationship.r#type?.as_str().to_owned();
                Some(textract::Relationship { kind, ids: relationship.ids.unwrap_or_default() })
            })
            .collect(),
        page: block.page.and_then(|page| u32::try_from(page).ok()),
    }
}

fn to_geometry(geometry: sdk::Geometry) -> Option<textract::Geometry> {
    let bounds = geometry.bounding_box?;
    let polygon = geometry.polygon.unwrap_or_default().into_iter();
    Some(textract::Geometry {
        bounding_box: textract::BoundingBox {
            left: bounds.left,
            top: bounds.top,
            width: bounds.width,
            height: bounds.height,
        },
        polygon: polygon.map(|point| textract::Point { x: point.x, y: point.y }).collect(),
        rotation_angle: geometry.rotation_angle,
    })
}
