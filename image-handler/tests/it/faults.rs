//! Services that fail, and messages that are none of ours.

use std::time::Duration;

use local::{AwsConfig, CallFault, DetectionError, Service, TextDetection, When};
use receipt::{ImageId, ObjectKey, PictureFormat, Reason, Status};
use testbed::eventually;

use crate::harness::{Harness, history};

#[tokio::test]
async fn a_message_without_an_image_and_a_message_of_another_kind_are_deleted() {
    let harness = Harness::new().await;
    let worker = harness.worker();
    harness.publish("hello").await;
    let mut image = harness.prepare().await;
    image.image_id = ImageId::new();
    image.key = ObjectKey::new(image.image_id, PictureFormat::Jpeg);
    harness.announce(&image).await;
    harness.queue_is_empty().await;
    assert_eq!(harness.testbed.aws.textract_calls(), 0);
    worker.stopped().await;
}

#[tokio::test]
async fn transient_faults_are_retried() {
    let harness = Harness::new().await;
    harness.testbed.aws.faults().on_calls(Service::Textract, CallFault::Error(500), When::Next(2));
    let worker = harness.worker();
    assert_eq!(harness.ended(harness.upload().await).await.status, Status::Accepted);
    worker.stopped().await;
}

#[tokio::test]
async fn statuses_that_cannot_be_published_do_not_stop_the_work() {
    let harness = Harness::new().await;
    let id = harness.upload().await;
    harness.testbed.aws.faults().on_calls((Service::Sns, "Publish"), CallFault::Error(500), When::Always);
    let worker = harness.worker();
    assert_eq!(harness.ended(id).await.status, Status::Accepted);
    worker.stopped().await;
}

#[tokio::test]
async fn a_topic_that_hangs_does_not_cost_the_lease() {
    let harness = Harness::new().await;
    let id = harness.upload().await;
    let hang = CallFault::Delay(Duration::from_mins(1));
    harness.testbed.aws.faults().on_calls((Service::Sns, "Publish"), hang, When::Always);
    let (one, other) = (harness.worker(), harness.worker());
    let image = harness.ended(id).await;
    assert_eq!(history(&image), [Status::Uploaded, Status::Started, Status::TextDetected, Status::Accepted]);
    assert_eq!(harness.testbed.aws.textract_calls(), 1);
    one.stopped().await;
    other.stopped().await;
}

#[tokio::test]
async fn at_the_last_receive_the_image_ends_and_its_message_is_put_aside() {
    let text = TextDetection::new(|_| Err(DetectionError::Internal("down".to_owned())));
    let harness = Harness::on(|config| AwsConfig { text, max_receives: 1, ..config }).await;
    let worker = harness.worker_with(|config| config.max_receives = 1);
    let image = harness.ended(harness.upload().await).await;
    assert_eq!(image.status, Status::Failed);
    assert_eq!((image.reason, image.try_again), (Some(Reason::GaveUp), Some(true)));
    assert!(image.detail.unwrap().contains("again later"));
    harness.put_aside(1).await;
    worker.stopped().await;
}

#[tokio::test]
async fn a_picture_whose_call_is_denied_is_retried_until_the_operator_has_fixed_it() {
    let harness = Harness::new().await;
    harness.testbed.aws.faults().on_calls(Service::Textract, CallFault::Deny, When::Next(2));
    let worker = harness.worker();
    assert_eq!(harness.ended(harness.upload().await).await.status, Status::Accepted);
    harness.queue_is_empty().await;
    worker.stopped().await;
}

#[tokio::test]
async fn an_image_whose_calls_stay_denied_fails_and_can_be_tried_again() {
    let harness = Harness::on(|config| AwsConfig { max_receives: 2, ..config }).await;
    harness.testbed.aws.faults().on_calls(Service::Textract, CallFault::Deny, When::Always);
    let worker = harness.worker_with(|config| config.max_receives = 2);
    let image = harness.ended(harness.upload().await).await;
    assert_eq!((image.status, image.try_again), (Status::Failed, Some(true)));
    harness.put_aside(1).await;
    worker.stopped().await;
}

#[tokio::test]
async fn a_status_that_is_not_accepted_at_once_is_published_again() {
    for fault in [CallFault::Error(500), CallFault::Delay(Duration::from_mins(1))] {
        let harness = Harness::new().await;
        harness.overhear_statuses().await;
        let image = harness.prepare().await;
        harness.announce(&image).await;
        harness.testbed.aws.faults().on_calls((Service::Sns, "Publish"), fault, When::Next(1));
        let worker = harness.worker();
        harness.ended(image.image_id).await;
        eventually("all three statuses", async || (harness.testbed.aws.queue_depth().unwrap().dead >= 3).then_some(()))
            .await;
        worker.stopped().await;
    }
}
