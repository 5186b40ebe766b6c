//! Several photos of one receipt: read as one photo of all of it would be, no item twice and none lost.

use jiff::civil::date;
use receipt::{
    Orientation, PageSource, Receipt, Rules, Seam, judge, read, read_pages,
    textract::DetectDocumentText,
    verdict::{Facts, Outcome, RuleCode, RuleOutcome},
};

use crate::photograph::{Pose, photograph};

const LONG: &str = "\
       LANTERN & LARDER LTD
     12 Harbour Parade, Whitby
       VAT No 482 1190 37
RECEIPT 0044719      14/11/2026 17:52
OAT BISCUITS                   2.10
SMOKED MACKEREL                5.75
PEAR CHUTNEY                   3.40
CRUSTY COB                     1.95
CRUSTY COB                     1.95
CELERIAC 0.842 KG              1.68
DAMSON JAM                     4.20
BLUE CHEESE 200G               4.85
BARLEY FLAKES                  1.30
PICKLED WALNUTS                3.95
GINGER BEER                    1.60
GINGER BEER                    1.60
GINGER BEER                    1.60
KITCHEN ROLL                   2.45
BEESWAX CANDLE                 7.50
SUBTOTAL                      45.88
DISCOUNT                      -0.88
TOTAL GBP                     45.00
CASH                          50.00
CHANGE                         5.00
     THANK YOU FOR YOUR CUSTOM";

const OTHER: &str = "\
     BOLT & BRACKET LTD
    31 Forge Street, York
DATE: 13/11/2026     16:40
HINGES 75MM           6.50
WOOD SCREWS           3.25
DOOR HANDLE          18.99
TOTAL GBP            28.74
VISA                 28.74";

const TILTS: [f32; 4] = [0.0, 0.03, -0.05, 0.02];

fn rows(text: &str, from: usize, to: usize) -> String {
    text.lines().skip(from).take(to - from).collect::<Vec<_>>().join("\n")
}

/// A photo of each text, each tilted in its own way.
fn photos<'a>(texts: impl IntoIterator<Item = &'a str>) -> (DetectDocumentText, Vec<PageSource>) {
    let photo = |(text, tilt): (&str, &f32)| photograph(text, Pose { tilt: *tilt, ..Pose::default() });
    let answers: Vec<_> = texts.into_iter().zip(TILTS.iter().cycle()).map(photo).collect();
    let orientation = Orientation::Upright;
    let pages = (1..).zip(&answers).map(|(part, _)| PageSource { part, orientation }).collect();
    (DetectDocumentText::of_pages(answers), pages)
}

fn read_photos<'a>(texts: impl IntoIterator<Item = &'a str>) -> Receipt {
    let (answer, pages) = photos(texts);
    read_pages(&answer, &pages)
}

/// What a receipt says, without where and how surely.
fn said(receipt: &Receipt) -> (Vec<String>, Vec<Option<String>>) {
    let item = |item: &receipt::Item| {
        let words = item.description.as_ref().map(|it| it.value.clone()).unwrap_or_default();
        format!("{words} {}", item.amount.as_ref().map(|it| it.value.to_string()).unwrap_or_default())
    };
    let total = receipt.total.as_ref().map(|it| it.value.to_string());
    let day = receipt.date.as_ref().map(|it| it.value.to_string());
    let shop = receipt.merchant.as_ref().map(|it| it.value.clone());
    (receipt.items.iter().map(item).collect(), vec![total, day, shop])
}

fn rule(receipt: &Receipt, code: RuleCode) -> (RuleOutcome, Outcome) {
    let facts = Facts { today: Some(date(2026, 11, 15)), ..Facts::default() };
    let verdict = judge(receipt, &facts, &Rules::default().for_trying_out());
    let rule = verdict.rules.iter().find(|rule| rule.code == code).map(|rule| rule.outcome);
    (rule.unwrap_or(RuleOutcome::NotChecked), verdict.outcome)
}

#[test]
fn photos_that_overlap_are_read_as_one_photo_of_all_is() {
    let whole = said(&read(&photograph(LONG, Pose::default()), Orientation::Upright));
    assert_eq!(whole.0.len(), 15, "{whole:?}");
    let last = LONG.lines().count();
    for cut in 6..last - 4 {
        for overlap in 2..=5 {
            let (upper, lower) = (rows(LONG, 0, cut), rows(LONG, cut.saturating_sub(overlap), last));
            let receipt = read_photos([upper.as_str(), &lower]);
            assert_eq!(said(&receipt), whole, "cut at {cut}, {overlap} rows on both");
            assert_eq!(receipt.seams, [Seam::Overlapping], "cut at {cut}, {overlap} rows on both");
            assert_eq!(rule(&receipt, RuleCode::PartsApart), (RuleOutcome::Passed, Outcome::Accepted));
        }
    }
    for (one, two) in [(8, 14), (9, 17), (11, 20)] {
        let parts = [rows(LONG, 0, one + 2), rows(LONG, one - 1, two + 1), rows(LONG, two - 2, last)];
        let receipt = read_photos(parts.iter().map(String::as_str));
        assert_eq!((said(&receipt), receipt.seams.len()), (whole.clone(), 2), "cut at {one} and {two}");
    }
}

#[test]
fn boxes_say_on_which_photo_they_are() {
    let receipt = read_photos([rows(LONG, 0, 12).as_str(), &rows(LONG, 9, 25)]);
    assert_eq!(receipt.merchant.unwrap().bounds.page, 1);
    assert_eq!(receipt.total.as_ref().unwrap().bounds.page, 2);
    let pages: Vec<u32> = receipt.items.iter().map(|item| item.amount.as_ref().unwrap().bounds.page).collect();
    assert!(pages.is_sorted() && pages.first() == Some(&1) && pages.last() == Some(&2), "{pages:?}");
    let json = serde_json::to_value(receipt.total).unwrap();
    assert_eq!(json["box"]["page"], 2);
}

#[test]
fn photos_in_another_order_are_put_in_order_and_that_is_said() {
    let whole = said(&read(&photograph(LONG, Pose::default()), Orientation::Upright));
    let parts = [rows(LONG, 0, 10), rows(LONG, 7, 17), rows(LONG, 14, 25)];
    for order in [[2, 0, 1], [1, 0, 2], [2, 1, 0]] {
        let receipt = read_photos(order.map(|at| parts[at].as_str()));
        assert_eq!(said(&receipt), whole, "{order:?}");
        assert_eq!(receipt.seams, [Seam::OutOfOrder; 2], "{order:?}");
        assert_eq!(rule(&receipt, RuleCode::PartsApart), (RuleOutcome::Passed, Outcome::Accepted), "{order:?}");
    }
}

#[test]
fn photos_that_do_not_meet_are_named_unless_the_items_add_up() {
    let receipt = read_photos([rows(LONG, 0, 9).as_str(), &rows(LONG, 11, 25)]);
    assert_eq!(receipt.seams, [Seam::Apart]);
    assert_eq!(rule(&receipt, RuleCode::PartsApart), (RuleOutcome::Failed, Outcome::Rejected));
    let receipt = read_photos([rows(LONG, 0, 9).as_str(), &rows(LONG, 9, 25)]);
    assert_eq!(receipt.seams, [Seam::Apart]);
    assert_eq!(rule(&receipt, RuleCode::PartsApart), (RuleOutcome::Passed, Outcome::Accepted));
}

#[test]
fn the_same_photo_twice_adds_nothing() {
    let whole = said(&read(&photograph(LONG, Pose::default()), Orientation::Upright));
    for photos in [vec![LONG, LONG], vec![LONG, &rows(LONG, 8, 14)], vec![&rows(LONG, 12, 25), LONG]] {
        let receipt = read_photos(photos);
        assert_eq!((said(&receipt), receipt.seams), (whole.clone(), vec![Seam::Overlapping]));
    }
}

#[test]
fn two_receipts_in_one_upload_are_named_and_not_mixed() {
    let again = LONG.replace("0044719      14/11/2026 17:52", "0044733      14/11/2026 19:08");
    for (first, second) in [(LONG, OTHER), (OTHER, LONG), (LONG, &again)] {
        let receipt = read_photos([first, second]);
        let alone = read(&photograph(first, Pose::default()), Orientation::Upright);
        assert_eq!(said(&receipt), said(&alone));
        assert!(receipt.other_receipt.is_some(), "{first}\n{second}\n{:?}", receipt.seams);
        assert_eq!(rule(&receipt, RuleCode::SeveralReceipts), (RuleOutcome::Failed, Outcome::Rejected));
    }
}

#[test]
fn pages_of_a_file_follow_each_other() {
    let whole = said(&read(&photograph(LONG, Pose::default()), Orientation::Upright));
    let (answer, pages) = photos([rows(LONG, 0, 11).as_str(), &rows(LONG, 11, 25)]);
    let of_one_file: Vec<_> = pages.into_iter().map(|page| PageSource { part: 1, ..page }).collect();
    let receipt = read_pages(&answer, &of_one_file);
    assert_eq!((said(&receipt), receipt.seams), (whole, Vec::new()));
}

#[test]
fn a_photo_of_nothing_changes_nothing() {
    let whole = said(&read(&photograph(LONG, Pose::default()), Orientation::Upright));
    assert_eq!(said(&read_photos([LONG, ""])), whole);
    assert_eq!(said(&read_photos(["", LONG])), whole);
    assert_eq!(read_photos(["", ""]).items.len(), 0);
    assert_eq!(read_pages(&DetectDocumentText::default(), &[]), Receipt::default());
}
