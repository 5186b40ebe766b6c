//! Printed texts are counted by witness, and public once enough have had them.

use futures_util::future::join_all;
use jiff::Timestamp;
use receipt::{
    FingerprintKey, OwnerId,
    mined::{MAX_TEXTS, NetworkGroup, Sighting, WITNESSES_NEEDED, sightings},
};

use crate::fixture;

fn network(number: u8) -> NetworkGroup {
    NetworkGroup::from([number, 0])
}

fn seen(text: &str, owner: &OwnerId, network: impl Into<Option<NetworkGroup>>) -> Vec<Sighting> {
    let key: FingerprintKey = "k".repeat(32).parse().unwrap();
    sightings([text].into_iter(), owner, network.into(), &key).into_values().collect()
}

#[tokio::test]
async fn a_text_is_public_from_the_third_owner_on_and_however_often_one_has_it() {
    let fixture = fixture().await;
    let is_public = async |(owner, home): &(OwnerId, u8), text: &str| {
        let seen = seen(text, owner, network(*home));
        fixture.ledger.count_texts(&seen, Timestamp::now()).await.unwrap().contains(&seen[0].text)
    };
    let [first, second, third, fourth] = [1, 2, 3, 4].map(|home| (OwnerId::random(), home));
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
async fn neither_many_cookies_in_one_network_nor_one_owner_in_many_publish_anything() {
    let fixture = fixture().await;
    let (text, traveller) = ("ROSE MILLER", OwnerId::random());
    let is_public = async |owner: &OwnerId, home: Option<NetworkGroup>| {
        !fixture.ledger.count_texts(&seen(text, owner, home), Timestamp::now()).await.unwrap().is_empty()
    };
    for n in 0..6 {
        assert!(!is_public(&OwnerId::random(), Some(network(100))).await, "the same network");
        assert!(!is_public(&traveller, Some(network(n))).await, "the same owner");
        assert!(!is_public(&OwnerId::random(), None).await, "nobody knows from where");
    }
    assert!(!is_public(&OwnerId::random(), Some(network(100))).await);
    // The first cookie and the traveller are one witness each.
    assert!(is_public(&OwnerId::random(), Some(network(101))).await, "somebody else, from elsewhere");
    assert!(is_public(&OwnerId::random(), None).await, "what is public is so for everybody");
}

#[tokio::test]
async fn of_many_witnesses_at_once_none_is_lost() {
    let fixture = fixture().await;
    join_all((0..WITNESSES_NEEDED).map(async |n| {
        let seen = seen("TEA", &OwnerId::random(), network(u8::try_from(n).unwrap()));
        fixture.ledger.count_texts(&seen, Timestamp::now()).await.unwrap();
    }))
    .await;
    let after = seen("TEA", &OwnerId::random(), network(9));
    assert_eq!(fixture.ledger.count_texts(&after, Timestamp::now()).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_receipt_with_more_texts_than_are_counted_is_no_fault() {
    let fixture = fixture().await;
    let key: FingerprintKey = "k".repeat(32).parse().unwrap();
    let many: Vec<String> = (0..500).map(|n| format!("ITEM {n}")).collect();
    let texts = many.iter().map(String::as_str);
    let seen: Vec<Sighting> = sightings(texts, &OwnerId::random(), Some(network(1)), &key).into_values().collect();
    assert_eq!(seen.len(), MAX_TEXTS);
    assert!(fixture.ledger.count_texts(&seen, Timestamp::now()).await.unwrap().is_empty());
}
