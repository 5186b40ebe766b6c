//! A total whose figure was not read: its label stands on a row without one, and some other sum looks like the total.

use std::sync::LazyLock;

use regex::Regex;

use crate::{
    reading::{
        language::{Class, Hit},
        page::{Amount, Page},
    },
    text::{digits, letters, regex},
};

/// Whether a label of a total stands on a row of its own without a figure on, above or below it.
pub(crate) fn is_a_total_unread(page: &Page, found: &Amount) -> bool {
    (0..page.rows.len()).any(|row| row != found.row && is_label(page, row) && !has_figure(page, row))
}

/// What else a row with the word "total" may be about.
const OTHERS: [Class; 11] = [
    Class::Subtotal,
    Class::ExclTax,
    Class::TaxSummary,
    Class::TaxTable,
    Class::Supplies,
    Class::Change,
    Class::Discount,
    Class::Points,
    Class::Tip,
    Class::Service,
    Class::Count,
];
/// A line on which the customer writes what he pays with a tip.
const TO_BE_WRITTEN: char = '_';
/// Letters on the row beside those of its keywords: a currency's.
const MOST_OTHER_LETTERS: usize = 3;

/// Whether a row begins with the word, and says hardly anything else, below some amount.
fn is_label(page: &Page, row: usize) -> bool {
    let (classes, text) = (page.classes[row], &page.rows[row].text);
    let begins = |hit: &Hit| Class::TOTALS.contains(&hit.class) && letters(&text[..hit.range.start]) == 0;
    let is_covered = |at: usize| page.hits[row].iter().any(|hit| hit.range.contains(&at));
    let others = || text.bytes().enumerate().filter(|(at, c)| c.is_ascii_uppercase() && !is_covered(*at)).count();
    page.hits[row].iter().any(begins)
        && !classes.any(&OTHERS)
        && others() <= MOST_OTHER_LETTERS
        && digits(&SHARE.replace_all(text, "")) == 0
        && !text.contains(TO_BE_WRITTEN)
        && !page.in_tax_table[row]
        && !page.is_heading(row)
        && page.amounts.first().is_some_and(|amount| amount.row < row)
}

static SHARE: LazyLock<Regex> = LazyLock::new(|| regex(r"\d+ ?%"));

fn has_figure(page: &Page, row: usize) -> bool {
    let beside = |row: usize| page.amounts_of(row).any(|amount| letters(&page.label(amount)) < 2);
    page.has_amount(row) || beside(row + 1) || row.checked_sub(1).is_some_and(beside)
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

    const HEAD: &str = "CORNER SHOP LTD\n1 HIGH STREET\n03/04/2024\nITEM  AMOUNT\nBREAD  3.00\nCHEESE  7.00\n";

    /// How sure a total is.
    fn confidence(sums: &str) -> f32 {
        let receipt = read(&photograph(&format!("{HEAD}{sums}"), Pose::default()), Orientation::Upright);
        receipt.total.map_or(0.0, |total| total.confidence)
    }

    #[test]
    fn where_the_total_was_not_read_another_sum_is_doubted() {
        assert!(confidence("SUBTOTAL  10.00\nVAT 20%  2.00\nTOTAL  12.00\nCASH  20.00\nCHANGE  8.00") > 0.9);
        assert!(confidence("SUBTOTAL  10.00\nVAT 20%  2.00\nTOTAL\nCASH  20.00\nCHANGE  8.00") < 0.5);
        assert!(confidence("TOTAL SALES  12.02\nROUNDING  -0.02\nTOTAL PAYABLE:\nCASH  20.00") < 0.5);
    }

    #[test]
    fn other_rows_with_the_word_leave_the_total_alone() {
        let sums = "SUBTOTAL  10.00\nVAT 20%  2.00\nTOTAL  12.00\nCASH  12.00\n";
        for row in ["TOTAL ITEMS 2", "VAT INCLUDED IN TOTAL", "PAYMENT MODE AMOUNT", "TIP: ____\nTOTAL: ____"] {
            assert!(confidence(&format!("{sums}{row}")) > 0.9, "{row}");
        }
        assert!(confidence("SUBTOTAL  10.00\nVAT 20%  2.00\nTOTAL\n12.00") > 0.9, "its figure is below");
    }
}
