//! Accepted receipts: once each, so many a day, and what they earn adds up.

use jiff::{SignedDuration, Timestamp};
use ledger::{Analysis, DayLimits, Image, Ledger, LedgerFacts, NewRecord, Recorded};
use local::{CallFault, Service, When};
use receipt::{
    Field, FingerprintKey, Fingerprints, OwnerId, PictureHash, Receipt, Rules, Status,
    fingerprint::Printed,
    judge,
    verdict::{Facts, Precedent},
};
use rust_decimal::Decimal;

use crate::{fixture, record, taken};

/// A receipt with this time of day and number, each left out where it is empty.
pub(crate) fn a_receipt(time: &str, number: &str) -> Receipt {
    fn field<T>(value: T) -> Field<T> {
        let bounds = receipt::BoundingBox::new([0.1, 0.1, 0.2, 0.1]);
        Field { text: String::new(), value, confidence: 0.99, alternatives: Vec::new(), bounds }
    }
    Receipt {
        merchant: Some(field("Corner Books".to_owned())),
        date: Some(field("2026-03-14".parse().unwrap())),
        time: time.parse().ok().map(field),
        receipt_number: (!number.is_empty()).then(|| field(number.to_owned())),
        total: Some(field(Decimal::new(2740, 2))),
        ..Receipt::default()
    }
}

pub(crate) fn marks(receipt: &Receipt, owner: &OwnerId, picture: u8) -> Fingerprints {
    let key: FingerprintKey = "a secret of the tests, long enough".parse().unwrap();
    Fingerprints::of(receipt, &Printed::default(), owner, Some(&PictureHash::from([picture; 32])), &key)
}

/// A claimed image of `owner`, the receipt on it, and its marks.
pub(crate) struct InHand {
    pub(crate) image: Image,
    receipt: Receipt,
    marks: Fingerprints,
    pub(crate) at: Timestamp,
}

impl InHand {
    pub(crate) fn of<'a>(
        ledger: &'a Ledger,
        owner: &OwnerId,
        receipt: Receipt,
        picture: u8,
    ) -> impl Future<Output = Self> + 'a {
        // Boxed, since it holds a whole receipt.
        Box::pin(Self::sent(ledger, record(owner), receipt, picture))
    }

    pub(crate) async fn sent(ledger: &Ledger, record: NewRecord, receipt: Receipt, picture: u8) -> Self {
        let marks = marks(&receipt, &record.owner, picture);
        let id = ledger.create(record).await.unwrap().image_id;
        Self { image: taken(ledger, id, "a").await, receipt, marks, at: Timestamp::now() }
    }

    pub(crate) async fn facts(&self, ledger: &Ledger) -> LedgerFacts {
        ledger.facts(&self.image, &self.marks, Timestamp::now()).await.unwrap()
    }

    pub(crate) fn is_weak(&self) -> bool {
        self.marks.is_weak()
    }

    /// Tries to record it as accepted, whatever other receipts exist.
    pub(crate) async fn accept(&self, ledger: &Ledger, max_per_day: Option<u32>) -> Recorded {
        self.accept_by(ledger, &rules(max_per_day)).await
    }

    /// As [`Self::accept`], by what was known before.
    pub(crate) async fn accept_knowing(&self, ledger: &Ledger, facts: &LedgerFacts) -> Recorded {
        self.record(ledger, facts, &rules(None)).await
    }

    pub(crate) async fn accept_by(&self, ledger: &Ledger, rules: &Rules) -> Recorded {
        self.record(ledger, &self.facts(ledger).await, rules).await
    }

    async fn record(&self, ledger: &Ledger, facts: &LedgerFacts, rules: &Rules) -> Recorded {
        let limits = ledger.day_limits(&self.image, rules, self.at).await.unwrap();
        let verdict = judge(&self.receipt, &Facts::default(), rules);
        let analysis = Analysis { receipt: self.receipt.clone(), verdict };
        ledger.record_verdict(&self.image, analysis, &self.marks, facts, &limits, self.at).await.unwrap()
    }
}

/// With no other limit of the day.
fn rules(max_per_day: Option<u32>) -> Rules {
    let mut rules = Rules { max_per_day, ..Rules::default().for_trying_out() };
    rules.rebate.as_mut().unwrap().max_per_day = None;
    rules
}

pub(crate) async fn earned(ledger: &Ledger, owner: &OwnerId) -> Vec<String> {
    let earned = ledger.earned(owner).await.unwrap();
    earned.iter().map(|money| format!("{} {}", money.amount, money.currency)).collect()
}

#[tokio::test]
async fn an_accepted_receipt_is_counted_paid_for_and_known_again() {
    let harness = fixture().await;
    let (owner, stranger) = (OwnerId::random(), OwnerId::random());
    let first = InHand::of(&harness.ledger, &owner, a_receipt("14:03:00", "B-15"), 1).await;
    let known = |facts: LedgerFacts| (facts.same_image, facts.same_receipt, facts.is_only_alike, facts.accepted_today);
    let (new, strange) = (Precedent::None, Precedent::Foreign);
    assert_eq!(known(first.facts(&harness.ledger).await), (new, new, false, 0));
    assert!(matches!(first.accept(&harness.ledger, Some(2)).await, Recorded::Done(_)));
    let stored = harness.ledger.get(first.image.image_id).await.unwrap().unwrap();
    assert_eq!((stored.status, stored.version), (Status::Accepted, 3));
    assert_eq!(earned(&harness.ledger, &owner).await, ["0.25 MYR"]);
    assert_eq!(earned(&harness.ledger, &stranger).await, [""; 0]);

    let sent_on = stored.created_at.to_zoned(jiff::tz::TimeZone::UTC).date();
    let own = Precedent::Own { image_id: first.image.image_id, sent_on };
    let again = InHand::of(&harness.ledger, &owner, a_receipt("14:03:00", ""), 2).await;
    assert_eq!(known(again.facts(&harness.ledger).await), (new, own, false, 1));
    let copied = InHand::of(&harness.ledger, &stranger, Receipt::default(), 1).await;
    assert_eq!(known(copied.facts(&harness.ledger).await), (strange, new, false, 0));
}

#[tokio::test]
async fn what_is_no_new_receipt_is_not_written_at_all() {
    let harness = fixture().await;
    let owner = OwnerId::random();
    let first = InHand::of(&harness.ledger, &owner, a_receipt("14:03:00", "B-1507"), 1).await;
    let second = InHand::of(&harness.ledger, &owner, a_receipt("14:04:00", "B-1507"), 2).await;
    let known_before = second.facts(&harness.ledger).await;
    first.accept(&harness.ledger, None).await;
    assert!(matches!(second.accept(&harness.ledger, None).await, Recorded::Conflict));
    assert!(matches!(second.accept_knowing(&harness.ledger, &known_before).await, Recorded::Conflict));
    assert_eq!(harness.ledger.get(second.image.image_id).await.unwrap().unwrap(), second.image);
    assert_eq!(earned(&harness.ledger, &owner).await, ["0.25 MYR"]);
}

#[tokio::test]
async fn two_receipts_of_one_shop_and_day_are_two() {
    let harness = fixture().await;
    let owner = OwnerId::random();
    // In one minute, and by their times alone.
    for (picture, time, number) in
        [(1, "14:03:00", "B-15"), (2, "14:03:00", "B-16"), (3, "15:00:00", ""), (4, "15:01:00", "")]
    {
        let receipt = a_receipt(time, number);
        let another = InHand::of(&harness.ledger, &owner, receipt, picture).await;
        assert_eq!(another.facts(&harness.ledger).await.same_receipt, Precedent::None);
        assert!(matches!(another.accept(&harness.ledger, None).await, Recorded::Done(_)), "{time} {number}");
    }
    assert_eq!(earned(&harness.ledger, &owner).await, ["1.00 MYR"]);
}

#[tokio::test]
async fn what_shows_less_is_compared_by_that() {
    let (plain, timed, numbered) = (a_receipt("", ""), a_receipt("14:03:00", ""), a_receipt("14:03:00", "B-15"));
    let pairs = [(&plain, &plain), (&timed, &plain), (&numbered, &plain), (&timed, &numbered), (&numbered, &timed)];
    for (first, second) in pairs {
        let harness = fixture().await;
        let (owner, stranger) = (OwnerId::random(), OwnerId::random());
        let first = InHand::of(&harness.ledger, &owner, first.clone(), 1).await;
        let second = InHand::of(&harness.ledger, &stranger, second.clone(), 2).await;
        assert!(matches!(first.accept(&harness.ledger, None).await, Recorded::Done(_)));
        assert_eq!(second.facts(&harness.ledger).await.same_receipt, Precedent::Foreign);
        assert!(matches!(second.accept(&harness.ledger, None).await, Recorded::Conflict));
    }
}

#[tokio::test]
async fn a_day_takes_no_more_than_its_limit_even_at_once() {
    let harness = fixture().await;
    let owner = OwnerId::random();
    let mut in_hand = Vec::new();
    for number in 1..=4_u8 {
        let receipt = a_receipt(&format!("14:0{number}:00"), &format!("B-{number}"));
        in_hand.push(InHand::of(&harness.ledger, &owner, receipt, number).await);
    }
    let accepting = in_hand.iter().map(async |it| {
        // After a conflict with another transaction it tries again, as the worker does.
        for _ in 0..20 {
            if matches!(it.accept(&harness.ledger, Some(2)).await, Recorded::Done(_)) {
                return true;
            }
            if it.facts(&harness.ledger).await.accepted_today >= 2 {
                return false;
            }
        }
        panic!("held up too often")
    });
    let accepted = futures_util::future::join_all(accepting).await;
    assert_eq!(accepted.iter().filter(|done| **done).count(), 2);
    assert_eq!(earned(&harness.ledger, &owner).await, ["0.50 MYR"]);
}

#[tokio::test]
async fn an_acceptance_whose_answer_was_lost_is_paid_for_once() {
    let harness = fixture().await;
    let owner = OwnerId::random();
    let first = InHand::of(&harness.ledger, &owner, a_receipt("14:03:00", "B-15"), 1).await;
    harness.testbed.aws.faults().on_calls(
        (Service::DynamoDb, "TransactWriteItems"),
        CallFault::LoseAnswer,
        When::Next(1),
    );
    assert!(matches!(first.accept(&harness.ledger, Some(5)).await, Recorded::Done(_)));
    // Once more by hand, as if the SDK had given up in between.
    assert!(matches!(first.accept(&harness.ledger, Some(5)).await, Recorded::Done(_)));
    assert_eq!(earned(&harness.ledger, &owner).await, ["0.25 MYR"]);
    assert_eq!(first.facts(&harness.ledger).await.accepted_today, 1);
}

#[tokio::test]
async fn whoever_has_lost_the_image_accepts_nothing() {
    let harness = fixture().await;
    let owner = OwnerId::random();
    let stale = InHand::of(&harness.ledger, &owner, a_receipt("14:03:00", "B-15"), 1).await;
    let later = stale.image.lease.as_ref().unwrap().until + SignedDuration::from_secs(1);
    harness.ledger.claim(stale.image.image_id, "b", later, SignedDuration::from_secs(15)).await.unwrap();
    let analysis = Analysis {
        receipt: stale.receipt.clone(),
        verdict: judge(&stale.receipt, &Facts::default(), &Rules::default()),
    };
    let facts = stale.facts(&harness.ledger).await;
    let concluded = harness
        .ledger
        .record_verdict(&stale.image, analysis, &stale.marks, &facts, &DayLimits::default(), Timestamp::now())
        .await;
    assert!(matches!(concluded, Err(ledger::Error::OutOfDate)), "{concluded:?}");
    assert_eq!(earned(&harness.ledger, &owner).await, [""; 0]);
}
