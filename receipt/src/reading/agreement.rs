//! What the sums of a receipt say of its items and charges: agreement makes them surer, contradiction less sure.

use rust_decimal::Decimal;

use super::{
    charges::Charges,
    field::{Field, Item, Tax},
};

/// What remains of the doubt in a figure that a sum confirms, and of the trust in one that the sums contradict.
const DOUBT_LEFT: f32 = 0.2;
const TRUST_LEFT: f32 = 0.6;
/// Cents by which a share of a rounded sum may be off.
const OFF_BY_ROUNDING: Decimal = Decimal::from_parts(2, 0, 0, false, 2);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Confirmed,
    /// There is nothing to hold it against.
    Open,
    Contradicted,
}

/// Holds items and charges against each other and against what was to be paid.
pub(super) fn weigh(items: &mut [Item], charges: &mut Charges, total: Option<Decimal>) {
    let figures = Figures::new(items, charges, total);
    let of_items = figures.verdict_on_items();
    let of_charges = figures.verdict_on_charges();
    for item in items {
        let parts = [&mut item.quantity, &mut item.unit_price, &mut item.amount];
        parts.into_iter().flatten().for_each(|field| settle(field, of_items));
        item.description.iter_mut().for_each(|field| settle(field, of_items));
    }
    for tax in &mut charges.taxes {
        let verdict = if figures.is_its_share(tax) { Verdict::Confirmed } else { of_charges };
        tax.amount.iter_mut().chain(&mut tax.rate).for_each(|field| settle(field, verdict));
    }
    // The items alone may confirm the sum below them.
    let of_subtotal = if of_items == Verdict::Confirmed { of_items } else { of_charges };
    charges.subtotal.iter_mut().for_each(|field| settle(field, of_subtotal));
    let others = [&mut charges.tip, &mut charges.service, &mut charges.discount, &mut charges.rounding];
    others.into_iter().flatten().for_each(|field| settle(field, of_charges));
}

fn settle<T>(field: &mut Field<T>, verdict: Verdict) {
    field.confidence = match verdict {
        Verdict::Confirmed => 1.0 - (1.0 - field.confidence) * DOUBT_LEFT,
        Verdict::Open => field.confidence,
        Verdict::Contradicted => field.confidence * TRUST_LEFT,
    };
}

struct Figures {
    /// Absent where an item has no amount.
    items: Option<Decimal>,
    subtotal: Option<Decimal>,
    taxes: Decimal,
    extras: Decimal,
    discount: Decimal,
    rounding: Decimal,
    total: Option<Decimal>,
}

impl Figures {
    fn new(items: &[Item], charges: &Charges, total: Option<Decimal>) -> Self {
        let value = |field: &Option<Field<Decimal>>| field.as_ref().map(|field| field.value);
        let amounts: Option<Vec<Decimal>> = items.iter().map(|item| value(&item.amount)).collect();
        Self {
            items: amounts.filter(|amounts| !amounts.is_empty()).map(sum),
            subtotal: value(&charges.subtotal),
            taxes: sum(charges.taxes.iter().filter_map(|tax| value(&tax.amount))),
            extras: sum([value(&charges.tip), value(&charges.service)].into_iter().flatten()),
            discount: value(&charges.discount).unwrap_or_default(),
            rounding: value(&charges.rounding).unwrap_or_default(),
            total,
        }
    }

    /// Whether a sum of goods leads to the total, with taxes on top or inside, and roundings and discounts either way.
    fn leads_to_total(&self, goods: Decimal) -> bool {
        let steps = |amount: Decimal| [Decimal::ZERO, amount, -amount];
        self.total.is_some_and(|total| {
            [Decimal::ZERO, self.taxes].into_iter().any(|taxes| {
                [Decimal::ZERO, self.extras].into_iter().any(|extras| {
                    [Decimal::ZERO, self.discount].into_iter().any(|discount| {
                        steps(self.rounding)
                            .into_iter()
                            .any(|rounding| goods + taxes + extras - discount + rounding == total)
                    })
                })
            })
        })
    }

    fn verdict_on_items(&self) -> Verdict {
        let Some(items) = self.items else { return Verdict::Open };
        let subtotal = self.subtotal.is_some_and(|subtotal| [items, items - self.discount].contains(&subtotal));
        if subtotal || self.leads_to_total(items) {
            Verdict::Confirmed
        } else if self.subtotal.is_some() || self.total.is_some() {
            Verdict::Contradicted
        } else {
            Verdict::Open
        }
    }

    fn verdict_on_charges(&self) -> Verdict {
        match (self.subtotal, self.items, self.total) {
            (Some(goods), _, Some(_)) if self.leads_to_total(goods) => Verdict::Confirmed,
            (Some(_), _, Some(_)) => Verdict::Contradicted,
            (None, Some(goods), Some(_)) if self.leads_to_total(goods) => Verdict::Confirmed,
            (None | Some(_), None | Some(_), None | Some(_)) => Verdict::Open,
        }
    }

    /// Whether a tax is its own rate of a sum that is printed, from which it was taken or to which it was added.
    fn is_its_share(&self, tax: &Tax) -> bool {
        let (Some(rate), Some(amount)) = (&tax.rate, &tax.amount) else { return false };
        let near = |base: Decimal| (base * rate.value / Decimal::ONE_HUNDRED - amount.value).abs() <= OFF_BY_ROUNDING;
        let bases = [self.subtotal, self.items, self.total];
        bases.into_iter().flatten().any(|base| near(base) || near(base - amount.value))
    }
}

fn sum(amounts: impl IntoIterator<Item = Decimal>) -> Decimal {
    // Amounts are below a billion and few, so that their sum is far from the end of a decimal.
    amounts.into_iter().fold(Decimal::ZERO, Decimal::saturating_add)
}

#[cfg(test)]
mod tests {
    use crate::{
        Orientation, Receipt,
        reading::{
            read,
            sample::{Lie, photograph},
        },
    };

    fn receipt(sums: &str) -> Receipt {
        let head = "CORNER SHOP LTD\n1 HIGH STREET\n03/04/2024\nITEM  AMOUNT\nBREAD  3.00\nCHEESE  7.00\n";
        read(&photograph(&format!("{head}{sums}"), Lie::default()), Orientation::Upright)
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
    fn a_tax_that_is_its_share_is_sure_although_a_sum_was_misread() {
        let (item, _, tax) = surest(&receipt("SUBTOTAL  19.00\nVAT 20%  2.00\nTOTAL  12.00"));
        assert!(item > 0.9 && tax > 0.9, "{item} {tax}");
    }
}
