//! What does not answer, and what is none of ours.

use std::time::Duration;

use local::{AwsConfig, CallFault, DetectionError, Service, TextDetection, When};
use receipt::{ImageId, ObjectKey, PictureFormat, Reason, Status};
use testbed::eventually;

use crate::bench::{Bench, history};

#[tokio::test]
async fn a_message_for_nothing_and_a_message_from_nowhere_are_deleted() {
    let bench = Bench::new().await;
    let worker = bench.worker();
    bench.publish("hello").await;
    let mut image = bench.prepare().await;
    image.image_id = ImageId::new();
    image.key = ObjectKey::new(image.image_id, PictureFormat::Jpeg);
    bench.announce(&image).await;
    bench.queue_is_empty().await;
    assert_eq!(bench.testbed.aws.textract_calls(), 0);
    worker.stopped().await;
}

#[tokio::test]
async fn passing_faults_are_tried_again() {
    let bench = Bench::new().await;
    bench.testbed.aws.faults().on_calls(Service::Textract, CallFault::Error(500), When::Next(2));
    let worker = bench.worker();
    assert_eq!(bench.ended(bench.upload().await).await.status, Status::Accepted);
    worker.stopped().await;
}

#[tokio::test]
async fn statuses_that_cannot_be_published_hold_up_nothing() {
    let bench = Bench::new().await;
    let id = bench.upload().await;
    bench.testbed.aws.faults().on_calls((Service::Sns, "Publish"), CallFault::Error(500), When::Always);
    let worker = bench.worker();
    assert_eq!(bench.ended(id).await.status, Status::Accepted);
    worker.stopped().await;
}

#[tokio::test]
async fn a_topic_that_hangs_does_not_cost_the_lease() {
    let bench = Bench::new().await;
    let id = bench.upload().await;
    let hang = CallFault::Delay(Duration::from_mins(1));
    bench.testbed.aws.faults().on_calls((Service::Sns, "Publish"), hang, When::Always);
    let (one, other) = (bench.worker(), bench.worker());
    let image = bench.ended(id).await;
    assert_eq!(history(&image), [Status::Uploaded, Status::Started, Status::TextDetected, Status::Accepted]);
    assert_eq!(bench.testbed.aws.textract_calls(), 1);
    one.stopped().await;
    other.stopped().await;
}

#[tokio::test]
async fn at_the_last_receive_the_image_ends_and_its_message_is_put_aside() {
    let text = TextDetection::new(|_| Err(DetectionError::Internal("down".to_owned())));
    let bench = Bench::on(|config| AwsConfig { text, max_receives: 1, ..config }).await;
    let worker = bench.worker_with(|config| config.max_receives = 1);
    let image = bench.ended(bench.upload().await).await;
    assert_eq!(image.status, Status::Failed);
    assert_eq!((image.reason, image.try_again), (Some(Reason::GaveUp), Some(true)));
    assert!(image.detail.unwrap().contains("again later"));
    bench.put_aside(1).await;
    worker.stopped().await;
}

#[tokio::test]
async fn what_textract_may_not_do_waits_for_the_operator() {
    let bench = Bench::new().await;
    bench.testbed.aws.faults().on_calls(Service::Textract, CallFault::Deny, When::Next(2));
    let worker = bench.worker();
    assert_eq!(bench.ended(bench.upload().await).await.status, Status::Accepted);
    bench.queue_is_empty().await;
    worker.stopped().await;
}

#[tokio::test]
async fn what_the_operator_does_not_mend_can_be_tried_again_later() {
    let bench = Bench::on(|config| AwsConfig { max_receives: 2, ..config }).await;
    bench.testbed.aws.faults().on_calls(Service::Textract, CallFault::Deny, When::Always);
    let worker = bench.worker_with(|config| config.max_receives = 2);
    let image = bench.ended(bench.upload().await).await;
    assert_eq!((image.status, image.try_again), (Status::Failed, Some(true)));
    bench.put_aside(1).await;
    worker.stopped().await;
}

#[tokio::test]
async fn a_status_that_is_not_taken_at_once_is_published_again() {
    for fault in [CallFault::Error(500), CallFault::Delay(Duration::from_mins(1))] {
        let bench = Bench::new().await;
        bench.overhear_statuses().await;
        let image = bench.prepare().await;
        bench.announce(&image).await;
        bench.testbed.aws.faults().on_calls((Service::Sns, "Publish"), fault, When::Next(1));
        let worker = bench.worker();
        bench.ended(image.image_id).await;
        eventually("all three statuses", async || (bench.testbed.aws.queue_depth().unwrap().dead >= 3).then_some(()))
            .await;
        worker.stopped().await;
    }
}
