//! `Ledger::amend`

use jiff::{SignedDuration, Timestamp, civil::date};
use ledger::{Amended, Image, Ledger};
use local::{CallFault, Service, When};
use receipt::{Amendment, OwnerId, Status};
use serde_json::{Value, json};

use crate::{ended, fixture, record, taken};

fn said(patch: &Value) -> Amendment {
    Amendment::parse(patch.as_object().unwrap(), date(2026, 1, 1)).unwrap()
}

async fn rejected(ledger: &Ledger) -> Image {
    let id = ledger.create(record(&OwnerId::random())).await.unwrap().image_id;
    ended(ledger, &taken(ledger, id, "a").await).await
}

async fn amended(ledger: &Ledger, image: &Image, patch: &Value, versions: Option<&[u64]>) -> Image {
    match ledger.amend(image.clone(), &said(patch), versions, Timestamp::now()).await.unwrap() {
        Amended::Done(image) => *image,
        other => panic!("{other:?}"),
    }
}

async fn stored(ledger: &Ledger, image: &Image) -> Image {
    ledger.get(image.image_id).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_correction_raises_the_version_and_is_no_step() {
    let fixture = fixture().await;
    let ledger = &fixture.ledger;
    let image = rejected(ledger).await;
    let later = image.updated_at + SignedDuration::from_mins(1);
    let patch = said(&json!({ "total": "9.50", "contested": true }));
    let Amended::Done(after) = ledger.amend(image.clone(), &patch, None, later).await.unwrap() else { panic!() };
    assert_eq!(stored(ledger, &image).await, *after);
    assert_eq!((after.version, after.updated_at, after.contested_at), (4, later, Some(later)));
    assert_eq!((&after.history, after.image_status().at), (&image.history, image.updated_at));
    assert_eq!((&after.result, after.status, &after.detail), (&image.result, image.status, &image.detail));
    let total = after.corrections.total.as_ref().unwrap();
    assert_eq!((total.value.to_string(), total.at), ("9.50".to_owned(), later));
    let summary = after.summary.as_ref().unwrap();
    assert_eq!((summary.total.as_deref(), summary.corrected, summary.contested), (Some("9.50"), true, true));

    let back = amended(ledger, &after, &json!({ "total": null, "contested": null }), None).await;
    assert_eq!(stored(ledger, &image).await, back);
    assert_eq!((back.version, back.contested_at, back.corrections.is_empty()), (5, None, true));
    assert_eq!(back.summary, image.summary);
}

#[tokio::test]
async fn of_five_at_once_that_saw_the_same_version_none_is_lost() {
    let fixture = fixture().await;
    let ledger = &fixture.ledger;
    let image = rejected(ledger).await;
    let patches = [
        json!({ "merchant": "Corner Books" }),
        json!({ "date": "2018-12-25" }),
        json!({ "total": "9.00" }),
        json!({ "currency": "MYR" }),
        json!({ "contested": true }),
    ];
    let all = patches.iter().map(|patch| Box::pin(amended(ledger, &image, patch, None)));
    futures_util::future::join_all(all).await;
    let after = stored(ledger, &image).await;
    assert_eq!(after.version, image.version + 5);
    let corrections = serde_json::to_value(&after.corrections).unwrap();
    assert_eq!(corrections.as_object().unwrap().len(), 4, "{corrections}");
    assert!(after.contested_at.is_some());
}

#[tokio::test]
async fn of_two_who_ask_for_the_same_version_one_is_told_that_it_is_another() {
    let fixture = fixture().await;
    let ledger = &fixture.ledger;
    let image = rejected(ledger).await;
    let amend = |total: &str| {
        let (image, patch, now) = (image.clone(), said(&json!({ "total": total })), Timestamp::now());
        Box::pin(async move { ledger.amend(image, &patch, Some(&[3]), now).await.unwrap() })
    };
    let outcomes = <[Amended; 2]>::from(futures_util::future::join(amend("1"), amend("2")).await);
    let done = outcomes.iter().filter(|outcome| matches!(outcome, Amended::Done(_))).count();
    let other = outcomes.iter().filter(|outcome| matches!(outcome, Amended::OtherVersion)).count();
    assert_eq!((done, other), (1, 1), "{outcomes:?}");
    assert_eq!(stored(ledger, &image).await.version, 4);
}

#[tokio::test]
async fn a_correction_whose_answer_was_lost_is_no_conflict() {
    let fixture = fixture().await;
    let ledger = &fixture.ledger;
    let image = rejected(ledger).await;
    fixture.testbed.aws.faults().on_calls((Service::DynamoDb, "UpdateItem"), CallFault::LoseAnswer, When::Next(1));
    let after = amended(ledger, &image, &json!({ "total": "9.00" }), Some(&[3])).await;
    assert_eq!((after.version, stored(ledger, &image).await), (4, after.clone()));
    // Sent again by a client that got no answer either.
    let again = amended(ledger, &after, &json!({ "total": "9.00" }), Some(&[3])).await;
    assert_eq!(again, after);
}

#[tokio::test]
async fn what_has_no_result_or_is_gone_cannot_be_corrected() {
    let fixture = fixture().await;
    let ledger = &fixture.ledger;
    let patch = said(&json!({ "contested": true }));
    let created = ledger.create(record(&OwnerId::random())).await.unwrap();
    let started = taken(ledger, created.image_id, "a").await;
    let failed = ledger.advance(&started, Status::Failed, None, Timestamp::now()).await.unwrap();
    for image in [created, started, failed.clone()] {
        let outcome = ledger.amend(image, &patch, None, Timestamp::now()).await.unwrap();
        assert!(matches!(outcome, Amended::NotFinished), "{outcome:?}");
    }
    assert_eq!(stored(ledger, &failed).await, failed);

    let image = rejected(ledger).await;
    ledger.remove(&image.owner, image.image_id, Timestamp::now()).await.unwrap().unwrap();
    let outcome = ledger.amend(image.clone(), &patch, None, Timestamp::now()).await.unwrap();
    assert!(matches!(outcome, Amended::Missing), "{outcome:?}");
    assert!(ledger.get(image.image_id).await.unwrap().is_none(), "and is not brought back");
}
