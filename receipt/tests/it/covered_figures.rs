//! Photos on which figures are covered, a second number is shown or the head is gone are of the receipt that was paid for, and
//! purchases that look like that are not.

use receipt::{OwnerId, fingerprint::Likeness};

use crate::partial_views::{are_paid_twice, paper, view};

const NUMBER: (&str, &str) = ("RECEIPT NO: CB00447190\n", "");
const TIME: (&str, &str) = ("TIME: 02:32 PM\n", "");
const DAY: (&str, &str) = ("14/03/2026", "4/03/2026");
/// With what would contradict it.
const TOTAL: (&str, &str) = (
    "PENCIL 2B                   4.50\nSUNDRIES                   22.90\nTOTAL                      27.40\n\
     CASH                       50.00\nCHANGE                     22.60\n",
    "TOTAL                       7.40\n",
);
const HEAD: (&str, &str) = ("CORNER BOOKS SDN BHD\n12, JALAN MAWAR 3/2\n50480 KUALA LUMPUR\n", "PAPER AND PENS\n");
const REGISTERED: (&str, &str) = ("GST ID: 000734512384\nTEL: 03-2148 7790\n", "");

/// Both orders, by two people.
#[track_caller]
fn are_one(first: &str, second: &str) {
    assert!(!are_paid_twice(first, second), "{first}\n\n{second}");
    assert!(!are_paid_twice(second, first), "the other way round: {first}\n\n{second}");
}

#[track_caller]
fn are_two(first: &str, second: &str) {
    assert!(are_paid_twice(first, second), "{first}\n\n{second}");
    assert!(are_paid_twice(second, first), "the other way round: {first}\n\n{second}");
}

#[test]
fn a_figure_of_the_day_or_the_total_that_is_covered_makes_no_second_receipt() {
    for covered in [
        &[DAY][..],
        &[DAY, NUMBER],
        &[DAY, TIME],
        &[("14/03/2026", "1/03/2026"), NUMBER],
        &[TOTAL],
        &[TOTAL, NUMBER],
        &[TOTAL, TIME],
        &[DAY, TOTAL],
        &[DAY, TOTAL, NUMBER],
        &[DAY, TOTAL, TIME],
        // The hour, too.
        &[TOTAL, NUMBER, ("02:32 PM", "2:32")],
    ] {
        are_one(&paper(&[]), &paper(covered));
    }
    // A weak one is paid beside none.
    let weak = paper(&[TOTAL, NUMBER, TIME]);
    assert!(!are_paid_twice(&paper(&[]), &weak) && are_paid_twice(&weak, &paper(&[])));
    are_one(&paper(&[NUMBER, TIME]), &weak);
}

#[test]
fn a_short_number_is_one_with_its_day_or_total_covered() {
    let short = ("CB00447190", "40117");
    for covered in [DAY, TOTAL] {
        are_one(&paper(&[short]), &paper(&[short, covered, TIME]));
        let till = ("CB00447190", "007");
        are_one(&paper(&[till]), &paper(&[till, covered]));
    }
}

#[test]
fn a_number_with_its_time_is_one_receipt_whatever_of_the_paper_is_taken_for_day_and_total() {
    let whole = paper(&[("DATE: 14/03/2026", "DATE: 14/03/2026\nORDERED: 12/03/2026")]);
    let other = paper(&[("DATE: 14/03/2026", "ORDERED: 12/03/2026"), TOTAL]);
    are_one(&whole, &other);
}

#[test]
fn a_short_number_beside_the_long_one_makes_no_second_receipt() {
    let both = paper(&[("RECEIPT NO: CB00447190", "RECEIPT NO: CB00447190\nBILL NO: A12")]);
    let short = paper(&[("RECEIPT NO: CB00447190", "BILL NO: A12"), TIME]);
    assert!(!are_paid_twice(&both, &short));
    // Nor does it stand in the way of those whose number and time are shown.
    let honest = view(&paper(&[]), &OwnerId::random()).unwrap();
    assert_eq!(honest.likeness(&view(&short, &OwnerId::random()).unwrap()), Likeness::Other);
}

#[test]
fn the_numbers_of_a_paper_with_many_are_known_by_its_head_and_foot() {
    let goods = "PENCIL 2B                   4.50";
    let codes: Vec<_> = (0..40).map(|n| format!("95566{n:02}1234{n:02}\nITEM {n:02}  0.10")).collect();
    let long = (goods, format!("{goods}\n{}", codes.join("\n")));
    let long = (long.0, long.1.as_str());
    let both = ("RECEIPT NO: CB00447190", "RECEIPT NO: CB00447190\nBILL NO: 77120345");
    are_one(&paper(&[both, long]), &paper(&[("RECEIPT NO: CB00447190", "BILL NO: 77120345"), long, TIME]));
}

#[test]
fn a_receipt_without_its_head_is_known_by_what_was_sold() {
    are_one(&paper(&[]), &paper(&[HEAD, REGISTERED, NUMBER]));
    let weak = paper(&[HEAD, REGISTERED, NUMBER, TIME]);
    assert!(!are_paid_twice(&paper(&[]), &weak));
    // Other things were sold for the same price.
    let other = paper(&[HEAD, REGISTERED, NUMBER, TIME, ("PENCIL 2B  ", "GLUE STICK "), ("SUNDRIES", "LABELS A5")]);
    are_two(&paper(&[]), &other);
}

#[test]
fn purchases_that_look_like_a_covered_figure_are_paid_each() {
    let next = ("CB00447190", "CB00447191");
    let later = ("02:32", "05:11");
    for other in [
        // The same things, on another day or at another time.
        &[DAY, next][..],
        &[DAY, later, NUMBER],
        &[("14/03/2026", "04/03/2026"), NUMBER],
        &[("14/03/2026", "04/03/2026"), ("CB00447190", "CB00446011"), TIME],
        &[later, NUMBER],
        &[next, TIME],
        // Others of another sum, in one minute or with one of the facts covered.
        &[TOTAL, next],
        &[TOTAL, NUMBER, later],
        &[TOTAL, next, TIME],
        &[
            TOTAL,
            ("TOTAL                       7.40", "GLUE       3.20\nTAPE       4.20\nTOTAL                       7.40"),
            NUMBER,
        ],
    ] {
        are_two(&paper(&[]), &paper(other));
    }
}
