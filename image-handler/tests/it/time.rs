//! Lease and visibility timeout: their end, their loss, and the end of the wait.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use ledger::{Claim, GIVE_UP_AFTER};
use local::{AwsConfig, CallFault, Channel, DeliveryFault, Service, When};
use receipt::Status;
use testbed::{a_receipt, eventually};

use crate::harness::{Harness, history};

const ONE_SECOND: SignedDuration = SignedDuration::from_secs(1);

#[tokio::test]
async fn an_image_that_has_waited_too_long_ends_and_its_message_can_be_redriven() {
    let harness = Harness::on(|config| AwsConfig { max_receives: 3, ..config }).await;
    let image = harness.prepare_at(Timestamp::now() - GIVE_UP_AFTER - ONE_SECOND).await;
    harness.announce(&image).await;
    let worker = harness.worker_with(|config| config.max_receives = 3);
    let image = harness.ended(image.image_id).await;
    assert_eq!((image.status, image.try_again), (Status::Failed, Some(true)));
    harness.put_aside(1).await;
    assert_eq!(harness.testbed.aws.textract_calls(), 0);
    worker.stopped().await;
}

#[tokio::test]
async fn the_wait_for_textract_has_an_end() {
    let harness = Harness::on(|config| AwsConfig { max_receives: 3, ..config }).await;
    harness.testbed.aws.faults().on_calls(Service::Textract, CallFault::Throttle, When::Always);
    let image = harness.prepare_at(Timestamp::now() - GIVE_UP_AFTER + ONE_SECOND * 4).await;
    harness.announce(&image).await;
    let worker = harness.worker_with(|config| config.max_receives = 3);
    let image = harness.ended(image.image_id).await;
    assert_eq!((image.status, image.try_again), (Status::Failed, Some(true)));
    assert!(image.updated_at >= image.give_up_at());
    harness.put_aside(1).await;
    worker.stopped().await;
}

#[tokio::test]
async fn a_worker_that_lost_the_lease_stores_the_answer_and_writes_no_status() {
    let (harness, mut beginning, release) = Harness::held().await;
    let worker = harness.worker();
    let id = harness.upload().await;
    beginning.recv().await.unwrap();
    // Another worker takes over, whose clock says that the lease has ended.
    let later = Timestamp::now() + SignedDuration::from_mins(1);
    let claim = harness.ledger.claim(id, "another", later, ONE_SECOND).await.unwrap();
    let Claim::Taken(taken) = claim else { panic!("{claim:?}") };
    drop(release);
    eventually("the stored answer", async || (harness.answers().await.len() == 1).then_some(())).await;
    worker.stopped().await;
    assert_eq!(harness.ledger.get(id).await.unwrap().unwrap(), *taken);
    assert_eq!(harness.testbed.aws.queue_depth().unwrap().dead, 0);

    // The next worker continues with the stored answer.
    let expired =
        harness.ledger.claim(id, "a third", later + SignedDuration::from_mins(1), -SignedDuration::from_hours(1));
    assert!(matches!(expired.await.unwrap(), Claim::Taken(_)));
    let worker = harness.worker();
    harness.announce(&taken).await;
    assert_eq!(harness.ended(id).await.status, Status::Accepted);
    assert_eq!(harness.testbed.aws.textract_calls(), 1);
    worker.stopped().await;
}

#[tokio::test]
async fn a_worker_that_lost_the_message_stores_the_answer_and_writes_no_status() {
    let harness = Harness::reading(|_| {
        // Longer than the heartbeat's interval, so that the loss is noticed.
        std::thread::sleep(Duration::from_secs(6));
        Ok(a_receipt())
    })
    .await;
    // The message stays visible although it was received: the first receipt handle becomes invalid.
    harness.testbed.aws.faults().on_deliveries(Channel::Queue, DeliveryFault::Double, When::Next(1));
    let id = harness.upload().await;
    let worker = harness.worker();
    let image = harness.ended(id).await;
    // The first worker's last write is `started`; the second one used the stored answer.
    let expected = [Status::Uploaded, Status::Started, Status::Started, Status::TextDetected, Status::Accepted];
    assert_eq!(history(&image), expected);
    assert_eq!(harness.testbed.aws.textract_calls(), 1);
    harness.queue_is_empty().await;
    worker.stopped().await;
}
