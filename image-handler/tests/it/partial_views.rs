//! Photos of one receipt with parts covered, by many people at once, from Textract's lines to who is paid.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicUsize, Ordering},
};

use receipt::{Status, textract::DetectDocumentText, verdict::RuleCode};
use testbed::lines;

use crate::harness::Harness;

/// Of each shop another, with a first figure that may be covered.
fn total(shop: usize) -> String {
    format!("{}{}.10", 1 + shop / 9, 1 + shop % 9)
}

/// A receipt of the shop, with these lines in the place of its name, number and time; each left out where it is empty.
fn photo(shop: usize, name: &str, number: &str, time: &str) -> DetectDocumentText {
    let (sum, total) = (total(shop), format!("TOTAL RM {}", total(shop)));
    of_day_and_total(
        shop,
        [name, number, time],
        "25/12/2018",
        &[&format!("BUNS AND TEA    {sum}"), &total, "CASH 50.00"],
    )
}

/// With these for the day and the total, and nothing beside them that would contradict them.
fn with_less(shop: usize, number: &str, time: &str, day: &str, total: &str) -> DetectDocumentText {
    of_day_and_total(shop, [NAME, number, time], day, &[&format!("TOTAL RM {total}")])
}

fn of_day_and_total(
    shop: usize,
    [name, number, time]: [&str; 3],
    day: &str,
    lines_below: &[&str],
) -> DetectDocumentText {
    let (tax, day) = (format!("GST ID: 00073451{shop:04}"), format!("Date: {day}"));
    let head = [name, "12 JALAN MAWAR", "50000 KUALA LUMPUR", &tax, number, &day, time];
    let shown: Vec<&str> =
        head.into_iter().chain(lines_below.iter().copied()).filter(|line| !line.is_empty()).collect();
    lines(&shown)
}

const NAME: &str = "CORNER BOOKS SDN BHD";
const SHOPS: usize = 10;

/// Uploads the photos, each by somebody else and all at once: those accepted, by shop, and how many were refused.
async fn sent(photos: Vec<DetectDocumentText>) -> (BTreeMap<String, Vec<bool>>, usize) {
    let (count, next) = (photos.len(), AtomicUsize::new(0));
    let harness = Harness::reading(move |_| Ok(photos[next.fetch_add(1, Ordering::Relaxed)].clone())).await;
    let (one, other) = (harness.worker(), harness.worker());
    let uploads = futures_util::future::join_all((0..count).map(|_| harness.upload())).await;
    let (mut accepted, mut refused) = (BTreeMap::<String, Vec<bool>>::new(), 0);
    for id in uploads {
        let image = harness.ended(id).await;
        let result = image.result.unwrap();
        let failed: Vec<_> =
            result.verdict.rules.iter().filter(|rule| rule.outcome == receipt::verdict::RuleOutcome::Failed).collect();
        if image.status == Status::Accepted {
            let is_weak = result.receipt.receipt_number.is_none() && result.receipt.time.is_none();
            accepted.entry(result.receipt.tax_number.unwrap().value).or_default().push(is_weak);
        } else {
            assert_eq!(failed.iter().map(|rule| rule.code).collect::<Vec<_>>(), [RuleCode::DuplicateReceipt]);
            refused += 1;
        }
    }
    one.stopped().await;
    other.stopped().await;
    (accepted, refused)
}

#[tokio::test]
async fn ten_receipts_in_six_views_are_paid_once_each_and_once_more_where_the_weak_one_came_first() {
    let mut photos = Vec::new();
    for shop in 0..SHOPS {
        let number = format!("RECEIPT NO: CB-0042{shop}7");
        let mut views = vec![
            photo(shop, NAME, &number, "Time: 20:13"),
            photo(shop, NAME, "", "Time: 20:13"),
            photo(shop, NAME, &number, ""),
            photo(shop, NAME, "", ""),
            photo(shop, "CORNER BO", "", "Time: 20:13"),
            photo(shop, "BOOKS SDN BHD", &number, ""),
        ];
        views.rotate_left(shop % 6);
        photos.extend(views);
    }
    let (accepted, refused) = sent(photos).await;
    assert_eq!(accepted.len(), SHOPS);
    let mut paid = 0;
    for (total, weak) in accepted {
        assert!(weak.iter().filter(|weak| !**weak).count() == 1 && weak.len() <= 2, "{total}: {weak:?}");
        paid += weak.len();
    }
    assert_eq!(paid + refused, SHOPS * 6);
}

/// One of the day beside the number and the time, one of the total beside either.
#[tokio::test]
async fn ten_receipts_with_figures_covered_are_paid_once_each() {
    let mut photos = Vec::new();
    for shop in 0..SHOPS {
        let number = format!("RECEIPT NO: CB-0042{shop}7");
        let total = total(shop);
        let mut views = vec![
            photo(shop, NAME, &number, "Time: 20:13"),
            with_less(shop, &number, "Time: 20:13", "5/12/2018", &total),
            with_less(shop, &number, "", "25/12/2018", &total[1..]),
            with_less(shop, "", "Time: 20:13", "25/12/2018", &total[1..]),
        ];
        views.rotate_left(shop % 4);
        photos.extend(views);
    }
    let (accepted, refused) = sent(photos).await;
    assert_eq!((accepted.len(), refused), (SHOPS, SHOPS * 3), "{accepted:?}");
}

#[tokio::test]
async fn ten_pairs_of_purchases_of_one_shop_day_and_sum_are_paid_twice_each() {
    let pairs = (0..SHOPS).flat_map(|shop| {
        let number = |last: u8| format!("RECEIPT NO: CB-0042{shop}{last}");
        [photo(shop, NAME, &number(7), "Time: 20:13"), photo(shop, NAME, &number(8), "Time: 20:14")]
    });
    let (accepted, refused) = sent(pairs.collect()).await;
    assert_eq!((accepted.len(), refused), (SHOPS, 0));
}
