//! Two papers on one photo: two receipts are told, a slip and its bill are one purchase, and one paper is one.

use std::f32::consts::FRAC_PI_2;

use jiff::civil::date;
use receipt::{
    Orientation, Receipt, Rules, judge, read,
    textract::DetectDocumentText,
    verdict::{Facts, Outcome, RuleCode, RuleOutcome},
};

use crate::{
    deform::{Lying, beside, boxed, flat},
    photograph::{Pose, photograph},
};

const BAKERY: &str = "\
     THE WHEATFIELD LTD
     7 Mill Lane, York
DATE: 14/11/2026     09:12
SOURDOUGH             4.20
RYE LOAF              3.90
CINNAMON BUN          2.75
TOTAL GBP            10.85
CASH                 20.00
CHANGE                9.15";

const HARDWARE: &str = "\
     BOLT & BRACKET LTD
    31 Forge Street, York
DATE: 13/11/2026     16:40
HINGES 75MM           6.50
WOOD SCREWS           3.25
SANDPAPER             2.40
DOOR HANDLE          18.99
TOTAL GBP            31.14
VISA                 31.14";

const SLIP: &str = "\
     THE WHEATFIELD LTD
    CARD PAYMENT  SALE
14/11/2026           09:13
VISA ************0042
AMOUNT GBP           10.85
APPROVED       CODE 771204
   THANK YOU KEEP THIS";

fn lying(x: f32, y: f32, tilt: f32) -> Lying {
    Lying { x, y, width: 0.4, tilt }
}

fn outcome(answer: &DetectDocumentText) -> (Receipt, RuleOutcome, Outcome) {
    let receipt = read(answer, Orientation::Upright);
    let facts = Facts { today: Some(date(2026, 11, 15)), legibility: Some(answer.legibility()), ..Facts::default() };
    let verdict = judge(&receipt, &facts, &Rules::default().for_trying_out());
    let rule = verdict.rules.iter().find(|rule| rule.code == RuleCode::SeveralReceipts);
    (receipt, rule.map_or(RuleOutcome::NotChecked, |rule| rule.outcome), verdict.outcome)
}

/// Two receipts are told, and what is read is of one of them.
#[track_caller]
fn two(answer: &DetectDocumentText, how: &str) {
    let (receipt, rule, verdict) = outcome(answer);
    assert_eq!((rule, verdict), (RuleOutcome::Failed, Outcome::Rejected), "{how}: {receipt:?}");
    let read = (receipt.merchant.map(|it| it.value), receipt.total.map(|it| it.value.to_string()));
    let (merchant, total) = (read.0.unwrap_or_default(), read.1.unwrap_or_default());
    let other = receipt.other_receipt.map(|it| it.value.to_string()).unwrap_or_default();
    let bakery = (merchant.contains("WHEATFIELD"), total == "10.85", other == "31.14");
    let hardware = (merchant.contains("BRACKET"), total == "31.14", other == "10.85");
    assert!(bakery == (true, true, true) || hardware == (true, true, true), "{how}: {merchant} {total} {other}");
}

#[track_caller]
fn one(answer: &DetectDocumentText, total: &str, how: &str) {
    let (receipt, rule, verdict) = outcome(answer);
    assert_eq!(receipt.total.as_ref().map(|it| it.value.to_string()).as_deref(), Some(total), "{how}: {receipt:?}");
    assert_eq!((rule, verdict), (RuleOutcome::Passed, Outcome::Accepted), "{how}: {receipt:?}");
}

#[test]
fn two_receipts_side_by_side_are_told() {
    for left in [-0.09, -0.04, 0.0, 0.05] {
        for right in [-0.06, 0.0, 0.03, 0.1] {
            for lower in [0.0, 0.03, 0.11] {
                let papers = [(BAKERY, lying(0.25, 0.5, left)), (HARDWARE, lying(0.75, 0.5 + lower, right))];
                two(&beside(&papers), &format!("tilted by {left} and {right}, one lower by {lower}"));
            }
        }
    }
    let straight = beside(&[(BAKERY, lying(0.25, 0.5, 0.0)), (HARDWARE, lying(0.75, 0.53, 0.0))]);
    two(&boxed(&straight), "in upright boxes");
}

#[test]
fn two_receipts_of_which_one_lies_aslant_on_the_other_are_told() {
    for tilt in [0.2, 0.3, -0.25] {
        let papers = [(BAKERY, lying(0.3, 0.5, 0.0)), (HARDWARE, lying(0.72, 0.6, tilt))];
        two(&beside(&papers), &format!("tilted by {tilt}"));
    }
    for turned in [FRAC_PI_2, -FRAC_PI_2, 2.0 * FRAC_PI_2] {
        let papers = [(BAKERY, lying(0.25, 0.5, 0.0)), (HARDWARE, lying(0.75, 0.5, turned))];
        two(&beside(&papers), &format!("turned by {turned}"));
    }
}

#[test]
fn two_receipts_one_below_the_other_are_told() {
    for lines in ["\n", "\n\n", "\n\n\n\n\n\n"] {
        two(&photograph(&format!("{BAKERY}{lines}{HARDWARE}"), Pose::default()), "below each other");
    }
    let papers = [(BAKERY, lying(0.3, 0.2, 0.02)), (HARDWARE, lying(0.4, 0.8, -0.03))];
    two(&beside(&papers), "below each other and aside");
}

#[test]
fn a_slip_beside_its_bill_is_the_same_purchase() {
    for tilt in [0.0, 0.06, -0.1] {
        let papers = [(BAKERY, lying(0.25, 0.5, 0.0)), (SLIP, lying(0.75, 0.55, tilt))];
        one(&beside(&papers), "10.85", &format!("a slip on the right, tilted by {tilt}"));
        let papers = [(SLIP, lying(0.25, 0.5, tilt)), (BAKERY, lying(0.75, 0.5, 0.0))];
        one(&beside(&papers), "10.85", &format!("a slip on the left, tilted by {tilt}"));
    }
}

#[test]
fn one_paper_is_one_receipt() {
    one(&flat(&format!("{BAKERY}\n\n{SLIP}")), "10.85", "its slip below");
    one(&flat(&format!("{BAKERY}\n\n\n{BAKERY}")), "10.85", "its copy below");
    one(&flat(&BAKERY.replace("\nTOTAL", "\n\n\n\n\n\nTOTAL")), "10.85", "a long gap");
    let invoice = "\
     BOLT & BRACKET LTD               INVOICE
     31 Forge Street, York            No 4471
BILL TO                         SHIP TO
Ms Ada Field                    Ms Ada Field
2 River Row, York               Dock 4, Hull
DATE: 13/11/2026                DUE: 13/11/2026
DESCRIPTION       QTY    PRICE    AMOUNT
HINGES 75MM         2     6.50     13.00
DOOR HANDLE         1    18.99     18.99
TOTAL PAID GBP    31.99   VAT INCLUDED      5.33
CARD              31.99   TOTAL GBP        31.99";
    one(&flat(invoice), "31.99", "an invoice of two columns");
    let taxes = "
VAT     NET    VAT   GROSS
20%    9.04   1.81   10.85
TOTAL  9.04   1.81   10.85";
    one(&flat(&format!("{BAKERY}{taxes}")), "10.85", "a table of taxes below");
}
