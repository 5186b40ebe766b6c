//! The results of pictures that can be read, and of those that cannot.

use aws_sdk_sqs::types::Message;
use local::DetectionError;
use receipt::{
    Reason, Rules, Status,
    rules::{Offer, RebateRules},
};
use rust_decimal::Decimal;
use serde_json::Value;
use testbed::{eventually, lines};

use crate::harness::{Harness, history};

#[tokio::test]
async fn a_receipt_passes_all_states_up_to_the_verdict() {
    let harness = Harness::new().await;
    let worker = harness.worker();
    let id = harness.upload().await;
    let image = harness.ended(id).await;
    assert_eq!(history(&image), [Status::Uploaded, Status::Started, Status::TextDetected, Status::Accepted]);
    let receipt = image.result.unwrap().receipt;
    assert_eq!(receipt.total.unwrap().value.to_string(), "9.00");
    harness.queue_is_empty().await;
    worker.stopped().await;
}

#[tokio::test]
async fn what_is_no_receipt_is_rejected_with_what_is_missing() {
    let harness = Harness::reading(|_| Ok(lines(&["hello", "world"]))).await;
    let worker = harness.worker();
    let image = harness.ended(harness.upload().await).await;
    assert_eq!(image.status, Status::Rejected);
    assert!(image.detail.unwrap().starts_with("We can't"));
    worker.stopped().await;
}

#[tokio::test]
async fn a_picture_that_can_never_be_read_fails_with_what_to_do() {
    let harness = Harness::reading(|_| Err(DetectionError::Bad("truncated".to_owned()))).await;
    let worker = harness.worker();
    let image = harness.ended(harness.upload().await).await;
    assert_eq!(image.status, Status::Failed);
    assert_eq!(image.reason, Some(Reason::DamagedPicture));
    assert_eq!(image.detail.as_deref(), Some("This picture's file is damaged. Take the photo again."));
    assert_eq!(image.try_again, Some(false));
    harness.queue_is_empty().await;
    worker.stopped().await;
}

#[tokio::test]
async fn the_topic_gets_the_code_of_a_failure_and_not_its_sentence() {
    let harness = Harness::reading(|_| Err(DetectionError::Bad("truncated".to_owned()))).await;
    harness.overhear_statuses().await;
    let worker = harness.worker();
    harness.ended(harness.upload().await).await;
    eventually("both statuses", async || (harness.testbed.aws.queue_depth().unwrap().dead == 2).then_some(())).await;
    let sqs = aws_sdk_sqs::Client::new(&harness.testbed.sdk);
    let queue = &harness.testbed.aws.resources().dead_letter_queue_url;
    let told = sqs.receive_message().queue_url(queue).max_number_of_messages(10).send().await.unwrap();
    let mut told: Vec<Value> = told.messages().iter().map(status_in).collect();
    told.sort_by_key(|status| status["version"].as_u64());
    let [started, failed] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!((&started["status"], started.get("reason")), (&"started".into(), None));
    assert_eq!((&failed["reason"], failed.get("detail")), (&"damaged_picture".into(), None));
    worker.stopped().await;
}

fn status_in(message: &Message) -> Value {
    let envelope: Value = serde_json::from_str(message.body().unwrap()).unwrap();
    serde_json::from_str(envelope["Message"].as_str().unwrap()).unwrap()
}

#[tokio::test]
async fn a_file_of_another_format_and_a_missing_picture_fail_for_good() {
    let harness = Harness::reading(|_| Err(DetectionError::Unsupported)).await;
    let worker = harness.worker();
    let image = harness.ended(harness.upload().await).await;
    assert_eq!((image.status, image.try_again), (Status::Failed, Some(false)));
    assert_eq!(image.reason, Some(Reason::UnsupportedFormat));
    assert!(image.detail.unwrap().contains("JPEG or PNG"));

    let gone = harness.prepare().await;
    let bucket = harness.testbed.aws.resources().bucket;
    harness.s3.delete_object().bucket(bucket).key(gone.key.to_string()).send().await.unwrap();
    harness.announce(&gone).await;
    let image = harness.ended(gone.image_id).await;
    assert_eq!((image.status, image.try_again), (Status::Failed, Some(false)));
    assert_eq!(image.reason, Some(Reason::PictureGone));
    assert!(image.detail.unwrap().contains("no longer there"));
    harness.queue_is_empty().await;
    worker.stopped().await;
}

#[tokio::test]
async fn the_rules_are_the_operators() {
    let harness = Harness::new().await;
    let worker = harness.worker_with(|config| {
        config.rules = "min_confidence = 0.1\nrequired = [\"total\"]\nmax_age_days = 14".parse().unwrap();
    });
    let image = harness.ended(harness.upload().await).await;
    assert_eq!(image.detail.unwrap(), "Older than 14 days, so we can't take it.");
    worker.stopped().await;

    let worker = harness.worker_with(|config| {
        let offer = Offer { name: "Pencils".to_owned(), pattern: "pencil*".to_owned(), amount: Decimal::new(150, 2) };
        let rebate = RebateRules {
            currency: "EUR".parse().unwrap(),
            base: Decimal::ZERO,
            max_per_day: None,
            offers: vec![offer],
        };
        config.rules = Rules { rebate: Some(rebate), max_age_days: None, ..Rules::default() };
    });
    let image = harness.ended(harness.upload().await).await;
    assert_eq!(image.detail.unwrap(), "Accepted, you earn 1.50 EUR.");
    let earned = harness.ledger.earned(&image.owner).await.unwrap();
    assert_eq!((earned[0].amount.to_string().as_str(), earned[0].currency.to_string().as_str()), ("1.50", "EUR"));
    worker.stopped().await;
}
