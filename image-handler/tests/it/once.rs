//! A picture is paid for once, and so is a receipt.

use jiff::{SignedDuration, Timestamp};
use local::{CallFault, Channel, DeliveryFault, Service, When};
use receipt::Status;
use testbed::a_receipt;

use crate::harness::{Harness, history};

#[tokio::test]
async fn a_doubled_message_is_paid_for_once() {
    let harness = Harness::new().await;
    let (one, other) = (harness.worker(), harness.worker());
    // The same worker may get a message twice, too.
    harness.testbed.aws.faults().on_deliveries(Channel::Queue, DeliveryFault::Double, When::Next(2));
    let image = harness.prepare().await;
    for _ in 0..5 {
        harness.announce(&image).await;
    }
    let image = harness.ended(image.image_id).await;
    harness.queue_is_empty().await;
    assert_eq!(harness.testbed.aws.textract_calls(), 1);
    assert_eq!(harness.ledger.get(image.image_id).await.unwrap().unwrap(), image);
    one.stopped().await;
    other.stopped().await;
}

#[tokio::test]
async fn a_stored_answer_is_not_paid_for_again() {
    let harness = Harness::new().await;
    let image = harness.prepare().await;
    let answer = serde_json::to_vec(&a_receipt()).unwrap();
    let bucket = harness.testbed.aws.resources().bucket;
    harness.s3.put_object().bucket(bucket).key(image.image_id.analysis(1)).body(answer.into()).send().await.unwrap();
    let worker = harness.worker();
    harness.announce(&image).await;
    assert_eq!(harness.ended(image.image_id).await.status, Status::Accepted);
    assert_eq!(harness.testbed.aws.textract_calls(), 0);
    worker.stopped().await;
}

#[tokio::test]
async fn after_a_dead_worker_the_next_one_takes_over_when_the_lease_ends() {
    let harness = Harness::new().await;
    let image = harness.prepare().await;
    // Another worker has claimed it, and died.
    let lease = SignedDuration::from_secs(2);
    harness.ledger.claim(image.image_id, "the dead one", Timestamp::now(), lease).await.unwrap();
    let worker = harness.worker();
    harness.announce(&image).await;
    let image = harness.ended(image.image_id).await;
    let expected = [Status::Uploaded, Status::Started, Status::Started, Status::TextDetected, Status::Accepted];
    assert_eq!(history(&image), expected);
    harness.queue_is_empty().await;
    worker.stopped().await;
}

#[tokio::test]
async fn an_answer_that_cannot_be_stored_at_once_is_paid_for_once() {
    let harness = Harness::new().await;
    let image = harness.prepare().await;
    harness.testbed.aws.faults().on_calls((Service::S3, "PutObject"), CallFault::Error(503), When::Always);
    let worker = harness.worker();
    harness.announce(&image).await;
    assert_eq!(harness.ended(image.image_id).await.status, Status::Accepted);
    assert_eq!(harness.testbed.aws.textract_calls(), 1);
    worker.stopped().await;
}

#[tokio::test]
async fn of_many_photos_of_one_receipt_one_is_paid_for() {
    let harness = Harness::new().await;
    let (one, other) = (harness.worker(), harness.worker());
    let uploads: Vec<_> = futures_util::future::join_all((0..6).map(|_| harness.prepare())).await;
    for image in &uploads {
        harness.announce(image).await;
    }
    let mut accepted = 0;
    for image in uploads {
        let image = harness.ended(image.image_id).await;
        let earned = harness.ledger.earned(&image.owner).await.unwrap();
        let verdict = image.result.unwrap().verdict;
        match image.status {
            Status::Accepted => accepted += 1,
            _ => assert_eq!(verdict.summary, "This receipt was sent before."),
        }
        assert_eq!(earned.len(), usize::from(image.status == Status::Accepted));
    }
    assert_eq!(accepted, 1);
    one.stopped().await;
    other.stopped().await;
}
