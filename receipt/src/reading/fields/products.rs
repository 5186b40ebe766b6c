//! Goods whose names are words of a till: "TOTAL YOGURT", "CASH & CARRY BAG", "TAX GUIDE".

use std::{ops::Range, sync::LazyLock};

use regex::Regex;

use super::labelled::Labelled;
use crate::{
    reading::{
        language::{Class, Classes},
        page::{Amount, Page},
    },
    text::regex,
};

/// Letters of a word that makes a name of a till's word beside it.
static WORD: LazyLock<Regex> = LazyLock::new(|| regex(r"\b[A-Z]{4,}\b"));
/// A tax is less than this share of what stands above it: one in so many.
const LEAST_SHARE: i64 = 3;

const TOTALS: [Class; 3] = [Class::Total, Class::StrongTotal, Class::Subtotal];

/// Takes the words of a till for the name of a product where other words stand beside them, a total that says nothing else
/// comes further down, and the figure is neither the sum of those above it nor what was paid.
pub(super) fn clear_labels(page: &Page, figures: &mut [Labelled]) {
    let is_plain_total = |it: &Labelled| it.own.any(&TOTALS) && !has_other_words(page, it.amount);
    let plain: Vec<(usize, i64)> =
        figures.iter().filter(|it| is_plain_total(it)).map(|it| (it.amount.row, it.amount.size())).collect();
    let Some(first) = plain.iter().map(|(row, _)| *row).min() else { return };
    // The last figures of the rows above, and of this one.
    let (mut above, mut own) = (0_i64, (0, 0));
    for figure in figures.iter_mut().take_while(|it| it.amount.row < first) {
        let (row, size) = (figure.amount.row, figure.amount.size());
        if own.0 != row {
            above = above.saturating_add(own.1);
        }
        own = (row, figure.amount.cents);
        let is_less = plain.iter().any(|(_, total)| size < *total);
        if is_less && is_like_a_till(figure.own, size, above) && has_other_words(page, figure.amount) {
            figure.own = Classes::default();
        }
    }
}

/// Words of a total, of a payment or of a tax, beside a figure that may be none of these.
fn is_like_a_till(own: Classes, size: i64, above: i64) -> bool {
    let is_sum = above != 0 && size == above;
    let is_total = own.any(&TOTALS) && !own.any(&[Class::Discount, Class::Tax, Class::Supplies, Class::Count]);
    let is_payment = own.any(&[Class::Cash, Class::Card, Class::Change]);
    let is_tax = own.has(Class::Tax) && size.saturating_mul(LEAST_SHARE) < above;
    !is_sum && (is_total || is_payment || own.has(Class::Tax) && !is_tax)
}

/// Whether a word before the amount is none that a till prints beside figures.
fn has_other_words(page: &Page, amount: &Amount) -> bool {
    let text = &page.rows[amount.row].text;
    let known = |word: &Range<usize>| page.hits[amount.row].iter().any(|hit| hit.covers(word));
    let before = text.get(..amount.reach.start).unwrap_or_default();
    WORD.find_iter(before).any(|word| !known(&word.range()))
}

#[cfg(test)]
mod tests {
    use crate::{
        Orientation,
        reading::{
            read,
            tests::photograph::{Pose, photograph},
        },
    };

    #[track_caller]
    fn check(text: &str, items: &[&str], taxes: usize) {
        let receipt = read(&photograph(text, Pose::default()), Orientation::Upright);
        let amounts: Vec<String> =
            receipt.items.iter().filter_map(|item| Some(item.amount.as_ref()?.value.to_string())).collect();
        assert_eq!(
            (amounts.iter().map(String::as_str).collect::<Vec<_>>().as_slice(), receipt.taxes.len()),
            (items, taxes)
        );
    }

    #[test]
    fn goods_are_no_totals_taxes_or_payments() {
        let goods = "TOTAL YOGURT      3.50\nCASH & CARRY BAG  0.80\nTAX GUIDE         6.00\nCHANGE PURSE      2.00\n";
        check(
            &format!("GREEN GROCERY\n1 MAIN ST\n03/04/2024\n{goods}TOTAL            12.30\nVISA             12.30"),
            &["3.50", "0.80", "6.00", "2.00"],
            0,
        );
    }

    #[test]
    fn taxes_and_sums_with_other_words_beside_them_stay_what_they_are() {
        let head = "GREEN GROCERY\n1 MAIN ST\n03/04/2024\nBREAD           3.00\nCHEESE          7.00\n";
        check(&format!("{head}STATE TAX       1.00\nTOTAL          11.00\nCASH           11.00"), &["3.00", "7.00"], 1);
        check(
            &format!("{head}TOTAL OF GOODS  10.00\nTAX             1.00\nTOTAL          11.00\nCASH           11.00"),
            &["3.00", "7.00"],
            1,
        );
    }
}
