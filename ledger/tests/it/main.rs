//! The ledger through DynamoDB's protocol, against the stand-in.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod acceptance;
mod correction;
mod day_budget;
mod failure;
mod idle;
mod payments;
mod picture_budget;
mod printed_text;
mod reopening;
mod ticket;
mod upload_key;

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use ledger::{Analysis, Claim, DayLimits, Error, Image, Ledger, NewRecord, Part, Place, Recorded, Sender};
use receipt::{
    Fingerprints, ImageId, ObjectKey, Orientation, OwnerId, PictureFormat, PictureHash, Reason, Receipt, Rules, Status,
    judge, verdict::Facts,
};
use testbed::{Testbed, eventually};

const LEASE: SignedDuration = SignedDuration::from_secs(15);

struct Fixture {
    ledger: Ledger,
    testbed: Testbed,
}

async fn fixture() -> Fixture {
    let testbed = Testbed::start().await;
    let client = aws_sdk_dynamodb::Client::new(&testbed.sdk);
    Fixture { ledger: Ledger::new(client, testbed.aws.resources().table), testbed }
}

fn record(owner: &OwnerId) -> NewRecord {
    let image_id = ImageId::new();
    NewRecord {
        image_id,
        owner: owner.clone(),
        sender: Sender::default(),
        first_part: Part {
            key: ObjectKey::new(image_id, PictureFormat::Jpeg),
            size_bytes: 1234,
            orientation: Orientation::Rotated90,
        },
        further_parts: Vec::new(),
        sha256: PictureHash::from([7; 32]),
        at: Timestamp::now(),
    }
}

async fn taken(ledger: &Ledger, id: ImageId, worker: &str) -> Image {
    match ledger.claim(id, worker, Timestamp::now(), LEASE).await.unwrap() {
        Claim::Taken(image) => *image,
        other => panic!("{other:?}"),
    }
}

fn an_analysis() -> Analysis {
    let receipt = Receipt::default();
    let verdict = judge(&receipt, &Facts::default(), &Rules::default());
    Analysis { receipt, verdict }
}

/// All pages, three images at a time.
async fn unfinished(ledger: &Ledger, before: Timestamp) -> Vec<Image> {
    let (mut images, mut place) = (Vec::new(), Some(Place::anywhere(5)));
    while let Some(here) = place {
        let page = ledger.unfinished(before, here, 3).await.unwrap();
        images.extend(page.images);
        place = page.next;
    }
    images
}

/// Ends an image as rejected.
async fn ended(ledger: &Ledger, image: &Image) -> Image {
    let (marks, unlimited) = (Fingerprints::default(), DayLimits::default());
    let facts = ledger.facts(image, &marks, Timestamp::now()).await.unwrap();
    match ledger.record_verdict(image, an_analysis(), &marks, &facts, &unlimited, Timestamp::now()).await.unwrap() {
        Recorded::Done(image) => *image,
        Recorded::Conflict => panic!("overtaken"),
    }
}

#[tokio::test]
async fn an_image_goes_its_way_one_version_at_a_time() {
    let Fixture { ledger, testbed: _testbed } = fixture().await;
    let created = ledger.create(record(&OwnerId::random())).await.unwrap();
    let started = taken(&ledger, created.image_id, "a").await;
    let detected = ledger.advance(&started, Status::TextDetected, None, Timestamp::now()).await.unwrap();
    let ended = ended(&ledger, &detected).await;

    let stored = ledger.get(created.image_id).await.unwrap().unwrap();
    assert_eq!(stored, ended);
    assert_eq!(stored.orientation, Orientation::Rotated90);
    let history: Vec<_> = stored.history.iter().map(|step| (step.status, step.version)).collect();
    let expected = [(Status::Uploaded, 1), (Status::Started, 2), (Status::TextDetected, 3), (Status::Rejected, 4)];
    assert_eq!(history, expected);
    assert_eq!((stored.version, stored.lease), (4, None));
}

#[tokio::test]
async fn of_two_who_saw_the_same_version_one_succeeds() {
    let Fixture { ledger, testbed: _testbed } = fixture().await;
    let id = ledger.create(record(&OwnerId::random())).await.unwrap().image_id;
    let image = taken(&ledger, id, "a").await;
    let one = Box::pin(ledger.advance(&image, Status::TextDetected, None, Timestamp::now()));
    let other = Box::pin(ledger.fail(&image, Reason::GaveUp, Timestamp::now()));
    let (one, other) = tokio::join!(one, other);
    assert_ne!(one.is_ok(), other.is_ok());
    assert!(matches!(one.and(other), Err(Error::OutOfDate)));
    assert_eq!(ledger.get(id).await.unwrap().unwrap().version, 3);
}

#[tokio::test]
async fn while_a_lease_runs_nobody_else_gets_the_image() {
    let Fixture { ledger, testbed: _testbed } = fixture().await;
    let id = ledger.create(record(&OwnerId::random())).await.unwrap().image_id;
    let image = taken(&ledger, id, "a").await;
    let until = image.lease.as_ref().unwrap().until;

    let second = ledger.claim(id, "b", Timestamp::now(), LEASE).await.unwrap();
    assert!(matches!(second, Claim::Held { until: told } if told == until), "{second:?}");

    let after = until + SignedDuration::from_secs(1);
    let third = ledger.claim(id, "b", after, LEASE).await.unwrap();
    assert!(matches!(&third, Claim::Taken(image) if image.version == 3), "{third:?}");
    // The first worker's copy is out of date.
    let late = ledger.advance(&image, Status::TextDetected, None, after).await;
    assert!(matches!(late, Err(Error::OutOfDate)), "{late:?}");
}

#[tokio::test]
async fn a_renewed_lease_keeps_its_image_and_its_version() {
    let Fixture { ledger, testbed: _testbed } = fixture().await;
    let id = ledger.create(record(&OwnerId::random())).await.unwrap().image_id;
    let mut image = taken(&ledger, id, "a").await;
    let mut before = image.clone();
    let later = Timestamp::now() + SignedDuration::from_secs(60);
    ledger.renew(&mut image, later).await.unwrap();
    assert_eq!((image.version, image.lease.as_ref().unwrap().until), (2, later));
    // A worker that got no answer to its own renewal still holds the image.
    ledger.renew(&mut before, later).await.unwrap();
    ledger.advance(&before, Status::TextDetected, None, Timestamp::now()).await.unwrap();
}

#[tokio::test]
async fn a_renewal_defeats_a_takeover_that_saw_the_old_end() {
    use local::{CallFault, Service, When};
    let Fixture { ledger, testbed } = fixture().await;
    let id = ledger.create(record(&OwnerId::random())).await.unwrap().image_id;
    let mut image = taken(&ledger, id, "a").await;
    let expired = image.lease.as_ref().unwrap().until + SignedDuration::from_secs(1);
    // The other worker reads the old lease, and its write is delayed until the renewal is done.
    let slow = CallFault::Delay(Duration::from_secs(3));
    testbed.aws.faults().on_calls((Service::DynamoDb, "UpdateItem"), slow, When::Next(1));
    let (claim, ()) = tokio::join!(Box::pin(ledger.claim(id, "b", expired, LEASE)), async {
        eventually("the takeover has looked and writes", async || testbed.aws.faults().are_used_up().then_some(()))
            .await;
        ledger.renew(&mut image, expired + SignedDuration::from_secs(60)).await.unwrap();
    });
    let claim = claim.unwrap();
    assert!(matches!(claim, Claim::Held { .. }), "{claim:?}");
}

#[tokio::test]
async fn what_has_ended_cannot_be_claimed_or_moved() {
    let Fixture { ledger, testbed: _testbed } = fixture().await;
    let id = ledger.create(record(&OwnerId::random())).await.unwrap().image_id;
    let image = taken(&ledger, id, "a").await;
    let ended = ended(&ledger, &image).await;
    let claim = ledger.claim(id, "b", Timestamp::now(), LEASE).await.unwrap();
    assert!(matches!(claim, Claim::Ended(_)), "{claim:?}");
    let moved = ledger.advance(&ended, Status::Started, None, Timestamp::now()).await;
    assert!(matches!(moved, Err(Error::NotAllowed { .. })), "{moved:?}");
    assert!(matches!(ledger.claim(ImageId::new(), "b", Timestamp::now(), LEASE).await.unwrap(), Claim::Missing));
}

#[tokio::test]
async fn an_upload_can_be_taken_back_until_a_worker_has_it() {
    let Fixture { ledger, testbed: _testbed } = fixture().await;
    let owner = OwnerId::random();
    let first = ledger.create(record(&owner)).await.unwrap().image_id;
    assert!(ledger.withdraw(first).await.unwrap());
    assert!(ledger.get(first).await.unwrap().is_none());
    assert!(ledger.withdraw(first).await.unwrap(), "taking back twice is no harm");

    let second = ledger.create(record(&owner)).await.unwrap().image_id;
    taken(&ledger, second, "a").await;
    assert!(!ledger.withdraw(second).await.unwrap());
    assert!(ledger.get(second).await.unwrap().is_some());
}

#[tokio::test]
async fn a_list_has_the_owners_images_newest_first_page_by_page() {
    let Fixture { ledger, testbed: _testbed } = fixture().await;
    let (owner, other) = (OwnerId::random(), OwnerId::random());
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.push(ledger.create(record(&owner)).await.unwrap().image_id);
        ledger.create(record(&other)).await.unwrap();
    }
    ids.sort_unstable_by(|a, b| b.cmp(a));
    let image = taken(&ledger, ids[0], "a").await;
    ended(&ledger, &image).await;

    let mut listed = Vec::new();
    let mut before = None;
    loop {
        let page = ledger.list(&owner, before, 2).await.unwrap();
        listed.extend(page.images);
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    assert_eq!(listed.iter().map(|image| image.image_id).collect::<Vec<_>>(), ids);
    assert_eq!(listed[0].status, Status::Rejected);
    assert!(listed[0].summary.is_some());
    assert_eq!(listed[1].status, Status::Uploaded);
}

#[tokio::test]
async fn a_write_whose_answer_was_lost_is_no_conflict() {
    use local::{CallFault, Service, When};
    let Fixture { ledger, testbed } = fixture().await;
    let id = ledger.create(record(&OwnerId::random())).await.unwrap().image_id;
    let image = taken(&ledger, id, "a").await;
    testbed.aws.faults().on_calls((Service::DynamoDb, "UpdateItem"), CallFault::LoseAnswer, When::Next(1));
    let detected = ledger.advance(&image, Status::TextDetected, None, Timestamp::now()).await.unwrap();
    assert_eq!(ledger.get(id).await.unwrap().unwrap(), detected);
}
