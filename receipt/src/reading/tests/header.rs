//! Heads of receipts: whose shop it is and where it stands, among trade names, branches, numbers and customers.

use super::{
    super::read,
    photograph::{Pose, photograph},
};
use crate::{Orientation, Receipt};

/// What follows a head.
const BODY: &str = "\nCASHIER : 01  10:22\nBROOM  12.00\nTOTAL  12.00\nCASH  20.00\nCHANGE  8.00";

fn receipt(head: &str) -> Receipt {
    read(&photograph(&format!("{head}{BODY}"), Pose::default()), Orientation::Upright)
}

#[track_caller]
fn sold_by(head: &str, expected: &str) {
    assert_eq!(receipt(head).merchant.map(|it| it.value).unwrap_or_default(), expected, "{head}");
}

#[track_caller]
fn stands_at(head: &str, expected: &str) {
    assert_eq!(receipt(head).address.map(|it| it.value).unwrap_or_default(), expected, "{head}");
}

const ADDRESS: &str = "NO. 8, JALAN MELUR 3,\nTAMAN MELUR, 43000 KAJANG,\nSELANGOR.\nTEL : 03-8700 1122";

#[test]
fn a_registration_number_is_no_part_of_a_name() {
    for number in [
        "(123456-X)",
        "123456-X",
        "[123456-X]",
        "(CO. REG. NO. 123456-X)",
        "(CO.REG :123456-X)",
        "CO-REG:123456-X",
        "(CO NO: 123456 X)",
        "002345678-M",
        "JM0123456-X",
        "201901000005 (1312345-X)",
        "(1312345-X) 201901000005",
    ] {
        sold_by(&format!("KEDAI BUNGA RIANG {number}\n{ADDRESS}"), "KEDAI BUNGA RIANG");
        sold_by(&format!("RIANG BUNGA SDN BHD {number}\n{ADDRESS}"), "RIANG BUNGA SDN BHD");
        sold_by(&format!("RIANG BUNGA MARKETING\n{number}\n{ADDRESS}"), "RIANG BUNGA MARKETING");
    }
}

#[test]
fn the_company_goes_before_its_trade_name() {
    sold_by(&format!("GREEN LEAF\nLEAFY DINING SDN BHD\n(123456-X)\n{ADDRESS}"), "LEAFY DINING SDN BHD");
    sold_by(&format!("GREEN LEAF & CO\nLEAFY DINING SDN BHD\n(123456-X)\n{ADDRESS}"), "LEAFY DINING SDN BHD");
    sold_by("Grüner Zweig\nZweig Gastronomie GmbH\nHauptstr. 3\n10827 Berlin", "Zweig Gastronomie GmbH");
}

#[test]
fn a_name_may_go_on_below() {
    sold_by(&format!("LEAFY DINING & CATERING\nSDN BHD (123456-X)\n{ADDRESS}"), "LEAFY DINING & CATERING SDN BHD");
    sold_by(&format!("LEAFY DINING HOUSE SDN\nBHD\n{ADDRESS}"), "LEAFY DINING HOUSE SDN BHD");
    sold_by(&format!("KEDAI MAKAN\nLEONG FATT\n{ADDRESS}"), "KEDAI MAKAN LEONG FATT");
    sold_by(&format!("LEONG FATT HARDWARE\n& MACHINERY TRADING\n{ADDRESS}"), "LEONG FATT HARDWARE & MACHINERY TRADING");
}

#[test]
fn a_customer_is_not_the_shop() {
    for customer in
        ["BILL TO : BESAR ENGINEERING SDN BHD", "CUSTOMER :\nBESAR ENGINEERING SDN BHD", "BESAR ENGINEERING SDN BHD"]
    {
        let head = format!(
            "PERNIAGAAN RIA\n(JM0123456-X)\n{ADDRESS}\nGST NO : 001122334455\nTAX INVOICE\nINVOICE NO : 18314/102\n{customer}\nNO. 77, JALAN SUTERA 5/9,\nTAMAN SUTERA, 81100 JOHOR BAHRU,\nJOHOR."
        );
        sold_by(&head, "PERNIAGAAN RIA");
        stands_at(&head, "NO. 8, JALAN MELUR 3, TAMAN MELUR, 43000 KAJANG, SELANGOR.");
    }
}

#[test]
fn a_branch_is_no_part_of_an_address() {
    let address = "NO. 8, JALAN MELUR 3,\n43000 KAJANG, SELANGOR.";
    let expected = "NO. 8, JALAN MELUR 3, 43000 KAJANG, SELANGOR.";
    for branch in ["(SUNWAY PLAZA)", "RIANG SUNGAI BULOH", "#0471 PINGGIRAN", "MELUR SHOPPING CENTRE"] {
        stands_at(&format!("RIANG SDN BHD\n{address}\n{branch}\nINVOICE NO : 18314"), expected);
    }
    for branch in ["(KLANG)", "RIANG SUNGAI BULOH", "STORE 216 - SUNGAI PETANI"] {
        stands_at(&format!("RIANG SDN BHD\n{branch}\n{address}\nTEL : 03-8700 1122"), expected);
    }
}

#[test]
fn a_town_ends_an_address_known_or_not() {
    stands_at(
        "RIANG SDN BHD\n12, JALAN INTAN\n36000 TELUK INTAN\nPERAK\nTEL 05-622 1000",
        "12, JALAN INTAN 36000 TELUK INTAN PERAK",
    );
    stands_at(
        "RIANG SDN BHD\nNO 5, JALAN MAJU,\n53200,\nKUALA LUMPUR.\nTEL 03-4000 1000",
        "NO 5, JALAN MAJU, 53200, KUALA LUMPUR.",
    );
    stands_at(
        "RIANG SDN BHD\nLOT 2, JALAN BATU\n17000 KAMPUNG JAUH\nRIANG MEGA MALL\nINVOICE NO : 18314",
        "LOT 2, JALAN BATU 17000 KAMPUNG JAUH",
    );
}

#[test]
fn a_stamp_far_above_is_no_name() {
    sold_by(&format!("ONG SIEW BEE\n\n\n\nRIANG GIFT & HOME DECO\n{ADDRESS}"), "RIANG GIFT & HOME DECO");
}
