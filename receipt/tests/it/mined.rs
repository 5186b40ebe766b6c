//! What is mined of receipts: what each line holds, what none does, and the table that Athena reads them by.

use std::{collections::BTreeMap, fs, path::Path};

use jiff::civil::{Date, date, time};
use proptest::{collection::vec, option, prelude::*};
use receipt::{
    BoundingBox, Currency, Field, ImageId, Item, Orientation, PaymentMethod, Receipt, Rules, Tax, judge,
    mined::{Line, lines, printed_texts, publish, to_json_lines},
    read,
    verdict::{Facts, Outcome, Precedent, RuleCode},
};
use rust_decimal::Decimal;
use serde_json::Value;

use crate::photograph::{Pose, photograph};

/// Receipts on which everything stands that must not be mined.
const NOSY: &str = "\
         CORNER BOOKS SDN BHD
          GST NO: 000734512768
      12, JALAN MAWAR 3/2,
      50480 KUALA LUMPUR
        TEL: 03-4021 7788
RECEIPT NO: CB-004217
CASHIER: ROSMAH
MEMBER NO: 88120034
DATE: 14/03/2026           16:42
PENCIL 2B                   4.50
NOTEBOOK A5 RULED          22.90
SUBTOTAL                   27.40
TOTAL RM                   27.40
VISA                       27.40
XXXX XXXX XXXX 7391";

fn an_id() -> ImageId {
    "017f22e2-79b0-7cc3-98c4-dc0c0c07398f".parse().expect("it is an id of version 7")
}

fn mined(receipt: &Receipt, facts: &Facts) -> Vec<Line> {
    lines(an_id(), receipt, &judge(receipt, facts, &Rules::default()))
}

fn in_json(lines: &[Line]) -> Vec<Value> {
    let text = to_json_lines(lines).expect("lines are JSON");
    assert!(text.is_empty() || text.ends_with('\n'));
    text.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect()
}

fn photographed(text: &str) -> Receipt {
    read(&photograph(text, Pose::default()), Orientation::Upright)
}

#[test]
fn a_receipt_is_mined_as_json_lines() {
    let receipt = photographed(NOSY);
    assert!(receipt.card_last_four.is_some() && receipt.phone.is_some() && receipt.receipt_number.is_some());
    let text = to_json_lines(&mined(&receipt, &Facts::default())).unwrap();
    for secret in ["7391", "7788", "CB-00", "ROSMAH", "88120034", "734512", "16:42", ":42"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    insta::with_settings!({ snapshot_path => "../../testdata", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("mined", text);
    });
}

/// Whatever column is added: what a stranger may have written into it is counted before it is published.
#[test]
fn no_printed_text_is_published_before_it_was_counted() {
    const CLOSED: [&str; 5] = ["receipt_id", "outcome", "purchased_on", "currency", "payment_method"];
    let mut receipt = photographed(NOSY);
    receipt.trade_name = Some(field("CORNER".to_owned()));
    let mut mined = mined(&receipt, &Facts::default());
    let free = |line: &Value| {
        let all = line.as_object().unwrap().iter().filter(|(name, _)| !CLOSED.contains(&name.as_str()));
        all.filter_map(|(_, value)| value.as_str().map(str::to_owned)).collect::<Vec<_>>()
    };
    let texts: Vec<String> = printed_texts(&mined).map(str::to_owned).collect();
    for line in in_json(&mined) {
        assert_eq!(free(&line).len(), 4, "merchant, trade name, address, description: {line}");
        assert!(free(&line).iter().all(|text| texts.contains(text)), "{line}");
    }
    publish(&mut mined, |text| text == "PENCIL 2B");
    assert_eq!(in_json(&mined).iter().flat_map(free).collect::<Vec<_>>(), ["PENCIL 2B"]);
    assert!(mined.iter().all(|line| line.amount.is_some() && line.total.is_some() && line.reasons.is_empty()));
}

#[test]
fn a_receipt_without_items_is_one_line() {
    let receipt = photographed("CORNER BOOKS\nDATE: 14/03/2026\nTOTAL RM    27.40");
    let lines = mined(&receipt, &Facts::default());
    assert_eq!((lines.len(), lines[0].item_count, lines[0].item_number), (1, 0, 0));
    assert_eq!(lines[0].total, Some("27.40".parse().unwrap()));
}

#[test]
fn what_is_worth_nothing_is_not_mined_and_what_we_do_not_pay_for_says_why() {
    let receipt = photographed(NOSY);
    let today = Some(date(2026, 3, 15));
    let check = |receipt: &Receipt, facts: Facts, expected: Option<&[RuleCode]>| {
        let lines = mined(receipt, &facts);
        assert_eq!(lines.first().map(|line| line.reasons.as_slice()), expected, "{facts:?}");
        let outcome = if expected == Some(&[]) { Outcome::Accepted } else { Outcome::Rejected };
        assert!(lines.iter().all(|line| line.outcome == outcome));
    };
    check(&receipt, Facts { today, ..Facts::default() }, Some(&[]));
    check(&receipt, Facts { today: Some(date(2027, 3, 15)), ..Facts::default() }, Some(&[RuleCode::TooOld]));
    check(&receipt, Facts { same_image: Precedent::Foreign, ..Facts::default() }, None);
    check(&receipt, Facts { same_receipt: Precedent::Foreign, ..Facts::default() }, None);
    check(&Receipt::default(), Facts::default(), None);
}

/// What Athena calls a type of ours.
trait Column {
    fn athena(&self) -> &'static str;
}

macro_rules! columns_of_type {
    ($($ours:ty => $athena:literal),* $(,)?) => { $(impl Column for $ours { fn athena(&self) -> &'static str { $athena } })* };
}

columns_of_type! {
    ImageId => "string", Outcome => "string", Vec<RuleCode> => "array<string>", Option<String> => "string",
    Option<Date> => "date", Option<u8> => "tinyint", u32 => "int", Option<Currency> => "string",
    Option<PaymentMethod> => "string", Option<Decimal> => "decimal(15,4)", Option<f32> => "float",
}

/// Every field of a line with its type. A field that is not named here does not compile.
macro_rules! columns {
    ($line:expr; $($field:ident),* $(,)?) => {{
        let Line { $($field),* } = $line;
        [$((stringify!($field), Column::athena(&$field))),*]
    }};
}

#[test]
fn the_table_has_exactly_the_fields_of_a_line() {
    let line = mined(&photographed(NOSY), &Facts::default()).remove(0);
    let Value::Object(written) = in_json(std::slice::from_ref(&line)).remove(0) else { panic!("no object") };
    let fields = columns! { line;
        receipt_id, outcome, reasons, merchant, trade_name, address, purchased_on, purchase_hour, currency,
        payment_method, subtotal, tax, tip, service, discount, rounding, total, total_confidence, item_count, item_number,
        description, quantity, unit_price, amount, item_confidence,
    };
    let fields = BTreeMap::from(fields);
    assert_eq!(written.keys().map(String::as_str).collect::<Vec<_>>(), fields.keys().copied().collect::<Vec<_>>());

    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../copilot/environments/addons/mined-receipts.yml");
    let template = fs::read_to_string(file).unwrap();
    let columns = template.lines().filter_map(|line| {
        let (name, kind) = line.trim().strip_prefix("- { Name: ")?.split_once(", Type: ")?;
        Some((name, kind.strip_suffix(" }")?.trim_matches('\'')))
    });
    // The partition comes from the key.
    let columns: BTreeMap<_, _> = columns.filter(|(name, _)| *name != "dt").collect();
    assert_eq!(columns, fields);
}

fn field<T>(value: T) -> Field<T> {
    let bounds = BoundingBox::new([0.1, 0.1, 0.1, 0.1]);
    Field { text: String::new(), value, confidence: 0.5, alternatives: Vec::new(), bounds }
}

fn amount() -> impl Strategy<Value = Option<Field<Decimal>>> {
    let small = (-10_000_000_i64..10_000_000, 0..5_u32).prop_map(|(cents, scale)| Decimal::new(cents, scale));
    let any = (any::<i64>(), 0..28_u32).prop_map(|(digits, scale)| Decimal::new(digits, scale));
    option::of(prop_oneof![3 => small, 1 => any].prop_map(field))
}

fn words() -> impl Strategy<Value = Option<Field<String>>> {
    option::of(prop_oneof!["[A-Z0-9 .\"\\\\\n]{0,40}", ".{0,300}"].prop_map(field))
}

fn item() -> impl Strategy<Value = Item> {
    (words(), amount(), amount(), amount()).prop_map(|(description, quantity, unit_price, amount)| Item {
        description,
        quantity,
        unit_price,
        amount,
    })
}

/// A receipt with any items, and with numbers that must not be mined.
fn receipt() -> impl Strategy<Value = Receipt> {
    (vec(item(), 0..20), words(), words(), amount(), vec(amount(), 0..4)).prop_map(
        |(items, merchant, address, total, taxes)| Receipt {
            items,
            merchant,
            address,
            total,
            taxes: taxes.into_iter().map(|amount| Tax { rate: None, amount }).collect(),
            phone: Some(field("+48771234567890".to_owned())),
            tax_number: Some(field("PL8877665544".to_owned())),
            receipt_number: Some(field("ZX-55443322".to_owned())),
            card_last_four: Some(field("7391-of-a-card".to_owned())),
            time: Some(field(time(21, 17, 43, 0))),
            ..Receipt::default()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_receipt_is_mined_line_by_line_and_to_the_cent(receipt in receipt()) {
        let verdict = judge(&receipt, &Facts::default(), &Rules::default());
        let mined = lines(an_id(), &receipt, &verdict);
        prop_assume!(!mined.is_empty());
        let text = to_json_lines(&mined).unwrap();
        let written = in_json(&mined);
        prop_assert_eq!(written.len(), receipt.items.len().max(1));
        prop_assert!(text.len() <= written.len() * 8192);
        for secret in ["771234567890", "8877665544", "55443322", "7391-of-a-card", "21:17"] {
            prop_assert!(!text.contains(secret));
        }
        for (written, line) in written.iter().zip(&mined) {
            let numbers = [("quantity", line.quantity), ("unit_price", line.unit_price), ("amount", line.amount),
                ("tax", line.tax), ("total", line.total)];
            for (name, number) in numbers {
                let read = (!written[name].is_null()).then(|| written[name].to_string().parse::<Decimal>().unwrap());
                prop_assert_eq!(read, number, "{}", name);
            }
        }
        // What a column can hold arrives, all of it; what it cannot is absent, never rounded.
        let holds = |amount: Decimal| amount.normalize().scale() <= 4 && amount.abs() < Decimal::new(100_000_000_000, 0);
        let asked = receipt.items.iter().filter_map(|item| item.amount.as_ref()).map(|amount| amount.value).filter(|it| holds(*it));
        prop_assert_eq!(mined.iter().filter_map(|line| line.amount).sum::<Decimal>(), asked.sum::<Decimal>());
    }
}
