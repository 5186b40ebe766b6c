//! Whole receipts of many countries, and what must hold for any.

use proptest::prelude::*;
use rust_decimal::Decimal;

mod countries;
mod currencies;
mod dates;
mod header;
mod languages;
mod merchants;
mod papers;
pub(crate) mod photograph;
mod places;

use self::photograph::{Pose, photograph};
use super::{PageSource, Receipt, read, read_uncalibrated};
use crate::{Orientation, Rules, rules::Requirement};

const SHOPS: [(&str, &str); 15] = [
    ("au", include_str!("../../testdata/au.txt")),
    ("ch", include_str!("../../testdata/ch.txt")),
    ("de", include_str!("../../testdata/de.txt")),
    ("es", include_str!("../../testdata/es.txt")),
    ("fr", include_str!("../../testdata/fr.txt")),
    ("gb", include_str!("../../testdata/gb.txt")),
    ("id", include_str!("../../testdata/id.txt")),
    ("it", include_str!("../../testdata/it.txt")),
    ("jp", include_str!("../../testdata/jp.txt")),
    ("lv", include_str!("../../testdata/lv.txt")),
    ("my", include_str!("../../testdata/my.txt")),
    ("nl", include_str!("../../testdata/nl.txt")),
    ("pl", include_str!("../../testdata/pl.txt")),
    ("pt", include_str!("../../testdata/pt.txt")),
    ("us", include_str!("../../testdata/us.txt")),
];

fn read_lying(text: &str, pose: Pose) -> Receipt {
    read(&photograph(text, pose), Orientation::Upright)
}

/// A receipt as a reader of the snapshots wants it: what was read, without places and shares.
fn values(receipt: &Receipt) -> serde_json::Value {
    fn strip(value: serde_json::Value) -> serde_json::Value {
        match value {
            serde_json::Value::Object(mut field) if field.contains_key("confidence") => {
                field.remove("value").unwrap_or_default()
            }
            serde_json::Value::Object(fields) => fields.into_iter().map(|(name, value)| (name, strip(value))).collect(),
            serde_json::Value::Array(values) => values.into_iter().map(strip).collect(),
            other => other,
        }
    }
    strip(serde_json::to_value(receipt).unwrap())
}

#[test]
fn receipts_of_many_countries_are_read() {
    for (country, text) in SHOPS {
        let receipt = read_lying(text, Pose::default());
        insta::with_settings!({ snapshot_path => "../../testdata", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_json_snapshot!(country, values(&receipt));
        });
    }
}

#[test]
fn what_is_plain_to_see_counts_as_seen() {
    let rules = Rules::default();
    for (country, text) in SHOPS {
        let receipt = read_lying(text, Pose::default());
        let sure = [
            (Requirement::Merchant, receipt.merchant.map(|it| it.confidence)),
            (Requirement::Date, receipt.date.map(|it| it.confidence)),
            (Requirement::Total, receipt.total.map(|it| it.confidence)),
        ];
        let is_seen = |of, confidence: Option<f32>| confidence.is_some_and(|it| it >= rules.min_confidence_of(of));
        assert!(sure.iter().all(|(of, confidence)| is_seen(*of, *confidence)), "{country}: {sure:?}");
    }
}

#[test]
fn a_field_has_its_text_its_share_and_its_place() {
    // A calibration that is fitted anew moves nothing here.
    let page = photograph("CORNER SHOP LTD\n1 HIGH STREET\n03/04/2024\nTOTAL  9.00", Pose::default());
    let receipt = read_uncalibrated(&page, &[PageSource::only(Orientation::Upright)]);
    insta::with_settings!({ snapshot_path => "../../testdata", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_json_snapshot!("fields", receipt);
    });
}

#[test]
fn a_receipt_may_lie_as_it_likes() {
    for (country, text) in SHOPS {
        let straight = read_lying(text, Pose::default());
        for (turns, mirrored) in (0..4).flat_map(|turns| [(turns, false), (turns, true)]) {
            for tilt in [-0.12, 0.0, 0.07] {
                let lying = read_lying(text, Pose { tilt, turns, mirrored, ..Pose::default() });
                let how = format!("{country}, {turns} turns, mirrored: {mirrored}, tilted by {tilt}");
                assert_eq!(values(&lying), values(&straight), "{how}");
            }
        }
    }
}

#[test]
fn a_photo_is_read_as_it_is_shown() {
    let text = SHOPS[0].1;
    let straight = read_lying(text, Pose::default());
    // A camera stores the picture as its sensor lies, and notes how it is to be shown.
    for (exif, turns, mirrored) in [
        (1, 0, false),
        (2, 0, true),
        (3, 2, false),
        (4, 2, true),
        (5, 1, true),
        (6, 3, false),
        (7, 3, true),
        (8, 1, false),
    ] {
        let stored = photograph(text, Pose { turns, mirrored, ..Pose::default() });
        let shown = read(&stored, Orientation::try_from(exif).unwrap());
        assert_eq!(values(&shown), values(&straight), "EXIF {exif}");
        let (a, b) = (shown.total.unwrap().bounds, straight.total.as_ref().unwrap().bounds);
        for (a, b) in [(a.left, b.left), (a.top, b.top), (a.width, b.width), (a.height, b.height)] {
            assert!((a - b).abs() < 1e-4, "EXIF {exif}: {a} is not {b}");
        }
    }
}

#[test]
fn nothing_is_read_from_nothing() {
    assert_eq!(read_lying("", Pose::default()), Receipt::default());
    assert_eq!(read_lying("\n\n", Pose::default()), Receipt::default());
}

#[track_caller]
fn check(text: &str, total: &str, date: &str) {
    let receipt = read_lying(text, Pose::default());
    let read = |value: Option<String>| value.unwrap_or_default();
    let found = (read(receipt.total.map(|it| it.value.to_string())), read(receipt.date.map(|it| it.value.to_string())));
    assert_eq!((found.0.as_str(), found.1.as_str()), (total, date), "{text}");
}

#[test]
fn american_receipts_put_the_month_first_and_the_tip_last() {
    check(
        "Luna's Taqueria\n512 E 9th St\nDenver, CO 80203\n(303) 555-0117\n04/11/23  12:30 PM\nSUBTOTAL  21.50\nTAX  1.83\nTOTAL  23.33\nTip: ________\n18% = $3.87  20% = $4.30",
        "23.33",
        "2023-04-11",
    );
    check(
        "PINE STREET MARKET\nSeattle WA 98101\nJan 5, 2024 5:06 PM\nCOFFEE BEANS  $16.99\nBAGEL  $2.25\nSubtotal  $19.24\nTax  $0.23\nTOTAL  $19.47\nCREDIT CARD  $19.47",
        "19.47",
        "2024-01-05",
    );
    check(
        "HARDWARE HANK\nSALE  #4411\n07-28-2021\nHAMMER  24.99\nNAILS  3.49\nSUBTOTAL  28.48\nSALES TAX  2.35\nTOTAL  30.83\nCASH  40.00\nCHANGE DUE  9.17\nYOU SAVED  5.00",
        "30.83",
        "2021-07-28",
    );
    check(
        "GAS & GO #12\n1400 Route 9, Albany, NY 12205\n11/09/2022\nPUMP 4  REGULAR\n9.871 G @ $3.799\nFUEL TOTAL  $37.50\nVISA  $37.50",
        "37.50",
        "2022-11-09",
    );
}

#[test]
fn a_total_with_the_tip_is_the_total() {
    check(
        "DINER\n03/07/2024\nSoup  $45.40\nSubtotal  $45.40\nTax  $3.75\nTotal  $49.15\nTip  $9.00\nTotal  $58.15",
        "58.15",
        "2024-03-07",
    );
}

#[test]
fn british_and_irish_receipts_put_the_day_first() {
    check(
        "THE COPPER KETTLE\nMarket Place, Hexham NE46 1XQ\nDate: 03/04/2023\nTea for two  £6.80\nScones  £7.00\nTotal Due  £13.80\nCash  £20.00\nChange  £6.20",
        "13.80",
        "2023-04-03",
    );
    check(
        "QUAYSIDE BOOKS\nGalway\n05/06/2022 10:02\n2 ITEMS\nBALANCE DUE  €24.98\nVISA DEBIT  €24.98\nVAT INCLUDED  €0.00",
        "24.98",
        "2022-06-05",
    );
}

#[test]
fn german_totals_stand_before_their_taxes() {
    check(
        "Getränke Hoffmeister\nHauptstr. 3, 10827 Berlin\n17.03.2023 18:55\nWasser 6x1,5L  4,14\nPfand  1,50\nSUMME  5,64\nEC-Karte  5,64\nSteuer  Netto  MwSt  Brutto\nA 19%  4,74  0,90  5,64",
        "5.64",
        "2023-03-17",
    );
    check(
        "Gasthaus Zur Linde\nRechnung\nDatum: 01.02.24\n2x Schnitzel  31,80\n3x Bier  12,60\nZu zahlen: 44,40 EUR\nTrinkgeld: ________",
        "44.40",
        "2024-02-01",
    );
    check("Kiosk am Eck\n9.8.2023\nGesamtbetrag EUR  1.234,56\nBar  1.300,00\nZurück  65,44", "1234.56", "2023-08-09");
}

#[test]
fn french_totals_are_with_tax() {
    check(
        "BRASSERIE DU PARC\n8 avenue Foch 69006 Lyon\nLe 12/03/2023 à 13:05\n2 Menu du jour  37,80\nTotal HT  34,36\nTVA 10%  3,44\nTotal TTC  37,80\nCB  37,80",
        "37.80",
        "2023-03-12",
    );
    check("SUPERETTE\n14/07/22\nNET A PAYER  1 023,40 EUR\nESPECES  1 050,00\nRENDU  26,60", "1023.40", "2022-07-14");
    check("Pharmacie Centrale\n3 mars 2024\nMontant dû : 18,95 €", "18.95", "2024-03-03");
}

#[test]
fn southern_totals_are_found() {
    check("BAR LOLA\n5 de marzo de 2024\nTOTAL  12,30 €\nENTREGADO  20,00\nDEVOLUCION  7,70", "12.30", "2024-03-05");
    check(
        "MERCADO SUR S.A.\nFecha 11/10/2023\nSubtotal  8,26\nIVA 21%  1,74\nImporte total  10,00\nTarjeta  10,00",
        "10.00",
        "2023-10-11",
    );
    check(
        "Bar Sport\n07-08-2023 08:11\nCAFFE  1,20\nBRIOCHE  1,40\nTOTALE EURO  2,60\nCONTANTE  5,00\nRESTO  2,40",
        "2.60",
        "2023-08-07",
    );
    check(
        "Supermercado Bom Dia LTDA\nCNPJ 12.345.678/0001-90\n14/03/2023 10:12:33\nQTD TOTAL DE ITENS  3\nVALOR TOTAL R$  45,90\nVALOR A PAGAR R$  45,90\nDinheiro  50,00\nTroco R$  4,10",
        "45.90",
        "2023-03-14",
    );
}

#[test]
fn northern_and_eastern_totals_are_found() {
    check("Eetcafé 't Hoekje\n2 mei 2023\nTotaal  € 27,50\nPin  € 27,50\nBTW 9%  2,27", "27.50", "2023-05-02");
    check(
        "ŻABA NA ROGU\nPARAGON FISKALNY\nSPRZEDAŻ OPOD. PTU A  12,30\nKWOTA A 23%  2,30\nSUMA PTU  2,30\nSUMA  PLN  12,30\nKARTA  12,30\n2023-02-09  17:21",
        "12.30",
        "2023-02-09",
    );
    check(
        "SIA Saule\nČeks\n09.12.2022 15:10\nPiens 0,99\nMaize 1,45\nKopā apmaksai EUR 2,44\nSkaidra nauda 5,00\nAtlikums 2,56",
        "2.44",
        "2022-12-09",
    );
}

#[test]
fn money_without_small_coins_is_counted_in_whole() {
    check(
        "RUMAH MAKAN SEDAP\nNasi Campur  35,000\nEs Teh  8,000\nTOTAL  43,000\nCASH  50,000\nCHANGE  7,000",
        "43000",
        "",
    );
    check("TOKO ROTI\n12/09/2022\nTOTAL  Rp 45.500\nTUNAI  Rp 50.000\nKEMBALI  Rp 4.500", "45500", "2022-09-12");
    check("MISO HOUSE\n2023年04月02日\nTotal  ¥1,650\nCash  ¥2,000\nChange  ¥350", "1650", "2023-04-02");
    check("KIMCHI TABLE\n2022.11.30 19:20\nTotal  32,000\nCard  32,000", "32000", "2022-11-30");
}

#[test]
fn misread_figures_are_mended() {
    check("CORNER STORE SDN BHD\nDATE: O1/1O/2018\nTOTAL RM  1O.5O\nCASH  2O.00\nCHANGE  9.50", "10.50", "2018-10-01");
    check("CORNER STORE SDN BHD\n12 /03/2018\nT0TAL  170. 00\nCASH  200.00\nCHANGE  30.00", "170.00", "2018-03-12");
    check("CORNER STORE SDN BHD\n12-03-201818:20\nTOTALRM9.90\nCASHRM10.00", "9.90", "2018-03-12");
}

#[test]
fn a_receipt_without_labels_is_told_by_its_sums() {
    check("CORNER STORE\n4.50\n3.20\n7.70\n10.00\n2.30", "7.70", "");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_lines_give_a_receipt(lines in proptest::collection::vec(".{0,60}", 0..25), turns in 0_u8..4, tilt in -0.5_f32..0.5) {
        read_lying(&lines.join("\n"), Pose { tilt, turns, ..Pose::default() });
    }

    #[test]
    fn lines_that_look_like_receipts_give_one(
        lines in proptest::collection::vec("(TOTAL|CASH|GST 6%|DATE|TEL|2 X|RM|€)?[ ]{0,3}[0-9OIS]{1,6}[.,/: -]{1,2}[0-9OIS]{0,4}([ ]{2}[0-9]{1,3}[.,][0-9]{2})?", 0..25),
    ) {
        read_lying(&lines.join("\n"), Pose::default());
    }

    #[test]
    fn the_total_is_the_same_at_any_tilt(shop in 0_usize..15, tilt in -0.15_f32..0.15, turns in 0_u8..4) {
        let (_, text) = SHOPS[shop];
        let total = |pose: Pose| read_lying(text, pose).total.map(|total| total.value);
        prop_assert_eq!(total(Pose { tilt, turns, ..Pose::default() }), total(Pose::default()));
    }

    #[test]
    fn an_amount_is_read_as_it_is_printed(cents in 1_i64..10_000_000) {
        let amount = Decimal::new(cents, 2);
        let receipt = read_lying(&format!("CORNER SHOP LTD\n1 HIGH STREET\nTOTAL  {amount}"), Pose::default());
        prop_assert_eq!(receipt.total.map(|total| total.value), Some(amount));
    }
}
