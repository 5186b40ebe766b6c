//! Images that have not ended.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use ledger::{Claim, Error};
use local::{CallFault, Service, When};
use receipt::{OwnerId, Reason, Status};

use crate::{Fixture, LEASE, ended, fixture, record, taken, unfinished};

#[tokio::test]
async fn what_has_not_ended_is_found_by_its_age_page_by_page() {
    let Fixture { ledger, testbed: _testbed } = fixture().await;
    let owner = OwnerId::random();
    let mut ids = Vec::new();
    for _ in 0..50 {
        ids.push(ledger.create(record(&owner)).await.unwrap().image_id);
    }
    let image = taken(&ledger, ids[0], "a").await;
    ended(&ledger, &image).await;
    taken(&ledger, ids[1], "a").await;

    let now = Timestamp::now();
    assert!(unfinished(&ledger, now - SignedDuration::from_mins(1)).await.is_empty());
    let later = unfinished(&ledger, now + SignedDuration::from_mins(1)).await;
    let mut found: Vec<_> = later.iter().map(|image| image.image_id).collect();
    found.sort_unstable();
    ids.remove(0);
    ids.sort_unstable();
    assert_eq!(found, ids);
}

#[tokio::test]
async fn of_many_who_saw_the_same_one_announces() {
    let Fixture { ledger, testbed: _testbed } = fixture().await;
    let mut seen = ledger.create(record(&OwnerId::random())).await.unwrap();
    for (round, say) in [None, Some(Reason::TakesLong), None].into_iter().enumerate() {
        let announcing = (0..5).map(|task| {
            let at = Timestamp::now() + Duration::from_millis(task);
            Box::pin(ledger.announce_again(&seen, say, at))
        });
        let all = futures_util::future::join_all(announcing).await;
        let (won, lost): (Vec<_>, Vec<_>) = all.into_iter().partition(Result::is_ok);
        assert_eq!((won.len(), lost.len()), (1, 4), "round {round}");
        assert!(lost.iter().all(|lost| matches!(lost, Err(Error::OutOfDate))));
        seen = won.into_iter().next().unwrap().unwrap();
        assert_eq!(ledger.get(seen.image_id).await.unwrap().unwrap(), seen);
    }
    // Only a reason is a step.
    assert_eq!((seen.status, seen.version, seen.history.len()), (Status::Uploaded, 2, 2));
    assert_eq!((seen.reason, seen.detail.as_deref()), (Some(Reason::TakesLong), Some(Reason::TakesLong.sentence())));
    assert_eq!(seen.waiting_since(), seen.created_at);
    let taken = taken(&ledger, seen.image_id, "a").await;
    assert_eq!((taken.version, taken.reason, taken.detail), (3, None, None));
}

#[tokio::test]
async fn what_a_worker_took_meanwhile_is_neither_announced_nor_ended() {
    let Fixture { ledger, testbed: _testbed } = fixture().await;
    let seen = ledger.create(record(&OwnerId::random())).await.unwrap();
    let in_hand = taken(&ledger, seen.image_id, "a").await;
    let now = Timestamp::now();
    assert!(matches!(ledger.announce_again(&seen, None, now).await, Err(Error::OutOfDate)));
    assert!(matches!(ledger.fail_idle(&seen, Reason::NobodyCame, now).await, Err(Error::OutOfDate)));
    assert!(matches!(ledger.fail_idle(&in_hand, Reason::NobodyCame, now).await, Err(Error::OutOfDate)));
    assert_eq!(ledger.get(seen.image_id).await.unwrap().unwrap(), in_hand);
}

#[tokio::test]
async fn what_nobody_has_can_be_ended_and_its_late_worker_is_refused() {
    let Fixture { ledger, testbed: _testbed } = fixture().await;
    let created = ledger.create(record(&OwnerId::random())).await.unwrap();
    let dead = taken(&ledger, created.image_id, "a").await;
    let after = dead.lease.as_ref().unwrap().until + SignedDuration::from_secs(1);
    let failed = ledger.fail_idle(&dead, Reason::NobodyCame, after).await.unwrap();
    assert_eq!((failed.status, failed.try_again), (Status::Failed, Some(true)));
    let late = ledger.advance(&dead, Status::TextDetected, None, after).await;
    assert!(matches!(late, Err(Error::OutOfDate)), "{late:?}");
    let claim = ledger.claim(created.image_id, "b", after, LEASE).await.unwrap();
    assert!(matches!(claim, Claim::Ended(_)), "{claim:?}");
    assert!(unfinished(&ledger, Timestamp::MAX).await.is_empty());
}

#[tokio::test]
async fn an_announcement_whose_answer_was_lost_is_made() {
    let Fixture { ledger, testbed } = fixture().await;
    let seen = ledger.create(record(&OwnerId::random())).await.unwrap();
    testbed.aws.faults().on_calls((Service::DynamoDb, "UpdateItem"), CallFault::LoseAnswer, When::Next(1));
    let noted = ledger.announce_again(&seen, None, Timestamp::now()).await.unwrap();
    assert_eq!(ledger.get(seen.image_id).await.unwrap().unwrap(), noted);
}
