//! Textract's answers and errors.

use aws_sdk_textract::{
    error::ProvideErrorMetadata as _,
    operation::detect_document_text::{DetectDocumentTextError, DetectDocumentTextOutput},
    primitives::Blob,
    types::{Document, S3Object},
};
use local::{CallFault, Service, When};

use crate::clients::{Clients, stand, stand_with};

const JPEG: &[u8] = b"\xff\xd8\xff\xe0 a picture";

async fn detect(clients: &Clients, document: Document) -> Result<DetectDocumentTextOutput, DetectDocumentTextError> {
    let detect = clients.textract.detect_document_text().document(document);
    detect.send().await.map_err(aws_sdk_textract::error::SdkError::into_service_error)
}

fn object(clients: &Clients, key: &str) -> Document {
    let object = S3Object::builder().bucket(clients.resources.bucket).name(key).build();
    Document::builder().s3_object(object).build()
}

fn bytes(bytes: &[u8]) -> Document {
    Document::builder().bytes(Blob::new(bytes)).build()
}

#[tokio::test]
async fn a_picture_in_the_bucket_is_read() {
    let stand = stand().await;
    stand.put("uploads/a/image.jpg", JPEG).await;
    let answer = detect(&stand, object(&stand, "uploads/a/image.jpg")).await.unwrap();
    assert_eq!(answer.blocks()[0].text(), Some("TOTAL 9.00"));
    assert_eq!(answer.blocks()[0].confidence(), Some(99.5));
    assert_eq!(answer.document_metadata().unwrap().pages(), Some(1));
    detect(&stand, bytes(JPEG)).await.unwrap();
    assert_eq!(stand.aws.textract_calls(), 2);
}

#[tokio::test]
async fn what_textract_does_not_accept_is_refused_with_its_error_codes() {
    let stand = stand().await;
    for key in ["none", "../messages.sqlite", "uploads"] {
        let error = detect(&stand, object(&stand, key)).await.unwrap_err();
        assert!(error.is_invalid_s3_object_exception(), "{key}: {error:?}");
    }
    let error = detect(&stand, bytes(b"RIFF\0\0\0\0WEBP")).await.unwrap_err();
    assert!(error.is_unsupported_document_exception(), "{error:?}");
    let mut large = JPEG.to_vec();
    large.resize(10_485_761, 0);
    stand.put("large", &large).await;
    let error = detect(&stand, object(&stand, "large")).await.unwrap_err();
    assert!(error.is_document_too_large_exception(), "{error:?}");
    let error = detect(&stand, bytes(b"\xff\xd8\xff broken")).await.unwrap_err();
    assert!(error.is_bad_document_exception(), "{error:?}");
    let error = detect(&stand, Document::builder().build()).await.unwrap_err();
    assert!(error.is_invalid_parameter_exception(), "{error:?}");
    assert_eq!(stand.aws.textract_calls(), 0);
}

#[tokio::test]
async fn a_pdf_is_refused_by_our_own_text_recognition() {
    let stand = stand_with(|config| config.text = local::text_recognition(2)).await;
    let error = detect(&stand, bytes(b"%PDF-1.7")).await.unwrap_err();
    assert!(error.is_unsupported_document_exception(), "{error:?}");
    assert!(error.message().unwrap().contains("does not read PDF"));
}

#[tokio::test]
async fn textract_throttles_on_request() {
    let stand = stand().await;
    stand.aws.faults().on_calls(Service::Textract, CallFault::Throttle, When::Next(1));
    stand.aws.faults().on_calls(Service::Textract, CallFault::ThrottleByAccount, When::Next(1));
    stand.aws.faults().on_calls(Service::Textract, CallFault::Error(500), When::Next(1));
    assert!(detect(&stand, bytes(JPEG)).await.unwrap_err().is_provisioned_throughput_exceeded_exception());
    assert!(detect(&stand, bytes(JPEG)).await.unwrap_err().is_throttling_exception());
    assert!(detect(&stand, bytes(JPEG)).await.unwrap_err().is_internal_server_error());
    detect(&stand, bytes(JPEG)).await.unwrap();
}
