//! The stop signal.

use std::time::Duration;

use jiff::Timestamp;
use local::{CallFault, Channel, DeliveryFault, Service, When};
use receipt::{Reason, Status};
use testbed::{a_receipt, eventually};

use crate::harness::Harness;

#[tokio::test]
async fn after_the_stop_signal_running_work_is_finished() {
    let (begun, mut beginning) = tokio::sync::mpsc::unbounded_channel();
    let harness = Harness::reading(move |_| {
        begun.send(()).unwrap();
        std::thread::sleep(Duration::from_millis(300));
        Ok(a_receipt())
    })
    .await;
    let worker = harness.worker();
    let id = harness.upload().await;
    beginning.recv().await.unwrap();
    worker.stopped().await;
    assert_eq!(harness.ledger.get(id).await.unwrap().unwrap().status, Status::Accepted);
    harness.queue_is_empty().await;
}

#[tokio::test]
async fn after_the_stop_signal_a_waiting_image_is_released() {
    let harness = Harness::new().await;
    harness.testbed.aws.faults().on_calls(Service::Textract, CallFault::Throttle, When::Always);
    let worker = harness.worker();
    let id = harness.upload().await;
    eventually("the wait", async || {
        let image = harness.ledger.get(id).await.unwrap().unwrap();
        (image.reason == Some(Reason::WaitingForReader)).then_some(())
    })
    .await;
    worker.stopped().await;
    let image = harness.ledger.get(id).await.unwrap().unwrap();
    assert!(image.lease.unwrap().until <= Timestamp::now());
    assert_eq!(harness.testbed.aws.queue_depth().unwrap().visible, 1);
    harness.testbed.aws.faults().clear();
    let worker = harness.worker();
    assert_eq!(harness.ended(id).await.status, Status::Accepted);
    worker.stopped().await;
}

#[tokio::test]
async fn a_message_received_after_the_signal_is_released_at_once() {
    let harness = Harness::new().await;
    let id = harness.upload().await;
    // The message counts as received, but the answer with it is still on the way.
    let late = DeliveryFault::Delay(Duration::from_millis(700));
    harness.testbed.aws.faults().on_deliveries(Channel::Queue, late, When::Next(1));
    let worker = harness.worker();
    eventually("the message in flight", async || {
        (harness.testbed.aws.queue_depth().unwrap().in_flight == 1).then_some(())
    })
    .await;
    worker.stopped().await;
    assert_eq!(harness.testbed.aws.queue_depth().unwrap().visible, 1);
    assert_eq!(harness.ledger.get(id).await.unwrap().unwrap().status, Status::Uploaded);
}

#[tokio::test]
async fn an_idle_worker_does_not_wait_for_its_receive() {
    let harness = Harness::new().await;
    let worker = harness.worker();
    harness.testbed.aws.first_poll().await;
    let told = std::time::Instant::now();
    worker.stopped().await;
    assert!(told.elapsed() < Duration::from_secs(5), "{:?}", told.elapsed());
}

#[tokio::test]
async fn work_that_outlasts_the_grace_period_is_released() {
    let (harness, mut beginning, release) = Harness::held().await;
    let worker = harness.worker();
    let id = harness.upload().await;
    beginning.recv().await.unwrap();
    worker.stopped().await;
    assert_eq!(harness.testbed.aws.queue_depth().unwrap().visible, 1);
    let image = harness.ledger.get(id).await.unwrap().unwrap();
    assert!(image.status == Status::Started && image.lease.unwrap().until <= Timestamp::now());
    drop(release);
}
