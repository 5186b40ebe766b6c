//! The analytics export of each receipt.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp, civil::date};
use ledger::{Amended, Analysis, Claim, DayLimits, Image, Recorded};
use local::{CallFault, Service, When};
use receipt::{Amendment, Fingerprints, Orientation, Rules, Status, judge, read, verdict::Facts};
use serde_json::{Value, json};
use testbed::{a_receipt, lines};

use crate::harness::Harness;

const STORING: (Service, &str) = (Service::S3, "PutObject");

impl Harness {
    /// An image with a stored answer, so that the export is the only object that is still to be stored.
    async fn prepare_detected(&self) -> Image {
        let image = self.prepare().await;
        self.put(image.key.analysis(), serde_json::to_vec(&a_receipt()).unwrap()).await;
        image
    }

    /// Ends an image as a worker does that dies right after that.
    async fn concluded(&self, image: &Image) -> Image {
        let lease = SignedDuration::from_secs(15);
        let claim = self.ledger.claim(image.image_id, "the dead one", Timestamp::now(), lease).await.unwrap();
        let Claim::Taken(image) = claim else { panic!("{claim:?}") };
        let receipt = read(&a_receipt(), Orientation::Upright);
        let verdict = judge(&receipt, &Facts::default(), &Rules::default());
        let analysis = Analysis { receipt, verdict };
        let marks = Fingerprints::default();
        let unlimited = DayLimits::default();
        let concluding = self.ledger.record_verdict(&image, analysis, &marks, &unlimited, Timestamp::now());
        match Box::pin(concluding).await.unwrap() {
            Recorded::Done(image) => *image,
            Recorded::Conflict => panic!("overtaken"),
        }
    }

    /// The lines of an image's export; empty if there is none.
    async fn mined(&self, image: &Image) -> Vec<Value> {
        if self.keys(&image.key.mined()).await.is_empty() {
            return Vec::new();
        }
        let get = self.s3.get_object().bucket(self.testbed.aws.resources().bucket).key(image.key.mined());
        let body = get.send().await.unwrap().body.collect().await.unwrap().into_bytes();
        body.split_inclusive(|byte| *byte == b'\n').map(|line| serde_json::from_slice(line).unwrap()).collect()
    }
}

/// Of [`a_receipt`].
fn is_the_receipt(mined: &[Value], image: &Image) {
    let items: Vec<_> = mined.iter().map(|line| (line["item_number"].as_u64(), line["amount"].to_string())).collect();
    assert_eq!(items, [(Some(1), "4.0".to_owned()), (Some(2), "5.0".to_owned())]);
    for line in mined {
        assert_eq!(line["receipt_id"], image.image_id.to_string());
        assert_eq!((&line["merchant"], &line["total"]), (&"CORNER BOOKS SDN BHD".into(), &9.0.into()));
        assert_eq!((&line["currency"], &line["purchased_on"]), (&"MYR".into(), &"2018-12-25".into()));
        assert!(!line.to_string().contains(&image.owner.to_string()), "{line}");
    }
}

#[tokio::test]
async fn a_receipt_is_exported_once_it_has_ended_and_before_its_message_is_deleted() {
    let harness = Harness::new().await;
    let worker = harness.worker();
    let image = harness.ended(harness.upload().await).await;
    harness.queue_is_empty().await;
    is_the_receipt(&harness.mined(&image).await, &image);
    worker.stopped().await;
}

#[tokio::test]
async fn what_is_no_receipt_or_was_sent_before_is_not_exported() {
    let harness = Harness::new().await;
    let worker = harness.worker();
    let first = harness.ended(harness.upload().await).await;
    let again = harness.ended(harness.upload().await).await;
    assert_eq!((first.status, again.status), (Status::Accepted, Status::Rejected));
    harness.queue_is_empty().await;
    assert_eq!(harness.keys("receipts/").await, [first.key.mined()]);
    worker.stopped().await;

    let harness = Harness::reading(|_| Ok(lines(&["hello", "world"]))).await;
    let worker = harness.worker();
    harness.ended(harness.upload().await).await;
    harness.queue_is_empty().await;
    assert_eq!(harness.keys("receipts/").await, Vec::<String>::new());
    worker.stopped().await;
}

#[tokio::test]
async fn after_a_worker_that_died_before_the_export_the_next_one_exports() {
    let harness = Harness::new().await;
    let image = harness.prepare().await;
    harness.concluded(&image).await;
    harness.announce(&image).await;
    let worker = harness.worker();
    harness.queue_is_empty().await;
    worker.stopped().await;
    is_the_receipt(&harness.mined(&image).await, &image);
    assert_eq!(harness.testbed.aws.textract_calls(), 0);
}

#[tokio::test]
async fn a_message_stays_until_the_bucket_accepts_the_export() {
    let harness = Harness::new().await;
    let image = harness.prepare_detected().await;
    harness.testbed.aws.faults().on_calls(STORING, CallFault::Error(503), When::Always);
    let worker = harness.worker();
    harness.announce(&image).await;
    // The result does not wait for the export.
    let ended = harness.ended(image.image_id).await;
    assert_eq!(ended.status, Status::Accepted);
    assert!(harness.mined(&image).await.is_empty());
    let depth = harness.testbed.aws.queue_depth().unwrap();
    assert_eq!(depth.visible + depth.in_flight, 1);
    harness.testbed.aws.faults().clear();
    harness.queue_is_empty().await;
    worker.stopped().await;
    is_the_receipt(&harness.mined(&image).await, &image);
    assert_eq!(harness.ledger.get(image.image_id).await.unwrap().unwrap(), ended);
}

#[tokio::test]
async fn an_image_that_is_deleted_during_the_export_leaves_none() {
    let harness = Harness::new().await;
    let image = harness.prepare_detected().await;
    harness.testbed.aws.faults().on_calls(STORING, CallFault::Delay(Duration::from_secs(2)), When::Always);
    let worker = harness.worker();
    harness.announce(&image).await;
    harness.ended(image.image_id).await;
    // As `api` does: its removal of the files finds none yet.
    harness.ledger.remove(&image.owner, image.image_id, Timestamp::now()).await.unwrap().unwrap();
    assert!(harness.mined(&image).await.is_empty());
    harness.queue_is_empty().await;
    worker.stopped().await;
    assert_eq!(harness.keys("receipts/").await, Vec::<String>::new());
}

#[tokio::test]
async fn an_export_of_a_dead_worker_is_removed_with_the_deleted_image() {
    let harness = Harness::new().await;
    let image = harness.prepare().await;
    harness.concluded(&image).await;
    harness.put(image.key.mined(), "{}\n").await;
    harness.ledger.remove(&image.owner, image.image_id, Timestamp::now()).await.unwrap().unwrap();
    harness.announce(&image).await;
    let worker = harness.worker();
    harness.queue_is_empty().await;
    worker.stopped().await;
    assert_eq!(harness.keys("receipts/").await, Vec::<String>::new());
}

#[tokio::test]
async fn an_export_is_the_same_however_often_it_is_written() {
    let harness = Harness::new().await;
    let worker = harness.worker();
    let image = harness.ended(harness.upload().await).await;
    harness.queue_is_empty().await;
    let first = harness.mined(&image).await;
    harness.put(image.key.mined(), "{\"torn\": true}\n").await;
    harness.announce(&image).await;
    harness.queue_is_empty().await;
    assert_eq!(harness.mined(&image).await, first);
    worker.stopped().await;
}

#[tokio::test]
async fn corrections_are_not_exported() {
    let harness = Harness::new().await;
    let worker = harness.worker();
    let image = harness.ended(harness.upload().await).await;
    harness.queue_is_empty().await;
    let patch = json!({ "merchant": "Somebody's name", "total": "999.00", "contested": true });
    let amendment = Amendment::parse(patch.as_object().unwrap(), date(2026, 1, 1)).unwrap();
    let amended = harness.ledger.amend(image.clone(), &amendment, None, Timestamp::now()).await.unwrap();
    let Amended::Done(amended) = amended else { panic!("{amended:?}") };
    // A doubled message writes it again.
    harness.put(image.key.mined(), "{}\n").await;
    harness.announce(&image).await;
    harness.queue_is_empty().await;
    is_the_receipt(&harness.mined(&image).await, &image);
    assert_eq!(harness.ledger.get(image.image_id).await.unwrap().unwrap(), *amended);
    worker.stopped().await;
}
