//! What does not answer, and what is none of ours.

use std::{sync::Arc, time::Duration};

use local::{AwsConfig, CallFault, DetectionError, Service, TextDetection, When};
use receipt::{ImageId, ObjectKey, PictureFormat, Status};
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
    let text = TextDetection::Recorded(Arc::new(|_| Err(DetectionError::Internal("down".to_owned()))));
    let bench = Bench::on(|config| AwsConfig { text, max_receives: 1, ..config }).await;
    let worker = bench.worker_with(|config| config.max_receives = 1);
    let image = bench.ended(bench.upload().await).await;
    assert_eq!(image.status, Status::Failed);
    assert!(image.detail.unwrap().contains("again later"));
    eventually("the message in the dead-letter queue", async || {
        (bench.testbed.aws.queue_depth().unwrap().dead == 1).then_some(())
    })
    .await;
    worker.stopped().await;
}
