//! Receipts of many countries, most of which print no sign of their currency: the country speaks.

use super::{
    super::read,
    photograph::{Pose, photograph},
};
use crate::{
    Orientation, Rules,
    verdict::{Facts, RuleCode, RuleOutcome, judge},
};

/// Currency, text. The shops are invented.
const RECEIPTS: &[(&str, &str)] = &[
    (
        "USD",
        "MAPLE DINER\n12 Oak Ave\nAustin, TX 78701\n(512) 555-0142\n11/20/2026 7:45 PM\nBURGER  13.50\nTAX  1.11\nTOTAL  14.61",
    ),
    (
        "CAD",
        "NORTH CAFE\n8 King St W, Toronto ON M5V 2T6\n2026-11-20\nMUFFIN  3.00\nHST 13%  0.39\nTOTAL  $3.39\nINTERAC  $3.39",
    ),
    (
        "AUD",
        "BEACH KIOSK PTY LTD\nABN 12 345 678 901\nManly NSW 2095\n20/11/2026 09:10\nFLAT WHITE  $4.80\nTOTAL  $4.80\nGST INCL  $0.44",
    ),
    (
        "NZD",
        "HARBOUR DAIRY LTD\n5 Quay St, Auckland 1010\nGST 123-456-789\n20/11/2026\nPIE  $5.50\nTOTAL  $5.50\nEFTPOS  $5.50",
    ),
    (
        "SGD",
        "LUCKY NOODLE PTE LTD\n12 Orchard Road #02-11 Singapore 238841\nUEN 201812345A\n20/11/2026\nNOODLES  $6.50\nTOTAL  $6.50",
    ),
    (
        "HKD",
        "GOLDEN TEA\nShop 3, Nathan Road, Kowloon\nTel 2345 6789\n20/11/2026\nMILK TEA  $22.00\nTOTAL  $22.00\nOCTOPUS  $22.00",
    ),
    ("TWD", "緑茶店\n統一編號 12345678\n電子發票證明聯\n2026-11-20 12:10:05\n紅茶  45\n總計 45 元\nTOTAL  $45"),
    (
        "GBP",
        "THE CORNER SHOP LTD\n4 High Street, Leeds LS1 4AP\nVAT No 123 4567 89\n20/11/2026 10:12\nTEA  2.10\nTOTAL  2.10\nCASH  5.00\nCHANGE  2.90",
    ),
    ("GBP", "BAKERY\n20/11/2026\nBREAD  f2.10\nCAKE  f19.05\nTOTAL  f21.15\nLondon SW1A 2AA"),
    ("EUR", "MURPHY & SONS LTD\nMain Street, Galway\nVAT NO IE1234567T\n20/11/2026\nTEA  2.10\nTOTAL  2.10"),
    (
        "EUR",
        "Hofladen Lindner GmbH\nDorfstr. 3, 80331 München\nSteuernr. 143/123/12345\n20.11.2026\nEier  3,20\nSumme  3,20\nBar  5,00\nRückgeld  1,80",
    ),
    (
        "CHF",
        "Bergrestaurant Alpina AG\nDorfplatz 1, 3818 Grindelwald\nCHE-123.456.789 MWST\n20.11.2026\nRösti  24.50\nTotal  24.50",
    ),
    (
        "EUR",
        "LE FOURNIL SARL\n3 rue du Pont 35000 Rennes\nSIRET 123 456 789 00012\n20/11/2026\nPAIN  1,20\nTOTAL TTC  1,20",
    ),
    ("EUR", "BAR CENTRALE SNC\nVia Roma 4, 40121 Bologna\nP.IVA 01234567890\n20/11/2026\nCAFFE  1,20\nTOTALE  1,20"),
    (
        "EUR",
        "CAFETERIA SOL S.L.\nC/ Mayor 4, 28013 Madrid\nCIF B12345678\n20/11/2026\nCAFE  1,40\nTOTAL  1,40\nIVA INCLUIDO",
    ),
    (
        "EUR",
        "PASTELARIA FLOR, LDA\nRua Nova 2, 1200-093 Lisboa\nContribuinte 501234567\n20/11/2026\nCAFE  0,90\nTOTAL  0,90",
    ),
    (
        "EUR",
        "BAKKERIJ DE MOLEN B.V.\nDorpsstraat 8, 3511 AB Utrecht\nKVK 12345678\n20-11-2026\nBROOD  2,35\nTOTAAL  2,35\nPINNEN  2,35",
    ),
    (
        "EUR",
        "KAUPPA OY\nMannerheimintie 3, 00100 Helsinki\nY-tunnus 1234567-8\n20.11.2026\nLEIPA  2,35\nYHTEENSA  2,35\nALV 14%  0,29",
    ),
    ("EUR", "UAB SALDUMAI\nGedimino pr. 9, Vilnius\nPVM kodas LT100001234567\n2026-11-20\nDUONA  1,49\nMOKETI  1,49"),
    (
        "DKK",
        "KIOSKEN APS\nNørregade 2, 1165 København K\nCVR 12345678\n20.11.2026\nRUGBRØD  22,50\nAT BETALE  22,50\nHeraf moms  4,50",
    ),
    (
        "SEK",
        "BUTIKEN AB\nStorgatan 4, 111 22 Stockholm\nOrg.nr 556000-0000\n2026-11-20\nKAFFE  79,50\nTOTALT  79,50 kr\nVarav moms 12%  8,52",
    ),
    (
        "NOK",
        "KIOSK AS\nKarl Johans gate 3, 0154 Oslo\nOrg.nr NO 912 345 678 MVA\n20.11.2026\nPØLSE  49,00\nTOTALT  kr 49,00",
    ),
    ("ISK", "Kaffi ehf\nLaugavegur 3, Reykjavík\nKennitala 123456-7890\n20.11.2026\nKaffi  650 kr\nSamtals  1.450 kr"),
    (
        "PLN",
        "SKLEP JAGODA\nul. Polna 3, 00-625 Warszawa\nNIP 525-000-00-00\n2026-11-20\nPARAGON FISKALNY\nCHLEB  4,59 C\nSUMA PTU  0,22\nSUMA  4,59",
    ),
    (
        "CZK",
        "Pekárna U Mostu s.r.o.\nDlouhá 4, 110 00 Praha 1\nDIČ CZ12345678\n20.11.2026\nChléb  39,00\nCelkem  39,00\nDPH 12%  4,18",
    ),
    ("EUR", "Pekáreň s.r.o.\nHlavná 4, 811 01 Bratislava\nIČ DPH SK2020123456\n20.11.2026\nChlieb  2,19\nSpolu  2,19"),
    (
        "HUF",
        "Pékség Kft.\n1052 Budapest, Fő utca 3.\nAdószám: 12345678-2-42\n2026.11.20\nKENYÉR  1 290\nÖSSZESEN: 1 290 Ft",
    ),
    (
        "RON",
        "SC PAINE BUNA SRL\nStr. Lunga 3, Brasov\nC.I.F.: RO12345678\nBON FISCAL\nPAINE  4,50 B\nTOTAL  4,50\n20.11.2026",
    ),
    (
        "RSD",
        "PEKARA DOO\nKnez Mihailova 3, Beograd\nPIB: 123456789\nPFR vreme: 20.11.2026 12:00\nHleb  89,00\nUkupno  89,00",
    ),
    ("BAM", "PEKARA D.O.O.\nFerhadija 3, Sarajevo\nJIB: 4201234567890\nPDV 17%\n20.11.2026\nHLJEB  1,50\nUKUPNO  1,50"),
    (
        "TRY",
        "YILDIZ MARKET LTD STI\nAtatürk Cad. No 12 Izmir\nTarih 20.11.2026\nEKMEK %1  *10,00\nTOPKDV  *0,10\nTOPLAM  *10,00\nNAKIT  *20,00",
    ),
    ("UAH", "ТОВ ХЛІБ\nм. Київ, вул. Мала 3\nПН 123456789012\nХліб  32,50 А\nСУМА  32,50\nПДВ А 20%  5,42\n20.11.2026"),
    (
        "RUB",
        "ООО ХЛЕБ\nг. Москва, ул. Малая 3\nИНН 7701234567\nКАССОВЫЙ ЧЕК\nХлеб белый  54,00\nИТОГ  54,00\n20.11.2026",
    ),
    (
        "BRL",
        "PADARIA BOA LTDA\nCNPJ 12.345.678/0001-90\nRua Um 20 Belo Horizonte MG\n20/11/2026\nPAO  6,40\nVALOR TOTAL  6,40",
    ),
    (
        "MXN",
        "TIENDA SUR SA DE CV\nRFC TSU010101AB1\nAv. Juarez 100 Col. Centro, Puebla\n20/11/2026\nPAN  $48.00\nTOTAL  $48.00",
    ),
    (
        "ARS",
        "KIOSCO SRL\nCUIT 30-12345678-9\nIng. Brutos 901-123456\nCABA Argentina\n20/11/2026\nPAN  1500,00\nTOTAL  $ 1500,00",
    ),
    (
        "CLP",
        "PANADERIA LTDA\nRUT 76.123.456-7\nBOLETA ELECTRONICA\nProvidencia, Santiago\n20/11/2026\nPAN  $1.990\nTOTAL  $1.990",
    ),
    ("COP", "PANADERIA S.A.S.\nNIT 900.123.456-7\nCra 7 # 12-30 Bogotá\n20/11/2026\nPAN  4.500\nTOTAL  $ 4.500"),
    (
        "PEN",
        "BODEGA S.A.C.\nRUC 20123456789\nAv. Larco 12 Miraflores, Lima\nBOLETA DE VENTA\n20/11/2026\nPAN  5.40\nIGV  0.82\nTOTAL  5.40",
    ),
    (
        "DOP",
        "COLMADO SRL\nRNC 123-45678-9\nSanto Domingo\nNCF B0212345678\n20/11/2026\nPAN  156.44\nITBIS  23.86\nTOTAL  RD$156.44",
    ),
    ("GTQ", "TIENDA\nZona 1, Guatemala\nNIT 1234567-8\n20/11/2026\nPAN  Q12.50\nCAFE  Q10.00\nTOTAL  Q22.50"),
    ("HNL", "PULPERIA S. DE R.L.\nTegucigalpa\nRTN 08011999123456\n20/11/2026\nARROZ  L45.00\nTOTAL A PAGAR  L45.00"),
    (
        "INR",
        "UDUPI VEG\nMG Road, Bengaluru 560001\nGSTIN: 29ABCDE1234F1Z5\n20/11/2026\nDOSA  95.00\nCGST 2.5%  2.38\nSGST 2.5%  2.38\nGrand Total  99.76",
    ),
    ("NPR", "KIRANA PVT. LTD.\nPatan, Kathmandu\nPAN No. 301234567\n20/11/2026\nRICE  185.00\nNet Amount  185.00"),
    ("PKR", "BAZAAR MART\nGulberg III Lahore\nNTN 1234567-8\n20/11/2026\nRICE  185.00\nTOTAL  Rs 185.00"),
    ("LKR", "FAMILY STORES (PVT) LTD\nGalle Road, Colombo 03\n20/11/2026\nRICE  450.00\nTOTAL  Rs 450.00"),
    (
        "BDT",
        "DHAKA MART LTD\nDhanmondi, Dhaka\nBIN: 001234567-0101\nMUSHAK 6.3\n20/11/2026\nRICE  185.00\nTOTAL  185.00",
    ),
    ("THB", "SIAM SNACKS\nSukhumvit 11, Bangkok\nTAX ID 0105512345678\n20/11/2026\nWATER  B7.00\nTOTAL  B7.00"),
    (
        "IDR",
        "WARUNG MAKAN\nJl. Braga 3, Bandung\nNPWP 01.234.567.8-901.000\n20/11/2026\nNASI GORENG  25.000\nTEH  5.000\nTOTAL  30.000\nTUNAI  50.000\nKEMBALI  20.000",
    ),
    ("VND", "QUAN PHO\n12 Le Loi, Quan 1, TP HCM\nMST 0301234567\n20/11/2026\nPHO BO  65.000\nTong cong  65.000"),
    (
        "PHP",
        "SARI STORE\nMakati City\nVAT REG TIN 123-456-789-000\n11/20/2026\nPAN DE SAL  45.00\nVATABLE SALES  40.18\nAMOUNT DUE  45.00",
    ),
    (
        "MYR",
        "KEDAI MAJU SDN BHD\nJalan Mawar, 47500 Subang Jaya, Selangor\n20/11/2026\nROTI  5.00\nJUMLAH  5.00\nTUNAI  10.00",
    ),
    ("KRW", "커피나무 강남점\n사업자번호 123-45-67890\n2026-11-20 14:05:11\n아메리카노  1  4,500\n합계금액  4,500"),
    ("JPY", "喫茶みどり\n東京都千代田区\n登録番号 T1234567890123\n2026年11月20日\nコーヒー  ¥450\n合計  ¥450"),
    ("CNY", "小吃店\n上海市南京路\n2026-11-20 12:00\n面  ¥18.00\n合计金额  ¥18.00\n实收  ¥20.00\n找零  ¥2.00"),
    (
        "AED",
        "DESERT CAFE LLC\nAl Rigga, Deira, Dubai\nTRN 100123456700003\n20/11/2026\nTEA  5.25\nVAT 5%  0.25\nTOTAL  5.25",
    ),
    (
        "SAR",
        "TAMR EST\nOlaya St, Riyadh\nVAT No 300123456700003\nSimplified Tax Invoice\n20/11/2026\nDATES  SR 23.00\nTOTAL  SR 23.00",
    ),
    ("KWD", "SOUQ CO. W.L.L.\nSalmiya, Kuwait\n20/11/2026\nLABNEH  1.250\nOLIVES  3.350\nTOTAL  4.600"),
    (
        "BHD",
        "MANAMA STORES W.L.L.\nRoad 12, Manama, Bahrain\nCR No 12345-1\n20/11/2026\nTEA  BD 0.500\nTOTAL  BD 0.500",
    ),
    ("JOD", "BAKERY\nRainbow St, Amman, Jordan\n20/11/2026\nBREAD  JD 0.750\nTOTAL  JD 0.750"),
    ("ILS", "CAFE ROTHSCHILD\nTel Aviv, Israel\n20/11/2026\nCOFFEE  14.00\nTOTAL  14.00"),
    ("EGP", "NILE MARKET\n26 July St, Zamalek, Cairo\n20/11/2026\nBREAD  45.00\nVAT 14%  5.53\nTOTAL  45.00 LE"),
    (
        "MAD",
        "BOULANGERIE SARL\nBd Zerktouni, Casablanca\nICE 001234567000089\n20/11/2026\nPAIN  12,00\nTOTAL  12,00 DH",
    ),
    (
        "TND",
        "BOULANGERIE\nAv. Bourguiba, Tunis\nTel +216 71 123 456\n20/11/2026\nPAIN  0,250\nTHE  1,500\nTOTAL  1,750 DT",
    ),
    ("ZAR", "KAROO MARKET\n12 Long Street, Cape Town\nVAT NO 4012345678\n20/11/2026\nTEA  R34.95\nTOTAL  R34.95"),
    (
        "NGN",
        "MAMA KITCHEN LTD\nAllen Avenue, Ikeja, Lagos\n08031234567\n20/11/2026\nRICE  2,500.00\nVAT 7.5%  187.50\nTOTAL  2,687.50",
    ),
    ("KES", "DUKA LTD\nMoi Avenue, Nairobi\nPIN P051234567A\n20/11/2026\nUNGA  210.00\nTOTAL  210.00\nM-PESA  210.00"),
    ("TZS", "DUKA\nDar es Salaam\nTIN 123-456-789\nVRN 12345678A\n20/11/2026\nUNGA  4,500\nTOTAL  4,500"),
    ("UGX", "DUKA LTD\nKampala, Uganda\nTIN 1001234567\n20/11/2026\nPOSHO  6,500\nTOTAL USH 6,500"),
    ("GHS", "CHOP BAR LTD\nOsu, Accra\nNHIL 2.5%  0.50\nGETFUND 2.5%  0.50\n20/11/2026\nJOLLOF  20.00\nTOTAL  21.00"),
    (
        "ETB",
        "BUNA PLC\nBole, Addis Ababa\nTIN 0012345678\nFS No. 00001234\n20/11/2026\nBUNA  45.00\nTXBL1  *45.00\nTAX1 15.00%  *6.75\nTOTAL  *51.75\nMRC: ABC0012345",
    ),
    (
        "XOF",
        "BOUTIQUE TERANGA\nAv. Pompidou, Dakar, Senegal\nNINEA 001234567\n20/11/2026\nRIZ  12 500\nTOTAL  12 500 FCFA",
    ),
    (
        "MUR",
        "ISLAND STORES LTD\nRoyal Road, Curepipe, Mauritius\nBRN C12345678\n20/11/2026\nTEA  85.00\nTOTAL  Rs 85.00",
    ),
    ("KZT", "ТОО НАН\nг. Алматы\nБИН 123456789012\nКАССОВЫЙ ЧЕК\nНан  350\nИТОГО  1 350 тг\n20.11.2026"),
    ("GEL", "PURI LTD\nRustaveli Ave, Tbilisi\n20/11/2026\nBREAD  1.50\nTOTAL  GEL 1.50"),
];

#[test]
fn the_currency_is_the_country_s() {
    let mut wrong = Vec::new();
    for (expected, text) in RECEIPTS {
        let receipt = read(&photograph(text, Pose::default()), Orientation::Upright);
        let found = receipt.currency.as_ref().map(|field| (field.value.to_string(), field.confidence));
        let rules = Rules { currencies: Some(vec![expected.parse().unwrap()]), ..Rules::default() };
        let verdict = judge(&receipt, &Facts::default(), &rules);
        let taken = verdict.rules.iter().find(|rule| rule.code == RuleCode::UnsupportedCurrency);
        if taken.is_none_or(|rule| rule.outcome != RuleOutcome::Passed) {
            wrong.push((*expected, found, text.lines().next()));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_country_s_old_currency_counts_until_its_last_day() {
    for (day, expected) in [("20.11.2022", "HRK"), ("20.11.2026", "EUR")] {
        let text = format!("PEKARA D.O.O.\nIlica 3, Zagreb\nOIB 12345678901\n{day}\nKRUH  9,50\nUKUPNO  9,50");
        let receipt = read(&photograph(&text, Pose::default()), Orientation::Upright);
        assert_eq!(receipt.currency.map(|field| field.value.to_string()).as_deref(), Some(expected), "{day}");
    }
}

#[test]
fn chance_words_are_no_currency() {
    let currency = |text: &str| {
        let receipt = read(&photograph(text, Pose::default()), Orientation::Upright);
        receipt.currency.filter(|field| field.confidence >= 0.5).map(|field| field.value.to_string())
    };
    for text in [
        "SHOP\nALL ITEMS NEW\nTOP QUALITY\nPEN  2.50\nTOTAL  2.50",
        "SHOP\nHAIR GEL  3.50\nCUP  1.20\nTOTAL  4.70",
        "HOTEL\nRM 204\nTOTAL  25.00",
        "SHOP\nTRY OUR APP\nMILK 2L  3.50\nTOTAL  3.50",
        "SHOP\nSIZE L  3.50\nTOTAL  3.50",
    ] {
        assert_eq!(currency(text), None, "{text}");
    }
}

#[test]
fn what_contradicts_itself_is_in_doubt() {
    let text = "YILDIZ MARKET LTD STI\nAtatürk Cad. No 12 Izmir\nEKMEK  10,00\nTOPKDV  0,10\nTOPLAM  EUR 10,00";
    let receipt = read(&photograph(text, Pose::default()), Orientation::Upright);
    assert!(receipt.currency.is_none_or(|field| field.confidence < 0.9));
}
