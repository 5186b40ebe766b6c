//! Raises the confidence of items and charges whose sums agree, and lowers it where they contradict each other.

use rust_decimal::Decimal;

use super::{
    fields::Witnesses,
    receipt::{Field, Receipt, Tax},
};
use crate::sum_check::{EXACT, Figures, is_share, near};

/// The share of the missing confidence that stays missing where a sum confirms a figure, and of the confidence that stays
/// where the sums contradict it.
const DOUBT_LEFT: f32 = 0.2;
const TRUST_LEFT: f32 = 0.6;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Consistency {
    Confirmed,
    /// There is nothing to compare it with.
    Open,
    Contradicted,
}

/// How sure a total can be that the items contradict. Items are misread more often than totals, so that a total which was
/// paid, or is said again, is probably right; one that nothing else speaks for is right in about one of two receipts, less
/// where much is missing or too much, and is not seen then.
const PAID: f32 = 0.89;
const SAID_AGAIN: f32 = 0.8;
const DOUBTED: f32 = 0.6;
const CONTRADICTED: f32 = 0.45;
/// The share of the total, one in so many, that is much.
const MUCH: Decimal = Decimal::from_parts(8, 0, 0, false, 0);
/// By which a shop may have rounded a total without saying so: the coins of most currencies, and one in so many of larger sums.
const ROUNDED: Decimal = Decimal::from_parts(5, 0, 0, false, 2);
const PART_ROUNDED: Decimal = Decimal::from_parts(1000, 0, 0, false, 0);

/// Sets the confidences of items, charges and the total by how they fit each other and what was to be paid.
pub(crate) fn weigh(receipt: &mut Receipt, witnesses: &Witnesses) {
    let figures = Figures::of(receipt);
    if let Some(total) = &mut receipt.total {
        let most = most_of_total(&figures, witnesses);
        total.confidence = total.confidence.min(most);
        let goods = figures.subtotal.or(figures.items);
        let sum = goods.and_then(|goods| figures.nearest_to_total(goods));
        if let Some(sum) = sum.filter(|sum| most <= DOUBTED && !total.alternatives.contains(sum)) {
            total.alternatives.push(sum);
        }
    }
    let of_items = consistency_of_items(&figures);
    let of_charges = consistency_of_charges(&figures);
    for item in &mut receipt.items {
        let parts = [&mut item.quantity, &mut item.unit_price, &mut item.amount];
        parts.into_iter().flatten().for_each(|field| settle(field, of_items));
        item.description.iter_mut().for_each(|field| settle(field, of_items));
    }
    for tax in &mut receipt.taxes {
        let of_tax = if is_share_of_a_sum(tax, &figures) { Consistency::Confirmed } else { of_charges };
        tax.amount.iter_mut().chain(&mut tax.rate).for_each(|field| settle(field, of_tax));
    }
    // The items alone may confirm the sum below them.
    let of_subtotal = if of_items == Consistency::Confirmed { of_items } else { of_charges };
    receipt.subtotal.iter_mut().for_each(|field| settle(field, of_subtotal));
    let others = [&mut receipt.tip, &mut receipt.service, &mut receipt.discount, &mut receipt.rounding];
    others.into_iter().flatten().for_each(|field| settle(field, of_charges));
}

fn settle<T>(field: &mut Field<T>, consistency: Consistency) {
    field.confidence = match consistency {
        Consistency::Confirmed => 1.0 - (1.0 - field.confidence) * DOUBT_LEFT,
        Consistency::Open => field.confidence,
        Consistency::Contradicted => field.confidence * TRUST_LEFT,
    };
}

/// How sure the total can be, by the items and by what else speaks for it.
fn most_of_total(figures: &Figures, witnesses: &Witnesses) -> f32 {
    let (Some(items), Some(total)) = (figures.items, figures.total.map(|total| total.abs())) else { return 1.0 };
    let gap = |goods: Decimal| Some(figures.nearest_to_total(goods)?.checked_sub(figures.total?)?.abs());
    let Some(gap) = [Some(items), figures.subtotal].into_iter().flatten().filter_map(gap).min() else { return 1.0 };
    if gap <= ROUNDED.max(total / PART_ROUNDED) {
        return 1.0;
    }
    let is_part = witnesses.parts.iter().any(|part| near(*part, gap, ROUNDED));
    match (witnesses.paid, witnesses.said_again || is_part) {
        (true, _) => PAID,
        (false, true) => SAID_AGAIN,
        (false, false) if gap * MUCH < total && !is_one_figure_off(figures) => DOUBTED,
        (false, false) => CONTRADICTED,
    }
}

/// Whether the total is, but for one figure, the printed subtotal with its taxes: one of them was misread.
fn is_one_figure_off(figures: &Figures) -> bool {
    let taxed = figures.subtotal.and_then(|subtotal| subtotal.checked_add(figures.taxes));
    let (Some(sum), Some(total)) = (taxed, figures.total) else { return false };
    let (sum, total) = (format!("{sum:.2}"), format!("{total:.2}"));
    sum.len() == total.len() && sum.bytes().zip(total.bytes()).filter(|(a, b)| a != b).count() == 1
}

fn consistency_of_items(figures: &Figures) -> Consistency {
    match figures.items_fit(EXACT) {
        Some(true) => Consistency::Confirmed,
        Some(false) => Consistency::Contradicted,
        None => Consistency::Open,
    }
}

fn consistency_of_charges(figures: &Figures) -> Consistency {
    match (figures.subtotal, figures.items, figures.total) {
        (Some(goods), _, Some(_)) if figures.reach_total(goods, EXACT) => Consistency::Confirmed,
        (Some(_), _, Some(_)) => Consistency::Contradicted,
        (None, Some(goods), Some(_)) if figures.reach_total(goods, EXACT) => Consistency::Confirmed,
        (None | Some(_), None | Some(_), None | Some(_)) => Consistency::Open,
    }
}

/// Whether a tax is its own rate of a sum that is printed, from which it was taken or to which it was added.
fn is_share_of_a_sum(tax: &Tax, figures: &Figures) -> bool {
    let (Some(rate), Some(amount)) = (&tax.rate, &tax.amount) else { return false };
    let is_share = |of: Decimal| is_share(amount.value, of, rate.value);
    let sums = [figures.subtotal, figures.items, figures.total];
    sums.into_iter().flatten().any(|sum| is_share(sum) || is_share(sum - amount.value))
}

#[cfg(test)]
mod tests {
    use crate::{
        Orientation, Receipt,
        reading::{
            read,
            tests::photograph::{Pose, photograph},
        },
    };

    fn receipt(sums: &str) -> Receipt {
        let head = "CORNER SHOP LTD\n1 HIGH STREET\n03/04/2024\nITEM  AMOUNT\nBREAD  3.00\nCHEESE  7.00\n";
        read(&photograph(&format!("{head}{sums}"), Pose::default()), Orientation::Upright)
    }

    fn surest(receipt: &Receipt) -> (f32, f32, f32) {
        let item = receipt.items.first().and_then(|item| item.amount.as_ref()).map_or(0.0, |it| it.confidence);
        let subtotal = receipt.subtotal.as_ref().map_or(0.0, |it| it.confidence);
        let tax = receipt.taxes.first().and_then(|tax| tax.amount.as_ref()).map_or(0.0, |it| it.confidence);
        (item, subtotal, tax)
    }

    #[test]
    fn sums_that_agree_make_items_and_charges_surer() {
        let (item, subtotal, tax) = surest(&receipt("SUBTOTAL  10.00\nVAT 20%  2.00\nTOTAL  12.00"));
        assert!(item > 0.9 && subtotal > 0.9 && tax > 0.9, "{item} {subtotal} {tax}");
    }

    #[test]
    fn a_contradiction_makes_them_doubtful_and_hides_nothing() {
        let (item, subtotal, tax) = surest(&receipt("SUBTOTAL  16.00\nVAT 20%  4.70\nTOTAL  31.00"));
        for share in [item, subtotal, tax] {
            assert!(share > 0.0 && share < 0.5, "{item} {subtotal} {tax}");
        }
    }

    #[test]
    fn a_total_that_the_items_contradict_is_doubted_by_what_else_speaks_for_it() {
        let total = |sums: &str| receipt(sums).total.unwrap();
        assert!(total("TOTAL  10.00").confidence > 0.9);
        let contradicted = total("TOTAL  16.00");
        assert!(contradicted.confidence < 0.5);
        assert_eq!(contradicted.alternatives, ["10.00".parse().unwrap()]);
        let paid = total("TOTAL  16.00\nCASH  20.00\nCHANGE  4.00").confidence;
        assert!((0.5..0.9).contains(&paid), "{paid}");
        let nearly = total("TOTAL  10.60").confidence;
        assert!((0.5..0.9).contains(&nearly), "{nearly}");
        assert!(total("TOTAL  10.02").confidence > 0.9, "rounded");
    }

    #[test]
    fn a_tax_that_is_its_share_is_sure_although_a_sum_was_misread() {
        let (item, _, tax) = surest(&receipt("SUBTOTAL  19.00\nVAT 20%  2.00\nTOTAL  12.00"));
        assert!(item > 0.9 && tax > 0.9, "{item} {tax}");
    }
}
