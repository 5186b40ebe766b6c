//! Textract throttles.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use local::{AwsConfig, CallFault, Quota, Service, TextDetection, When};
use receipt::{ImageId, Reason, Status};
use testbed::{a_receipt, eventually, lines};

use crate::harness::Harness;

#[tokio::test]
async fn a_throttled_image_waits_and_its_status_says_so() {
    let harness = Harness::new().await;
    harness.testbed.aws.faults().on_calls(Service::Textract, CallFault::Throttle, When::Next(3));
    let worker = harness.worker();
    let image = harness.ended(harness.upload().await).await;
    assert_eq!(image.status, Status::Accepted);
    let said: Vec<_> = image.history.iter().filter_map(|step| Some((step.reason?, step.detail.as_deref()?))).collect();
    assert_eq!(said, [(Reason::WaitingForReader, "Waiting for a free reader")]);
    assert_eq!(image.reason, None);
    worker.stopped().await;
}

#[tokio::test]
async fn a_slow_receipt_does_not_delay_others() {
    let slow = Arc::new(AtomicU64::new(0));
    let first = slow.clone();
    let (release, held) = std::sync::mpsc::channel::<()>();
    let held = std::sync::Mutex::new(held);
    let harness = Harness::reading(move |_| {
        if first.fetch_add(1, Ordering::SeqCst) == 0 {
            held.lock().unwrap().recv().unwrap();
        }
        Ok(a_receipt())
    })
    .await;
    let worker = harness.worker();
    let stuck = harness.upload().await;
    eventually("the slow one's start", async || (slow.load(Ordering::SeqCst) == 1).then_some(())).await;
    for _ in 0..20 {
        let id = harness.upload().await;
        harness.ended(id).await;
    }
    assert!(!harness.ledger.get(stuck).await.unwrap().unwrap().status.is_final());
    release.send(()).unwrap();
    harness.ended(stuck).await;
    worker.stopped().await;
}

/// How many pictures are read at once.
#[derive(Default)]
struct Readers {
    now: AtomicU64,
    most: AtomicU64,
    /// The reading lasts until all places of the worker are used, or for a second.
    hold: AtomicBool,
}

/// What `WORKER_CONCURRENCY` is if not given.
const PLACES: u64 = 8;

impl Readers {
    fn read(&self) {
        let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
        let pauses = if self.hold.load(Ordering::SeqCst) { 20 } else { 2 };
        for _ in 0..pauses {
            if self.most.load(Ordering::SeqCst) < PLACES {
                std::thread::sleep(Duration::from_millis(50));
            }
        }
        self.now.fetch_sub(1, Ordering::SeqCst);
    }
}

async fn harness_with(readers: &Arc<Readers>) -> Harness {
    let readers = readers.clone();
    let text = TextDetection::new(move |_| {
        readers.read();
        Ok(lines(&["no receipt"]))
    });
    Harness::on(|config| AwsConfig { text, read_at_once: 16, ..config }).await
}

async fn upload_many(harness: &Harness, images: u64) -> Vec<ImageId> {
    futures_util::future::join_all((0..images).map(|_| harness.upload())).await
}

#[tokio::test]
async fn where_textract_accepts_few_calls_the_whole_worker_slows_down_and_later_recovers() {
    const IMAGES: u64 = 30;
    let readers = Arc::new(Readers::default());
    let harness = harness_with(&readers).await;
    harness.testbed.aws.faults().limit_textract(Quota::AtOnce(3));
    let worker = harness.worker();
    for id in upload_many(&harness, IMAGES).await {
        assert_eq!(harness.ended(id).await.status, Status::Rejected);
    }
    assert_eq!(harness.testbed.aws.textract_calls(), IMAGES);
    // From 8 at once, then 4, then 2. From then on a call is one too many only where the limit has grown from 2 to 4
    // again, for which it takes 2 + 3 answers.
    let throttled = harness.testbed.aws.faults().throttled();
    assert!(throttled <= 8 + 4 + IMAGES / 5, "{throttled} calls were throttled");
    assert!(readers.most.swap(0, Ordering::SeqCst) <= 3);

    harness.testbed.aws.faults().clear();
    readers.hold.store(true, Ordering::SeqCst);
    upload_many(&harness, 80).await;
    eventually("all places in use again", async || (readers.most.load(Ordering::SeqCst) == PLACES).then_some(())).await;
    assert_eq!(harness.testbed.aws.faults().throttled(), throttled);
    worker.stopped().await;
}

#[tokio::test]
async fn a_quota_of_calls_a_second_is_kept_to_by_waiting() {
    const IMAGES: u64 = 15;
    let readers = Arc::new(Readers::default());
    let harness = harness_with(&readers).await;
    harness.testbed.aws.faults().limit_textract(Quota::PerSecond(3));
    let worker = harness.worker();
    for id in upload_many(&harness, IMAGES).await {
        assert_eq!(harness.ended(id).await.status, Status::Rejected);
    }
    assert_eq!(harness.testbed.aws.textract_calls(), IMAGES);
    let throttled = harness.testbed.aws.faults().throttled();
    assert!(throttled <= PLACES + IMAGES, "{throttled} calls were throttled");
    worker.stopped().await;
}
