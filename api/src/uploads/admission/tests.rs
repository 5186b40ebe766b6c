use std::net::{IpAddr, Ipv4Addr};

use receipt::OwnerId;

use super::*;

const HERE: ClientAddress = ClientAddress(IpAddr::V4(Ipv4Addr::LOCALHOST));

fn limits(per_minute: u32) -> Arc<Admission> {
    Admission::new(NonZeroU32::new(per_minute))
}

fn owner() -> Sender {
    Sender { party: Party::Known(OwnerId::random()), address: HERE }
}

fn stranger() -> Sender {
    Sender { party: Party::StrangersAt(HERE), address: HERE }
}

/// How many of so many uploads are let in and stored, one after the other.
fn stored(limits: &Arc<Admission>, tries: usize, sender: impl Fn() -> Sender) -> usize {
    let upload = |_: &usize| limits.admit(sender()).inspect(Admitted::mark_stored).is_ok();
    (0..tries).filter(upload).count()
}

#[test]
fn a_person_has_so_many_and_others_at_the_same_address_too() {
    let (limits, me) = (limits(30), owner());
    assert_eq!(stored(&limits, 40, || me.clone()), 30);
    assert_eq!(stored(&limits, 1, owner), 1);
}

#[test]
fn an_address_has_ten_times_as_much_however_many_people_it_claims_to_be() {
    assert_eq!(stored(&limits(3), 100, owner), 30);
}

#[test]
fn strangers_have_half_of_their_address_together() {
    let limits = limits(4);
    assert_eq!(stored(&limits, 100, stranger), 20);
    assert_eq!(stored(&limits, 100, owner), 20);
}

#[test]
fn what_was_not_stored_does_not_count_but_cannot_be_tried_for_ever() {
    let limits = limits(3);
    for sender in [owner(), stranger()] {
        let tries = (0..1000).filter(|_| limits.admit(sender.clone()).is_ok()).count();
        assert!(tries >= 30, "{tries}");
        assert!(tries < 1000, "{tries}");
    }
    assert_eq!(stored(&limits, 100, owner), 30, "nothing was stored yet");
}

#[test]
fn a_regular_keeps_a_little_though_others_make_cookies() {
    let (limits, regular) = (limits(30), owner());
    let first = limits.admit(regular.clone()).unwrap();
    first.mark_stored();
    first.mark_taken();
    drop(first);
    assert_eq!(stored(&limits, 1000, owner), 299);
    assert_eq!(stored(&limits, 10, || regular.clone()), 3);
    assert_eq!(stored(&limits, 10, owner), 0);
}

#[test]
fn nobody_takes_all_places_of_an_address_or_of_all() {
    let limits = limits(0);
    let at = |address: u8| ClientAddress(IpAddr::V4(Ipv4Addr::new(192, 0, 2, address)));
    let mut open = Vec::new();
    let mut begin =
        |sender: Sender| limits.admit(sender).map(|admitted| open.push(admitted)).map_err(|e| e.to_string());
    assert_eq!((0..200).filter(|_| begin(stranger()).is_ok()).count(), 64);
    assert_eq!((0..200).filter(|_| begin(owner()).is_ok()).count(), 64);
    let taken: Vec<usize> = (0..40)
        .map(|address| {
            let from_there = || Sender { party: Party::Known(OwnerId::random()), address: at(address) };
            (0..200).filter(|_| begin(from_there()).is_ok()).count()
        })
        .collect();
    assert!(taken[0] == 128 && taken.is_sorted_by(|one, next| one >= next) && taken[8] > 0, "{taken:?}");
    assert_eq!(128 + taken.iter().sum::<usize>(), 512);
    let late = Sender { party: Party::Known(OwnerId::random()), address: at(200) };
    assert_eq!(begin(late.clone()), Err(Error::Busy.to_string()));
    open.clear();
    assert!(limits.admit(late).is_ok());
}

#[test]
fn nought_is_no_limit() {
    let (limits, me) = (limits(0), owner());
    assert_eq!(stored(&limits, 1000, || me.clone()), 1000);
}
