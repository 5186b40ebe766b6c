//! The pictures of a day: never more than there are, however many are taken at once.

use futures_util::future::join_all;
use jiff::civil::date;
use ledger::AddressHash;

use crate::fixture;

#[tokio::test]
async fn fifty_tasks_at_once_take_what_there_is_and_the_next_day_has_as_much() {
    let harness = fixture().await;
    let (today, tomorrow) = (date(2026, 3, 14), date(2026, 3, 15));
    let taken = join_all((0..50).map(|_| harness.ledger.take_pictures(today, 10, 123))).await;
    assert_eq!(taken.into_iter().map(Result::unwrap).sum::<u32>(), 123);
    assert_eq!(harness.ledger.take_pictures(today, 10, 123).await.unwrap(), 0);
    harness.ledger.return_pictures(today, 4).await.unwrap();
    assert_eq!(harness.ledger.take_pictures(today, 10, 123).await.unwrap(), 4);
    assert_eq!(harness.ledger.take_pictures(tomorrow, 10, 123).await.unwrap(), 10);
}

#[tokio::test]
async fn an_address_has_its_own_count() {
    let harness = fixture().await;
    let (one, other, today) = (AddressHash::from([1; 16]), AddressHash::from([2; 16]), date(2026, 3, 14));
    let taken = join_all((0..20).map(|_| harness.ledger.take_picture_of(&one, today, 7))).await;
    assert_eq!(taken.into_iter().filter(|taken| *taken.as_ref().unwrap()).count(), 7);
    assert!(harness.ledger.take_picture_of(&other, today, 7).await.unwrap());
    harness.ledger.return_picture_of(&one).await.unwrap();
    assert!(harness.ledger.take_picture_of(&one, today, 7).await.unwrap());
    assert!(!harness.ledger.take_picture_of(&one, today, 7).await.unwrap());
}
