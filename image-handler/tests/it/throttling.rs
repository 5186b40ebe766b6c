//! Textract asks for patience.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use local::{CallFault, Service, When};
use receipt::Status;
use testbed::{a_receipt, eventually};

use crate::bench::Bench;

#[tokio::test]
async fn throttling_makes_it_wait_and_say_so() {
    let bench = Bench::new().await;
    bench.testbed.aws.faults().on_calls(Service::Textract, CallFault::Throttle, When::Next(3));
    let worker = bench.worker();
    let image = bench.ended(bench.upload().await).await;
    assert_eq!(image.status, Status::Accepted);
    let details: Vec<_> = image.history.iter().filter_map(|step| step.detail.as_deref()).collect();
    assert_eq!(details[0], "Waiting for a free reader");
    assert_eq!(details.iter().filter(|detail| **detail == "Waiting for a free reader").count(), 1);
    worker.stopped().await;
}

#[tokio::test]
async fn a_slow_receipt_holds_back_nobody() {
    let slow = Arc::new(AtomicU64::new(0));
    let first = slow.clone();
    let (release, held) = std::sync::mpsc::channel::<()>();
    let held = std::sync::Mutex::new(held);
    let bench = Bench::reading(move |_| {
        if first.fetch_add(1, Ordering::SeqCst) == 0 {
            held.lock().unwrap().recv().unwrap();
        }
        Ok(a_receipt())
    })
    .await;
    let worker = bench.worker();
    let stuck = bench.upload().await;
    eventually("the slow one's start", async || (slow.load(Ordering::SeqCst) == 1).then_some(())).await;
    for _ in 0..20 {
        let id = bench.upload().await;
        bench.ended(id).await;
    }
    assert!(!bench.ledger.get(stuck).await.unwrap().unwrap().status.is_final());
    release.send(()).unwrap();
    bench.ended(stuck).await;
    worker.stopped().await;
}
