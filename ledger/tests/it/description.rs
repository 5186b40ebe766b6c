//! Descriptions are counted by owner, and public once enough have had them.

use futures_util::future::join_all;
use jiff::Timestamp;
use receipt::{
    FingerprintKey, OwnerId,
    mined::{OWNERS_NEEDED, Sighting, sightings},
};

use crate::fixture;

fn seen(owner: &OwnerId, description: &str) -> Vec<Sighting> {
    let key: FingerprintKey = "k".repeat(32).parse().unwrap();
    sightings([description].into_iter(), owner, &key).into_values().collect()
}

#[tokio::test]
async fn a_description_is_public_from_the_third_owner_on_and_however_often_one_has_it() {
    let fixture = fixture().await;
    let is_public = async |owner: &OwnerId, text: &str| {
        let seen = seen(owner, text);
        fixture.ledger.count_descriptions(&seen, Timestamp::now()).await.unwrap().contains(&seen[0].description)
    };
    let [first, second, third, fourth] = [(); 4].map(|()| OwnerId::random());
    for _ in 0..4 {
        assert!(!is_public(&first, "OAT MILK").await);
    }
    assert!(!is_public(&second, "OAT MILK").await);
    assert!(!is_public(&second, "ROSE MILLER").await);
    assert!(is_public(&third, "OAT MILK").await);
    assert!(is_public(&fourth, "OAT MILK").await && is_public(&first, "OAT MILK").await);
    assert!(!is_public(&third, "OAT MILK 2").await);
}

#[tokio::test]
async fn of_many_owners_at_once_none_is_lost() {
    let fixture = fixture().await;
    let owners: Vec<OwnerId> = (0..OWNERS_NEEDED).map(|_| OwnerId::random()).collect();
    join_all(owners.iter().map(async |owner| {
        fixture.ledger.count_descriptions(&seen(owner, "TEA"), Timestamp::now()).await.unwrap();
    }))
    .await;
    let after = seen(&OwnerId::random(), "TEA");
    assert_eq!(fixture.ledger.count_descriptions(&after, Timestamp::now()).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_receipt_with_more_descriptions_than_are_counted_is_no_fault() {
    let fixture = fixture().await;
    let key: FingerprintKey = "k".repeat(32).parse().unwrap();
    let many: Vec<String> = (0..500).map(|n| format!("ITEM {n}")).collect();
    let seen: Vec<Sighting> =
        sightings(many.iter().map(String::as_str), &OwnerId::random(), &key).into_values().collect();
    assert!(fixture.ledger.count_descriptions(&seen, Timestamp::now()).await.unwrap().is_empty());
}
