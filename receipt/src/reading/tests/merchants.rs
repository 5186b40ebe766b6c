//! Names of shops among logos, slogans, headings, streets and print of the back, in the head and in the foot.

use super::{
    super::read,
    photograph::{Pose, photograph},
};
use crate::{
    Orientation, Receipt,
    textract::{Block, BlockType, DetectDocumentText, Geometry},
};

const BODY: &str = "\n12/03/2023 14:22\nBROOM  12.00\nSOAP  3.00\nTOTAL  15.00\nCASH  20.00\nCHANGE  5.00";

/// The first lines are logos, so many times as tall as the others.
fn receipt(logos: usize, head: &str, foot: &str) -> Receipt {
    let head: Vec<&str> = head.lines().collect();
    let (tall, usual) = head.split_at(logos);
    let paper = format!("\n\n{}\n{}{BODY}\n{foot}", tall.join("\n\n\n"), usual.join("\n"));
    let mut answer = photograph(&paper, Pose::default());
    for block in first_lines(&mut answer, logos) {
        if let Some(geometry) = &mut block.geometry {
            enlarge(geometry);
        }
    }
    read(&answer, Orientation::Upright)
}

/// The blocks of the first lines, and of their words.
fn first_lines(answer: &mut DetectDocumentText, lines: usize) -> impl Iterator<Item = &mut Block> {
    let mut line = 0;
    answer.blocks.iter_mut().take_while(move |block| {
        line += usize::from(block.block_type == BlockType::Line);
        line <= lines
    })
}

/// Upwards, to two and a half times the height.
fn enlarge(geometry: &mut Geometry) {
    let bottom = geometry.bounding_box.top + geometry.bounding_box.height;
    let raised = |y: f32| bottom - (bottom - y) * 2.5;
    geometry.bounding_box.top = raised(geometry.bounding_box.top);
    geometry.bounding_box.height *= 2.5;
    for corner in &mut geometry.polygon {
        corner.y = raised(corner.y);
    }
}

#[track_caller]
fn sold_by(receipt: &Receipt, expected: &str) {
    assert_eq!(receipt.merchant.as_ref().map(|it| it.value.as_str()), Some(expected));
}

#[track_caller]
fn shop(receipt: &Receipt, expected: &str) {
    assert_eq!(receipt.trade_name.as_ref().map(|it| it.value.as_str()), Some(expected));
}

#[test]
fn a_short_name_is_no_reason_to_take_its_street() {
    for name in ["ULMO", "OX", "F&P", "Z22"] {
        sold_by(&receipt(1, &format!("{name}\nBirkenallee 57\n40219 Bergstadt\nTel. 0211-300"), ""), name);
        sold_by(&receipt(1, &format!("{name}\nRue des Alpes 4\n1201 Montville"), ""), name);
        sold_by(&receipt(1, &format!("{name}\n231 BLUEBELL DR\nSPRINGDALE OH 44663"), ""), name);
    }
}

#[test]
fn the_words_of_a_logo_may_stand_one_below_the_other() {
    sold_by(&receipt(2, "TULIP\nKING\nHauptstr. 1\n80335 Bergstadt", ""), "TULIP KING");
    sold_by(&receipt(3, "THE\nBROOM\nDEPOT\n12670 TOWN CENTER DR", ""), "THE BROOM DEPOT");
    sold_by(&receipt(1, "ULMO\nBergstadt\nHauptstr. 1", ""), "ULMO");
}

#[test]
fn a_slogan_is_no_name() {
    sold_by(&receipt(0, "Productos frescos cada día\nCASA RAMO\nC/ Mayor 12\n28013 Madrid", ""), "CASA RAMO");
    sold_by(&receipt(1, "ULMO\nYour neighbourhood store\n22 Station Road", ""), "ULMO");
    sold_by(&receipt(0, "MAGASIN RAMEAU\nVotre marché bio de proximité\n37000 TOURS", ""), "MAGASIN RAMEAU");
}

#[test]
fn a_name_in_the_foot_is_found_by_what_introduces_it() {
    let head = "EVERY DAY LOW PRICES\n1480 Commerce Pkwy\nColumbus, OH 43215";
    sold_by(&receipt(0, head, "THANK YOU FOR SHOPPING AT PAPERTREE\nwww.papertree.com"), "PAPERTREE");
    sold_by(&receipt(0, "SALE RECEIPT\nMerchant Name: Ulmo Hair Studio\nMID: 123456789", ""), "Ulmo Hair Studio");
    sold_by(&receipt(0, "WELCOME TO\nULMO GRILL\nUnit 2 Bridge Street\nCambridge CB2 1UF", ""), "ULMO GRILL");
}

#[test]
fn only_a_domain_names_the_shop_and_nothing_is_sure() {
    let receipt = receipt(0, "Your neighbourhood store\n22 Station Road", "Order online at www.foodtree.com");
    sold_by(&receipt, "foodtree");
    assert!(receipt.merchant.unwrap().confidence < 0.5);
}

#[test]
fn the_company_in_the_foot_is_told_from_the_name_of_the_shop() {
    let receipt = receipt(1, "ULMO\nBahnhofstr. 3\n91052 Bergstadt", "Ulmo Lebensmittel GmbH & Co. KG, Bergstadt");
    sold_by(&receipt, "Ulmo Lebensmittel GmbH & Co. KG");
}

#[test]
fn a_company_that_has_nothing_to_do_with_the_shop_is_not_the_merchant() {
    for foot in ["Kartenzahlung\nErste Zahlung GmbH", "WORLDWIDE PAYMENT SERVICES LTD"] {
        sold_by(&receipt(0, "Kiosk Ulmo\nHafenstr. 8\n20457 Bergstadt", foot), "Kiosk Ulmo");
    }
}

#[test]
fn a_street_or_a_town_below_the_company_is_not_what_the_shop_calls_itself() {
    for below in ["Via G. Ramo N.37 D", "Ramopur, Bergpradesh", "Rod MG-30, 0 - RAMO"] {
        let receipt = receipt(0, &format!("RAMO ALIMENTI SRL\n{below}\n41126 BERGSTADT"), "");
        sold_by(&receipt, "RAMO ALIMENTI SRL");
        assert_eq!(receipt.trade_name.map(|it| it.value), None, "{below}");
    }
    shop(&receipt(0, "SC RAMO SA\nHYPERMARCHE RAMEAUX\nCALEA VITAN 236", "www.rameaux.com"), "HYPERMARCHE RAMEAUX");
}

#[test]
fn a_misread_logo_is_spelt_as_the_plain_print_has_it() {
    sold_by(&receipt(1, "BRCHWOOD\n12 Mill Lane\nYork YO1 7EP", "www.birchwood.com"), "BIRCHWOOD");
    let receipt = receipt(1, "BRCHWOOD\nPrime Foods Ltd\n12 Mill Lane", "Thank you for shopping at Birchwood");
    sold_by(&receipt, "Prime Foods Ltd");
    shop(&receipt, "BIRCHWOOD");
}

#[test]
fn print_of_the_back_is_no_name() {
    let mut answer = photograph(
        &format!("qnu pjns odr.t\nULMO MARKT\nBergweg 3\n44135 Bergstadt\nnehcsierp{BODY}"),
        Pose::default(),
    );
    for block in first_lines(&mut answer, 1) {
        block.confidence = Some(58.0);
    }
    sold_by(&read(&answer, Orientation::Upright), "ULMO MARKT");
}

#[test]
fn legal_forms_of_all_countries_make_a_company() {
    for name in [
        "RAMO ALIMENTOS, S.L.",
        "RAMEAU SARL",
        "Ramo S.p.A.",
        "Tak Winkels B.V.",
        "Kvist Handel AB",
        "Kvist A/S",
        "Oksa Kauppa Oy",
        "GALAZ SP. Z O.O.",
        "Vetev, spol. s r.o.",
        "Grana d.o.o.",
        "Dal Ticaret A.S.",
        "Ramo Ltda",
        "PT DAHAN HIJAU",
        "SIA ZARS",
        "UAB SAKA",
        "S.C. CREANGA S.R.L.",
        "Ag Kft.",
        "Twig Pty Ltd",
    ] {
        let receipt = receipt(1, &format!("ULMO\n{name}\nHauptstr. 5\n10115 Bergstadt"), "");
        assert_eq!(
            receipt.merchant.map(|it| it.value.trim_end_matches('.').to_owned()).as_deref(),
            Some(name.trim_end_matches('.'))
        );
        assert_eq!(receipt.trade_name.map(|it| it.value).as_deref(), Some("ULMO"), "{name}");
    }
}
