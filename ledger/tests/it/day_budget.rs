//! What a day pays: never more than its budget and an address's share, however many are paid at once.

use futures_util::future::join_all;
use jiff::{Timestamp, ToSpan};
use ledger::{AddressHash, Ledger, NewRecord, Recorded, Sender};
use receipt::{KnownBy, OwnerId, Rules};
use rust_decimal::Decimal;

use crate::{
    acceptance::{InHand, a_receipt, earned},
    fixture, record,
};

fn rules(budget: Option<&str>, max_per_address: Option<u32>) -> Rules {
    let mut rules = Rules { max_per_day: None, max_per_address, ..Rules::default().for_trying_out() };
    rules.rebate.as_mut().unwrap().max_per_day = budget.map(|budget| budget.parse().unwrap());
    rules
}

fn from_address(address: u8) -> Sender {
    Sender { known_by: KnownBy::Cookie, address: Some(AddressHash::from([address; 16])), network: None }
}

/// Different receipts, each of a new person.
async fn people(ledger: &Ledger, number: u8, sender: &Sender) -> Vec<(OwnerId, InHand)> {
    let each = (1..=number).map(async |n| {
        let owner = OwnerId::random();
        let record = NewRecord { sender: sender.clone(), ..record(&owner) };
        let in_hand = InHand::sent(ledger, record, a_receipt("14:03:00", &format!("B-{n}")), n).await;
        (owner, in_hand)
    });
    join_all(each).await
}

/// As the worker does it: judged again after a conflict, and turned down by what the limits say.
async fn is_paid(ledger: &Ledger, in_hand: &InHand, rules: &Rules) -> bool {
    let amount = rules.rebate.as_ref().unwrap().base;
    for _ in 0..200 {
        let limits = ledger.day_limits(&in_hand.image, rules, in_hand.at).await.unwrap();
        let at_address = limits.earned_at_address.zip(rules.max_per_address);
        if at_address.is_some_and(|(earned, max)| earned >= max) || limits.payable().is_some_and(|it| it < amount) {
            return false;
        }
        if matches!(in_hand.accept_by(ledger, rules).await, Recorded::Done(_)) {
            return true;
        }
    }
    panic!("held up too often")
}

async fn paid(ledger: &Ledger, people: &[(OwnerId, InHand)], rules: &Rules) -> usize {
    let paid = join_all(people.iter().map(async |(_, in_hand)| is_paid(ledger, in_hand, rules).await)).await;
    for ((owner, _), paid) in people.iter().zip(&paid) {
        let expected: &[&str] = if *paid { &["0.25 MYR"] } else { &[] };
        assert_eq!(earned(ledger, owner).await, expected);
    }
    paid.into_iter().filter(|paid| *paid).count()
}

#[tokio::test]
async fn the_days_budget_is_never_exceeded_by_fifty_at_once() {
    let harness = fixture().await;
    let people = people(&harness.ledger, 50, &Sender::default()).await;
    assert_eq!(paid(&harness.ledger, &people, &rules(Some("4.90"), None)).await, 19);
}

#[tokio::test]
async fn forty_new_people_at_one_address_earn_no_more_than_the_addresss_share() {
    let harness = fixture().await;
    let rules = rules(None, Some(7));
    let strangers = people(&harness.ledger, 40, &from_address(1)).await;
    assert_eq!(paid(&harness.ledger, &strangers, &rules).await, 7);
    // Nobody else is held up by it, nor is a picture of an older program, whose address is unknown.
    let elsewhere = InHand::sent(
        &harness.ledger,
        NewRecord { sender: from_address(2), ..record(&OwnerId::random()) },
        a_receipt("15:00:00", "C-1"),
        50,
    );
    assert!(is_paid(&harness.ledger, &elsewhere.await, &rules).await);
    let unknown = InHand::sent(&harness.ledger, record(&OwnerId::random()), a_receipt("15:00:00", "C-2"), 51).await;
    assert!(is_paid(&harness.ledger, &unknown, &rules).await);
}

#[tokio::test]
async fn the_next_day_has_a_budget_of_its_own() {
    let harness = fixture().await;
    let mut people = people(&harness.ledger, 4, &Sender::default()).await;
    let rules = rules(Some("0.25"), None);
    for (_, in_hand) in &mut people[2..] {
        in_hand.at = Timestamp::now() + 24.hours();
    }
    assert_eq!(paid(&harness.ledger, &people[..2], &rules).await, 1);
    assert_eq!(paid(&harness.ledger, &people[2..], &rules).await, 1);
}

#[tokio::test]
async fn a_budget_that_is_changed_within_the_day_holds_from_then_on() {
    let harness = fixture().await;
    let people = people(&harness.ledger, 20, &Sender::default()).await;
    assert_eq!(paid(&harness.ledger, &people[..10], &rules(Some("1.00"), None)).await, 4);
    assert_eq!(paid(&harness.ledger, &people[10..15], &rules(Some("0.50"), None)).await, 0);
    let (first, last) = (&people[15..17], &people[17..]);
    assert_eq!(paid(&harness.ledger, first, &rules(Some("2.00"), None)).await, 2);
    assert_eq!(paid(&harness.ledger, last, &rules(Some("1.75"), None)).await, 1);
}

#[tokio::test]
async fn what_no_shard_has_alone_is_paid_from_what_is_not_given_yet() {
    let harness = fixture().await;
    let people = people(&harness.ledger, 3, &Sender::default()).await;
    let mut dear = rules(Some("10.00"), None);
    dear.rebate.as_mut().unwrap().base = Decimal::from(3);
    for (_, in_hand) in &people {
        assert!(is_paid(&harness.ledger, in_hand, &dear).await);
    }
    let limits = harness.ledger.day_limits(&people[0].1.image, &dear, people[0].1.at).await.unwrap();
    assert_eq!(limits.payable(), Some(Decimal::ONE));
}

#[tokio::test]
async fn the_address_goes_with_the_verdict() {
    let harness = fixture().await;
    let (_, in_hand) = people(&harness.ledger, 1, &from_address(1)).await.remove(0);
    assert!(matches!(in_hand.accept_by(&harness.ledger, &rules(None, Some(7))).await, Recorded::Done(_)));
    let stored = harness.ledger.get(in_hand.image.image_id).await.unwrap().unwrap();
    assert_eq!(stored.sender, Sender::default());
}
