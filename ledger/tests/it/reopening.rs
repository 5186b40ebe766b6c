//! `Ledger::reopen`

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use ledger::{Error, Image, Ledger, Reopening};
use local::{CallFault, Service, When};
use receipt::{ImageId, OwnerId, Reason, Status};

use crate::{ended, fixture, record, taken, unfinished};

async fn failed(ledger: &Ledger) -> Image {
    let id = ledger.create(record(&OwnerId::random())).await.unwrap().image_id;
    let image = taken(ledger, id, "a").await;
    ledger.fail(&image, Reason::GaveUp, Timestamp::now()).await.unwrap()
}

async fn reopened(ledger: &Ledger, id: ImageId, now: Timestamp) -> Image {
    match ledger.reopen(id, now).await.unwrap() {
        Reopening::Reopened(image) => *image,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_failed_image_begins_again_one_version_up() {
    let fixture = fixture().await;
    let ledger = &fixture.ledger;
    let image = failed(ledger).await;
    assert!(unfinished(ledger, Timestamp::MAX).await.is_empty());

    let later = Timestamp::now() + SignedDuration::from_hours(1);
    let again = reopened(ledger, image.image_id, later).await;
    assert_eq!((again.status, again.version, &again.detail, &again.lease), (Status::Uploaded, 4, &None, &None));
    assert_eq!((again.reason, again.try_again), (None, None));
    assert_eq!(ledger.get(image.image_id).await.unwrap().unwrap(), again);
    // Its wait begins now, and not at its first upload.
    assert!(unfinished(ledger, later).await.is_empty());
    let found = unfinished(ledger, later + Duration::from_secs(1)).await;
    assert_eq!((found[0].image_id, found[0].waiting_since()), (image.image_id, later));

    let started = taken(ledger, image.image_id, "b").await;
    assert_eq!(started.version, 5);
    // A writer with a copy from before changes nothing.
    let stale = ledger.advance(&image, Status::Uploaded, None, Timestamp::now()).await;
    assert!(matches!(stale, Err(Error::OutOfDate)), "{stale:?}");
}

#[tokio::test]
async fn only_a_failed_image_begins_again() {
    let fixture = fixture().await;
    let ledger = &fixture.ledger;
    let missing = ledger.reopen(ImageId::new(), Timestamp::now()).await.unwrap();
    assert!(matches!(missing, Reopening::Missing), "{missing:?}");

    let created = ledger.create(record(&OwnerId::random())).await.unwrap();
    let waiting = ledger.reopen(created.image_id, Timestamp::now()).await.unwrap();
    assert!(matches!(&waiting, Reopening::Unfinished(image) if **image == created), "{waiting:?}");

    let broken = ledger.create(record(&OwnerId::random())).await.unwrap();
    let broken = taken(ledger, broken.image_id, "a").await;
    let broken = ledger.fail(&broken, Reason::DamagedPicture, Timestamp::now()).await.unwrap();
    let still = ledger.reopen(broken.image_id, Timestamp::now()).await.unwrap();
    assert!(matches!(&still, Reopening::Ended(image) if **image == broken), "{still:?}");

    let rejected = ended(ledger, &taken(ledger, created.image_id, "a").await).await;
    let done = ledger.reopen(created.image_id, Timestamp::now()).await.unwrap();
    assert!(matches!(&done, Reopening::Ended(image) if **image == rejected), "{done:?}");
    assert_eq!(ledger.get(created.image_id).await.unwrap().unwrap(), rejected);
}

#[tokio::test]
async fn of_two_who_reopen_one_does_and_a_lost_answer_is_no_conflict() {
    let fixture = fixture().await;
    let ledger = &fixture.ledger;
    let image = failed(ledger).await;
    let (one, other) =
        (ledger.reopen(image.image_id, Timestamp::now()), ledger.reopen(image.image_id, Timestamp::now()));
    let (one, other) = futures_util::future::join(Box::pin(one), Box::pin(other)).await;
    let outcomes = [one.unwrap(), other.unwrap()];
    let did = outcomes.iter().filter(|outcome| matches!(outcome, Reopening::Reopened(_))).count();
    assert_eq!(did, 1, "{outcomes:?}");
    assert_eq!(ledger.get(image.image_id).await.unwrap().unwrap().version, 4);

    let image = failed(ledger).await;
    fixture.testbed.aws.faults().on_calls((Service::DynamoDb, "UpdateItem"), CallFault::LoseAnswer, When::Next(1));
    assert_eq!(reopened(ledger, image.image_id, Timestamp::now()).await.version, 4);
}
