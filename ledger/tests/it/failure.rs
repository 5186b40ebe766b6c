//! Images that end as `failed`.

use jiff::Timestamp;
use ledger::{Error, Failure};
use receipt::{OwnerId, Status};

use crate::{Fixture, fixture, record, taken};

const BROKEN: Failure = Failure { detail: "Take the photo again.", try_again: false };

#[tokio::test]
async fn a_failed_image_says_whether_to_try_again_in_the_list_too() {
    let Fixture { ledger, testbed: _testbed } = fixture().await;
    let owner = OwnerId::random();
    let id = ledger.create(record(&owner)).await.unwrap().image_id;
    let image = taken(&ledger, id, "a").await;
    let failed = ledger.fail(&image, BROKEN, Timestamp::now()).await.unwrap();
    assert_eq!((failed.status, failed.try_again, failed.lease.is_none()), (Status::Failed, Some(false), true));
    assert_eq!(ledger.get(id).await.unwrap().unwrap(), failed);
    assert_eq!(ledger.list(&owner, None, 1).await.unwrap().images[0].try_again, Some(false));
}

#[tokio::test]
async fn a_failure_without_the_word_is_still_read() {
    let Fixture { ledger, testbed } = fixture().await;
    let owner = OwnerId::random();
    let id = ledger.create(record(&owner)).await.unwrap().image_id;
    let image = taken(&ledger, id, "a").await;
    ledger.fail(&image, BROKEN, Timestamp::now()).await.unwrap();
    forget_the_word(&testbed, id).await;
    let old = ledger.get(id).await.unwrap().unwrap();
    assert_eq!((old.status, old.try_again), (Status::Failed, None));
    assert_eq!(ledger.list(&owner, None, 1).await.unwrap().images[0].try_again, None);
}

/// As an older program wrote it.
async fn forget_the_word(testbed: &testbed::Testbed, id: receipt::ImageId) {
    use aws_sdk_dynamodb::types::AttributeValue;
    let client = aws_sdk_dynamodb::Client::new(&testbed.sdk);
    let update = client.update_item().table_name(testbed.aws.resources().table);
    let update =
        update.key("pk", AttributeValue::S(format!("image#{id}"))).key("sk", AttributeValue::S("image".into()));
    update.update_expression("REMOVE try_again").send().await.unwrap();
}

#[tokio::test]
async fn only_who_has_it_in_hand_may_fail_it() {
    let Fixture { ledger, testbed: _testbed } = fixture().await;
    let id = ledger.create(record(&OwnerId::random())).await.unwrap().image_id;
    let image = taken(&ledger, id, "a").await;
    let after = image.lease.as_ref().unwrap().until + jiff::SignedDuration::from_secs(1);
    ledger.claim(id, "b", after, crate::LEASE).await.unwrap();
    let late = ledger.fail(&image, BROKEN, Timestamp::now()).await;
    assert!(matches!(late, Err(Error::OutOfDate)), "{late:?}");
}
