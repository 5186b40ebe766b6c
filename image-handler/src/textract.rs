//! Textract's `DetectDocumentText`: one call, and what its errors mean.

use std::sync::atomic::{AtomicBool, Ordering};

use aws_config::{SdkConfig, retry::RetryConfig};
use aws_sdk_s3::{error::SdkError, operation::head_object::HeadObjectError};
use aws_sdk_textract::{
    Client,
    error::ProvideErrorMetadata,
    operation::detect_document_text::{DetectDocumentTextError, DetectDocumentTextOutput},
    primitives::Blob,
    types as sdk,
};
use receipt::{ObjectKey, Reason, textract};
use tracing::error;

use crate::Config;

#[derive(Debug)]
pub(crate) struct Textract {
    client: Client,
    s3: aws_sdk_s3::Client,
    bucket: String,
    /// The log has said that Textract refuses our calls.
    is_refusal_logged: AtomicBool,
}

/// What Textract is to read.
#[derive(Debug)]
pub(crate) enum Document {
    /// A picture, as it lies in the bucket.
    Object(ObjectKey),
    /// A page, sent with the call.
    Jpeg(Vec<u8>),
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum TextractError {
    /// The picture can never be read: another call would end the same way.
    #[error("{}", .0.sentence())]
    Unreadable(Reason),
    #[error("Textract throttled the call")]
    Throttled,
    /// Textract refuses our calls, whatever the picture: role, signature, account or bucket are wrong.
    #[error("Textract refuses our calls")]
    Refused,
    /// No answer, or a failure of the service: another call may succeed.
    #[error("detecting the text did not work")]
    Failed(#[source] Box<SdkError<DetectDocumentTextError>>),
}

impl Textract {
    pub(crate) fn new(aws: &SdkConfig, s3: aws_sdk_s3::Client, config: &Config) -> Self {
        // The retries are in `text_detection`, where message and lease are renewed meanwhile, and the wait is reported.
        let textract = aws_sdk_textract::config::Builder::from(aws).retry_config(RetryConfig::disabled()).build();
        Self {
            client: Client::from_conf(textract),
            s3,
            bucket: config.bucket.clone(),
            is_refusal_logged: AtomicBool::new(false),
        }
    }

    /// One call, which costs money.
    pub(crate) async fn detect(&self, document: &Document) -> Result<textract::DetectDocumentText, TextractError> {
        let sent = match document {
            Document::Object(key) => {
                let object = sdk::S3Object::builder().bucket(&self.bucket).name(key.to_string()).build();
                sdk::Document::builder().s3_object(object).build()
            }
            Document::Jpeg(file) => sdk::Document::builder().bytes(Blob::new(file.clone())).build(),
        };
        let error = match self.client.detect_document_text().document(sent).send().await {
            Ok(answer) => {
                self.is_refusal_logged.store(false, Ordering::Relaxed);
                return Ok(to_domain(answer));
            }
            Err(error) => error,
        };
        match classify(&error) {
            // Textract says the same where it may not read the bucket, which is no fault of the picture.
            Class::Unreadable(Reason::PictureGone) if self.exists(document).await => Err(self.refused(error)),
            Class::Unreadable(reason) => Err(TextractError::Unreadable(reason)),
            Class::Throttled => Err(TextractError::Throttled),
            Class::Refused => Err(self.refused(error)),
            Class::Failed => Err(TextractError::Failed(Box::new(error))),
        }
    }

    /// Logs a refusal for the operator, once until Textract answers again.
    fn refused(&self, error: SdkError<DetectDocumentTextError>) -> TextractError {
        if !self.is_refusal_logged.swap(true, Ordering::Relaxed) {
            let error = anyhow::Error::from(error);
            error!("Textract refuses our calls; look at the task's role, the bucket and its key: {error:#}");
        }
        TextractError::Refused
    }

    /// False only if S3 says that there is no such picture.
    async fn exists(&self, document: &Document) -> bool {
        let Document::Object(key) = document else { return true };
        let head = self.s3.head_object().bucket(&self.bucket).key(key.to_string()).send().await;
        !matches!(head.map_err(SdkError::into_service_error), Err(HeadObjectError::NotFound(_)))
    }
}

/// What an error of Textract is about.
#[derive(Debug, PartialEq, Eq)]
enum Class {
    Unreadable(Reason),
    Throttled,
    Refused,
    Failed,
}

/// <https://docs.aws.amazon.com/textract/latest/dg/API_DetectDocumentText.html#API_DetectDocumentText_Errors>
fn classify(error: &SdkError<DetectDocumentTextError>) -> Class {
    match error.as_service_error() {
        Some(DetectDocumentTextError::UnsupportedDocumentException(_)) => Class::Unreadable(Reason::UnsupportedFormat),
        Some(DetectDocumentTextError::BadDocumentException(_)) => Class::Unreadable(Reason::DamagedPicture),
        Some(DetectDocumentTextError::DocumentTooLargeException(_)) => Class::Unreadable(Reason::PictureTooLarge),
        Some(DetectDocumentTextError::InvalidS3ObjectException(_)) => Class::Unreadable(Reason::PictureGone),
        Some(
            DetectDocumentTextError::ThrottlingException(_)
            | DetectDocumentTextError::ProvisionedThroughputExceededException(_),
        ) => Class::Throttled,
        _ => classify_by_status(error),
    }
}

/// Errors that every AWS service has, and new ones. A 4xx is about the caller or the call (role, signature, account,
/// parameters), not about the picture.
fn classify_by_status(error: &SdkError<DetectDocumentTextError>) -> Class {
    const THROTTLING: [&str; 4] =
        ["LimitExceededException", "RequestThrottled", "RequestLimitExceeded", "TooManyRequestsException"];
    match error.raw_response().map(|response| response.status().as_u16()) {
        _ if error.code().is_some_and(|code| THROTTLING.contains(&code)) => Class::Throttled,
        Some(429) => Class::Throttled,
        Some(408) => Class::Failed,
        Some(400..=499) => Class::Refused,
        Some(_) | None => Class::Failed,
    }
}

/// The SDK's types have no serde, so answers are stored as our own types of Textract's JSON.
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
