//! Told to stop.

use std::time::Duration;

use jiff::Timestamp;
use local::{CallFault, Service, When};
use receipt::Status;
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
        image.detail.filter(|detail| detail.starts_with("Waiting"))
    })
    .await;
    worker.stopped().await;
    let image = bench.ledger.get(id).await.unwrap().unwrap();
    assert!(image.lease.unwrap().until <= Timestamp::now());
    bench.testbed.aws.faults().clear();
    let worker = bench.worker();
    assert_eq!(bench.ended(id).await.status, Status::Accepted);
    worker.stopped().await;
}
