//! Told to stop.

use std::time::Duration;

use jiff::Timestamp;
use local::{CallFault, Channel, DeliveryFault, Service, When};
use receipt::{Reason, Status};
use testbed::{a_receipt, eventually};

use crate::bench::Bench;

#[tokio::test]
async fn told_to_stop_it_finishes_what_is_in_hand() {
    let (begun, mut beginning) = tokio::sync::mpsc::unbounded_channel();
    let bench = Bench::reading(move |_| {
        begun.send(()).unwrap();
        std::thread::sleep(Duration::from_millis(300));
        Ok(a_receipt())
    })
    .await;
    let worker = bench.worker();
    let id = bench.upload().await;
    beginning.recv().await.unwrap();
    worker.stopped().await;
    assert_eq!(bench.ledger.get(id).await.unwrap().unwrap().status, Status::Accepted);
    bench.queue_is_empty().await;
}

#[tokio::test]
async fn told_to_stop_while_it_waits_it_lets_the_image_go() {
    let bench = Bench::new().await;
    bench.testbed.aws.faults().on_calls(Service::Textract, CallFault::Throttle, When::Always);
    let worker = bench.worker();
    let id = bench.upload().await;
    eventually("the wait", async || {
        let image = bench.ledger.get(id).await.unwrap().unwrap();
        (image.reason == Some(Reason::WaitingForReader)).then_some(())
    })
    .await;
    worker.stopped().await;
    let image = bench.ledger.get(id).await.unwrap().unwrap();
    assert!(image.lease.unwrap().until <= Timestamp::now());
    assert_eq!(bench.testbed.aws.queue_depth().unwrap().visible, 1);
    bench.testbed.aws.faults().clear();
    let worker = bench.worker();
    assert_eq!(bench.ended(id).await.status, Status::Accepted);
    worker.stopped().await;
}

#[tokio::test]
async fn what_a_receive_brings_after_the_signal_is_let_go_at_once() {
    let bench = Bench::new().await;
    let id = bench.upload().await;
    // The message has been handed out, but its answer is still on the way.
    let late = DeliveryFault::Delay(Duration::from_millis(700));
    bench.testbed.aws.faults().on_deliveries(Channel::Queue, late, When::Next(1));
    let worker = bench.worker();
    eventually("the message in flight", async || {
        (bench.testbed.aws.queue_depth().unwrap().in_flight == 1).then_some(())
    })
    .await;
    worker.stopped().await;
    assert_eq!(bench.testbed.aws.queue_depth().unwrap().visible, 1);
    assert_eq!(bench.ledger.get(id).await.unwrap().unwrap().status, Status::Uploaded);
}

#[tokio::test]
async fn an_idle_worker_does_not_wait_for_its_receive() {
    let bench = Bench::new().await;
    let worker = bench.worker();
    bench.testbed.aws.first_poll().await;
    let told = std::time::Instant::now();
    worker.stopped().await;
    assert!(told.elapsed() < Duration::from_secs(5), "{:?}", told.elapsed());
}

#[tokio::test]
async fn what_does_not_end_within_the_grace_is_released() {
    let (bench, mut beginning, release) = Bench::held().await;
    let worker = bench.worker();
    let id = bench.upload().await;
    beginning.recv().await.unwrap();
    worker.stopped().await;
    assert_eq!(bench.testbed.aws.queue_depth().unwrap().visible, 1);
    let image = bench.ledger.get(id).await.unwrap().unwrap();
    assert!(image.status == Status::Started && image.lease.unwrap().until <= Timestamp::now());
    drop(release);
}
