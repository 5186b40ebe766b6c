//! Photos of one receipt by many people, and purchases that are alike: who is paid.

use jiff::Timestamp;
use ledger::{Ledger, Recorded};
use receipt::{Field, OwnerId, Receipt, verdict::Precedent};
use rust_decimal::Decimal;

use crate::{
    acceptance::{InHand, a_receipt, earned},
    fixture,
};

fn named(receipt: Receipt, name: &str) -> Receipt {
    let merchant = receipt.merchant.clone().map(|field| Field { value: name.to_owned(), ..field });
    Receipt { merchant, ..receipt }
}

/// With a figure of the day covered.
fn on_the_fourth(receipt: Receipt) -> Receipt {
    let date = receipt.date.clone().map(|field| Field { value: "2026-03-04".parse().unwrap(), ..field });
    Receipt { date, ..receipt }
}

/// With a figure of the total covered.
fn for_less(receipt: Receipt) -> Receipt {
    let total = receipt.total.clone().map(|field| Field { value: Decimal::new(740, 2), ..field });
    Receipt { total, ..receipt }
}

/// Judges as the worker does, until it is accepted or known for another's.
async fn is_paid(ledger: &Ledger, it: &InHand) -> bool {
    for _ in 0..200 {
        if it.facts(ledger).await.same_receipt != Precedent::None {
            return false;
        }
        if matches!(it.accept(ledger, None).await, Recorded::Done(_)) {
            return true;
        }
    }
    panic!("held up too often")
}

async fn in_hand(ledger: &Ledger, receipt: Receipt, picture: u8) -> InHand {
    let owner = OwnerId::random();
    Box::pin(InHand::of(ledger, &owner, receipt, picture)).await
}

const SHOPS: [&str; 10] = [
    "Corner Books",
    "Lucky Hardware",
    "Backhaus Sonnig",
    "Green Kettle",
    "Paperland",
    "Seri Bintang",
    "Hong Lee",
    "Old Noodles",
    "Mr Fix-It",
    "Stadtgarten",
];

#[tokio::test]
async fn ten_receipts_in_six_partial_views_by_six_people_at_once_are_paid_once_each() {
    paid_once_each(|name, number| {
        let half = &name[..=(name.len() / 2)];
        let views = [
            named(a_receipt("14:03:00", number), name),
            named(a_receipt("14:03:00", ""), name),
            named(a_receipt("", number), name),
            named(a_receipt("14:03:00", ""), half),
            named(a_receipt("", number), half),
            named(a_receipt("", ""), name),
        ];
        views.into()
    })
    .await;
}

#[tokio::test]
async fn ten_receipts_with_a_figure_of_the_day_or_the_total_covered_are_paid_once_each_at_once() {
    paid_once_each(|name, number| {
        let views = [
            a_receipt("14:03:00", number),
            a_receipt("14:03:00", ""),
            a_receipt("", number),
            on_the_fourth(a_receipt("14:03:00", number)),
            for_less(a_receipt("14:03:00", "")),
            for_less(a_receipt("", number)),
            on_the_fourth(for_less(a_receipt("14:03:00", number))),
            for_less(a_receipt("", "")),
        ];
        views.map(|view| named(view, name)).into()
    })
    .await;
}

/// Each shop's receipt in its views, by as many people, at once and each shop's beginning with another.
async fn paid_once_each(views: impl Fn(&str, &str) -> Vec<Receipt>) {
    let harness = fixture().await;
    let ledger = &harness.ledger;
    let mut shops = Vec::new();
    for (shop, name) in SHOPS.iter().enumerate() {
        let views = views(name, &format!("B-10{shop}7"));
        let count = views.len();
        let mut people = Vec::new();
        for (picture, receipt) in views.into_iter().enumerate() {
            people.push(in_hand(ledger, receipt, u8::try_from(shop * count + picture).unwrap()).await);
        }
        // Each shop's begin with another view.
        people.rotate_left(shop % count);
        shops.push(people);
    }
    let paid = shops.iter().map(async |people| {
        let paid = futures_util::future::join_all(people.iter().map(|it| is_paid(ledger, it))).await;
        paid.into_iter().zip(people).filter(|(paid, _)| *paid).map(|(_, it)| it.is_weak()).collect::<Vec<_>>()
    });
    for (shop, paid) in futures_util::future::join_all(paid).await.into_iter().enumerate() {
        let strong = paid.iter().filter(|weak| !**weak).count();
        assert!(strong == 1 && paid.len() <= 2, "{}: {paid:?}", SHOPS[shop]);
    }
}

#[tokio::test]
async fn ten_pairs_of_purchases_of_one_shop_day_and_sum_are_paid_twice_each_at_once() {
    let harness = fixture().await;
    let ledger = &harness.ledger;
    let mut people = Vec::new();
    for (shop, name) in SHOPS.iter().enumerate() {
        let picture = u8::try_from(shop * 2).unwrap();
        let number = |last: &str| format!("B-1{shop}0{last}");
        let (first, second) = match shop % 3 {
            0 => (a_receipt("14:03:00", &number("7")), a_receipt("14:03:00", &number("8"))),
            1 => (a_receipt("14:03:00", ""), a_receipt("14:05:00", &number("8"))),
            _ => (a_receipt("14:03:00", &number("7")), a_receipt("", &number("19"))),
        };
        people.push(in_hand(ledger, named(first, name), picture).await);
        people.push(in_hand(ledger, named(second, name), picture + 1).await);
    }
    let paid = futures_util::future::join_all(people.iter().map(|it| is_paid(ledger, it))).await;
    assert_eq!(paid, [true; 20]);
}

#[tokio::test]
async fn a_weak_view_voids_no_strangers_receipt_however_often_it_is_sent() {
    let harness = fixture().await;
    let ledger = &harness.ledger;
    let stranger = OwnerId::random();
    assert!(is_paid(ledger, &InHand::of(ledger, &stranger, a_receipt("", ""), 0).await).await);
    for picture in 1..4 {
        assert!(!is_paid(ledger, &in_hand(ledger, a_receipt("", ""), picture).await).await);
        // Nor is the same person's whole receipt another one.
        let own = InHand::of(ledger, &stranger, a_receipt("14:03:00", "B-1007"), 10 + picture).await;
        let facts = own.facts(ledger).await;
        assert!(facts.is_only_alike && matches!(facts.same_receipt, Precedent::Own { .. }), "{facts:?}");
    }
    for (picture, number) in [(20, "B-1007"), (21, "B-1008"), (22, "B-1009")] {
        assert!(is_paid(ledger, &in_hand(ledger, a_receipt("14:03:00", number), picture).await).await, "{number}");
    }
}

#[tokio::test]
async fn deleting_a_weak_one_opens_no_way_to_be_paid_again() {
    let harness = fixture().await;
    let ledger = &harness.ledger;
    let owner = OwnerId::random();
    let first = InHand::of(ledger, &owner, a_receipt("", ""), 1).await;
    assert!(is_paid(ledger, &first).await);
    ledger.remove(&owner, first.image.image_id, Timestamp::now()).await.unwrap().unwrap();
    for (picture, receipt) in [(2, a_receipt("", "")), (3, a_receipt("14:03:00", "B-1007"))] {
        let again = InHand::of(ledger, &owner, receipt, picture).await;
        let facts = again.facts(ledger).await;
        assert_eq!((facts.same_receipt, facts.is_only_alike), (Precedent::Foreign, true));
        assert!(matches!(again.accept(ledger, None).await, Recorded::Conflict));
    }
    assert_eq!(earned(ledger, &owner).await, ["0.25 MYR"]);
}

/// With its date or total covered, another date or amount of the paper is taken, and the receipt is of another day or sum.
#[tokio::test]
async fn a_long_number_is_paid_for_once_whatever_day_or_total_is_read_beside_it() {
    let harness = fixture().await;
    let ledger = &harness.ledger;
    let whole = a_receipt("14:03:00", "B-100775");
    let total = |minor: i64| whole.total.clone().map(|total| Field { value: Decimal::new(minor, 2), ..total });
    let day = |day: &str| whole.date.clone().map(|date| Field { value: day.parse().unwrap(), ..date });
    let others = [
        (0, Receipt { total: total(2585), ..whole.clone() }),
        (10, Receipt { date: day("2026-03-01"), ..whole.clone() }),
    ];
    for (picture, other) in others {
        let shop = SHOPS[picture / 10];
        let picture = u8::try_from(picture).unwrap();
        let two =
            [in_hand(ledger, named(whole.clone(), shop), picture), in_hand(ledger, named(other, shop), picture + 1)];
        let two = futures_util::future::join_all(two).await;
        let paid = futures_util::future::join_all(two.iter().map(|it| is_paid(ledger, it))).await;
        assert_eq!(paid.into_iter().filter(|paid| *paid).count(), 1, "{shop}");
    }
    // Where numbers begin anew, the time is another one.
    let next = Receipt { total: total(1990), ..a_receipt("18:40:00", "B-100775") };
    assert!(is_paid(ledger, &in_hand(ledger, next, 9).await).await);
}

#[tokio::test]
async fn many_receipts_of_one_day_and_total_are_all_read() {
    let harness = fixture().await;
    let ledger = &harness.ledger;
    for picture in 0..60_u8 {
        let receipt = named(a_receipt("14:03:00", &format!("B-10{picture:02}")), SHOPS[usize::from(picture % 10)]);
        assert!(is_paid(ledger, &in_hand(ledger, receipt, picture).await).await);
    }
    assert!(!is_paid(ledger, &in_hand(ledger, named(a_receipt("", "B-1000"), SHOPS[0]), 99).await).await);
    let total = Some(a_receipt("", "").total.map(|total| Field { value: Decimal::new(2750, 2), ..total }).unwrap());
    assert!(is_paid(ledger, &in_hand(ledger, Receipt { total, ..a_receipt("", "") }, 100).await).await);
}
