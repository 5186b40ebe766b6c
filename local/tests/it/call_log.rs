//! The log of every call.

use std::sync::{Arc, Mutex};

use aws_config::AppName;
use local::{AwsConfig, CallFault, CallLog, CallPhase, Service, When};
use testbed::{Testbed, a_jpeg};

#[tokio::test]
async fn the_call_log_says_which_program_called_what_and_how_it_ended() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let events = seen.clone();
    let call_log = CallLog::new(move |event| {
        let what = (event.caller.to_owned(), event.operation.to_owned(), event.object().to_owned(), event.phase);
        events.lock().unwrap().push(what);
    });
    let bed = Testbed::start_with(|config| AwsConfig { call_log: Some(call_log), ..config }).await;
    let sdk = bed.sdk.to_builder().app_name(AppName::new("somebody").unwrap()).build();
    let s3 = aws_sdk_s3::config::Builder::from(&sdk).force_path_style(true).build();
    let (s3, textract) = (aws_sdk_s3::Client::from_conf(s3), aws_sdk_textract::Client::new(&sdk));
    let bucket = bed.aws.resources().bucket;

    bed.aws.faults().on_calls(Service::S3, CallFault::Throttle, When::Next(1));
    bed.aws.faults().on_calls(Service::Textract, CallFault::LoseAnswer, When::Next(1));
    s3.put_object().bucket(bucket).key("a/b.jpg").body(a_jpeg(100).into()).send().await.unwrap();
    let object = aws_sdk_textract::types::S3Object::builder().bucket(bucket).name("a/b.jpg").build();
    let document = aws_sdk_textract::types::Document::builder().s3_object(object).build();
    textract.detect_document_text().document(document).send().await.unwrap();

    let call = |operation: &str, phase| ("somebody".to_owned(), operation.to_owned(), "a/b.jpg".to_owned(), phase);
    let twice = |operation: &str, first| {
        let ends = [CallPhase::Started, first, CallPhase::Started, CallPhase::Done];
        ends.map(|phase| call(operation, phase))
    };
    let expected = [twice("PutObject", CallPhase::Refused), twice("DetectDocumentText", CallPhase::AnswerLost)];
    assert_eq!(*seen.lock().unwrap(), expected.concat());
}
