//! What is left of each receipt for those who study prices.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp, civil::date};
use ledger::{Amended, Analysis, Claim, Concluded, Image};
use local::{CallFault, Service, When};
use receipt::{Amendment, Fingerprints, Orientation, Rules, Status, judge, read, verdict::Facts};
use serde_json::{Value, json};
use testbed::{a_receipt, lines};

use crate::bench::Bench;

const STORING: (Service, &str) = (Service::S3, "PutObject");

impl Bench {
    /// An image whose text is known already, so that what is mined is all that is still to be stored.
    async fn prepare_detected(&self) -> Image {
        let image = self.prepare().await;
        self.put(image.key.analysis(), serde_json::to_vec(&a_receipt()).unwrap()).await;
        image
    }

    /// Ends an image as a worker does that dies right after.
    async fn concluded(&self, image: &Image) -> Image {
        let lease = SignedDuration::from_secs(15);
        let claim = self.ledger.claim(image.image_id, "the dead one", Timestamp::now(), lease).await.unwrap();
        let Claim::Taken(image) = claim else { panic!("{claim:?}") };
        let receipt = read(&a_receipt(), Orientation::Upright);
        let verdict = judge(&receipt, &Facts::default(), &Rules::default());
        let analysis = Analysis { receipt, verdict };
        let marks = Fingerprints::default();
        let concluding = self.ledger.conclude(&image, analysis, &marks, None, Timestamp::now());
        match Box::pin(concluding).await.unwrap() {
            Concluded::Done(image) => *image,
            Concluded::Overtaken => panic!("overtaken"),
        }
    }

    /// What was mined of an image, line by line; empty where nothing was.
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
async fn a_receipt_is_mined_once_it_has_ended_and_before_its_message_goes() {
    let bench = Bench::new().await;
    let worker = bench.worker();
    let image = bench.ended(bench.upload().await).await;
    bench.queue_is_empty().await;
    is_the_receipt(&bench.mined(&image).await, &image);
    worker.stopped().await;
}

#[tokio::test]
async fn what_is_no_receipt_or_was_sent_before_is_not_mined() {
    let bench = Bench::new().await;
    let worker = bench.worker();
    let first = bench.ended(bench.upload().await).await;
    let again = bench.ended(bench.upload().await).await;
    assert_eq!((first.status, again.status), (Status::Accepted, Status::Rejected));
    bench.queue_is_empty().await;
    assert_eq!(bench.keys("receipts/").await, [first.key.mined()]);
    worker.stopped().await;

    let bench = Bench::reading(|_| Ok(lines(&["hello", "world"]))).await;
    let worker = bench.worker();
    bench.ended(bench.upload().await).await;
    bench.queue_is_empty().await;
    assert_eq!(bench.keys("receipts/").await, Vec::<String>::new());
    worker.stopped().await;
}

#[tokio::test]
async fn after_a_worker_that_died_at_the_end_the_next_one_mines() {
    let bench = Bench::new().await;
    let image = bench.prepare().await;
    bench.concluded(&image).await;
    bench.announce(&image).await;
    let worker = bench.worker();
    bench.queue_is_empty().await;
    worker.stopped().await;
    is_the_receipt(&bench.mined(&image).await, &image);
    assert_eq!(bench.testbed.aws.textract_calls(), 0);
}

#[tokio::test]
async fn a_bucket_that_takes_nothing_keeps_the_message_until_it_does() {
    let bench = Bench::new().await;
    let image = bench.prepare_detected().await;
    bench.testbed.aws.faults().on_calls(STORING, CallFault::Error(503), When::Always);
    let worker = bench.worker();
    bench.announce(&image).await;
    // The person need not wait for it.
    let ended = bench.ended(image.image_id).await;
    assert_eq!(ended.status, Status::Accepted);
    assert!(bench.mined(&image).await.is_empty());
    let depth = bench.testbed.aws.queue_depth().unwrap();
    assert_eq!(depth.visible + depth.in_flight, 1);
    bench.testbed.aws.faults().clear();
    bench.queue_is_empty().await;
    worker.stopped().await;
    is_the_receipt(&bench.mined(&image).await, &image);
    assert_eq!(bench.ledger.get(image.image_id).await.unwrap().unwrap(), ended);
}

#[tokio::test]
async fn an_image_that_is_deleted_while_it_is_mined_leaves_no_line() {
    let bench = Bench::new().await;
    let image = bench.prepare_detected().await;
    bench.testbed.aws.faults().on_calls(STORING, CallFault::Delay(Duration::from_secs(2)), When::Always);
    let worker = bench.worker();
    bench.announce(&image).await;
    bench.ended(image.image_id).await;
    // What `api` does: its removal of the files finds none yet.
    bench.ledger.remove(&image.owner, image.image_id, Timestamp::now()).await.unwrap().unwrap();
    assert!(bench.mined(&image).await.is_empty());
    bench.queue_is_empty().await;
    worker.stopped().await;
    assert_eq!(bench.keys("receipts/").await, Vec::<String>::new());
}

#[tokio::test]
async fn a_line_that_a_dead_worker_left_goes_with_the_deleted_image() {
    let bench = Bench::new().await;
    let image = bench.prepare().await;
    bench.concluded(&image).await;
    bench.put(image.key.mined(), "{}\n").await;
    bench.ledger.remove(&image.owner, image.image_id, Timestamp::now()).await.unwrap().unwrap();
    bench.announce(&image).await;
    let worker = bench.worker();
    bench.queue_is_empty().await;
    worker.stopped().await;
    assert_eq!(bench.keys("receipts/").await, Vec::<String>::new());
}

#[tokio::test]
async fn a_mined_object_is_the_same_however_often_it_is_written() {
    let bench = Bench::new().await;
    let worker = bench.worker();
    let image = bench.ended(bench.upload().await).await;
    bench.queue_is_empty().await;
    let first = bench.mined(&image).await;
    bench.put(image.key.mined(), "{\"torn\": true}\n").await;
    bench.announce(&image).await;
    bench.queue_is_empty().await;
    assert_eq!(bench.mined(&image).await, first);
    worker.stopped().await;
}

#[tokio::test]
async fn what_the_owner_sets_right_is_not_mined() {
    let bench = Bench::new().await;
    let worker = bench.worker();
    let image = bench.ended(bench.upload().await).await;
    bench.queue_is_empty().await;
    let patch = json!({ "merchant": "Somebody's name", "total": "999.00", "contested": true });
    let amendment = Amendment::parse(patch.as_object().unwrap(), date(2026, 1, 1)).unwrap();
    let amended = bench.ledger.amend(image.clone(), &amendment, None, Timestamp::now()).await.unwrap();
    let Amended::Done(amended) = amended else { panic!("{amended:?}") };
    // A doubled message has it written again.
    bench.put(image.key.mined(), "{}\n").await;
    bench.announce(&image).await;
    bench.queue_is_empty().await;
    is_the_receipt(&bench.mined(&image).await, &image);
    assert_eq!(bench.ledger.get(image.image_id).await.unwrap().unwrap(), *amended);
    worker.stopped().await;
}
