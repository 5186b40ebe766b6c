//! Who sees every call.

use std::sync::{Arc, Mutex};

use aws_config::AppName;
use local::{AwsConfig, CallFault, Moment, Service, When, Witness};
use testbed::{Testbed, a_jpeg};

#[tokio::test]
async fn a_witness_sees_who_calls_what_for_and_how_it_ends() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let sights = seen.clone();
    let witness = Witness::new(move |sight| {
        let what = (sight.caller.to_owned(), sight.operation.to_owned(), sight.object.to_owned(), sight.moment);
        sights.lock().unwrap().push(what);
    });
    let bed = Testbed::start_with(|config| AwsConfig { witness: Some(witness), ..config }).await;
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

    let call = |operation: &str, moment| ("somebody".to_owned(), operation.to_owned(), "a/b.jpg".to_owned(), moment);
    let twice = |operation: &str, first| {
        let ends = [Moment::Came, first, Moment::Came, Moment::Done];
        ends.map(|moment| call(operation, moment))
    };
    let expected = [twice("PutObject", Moment::Refused), twice("DetectDocumentText", Moment::AnswerLost)];
    assert_eq!(*seen.lock().unwrap(), expected.concat());
}
