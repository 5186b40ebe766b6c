//! Keys of uploads, and the deletion of images.

use jiff::{SignedDuration, Timestamp};
use ledger::{Error, HeldKey, KEPT, KEY_LEASE, KeyClaim};
use local::{CallFault, Service, When};
use receipt::{ImageId, OwnerId};

use crate::{fixture, record, taken};

fn held(owner: &OwnerId) -> HeldKey {
    HeldKey { owner: owner.clone(), key: "photo-1".parse().unwrap(), image_id: ImageId::new() }
}

fn record_of(held: &HeldKey) -> ledger::NewRecord {
    let record = record(&held.owner);
    let key = receipt::ObjectKey::new(held.image_id, record.first_part.key.format());
    ledger::NewRecord { image_id: held.image_id, first_part: ledger::Part { key, ..record.first_part }, ..record }
}

#[tokio::test]
async fn a_key_is_running_then_done_then_forgotten() {
    let fixture = fixture().await;
    let ledger = &fixture.ledger;
    let now = Timestamp::now();
    let (first, second) = (held(&OwnerId::random()), HeldKey { image_id: ImageId::new(), ..held(&OwnerId::random()) });
    let second = HeldKey { owner: first.owner.clone(), ..second };
    let ours = KeyClaim::Ours { abandoned: None };
    assert_eq!(ledger.claim_key(&first, now).await.unwrap(), ours);
    assert_eq!(ledger.claim_key(&first, now).await.unwrap(), ours, "a first try whose answer was lost");
    assert_eq!(ledger.claim_key(&second, now).await.unwrap(), KeyClaim::Running);
    assert_eq!(ledger.claim_key(&held(&OwnerId::random()), now).await.unwrap(), ours, "keys are an owner's own");

    let record = record_of(&first);
    let done = KeyClaim::Done { image_id: first.image_id, sha256: record.sha256.clone() };
    let image = ledger.create_once(record.clone(), &first).await.unwrap();
    assert_eq!(ledger.create_once(record, &first).await.unwrap(), image, "a first try whose answer was lost");
    for at in [now, now + KEY_LEASE, now + KEPT - SignedDuration::from_secs(1)] {
        assert_eq!(ledger.claim_key(&second, at).await.unwrap(), done);
    }
    assert!(!ledger.release_key(&first).await.unwrap());
    assert_eq!(ledger.claim_key(&second, now).await.unwrap(), done, "what is done is not released");
    assert_eq!(ledger.claim_key(&second, now + KEPT).await.unwrap(), ours, "whatever the table still holds");
}

#[tokio::test]
async fn a_dead_uploads_key_is_taken_over_and_a_renewed_one_is_not() {
    let fixture = fixture().await;
    let ledger = &fixture.ledger;
    let now = Timestamp::now();
    let dead = held(&OwnerId::random());
    let next = HeldKey { image_id: ImageId::new(), ..dead.clone() };
    ledger.claim_key(&dead, now).await.unwrap();
    ledger.renew_key(&dead, now + KEY_LEASE).await.unwrap();
    assert_eq!(ledger.claim_key(&next, now + KEY_LEASE).await.unwrap(), KeyClaim::Running);
    let taken_over = ledger.claim_key(&next, now + KEY_LEASE + KEY_LEASE).await.unwrap();
    assert_eq!(taken_over, KeyClaim::Ours { abandoned: Some(dead.image_id) });

    // The upload that counted as dead was only slow: its late writes have no effect.
    assert!(matches!(ledger.renew_key(&dead, now).await, Err(Error::OutOfDate)));
    assert!(matches!(ledger.create_once(record_of(&dead), &dead).await, Err(Error::OutOfDate)));
    assert!(!ledger.release_key(&dead).await.unwrap());
    assert!(ledger.withdraw_once(&dead).await.unwrap());
    assert!(ledger.get(dead.image_id).await.unwrap().is_none());
    ledger.create_once(record_of(&next), &next).await.unwrap();
}

#[tokio::test]
async fn an_upload_that_has_released_its_key_can_write_nothing_down_any_more() {
    let fixture = fixture().await;
    let ledger = &fixture.ledger;
    let failed = held(&OwnerId::random());
    ledger.claim_key(&failed, Timestamp::now()).await.unwrap();
    assert!(ledger.release_key(&failed).await.unwrap());
    assert!(matches!(ledger.create_once(record_of(&failed), &failed).await, Err(Error::OutOfDate)));
    assert!(ledger.get(failed.image_id).await.unwrap().is_none());
}

#[tokio::test]
async fn an_upload_that_is_taken_back_gives_its_key_back_with_the_image() {
    let fixture = fixture().await;
    let ledger = &fixture.ledger;
    let now = Timestamp::now();
    let first = held(&OwnerId::random());
    let second = HeldKey { image_id: ImageId::new(), ..first.clone() };
    ledger.claim_key(&first, now).await.unwrap();
    ledger.create_once(record_of(&first), &first).await.unwrap();
    assert!(ledger.withdraw_once(&first).await.unwrap());
    assert!(ledger.withdraw_once(&first).await.unwrap(), "again");
    assert_eq!(ledger.claim_key(&second, now).await.unwrap(), KeyClaim::Ours { abandoned: None });

    ledger.create_once(record_of(&second), &second).await.unwrap();
    taken(ledger, second.image_id, "worker").await;
    assert!(!ledger.withdraw_once(&second).await.unwrap(), "a worker has it");
    assert!(ledger.get(second.image_id).await.unwrap().is_some());
    assert!(matches!(ledger.claim_key(&first, now).await.unwrap(), KeyClaim::Done { .. }));
}

#[tokio::test]
async fn a_lost_answer_changes_nothing() {
    let fixture = fixture().await;
    let ledger = &fixture.ledger;
    for operation in ["PutItem", "TransactWriteItems"] {
        let held = held(&OwnerId::random());
        fixture.testbed.aws.faults().on_calls((Service::DynamoDb, operation), CallFault::LoseAnswer, When::Next(1));
        let claim = ledger.claim_key(&held, Timestamp::now()).await.unwrap();
        assert_eq!(claim, KeyClaim::Ours { abandoned: None }, "{operation}");
        ledger.create_once(record_of(&held), &held).await.unwrap();
        fixture.testbed.aws.faults().on_calls((Service::DynamoDb, operation), CallFault::LoseAnswer, When::Next(1));
        assert!(ledger.remove(&held.owner, held.image_id, Timestamp::now()).await.unwrap().is_some(), "{operation}");
        fixture.testbed.aws.faults().clear();
    }
}

#[tokio::test]
async fn a_deleted_image_leaves_a_note_until_its_files_are_gone() {
    let fixture = fixture().await;
    let ledger = &fixture.ledger;
    let (owner, stranger, now) = (OwnerId::random(), OwnerId::random(), Timestamp::now());
    let image = ledger.create(record(&owner)).await.unwrap();
    let started = taken(ledger, image.image_id, "worker").await;
    assert!(ledger.remove(&stranger, image.image_id, now).await.unwrap().is_none());
    assert!(ledger.remove(&owner, ImageId::new(), now).await.unwrap().is_none());

    let removal = ledger.remove(&owner, image.image_id, now).await.unwrap().unwrap();
    assert_eq!(removal.key, image.key);
    assert!(ledger.get(image.image_id).await.unwrap().is_none());
    assert!(ledger.list(&owner, None, 10).await.unwrap().images.is_empty());
    assert!(crate::unfinished(ledger, Timestamp::MAX).await.is_empty());
    let step = ledger.advance(&started, receipt::Status::TextDetected, None, now).await;
    assert!(matches!(step, Err(Error::OutOfDate)), "a worker that has it in hand makes it no more");
    assert!(ledger.get(image.image_id).await.unwrap().is_none());

    assert_eq!(ledger.removals(10).await.unwrap(), std::slice::from_ref(&removal));
    assert_eq!(ledger.remove(&owner, image.image_id, now).await.unwrap(), Some(removal.clone()));
    assert!(ledger.remove(&stranger, image.image_id, now).await.unwrap().is_none());
    ledger.removed(&removal).await.unwrap();
    assert!(ledger.removals(10).await.unwrap().is_empty());
    assert!(ledger.remove(&owner, image.image_id, now).await.unwrap().is_none());
}
