//! Tickets: valid once, for one image, for a short time.

use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use ledger::TicketHash;
use receipt::{ImageId, OwnerId};

use crate::{fixture, record};

const HASH: [u8; 32] = [7; 32];
const A_MINUTE: SignedDuration = SignedDuration::from_mins(1);

#[tokio::test]
async fn a_ticket_is_spent_once_however_many_try() {
    let it = fixture().await;
    let (owner, image, now) = (OwnerId::random(), ImageId::new(), Timestamp::now());
    it.ledger.issue_ticket(HASH.into(), image, &owner, now + A_MINUTE).await.unwrap();
    let tries = (0..20).map(|_| it.ledger.spend_ticket(HASH.into(), image, now));
    let holders: Vec<_> = join_all(tries).await.into_iter().filter_map(Result::unwrap).collect();
    assert_eq!(holders, [owner]);
}

#[tokio::test]
async fn a_ticket_for_another_image_or_an_old_one_is_refused_and_an_unknown_one_too() {
    let it = fixture().await;
    let (owner, image, now) = (OwnerId::random(), ImageId::new(), Timestamp::now());
    it.ledger.issue_ticket(HASH.into(), image, &owner, now + A_MINUTE).await.unwrap();
    let spend = |hash: [u8; 32], image, now| it.ledger.spend_ticket(TicketHash::from(hash), image, now);
    assert_eq!(spend(HASH, ImageId::new(), now).await.unwrap(), None);
    assert_eq!(spend([8; 32], image, now).await.unwrap(), None);
    assert_eq!(spend(HASH, image, now + A_MINUTE).await.unwrap(), None);
    assert_eq!(spend(HASH, image, now + A_MINUTE - SignedDuration::from_secs(1)).await.unwrap(), Some(owner));
}

#[tokio::test]
async fn a_ticket_is_no_line_in_its_holders_list() {
    let it = fixture().await;
    let owner = OwnerId::random();
    let image = it.ledger.create(record(&owner)).await.unwrap();
    it.ledger.issue_ticket(HASH.into(), image.image_id, &owner, Timestamp::now() + A_MINUTE).await.unwrap();
    assert_eq!(it.ledger.list(&owner, None, 10).await.unwrap().images.len(), 1);
}
