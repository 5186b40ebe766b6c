//! Receipts of several photos: each is read and paid for once, and all make one receipt.

use std::sync::atomic::{AtomicU32, Ordering};

use local::DetectionError;
use receipt::{
    Seam, Status,
    verdict::{RuleCode, RuleOutcome},
};
use testbed::lines;

use crate::harness::{Harness, history};

const ROWS: [&str; 10] = [
    "CORNER BOOKS SDN BHD",
    "12 JALAN MAWAR",
    "50000 KUALA LUMPUR",
    "Date: 25/12/2018 8:13 PM",
    "PENCIL 2B    4.00",
    "NOTEBOOK A5    5.00",
    "ERASER SOFT    1.50",
    "TOTAL RM 10.50",
    "CASH 20.00",
    "CHANGE 9.50",
];

/// By their sizes.
const UPPER: usize = 1001;
const LOWER: usize = 1002;

async fn of_two_photos() -> Harness {
    Harness::reading(|picture| Ok(if picture.len() == UPPER { lines(&ROWS[..7]) } else { lines(&ROWS[4..]) })).await
}

#[tokio::test]
async fn photos_that_overlap_are_one_receipt() {
    let harness = of_two_photos().await;
    let image = harness.prepare_photos(&[UPPER, LOWER]).await;
    let worker = harness.worker();
    harness.announce(&image).await;
    let image = harness.ended(image.image_id).await;
    assert_eq!(history(&image), [Status::Uploaded, Status::Started, Status::TextDetected, Status::Accepted]);
    assert_eq!(image.pages, [1, 2]);
    let receipt = image.result.unwrap().receipt;
    assert_eq!((receipt.items.len(), receipt.total.unwrap().bounds.page), (3, 2));
    assert_eq!(receipt.seams, [Seam::Overlapping]);
    assert_eq!(harness.testbed.aws.textract_calls(), 2);
    assert_eq!(harness.answers().await.len(), 2);
    harness.queue_is_empty().await;
    worker.stopped().await;
}

#[tokio::test]
async fn no_photo_is_paid_for_twice_where_another_takes_several_tries() {
    // The second photo fails, until the message has come again.
    let failures = AtomicU32::new(5);
    let harness = Harness::reading(move |picture| match picture.len() {
        UPPER => Ok(lines(&ROWS[..7])),
        _ if failures.load(Ordering::Relaxed) > 0 => {
            failures.fetch_sub(1, Ordering::Relaxed);
            Err(DetectionError::Internal("the lamp is broken".to_owned()))
        }
        _ => Ok(lines(&ROWS[4..])),
    })
    .await;
    let image = harness.prepare_photos(&[UPPER, LOWER]).await;
    let worker = harness.worker();
    harness.announce(&image).await;
    assert_eq!(harness.ended(image.image_id).await.status, Status::Accepted);
    assert_eq!(harness.testbed.aws.textract_calls(), 2, "what failed is not paid for");
    worker.stopped().await;
}

#[tokio::test]
async fn photos_that_do_not_meet_are_told() {
    let harness =
        Harness::reading(|picture| Ok(if picture.len() == UPPER { lines(&ROWS[..5]) } else { lines(&ROWS[7..]) }))
            .await;
    let image = harness.prepare_photos(&[UPPER, LOWER]).await;
    let worker = harness.worker();
    harness.announce(&image).await;
    let image = harness.ended(image.image_id).await;
    let verdict = image.result.unwrap().verdict;
    let rule = verdict.rules.iter().find(|rule| rule.code == RuleCode::PartsApart).unwrap();
    assert_eq!((image.status, rule.outcome), (Status::Rejected, RuleOutcome::Failed));
    worker.stopped().await;
}
