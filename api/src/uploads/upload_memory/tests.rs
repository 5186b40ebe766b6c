use std::net::{IpAddr, Ipv4Addr};

use futures_util::{future::join_all, poll};
use receipt::OwnerId;

use super::{accounts::STEP_BYTES, *};
use crate::{http::ClientAddress, uploads::sender::Party};

const MIB: usize = 1024 * 1024;
const PART_BYTES: usize = 5 * MIB;
const SECOND: Duration = Duration::from_secs(1);

fn at(address: u8) -> Sender {
    let address = ClientAddress(IpAddr::V4(Ipv4Addr::new(192, 0, 2, address)));
    Sender { party: Party::Known(OwnerId::random()), address }
}

fn stranger_at(address: u8) -> Sender {
    let Sender { address, .. } = at(address);
    Sender { party: Party::StrangersAt(address), address }
}

fn sending(bytes_per_second: usize) -> Pace {
    let mut pace = Pace::default();
    pace.add(3 * bytes_per_second, 3 * SECOND);
    pace
}

/// Holds as much as it can without waiting.
async fn fill(reservation: &Reservation<'_>, most: usize) -> usize {
    for steps in 1..=most / STEP_BYTES {
        if poll!(Box::pin(reservation.grow_to(steps * STEP_BYTES))).is_pending() {
            return (steps - 1) * STEP_BYTES;
        }
    }
    most
}

/// As [`fill`], and then waits for more, for as long as this is kept.
macro_rules! waits {
    ($reservation:expr) => {{
        let held = fill(&$reservation, 10 * MIB).await;
        let mut waits = Box::pin($reservation.grow_to(held + STEP_BYTES));
        assert!(poll!(&mut waits).is_pending());
        waits
    }};
}

#[tokio::test]
async fn uploads_that_have_sent_little_hold_little_and_an_address_no_more_than_its_share() {
    let memory = UploadMemory::new(40);
    let (attacker, honest) = (stranger_at(1), at(2));
    let half_sent: Vec<_> = (0..300).map(|_| memory.of(&attacker).reservation(PART_BYTES)).collect();
    let mut started: Vec<_> = half_sent.iter().map(|part| Box::pin(part.grow_to(32))).collect();
    let held = join_all(started.iter_mut().map(async |start| poll!(start).is_ready())).await;
    // A fifth of the budget, and two have the reserve.
    assert_eq!(held.iter().filter(|held| **held).count() * STEP_BYTES, 8 * MIB + 2 * STEP_BYTES);
    let part = memory.of(&honest).reservation(PART_BYTES);
    assert_eq!(fill(&part, PART_BYTES).await, PART_BYTES);
}

#[tokio::test]
async fn however_many_hold_something_and_wait_for_more_all_are_served() {
    for mib in [5, 12, 40] {
        let memory = UploadMemory::new(mib);
        let senders = [at(1), at(1), at(2)];
        let upload = async |n: usize| {
            let part = memory.of(&senders[n % 3]).reservation(PART_BYTES);
            for bytes in (0..=PART_BYTES).step_by(16 * 1024) {
                part.grow_to(bytes).await.unwrap();
                assert!(memory.lock().held() <= mib as usize * MIB);
                tokio::task::yield_now().await;
            }
            // It is stored.
            for _ in 0..100 {
                tokio::task::yield_now().await;
            }
        };
        join_all((0..64).map(upload)).await;
        assert_eq!(memory.lock().held(), 0);
    }
}

#[tokio::test]
async fn the_reserve_goes_round_by_address() {
    let memory = UploadMemory::new(5);
    let (many, one) = (at(1), at(2));
    let first = memory.of(&many).reservation(PART_BYTES);
    first.grow_to(PART_BYTES).await.unwrap();
    let (second, third) = (memory.of(&many).reservation(PART_BYTES), memory.of(&one).reservation(PART_BYTES));
    let (mut second_waits, mut third_waits) = (waits!(second), waits!(third));
    drop(first);
    assert!(poll!(&mut second_waits).is_pending(), "its address had it just now");
    assert!(poll!(&mut third_waits).is_ready());
    drop(third_waits);
    drop(third);
    assert!(poll!(&mut second_waits).is_ready());
}

#[tokio::test]
async fn a_slow_client_keeps_its_memory_only_while_no_upload_waits_for_it() {
    let memory = UploadMemory::new(5);
    let (here, there) = (at(1), at(2));
    let held = memory.of(&here).reservation(PART_BYTES);
    held.grow_to(1).await.unwrap();
    assert!(!held.must_give_way(&sending(1000)));
    let other = memory.of(&there).reservation(PART_BYTES);
    let waits = waits!(other);
    assert!(held.must_give_way(&sending(1000)));
    assert!(!held.must_give_way(&Pace::default()), "it has just begun");
    assert!(!held.must_give_way(&sending(40_000)));
    assert!(held.gives_way(&sending(40_000), Instant::now() + 5 * SECOND), "the other waits too long");
    assert!(!held.gives_way(&sending(300_000), Instant::now() + 50 * SECOND), "nobody who is fast");
    drop(waits);
    assert!(!held.must_give_way(&sending(1000)), "no upload waits any more");
}

#[tokio::test]
async fn who_waits_for_his_own_share_is_in_nobody_elses_way() {
    let memory = UploadMemory::new(40);
    let (greedy, neighbour, stranger) = (at(1), at(1), at(2));
    let parts: Vec<_> = (0..5).map(|_| memory.of(&greedy).reservation(PART_BYTES)).collect();
    for part in &parts[..4] {
        fill(part, PART_BYTES).await;
    }
    let _waits = waits!(parts[4]);
    let (near, far) = (memory.of(&neighbour).reservation(PART_BYTES), memory.of(&stranger).reservation(PART_BYTES));
    near.grow_to(1).await.unwrap();
    far.grow_to(1).await.unwrap();
    let later = Instant::now() + 20 * SECOND;
    assert!(parts[0].gives_way(&sending(1000), later), "it is his own");
    assert!(!parts[0].gives_way(&sending(40_000), later), "at the same address no more is asked than at first");
    assert!(!near.gives_way(&sending(1000), later));
    assert!(!far.gives_way(&sending(1000), later));
}

#[tokio::test]
async fn whoever_comes_anew_goes_before_those_who_stop_sending_from_however_many_addresses() {
    const SENT: usize = 4 * STEP_BYTES;
    let memory = UploadMemory::new(12);
    let (attackers, honest): (Vec<_>, _) = ((1..=8).map(stranger_at).collect(), at(200));
    let reserve = |sender| memory.of(sender).reservation(PART_BYTES);
    let (hold, wait): (Vec<_>, Vec<_>) =
        (attackers.iter().map(reserve).collect(), attackers.iter().cycle().take(16).map(reserve).collect());
    for part in &hold {
        assert_eq!(fill(part, SENT).await, SENT);
    }
    let mut waits: Vec<_> = wait.iter().map(|part| Box::pin(part.grow_to(SENT))).collect();
    let granted = join_all(waits.iter_mut().map(async |wait| poll!(wait).is_ready())).await;
    assert_eq!(granted.iter().filter(|granted| **granted).count(), 1, "one has the reserve");
    let small = memory.of(&honest).reservation(2 * SENT);
    assert!(poll!(Box::pin(small.grow_to(2 * SENT))).is_ready(), "what is small waits for nothing large");
    drop(small);
    let large = memory.of(&honest).reservation(PART_BYTES);
    let mut arrives = Box::pin(large.grow_to(2 * SENT));
    assert!(poll!(&mut arrives).is_pending());
    let mut pace = Pace::default();
    pace.add(1_000_000, SECOND / 10);
    assert!(!hold[0].gives_way(&pace, Instant::now()), "as yet they are fast");
    pace.add(1, SECOND * 6 / 10);
    let later = Instant::now() + SECOND / 2;
    for (told, part) in hold.into_iter().enumerate() {
        assert!(part.gives_way(&pace, later));
        drop(part);
        if poll!(&mut arrives).is_ready() {
            return assert_eq!(told, 1, "two gave way, which held what it needs");
        }
    }
    panic!("all gave way in vain");
}
