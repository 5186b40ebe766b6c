//! Images that end as `failed`.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use ledger::{Error, Image, Ledger};
use receipt::{ImageId, OwnerId, Reason, Status};
use testbed::Testbed;

use crate::{Fixture, fixture, record, taken};

#[tokio::test]
async fn a_failed_image_says_why_and_whether_to_try_again_in_the_list_too() {
    let Fixture { ledger, testbed: _testbed } = fixture().await;
    let owner = OwnerId::random();
    let failed = failed(&ledger, &owner).await;
    assert_eq!((failed.status, failed.try_again, failed.lease.is_none()), (Status::Failed, Some(false), true));
    assert_eq!(failed.history[2].reason, Some(Reason::DamagedPicture));
    assert_eq!(ledger.get(failed.image_id).await.unwrap().unwrap(), failed);
    let listed = &ledger.list(&owner, None, 1).await.unwrap().images[0];
    assert_eq!((listed.reason, listed.try_again), (Some(Reason::DamagedPicture), Some(false)));
    assert_eq!(listed.detail.as_deref(), Some(Reason::DamagedPicture.sentence()));
}

#[tokio::test]
async fn a_failure_of_an_older_program_is_still_read() {
    let Fixture { ledger, testbed } = fixture().await;
    let owner = OwnerId::random();
    let image = failed(&ledger, &owner).await;
    rewrite(&testbed, image.image_id, "REMOVE try_again, reason, history[2].reason", None).await;
    let old = ledger.get(image.image_id).await.unwrap().unwrap();
    assert_eq!((old.status, old.try_again, old.reason, &old.detail), (Status::Failed, None, None, &image.detail));
    assert_eq!((old.history[2].reason, &old.history[2].detail), (None, &image.detail));
    let listed = &ledger.list(&owner, None, 1).await.unwrap().images[0];
    assert_eq!((listed.try_again, listed.reason, &listed.detail), (None, None, &image.detail));
}

#[tokio::test]
async fn a_reason_of_a_newer_program_is_read_as_none_and_goes_with_the_next_step() {
    let Fixture { ledger, testbed } = fixture().await;
    let owner = OwnerId::random();
    let image = failed(&ledger, &owner).await;
    rewrite(&testbed, image.image_id, "SET reason = :new, history[2].reason = :new", Some("eaten_by_the_dog")).await;
    let newer = ledger.get(image.image_id).await.unwrap().unwrap();
    assert_eq!((newer.reason, newer.history[2].reason, &newer.detail), (None, None, &image.detail));
    assert_eq!(ledger.list(&owner, None, 1).await.unwrap().images[0].reason, None);

    rewrite(&testbed, image.image_id, "REMOVE try_again", None).await;
    ledger.reopen(image.image_id, Timestamp::now()).await.unwrap();
    let client = aws_sdk_dynamodb::Client::new(&testbed.sdk);
    let item = client.get_item().table_name(testbed.aws.resources().table).set_key(Some(key(image.image_id)));
    let item = item.send().await.unwrap().item.unwrap();
    assert_eq!((item.get("reason"), item["version"].as_n().unwrap().as_str()), (None, "4"));
}

async fn failed(ledger: &Ledger, owner: &OwnerId) -> Image {
    let id = ledger.create(record(owner)).await.unwrap().image_id;
    let image = taken(ledger, id, "a").await;
    ledger.fail(&image, Reason::DamagedPicture, Timestamp::now()).await.unwrap()
}

fn key(id: ImageId) -> HashMap<String, AttributeValue> {
    let [pk, sk] = [format!("image#{id}"), "image".to_owned()].map(AttributeValue::S);
    HashMap::from([("pk".to_owned(), pk), ("sk".to_owned(), sk)])
}

/// As a program of another version wrote it.
async fn rewrite(testbed: &Testbed, id: ImageId, expression: &str, new: Option<&str>) {
    let client = aws_sdk_dynamodb::Client::new(&testbed.sdk);
    let update = client.update_item().table_name(testbed.aws.resources().table).set_key(Some(key(id)));
    let update = match new {
        Some(new) => update.expression_attribute_values(":new", AttributeValue::S(new.to_owned())),
        None => update,
    };
    update.update_expression(expression).send().await.unwrap();
}

#[tokio::test]
async fn only_who_has_it_in_hand_may_fail_it() {
    let Fixture { ledger, testbed: _testbed } = fixture().await;
    let id = ledger.create(record(&OwnerId::random())).await.unwrap().image_id;
    let image = taken(&ledger, id, "a").await;
    let after = image.lease.as_ref().unwrap().until + jiff::SignedDuration::from_secs(1);
    ledger.claim(id, "b", after, crate::LEASE).await.unwrap();
    let late = ledger.fail(&image, Reason::DamagedPicture, Timestamp::now()).await;
    assert!(matches!(late, Err(Error::OutOfDate)), "{late:?}");
}
