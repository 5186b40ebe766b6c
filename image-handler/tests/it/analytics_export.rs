//! The analytics export of each receipt.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

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
        self.put(image.image_id.analysis(1), serde_json::to_vec(&a_receipt()).unwrap()).await;
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
        let facts = self.ledger.facts(&image, &marks, Timestamp::now()).await.unwrap();
        let concluding = self.ledger.record_verdict(&image, analysis, &marks, &facts, &unlimited, Timestamp::now());
        match Box::pin(concluding).await.unwrap() {
            Recorded::Done(image) => *image,
            Recorded::Conflict => panic!("overtaken"),
        }
    }

    /// The lines of an image's export; empty if there is none.
    async fn mined(&self, image: &Image) -> Vec<Value> {
        if self.keys(&image.image_id.mined()).await.is_empty() {
            return Vec::new();
        }
        let get = self.s3.get_object().bucket(self.testbed.aws.resources().bucket).key(image.image_id.mined());
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
        assert_eq!((&line["merchant"], &line["total"]), (&Value::Null, &9.0.into()), "nobody else was at this shop");
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
    assert_eq!(harness.keys("receipts/").await, [first.image_id.mined()]);
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
    harness.put(image.image_id.mined(), "{}\n").await;
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
    harness.put(image.image_id.mined(), "{\"torn\": true}\n").await;
    harness.announce(&image).await;
    harness.queue_is_empty().await;
    assert_eq!(harness.mined(&image).await, first);
    worker.stopped().await;
}

#[tokio::test]
async fn what_only_one_person_bought_is_exported_without_its_words() {
    const PRIVATE: [&str; 4] = ["ROSE MILLER", "DOE SENIOR", "PLATE BRM", "REFILL DOE"];
    let reading = AtomicUsize::new(0);
    let harness = Harness::reading(move |_| {
        // Four receipts of four people, who all bought the pencil.
        let n = reading.fetch_add(1, Ordering::Relaxed);
        let day = format!("Date: {}/12/2018 8:13 PM", 10 + n);
        let private = format!("{}    3.00", PRIVATE[n % PRIVATE.len()]);
        Ok(lines(&[
            "CORNER BOOKS SDN BHD",
            "12 JALAN MAWAR",
            "50000 KUALA LUMPUR",
            &day,
            "PENCIL 2B    4.00",
            &private,
            "NOTEBOOK A5    2.00",
            "TOTAL RM 9.00",
            "CASH 10.00",
            "CHANGE 1.00",
        ]))
    })
    .await;
    let worker = harness.worker();
    let (mut described, mut shops) = (Vec::new(), Vec::new());
    for home in 0..4 {
        let image = harness.ended(harness.upload_from(home).await).await;
        harness.queue_is_empty().await;
        let mined = harness.mined(&image).await;
        assert_eq!(mined.len(), 3, "{mined:?}");
        assert_eq!(mined[1]["description"], Value::Null, "{mined:?}");
        assert!(mined[1]["amount"].is_number(), "{mined:?}");
        described.push(mined[0]["description"].clone());
        shops.push([mined[0]["merchant"].clone(), mined[0]["address"].clone()]);
    }
    assert_eq!(described, [Value::Null, Value::Null, "PENCIL 2B".into(), "PENCIL 2B".into()]);
    let known = ["CORNER BOOKS SDN BHD".into(), "12 JALAN MAWAR 50000 KUALA LUMPUR".into()];
    assert_eq!(shops, [[Value::Null, Value::Null], [Value::Null, Value::Null], known.clone(), known]);
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
    harness.put(image.image_id.mined(), "{}\n").await;
    harness.announce(&image).await;
    harness.queue_is_empty().await;
    is_the_receipt(&harness.mined(&image).await, &image);
    assert_eq!(harness.ledger.get(image.image_id).await.unwrap().unwrap(), *amended);
    worker.stopped().await;
}
