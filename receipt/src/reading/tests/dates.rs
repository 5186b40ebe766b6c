//! Whole receipts whose date may be read in more than one way, or is not the only one.

use super::{
    super::read,
    photograph::{Pose, photograph},
};
use crate::{Field, Orientation};

fn date_of(text: &str) -> Option<Field<jiff::civil::Date>> {
    read(&photograph(text, Pose::default()), Orientation::Upright).date
}

#[track_caller]
fn check(text: &str, expected: &str) {
    let date = date_of(text);
    assert_eq!(date.as_ref().map(|it| it.value.to_string()).unwrap_or_default(), expected, "{text}");
    assert!(date.is_none_or(|it| it.confidence >= 0.75 && it.alternatives.is_empty()), "{text}");
}

#[track_caller]
fn check_undecided(text: &str, either: &str, or: &str) {
    let date = date_of(text).unwrap();
    let others: Vec<String> = date.alternatives.iter().map(ToString::to_string).collect();
    assert_eq!((date.value.to_string().as_str(), others.as_slice()), (either, [or.to_owned()].as_slice()), "{text}");
    assert!(date.confidence < 0.75, "{text}");
}

#[test]
fn habits_of_a_country_add_up_where_it_is_not_said() {
    let bill = "SUBTOTAL  9.00\nTAX  0.80\nTOTAL  9.80\nVISA  9.80";
    check(&format!("MIDTOWN TEA ROOM\n221 2nd Ave\n10/11/2026 8:02 AM\nSCONE  9.00\n{bill}"), "2026-10-11");
    check(&format!("MIDTOWN TEA ROOM\nBoise, ID 83702\n10/11/2026\nSCONE  9.00\n{bill}"), "2026-10-11");
    check("CORNER TEA ROOM\nVAT NO 123456789\n10/11/2026\nSCONE  £9.00\nTOTAL  £9.00", "2026-11-10");
}

#[test]
fn what_nothing_decides_is_said_both_ways() {
    check_undecided("TEA ROOM\n10/11/2026\nSCONE  9.00\nTOTAL  9.00", "2026-11-10", "2026-10-11");
    check_undecided("TEA ROOM\n10/11/2026\nSCONE  9.00\nTAX  0.80\nTOTAL  9.80", "2026-11-10", "2026-10-11");
}

#[test]
fn years_of_two_digits_come_first_where_that_is_usual() {
    check("SAKURA SOBA\nTokyo\n26/11/20 12:33\nSoba  ¥980\nTotal  ¥980", "2026-11-20");
    check("SAROKBOLT KFT\nNYUGTA\n26.11.20 16:48\nKenyér  890 Ft\nÖsszesen  890 Ft\nKészpénz  890 Ft", "2026-11-20");
    check("BAKERY LTD\nLeeds\n20/11/26 16:48\nBread  £2.00\nTOTAL  £2.00", "2026-11-20");
}

#[test]
fn dates_by_which_something_ends_are_not_the_day_of_the_sale() {
    check("TOY BARN\nLeeds\nRETURNS ACCEPTED UNTIL\n20/12/2026\n20/11/2026 16:48\nTOTAL  £2.00", "2026-11-20");
    check("MODA SUR S.L.\nCAMBIOS HASTA EL 20/12/2026\nFECHA 20/11/2026\nTOTAL  9,00\nTARJETA  9,00", "2026-11-20");
    check("KVETY s.r.o.\nDatum 20.11.2026\nCelkem  90,00 Kč\nZáruka do 20.11.2028\nHotově  90,00 Kč", "2026-11-20");
    check("BLUMEN AG\nGültig bis 31.12.2026\n20.11.2026\nSumme  9,00\nBar  9,00", "2026-11-20");
}

#[test]
fn a_likely_year_goes_before_one_that_makes_no_sense() {
    check("TOY BARN\nLeeds\nREF 12/10/44\n20/11/26\nTOTAL  £2.00", "2026-11-20");
}

#[test]
fn words_that_begin_like_a_month_are_none() {
    for item in ["2 MARGARITA 24 OZ", "1 DECAF 12", "2 MARCHE 20", "3 OCTOPUS 12", "2 JULEP 16", "1 MAYO 24 OZ"] {
        let date =
            date_of(&format!("CASA LIMA LLC\n88 Pine St, Albany, NY 12205\n{item}  18.00\nTOTAL  18.00\nVISA  18.00"));
        assert!(date.is_none_or(|it| it.confidence < 0.5), "{item}");
    }
}

#[test]
fn years_of_other_calendars_are_sure_only_where_they_are_exact_and_at_home() {
    let sure = |text: &str| date_of(text).map(|it| (it.value.to_string(), it.confidence >= 0.5, it.alternatives.len()));
    let found = |day: &str, is_sure, others| Some((day.to_owned(), is_sure, others));
    let sums = "RICE  950.00\nTOTAL  950.00\nCASH  950.00";
    assert_eq!(sure(&format!("LIGHTHOUSE TEA\nTAIPEI TAIWAN\n115/11/20 14:22\n{sums}")), found("2026-11-20", true, 0));
    assert_eq!(sure(&format!("CORNER SHOP\nLEEDS\n115/11/20 14:22\n{sums}")), found("2026-11-20", false, 0));
    assert_eq!(sure(&format!("GOLESTAN SHOP\nTEHRAN IRAN\n1405/08/29\n{sums}")), found("2026-11-20", true, 0));
    assert_eq!(sure(&format!("EVEREST PASAL\nPOKHARA NEPAL\nMITI 2083/08/04\n{sums}")), found("2026-11-20", false, 2));
    assert_eq!(sure(&format!("AL WAHA\nRIYADH\n09/06/1448\n{sums}")), found("2026-11-20", false, 2));
    let both = format!("AL WAHA\nRIYADH\n09/06/1448\n21/11/2026 18:20\n{sums}");
    assert_eq!(sure(&both).map(|it| it.0), Some("2026-11-21".to_owned()));
}
