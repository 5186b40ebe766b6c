//! Paper that curls, is folded, rolls up at its edges or lies aslant below the camera: amounts stay with their labels, or the
//! total is not sure.

use std::f32::consts::{PI, TAU};

use receipt::{
    Orientation, Receipt, read,
    textract::{DetectDocumentText, Point},
};

use crate::deform::{boxed, flat, heightened, moved};

const CAFE: &str = "\
     THE COPPER POT LTD
  Station Road, Hexham NE46 1AA
      VAT No 321 6549 87
Date: 14/11/2026 10:42
Pot of tea                6.80
Fruit cake                7.00
Lemon tart                4.25
Soup                      3.10
Total Due GBP            21.15
Cash                     30.00
Change                    8.85";

const FAR: &str = "\
GREENGATE STORES LTD
12 Green Gate, Leeds
14/11/2026 18:20
MILK                                              1.15
BREAD                                             2.40
BUTTER                                            3.05
PLUMS                                             4.60
TOTAL                                            11.20
CASH                                             20.00
CHANGE                                            8.80";

const TAXED: &str = "\
          BLUE ANCHOR DINER
      9 Harbour Street, Portland
TEL (503) 555-0142      TABLE 12
11/14/2026 07:45 PM     GUESTS 2
2  CHOWDER        7.50     15.00
1  CRAB CAKES    18.25     18.25
2  LEMONADE       3.40      6.80
SUBTOTAL                   40.05
SALES TAX 8.25%             3.30
TOTAL                      43.35
VISA ****1122              43.35
      THANK YOU, COME AGAIN";

const PAPERS: [(&str, &str); 3] = [("cafe", CAFE), ("far", FAR), ("taxed", TAXED)];

/// Where a place of the flat paper comes to, in lines below where it was, `x` and `y` in shares of the paper.
type Bend = Box<dyn Fn(f32, f32) -> f32>;

/// Bends of many kinds, each by so many lines at most.
fn bends(lines: f32) -> Vec<(String, Bend)> {
    let mut bends: Vec<(String, Bend)> = Vec::new();
    for waves in [0.5, 1.0, 1.5, 2.0] {
        for eighth in 0..8_u8 {
            let phase = f32::from(eighth) / 8.0 * TAU;
            let wave = move |x: f32| lines * (TAU * waves * x + phase).sin();
            bends.push((format!("{waves} waves, phase {phase}"), Box::new(move |x, _| wave(x))));
            bends.push((format!("{waves} waves that grow, phase {phase}"), Box::new(move |x, y| wave(x) * y)));
        }
    }
    for side in [-1.0, 1.0] {
        for waves in [0.5, 1.5] {
            let aslant = move |x: f32| side * 1.5 * x + lines * (TAU * waves * x).sin();
            bends.push((format!("aslant by {side} with {waves} waves"), Box::new(move |x, _| aslant(x))));
        }
        for at in [0.3, 0.5, 0.7] {
            let fold = move |x: f32| side * lines * 2.0 * ((x - at).max(0.0) / (1.0 - at));
            bends.push((format!("a fold at {at}, {side}"), Box::new(move |x, _| fold(x))));
            let dent = move |x: f32| side * lines * 2.0 * (1.0 - (x - at).abs() / 0.3).max(0.0);
            bends.push((format!("a dent at {at}, {side}"), Box::new(move |x, _| dent(x))));
        }
        let fan = move |x: f32, y: f32| side * lines * 4.0 * (x - 0.5) * (y - 0.5);
        bends.push((format!("a fan, {side}"), Box::new(fan)));
        let roll = move |x: f32| side * lines * 2.0 * ((x - 0.6).max(0.0) / 0.4).powi(2);
        bends.push((format!("a rolled edge, {side}"), Box::new(move |x, _| roll(x))));
        let twist = move |x: f32, y: f32| side * lines * 2.0 * (x - 0.5) * (PI * y * 2.0).sin();
        bends.push((format!("a twist, {side}"), Box::new(twist)));
    }
    bends
}

/// `gap` is what is left between lines, in heights of a line.
fn bent(text: &str, gap: f32, bend: &Bend, seed: u32) -> DetectDocumentText {
    let answer = heightened(&flat(text), 1.5 / (1.0 + gap));
    #[expect(clippy::cast_precision_loss, reason = "receipts in tests are small")]
    let line = 0.9 / text.lines().count() as f32;
    let mut state = seed;
    let blocks = answer.blocks.iter().map(|block| {
        // A reader is off by some pixels.
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let off = (f32::from((state >> 16) as u16) / 32768.0 - 1.0) * 0.03 * line;
        let one = DetectDocumentText { blocks: vec![block.clone()], ..DetectDocumentText::default() };
        moved(&one, |Point { x, y }| Point { x, y: y + off + line * bend(x, y) })
    });
    DetectDocumentText { blocks: blocks.flat_map(|one| one.blocks).collect(), ..DetectDocumentText::default() }
}

fn sums(receipt: &Receipt) -> (Option<String>, Vec<(String, String)>) {
    let items = receipt.items.iter().map(|item| {
        let words = item.description.as_ref().map(|it| it.value.clone()).unwrap_or_default();
        (words, item.amount.as_ref().map(|it| it.value.to_string()).unwrap_or_default())
    });
    (receipt.total.as_ref().map(|it| it.value.to_string()), items.collect())
}

/// Amplitude, in lines.
const MOST: f32 = 0.3;

#[test]
fn amounts_stay_with_their_labels_where_paper_is_bent_or_the_total_is_not_sure() {
    let (mut all, mut right, mut totals) = (0, 0, 0);
    for (name, text) in PAPERS {
        let straight = sums(&read(&flat(text), Orientation::Upright));
        for (lines, gap, is_boxed) in [(0.17, 0.5, false), (MOST, 0.15, false), (MOST, 0.5, true), (0.2, 0.15, true)] {
            for (seed, (how, bend)) in (7..).zip(bends(lines)) {
                let answer = bent(text, gap, &bend, seed);
                let receipt = read(&if is_boxed { boxed(&answer) } else { answer }, Orientation::Upright);
                let found = sums(&receipt);
                let is_sure = receipt.total.as_ref().is_some_and(|total| total.confidence >= 0.5);
                assert!(
                    found.0 == straight.0 || !is_sure,
                    "{name}, {how}, by {lines} lines, boxed {is_boxed}: {:?} is sure",
                    found.0
                );
                all += 1;
                totals += i32::from(found.0 == straight.0 && is_sure);
                right += i32::from(found == straight);
            }
        }
    }
    assert!(totals * 100 >= all * 98, "{totals} totals of {all} are right");
    assert!(right * 100 >= all * 97, "{right} of {all} are right in all items");
}

#[test]
fn on_flat_paper_a_receipt_paid_to_the_cent_keeps_its_total_whatever_is_said_of_cash_below() {
    let text = "\
HARTWELL PAINTS\n12 Mill Road, Selby\nDATE: 15/06/2026\nTIME: 15:28:00\n\
        ITEM                 QTY      U/P      AMOUNT\n\
        4006381333931          1    15.00       15.00\nWALL FILLER 1KG\nTOTAL QUANTITY                  1\n\
        SUB-TOTAL                               15.00\nDISC                                     0.00\n\
        ROUNDING                                 0.00\nTOTAL                                   15.00\n\
        CASH                                    15.00\nCHANGE                                   0.00\n\
        GOODS ARE TAKEN BACK FOR\nEXCHANGE WITHIN ONE WEEK";
    let receipt = read(&flat(text), Orientation::Upright);
    assert_eq!(sums(&receipt).0.as_deref(), Some("15.00"), "{receipt:?}");
}
