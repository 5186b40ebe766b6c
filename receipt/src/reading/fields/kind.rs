//! What kind of paper it is: a sale, or one of those that look like it and are none.

use std::sync::LazyLock;

use regex::Regex;
use rust_decimal::Decimal;

use crate::{
    reading::{
        language::{Class, Hit},
        page::Page,
        receipt::{Field, Kind},
    },
    text::{letters, regex},
};

/// The kind, and the words or the figures that say so; nothing says that a sale is one.
pub(crate) fn kind(page: &Page, total: Option<&Field<Decimal>>) -> (Kind, Option<Field<String>>) {
    let said = KINDS.iter().find_map(|(class, kind)| Some((*kind, sign(page, *class, total)?)));
    let given_back = || {
        let total = total.filter(|total| total.value.is_sign_negative() && !total.value.is_zero())?;
        let Field { text, confidence, bounds, .. } = total.clone();
        Some((Kind::Refund, Field { value: text.clone(), text, confidence, bounds }))
    };
    match said.or_else(given_back) {
        Some((kind, sign)) => (kind, Some(sign)),
        None => (Kind::Sale, None),
    }
}

/// The first that is met decides.
const KINDS: [(Class, Kind); 5] = [
    (Class::Training, Kind::Training),
    (Class::Void, Kind::Void),
    (Class::Refund, Kind::Refund),
    (Class::Statement, Kind::Statement),
    (Class::Estimate, Kind::Estimate),
];

/// How sure a kind is that is said in words of its own row, without any misread letter.
const SAID: f32 = 0.9;
/// A row that says more than this is a sentence: "Refunds within 14 days with this receipt".
const MOST_WORDS: usize = 7;
/// The share of a row's letters that a single word must be, and one of several words.
const OF_A_WORD: f32 = 0.7;
const OF_A_PHRASE: f32 = 0.4;
/// Letters of a keyword that is more than a common word.
const PHRASE: usize = 10;

/// The row that says what the class stands for, of the paper and not of one item or of the shop's terms.
fn sign(page: &Page, class: Class, total: Option<&Field<Decimal>>) -> Option<Field<String>> {
    if class == Class::Estimate && is_paid(page) {
        return None;
    }
    (0..page.rows.len()).find_map(|row| {
        let hit = page.hits[row].iter().filter(|hit| hit.class == class).max_by_key(|hit| hit.length)?;
        let is_said =
            is_heading(page, row, hit) && is_of_the_whole(page, row, total) && !is_taken_back(page, row, class);
        let value = page.rows[row].text.get(hit.range.clone())?.to_owned();
        is_said.then(|| page.field(row, &hit.range, value, SAID * page.rows[row].ocr_confidence()))
    })
}

/// Little else stands on the row.
fn is_heading(page: &Page, row: usize, hit: &Hit) -> bool {
    let text = &page.rows[row].text;
    let all = letters(text).max(1);
    let own = text.get(hit.range.clone()).map_or(0, letters);
    #[expect(clippy::cast_precision_loss, reason = "a row has at most some hundred letters")]
    let share = own as f32 / all as f32;
    let enough = if hit.length >= PHRASE { OF_A_PHRASE } else { OF_A_WORD };
    share >= enough && text.split_whitespace().count() <= MOST_WORDS && !TERMS.is_match(text)
}

/// Words by which a shop says what it does not do, or when it would.
static TERMS: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"\b(?:NO|NOT? REFUND\w*|NON|POLICY|POLICIES|WITHIN|DAYS?|IF|WITHOUT|TAGEN?|KEINE?|JOURS|SANS|SIN|DIAS|GIORNI|DAGEN|DNI|HARI|ENTRO|DELAI)\b",
    )
});

/// An amount beside the words is the total's: another one is that of an item, or of points.
fn is_of_the_whole(page: &Page, row: usize, total: Option<&Field<Decimal>>) -> bool {
    let mut amounts = page.amounts_of(row).peekable();
    amounts.peek().is_none() || total.is_some_and(|total| amounts.any(|it| it.value().abs() == total.value.abs()))
}

/// A payment that failed was tried again and went through.
fn is_taken_back(page: &Page, row: usize, class: Class) -> bool {
    class == Class::Void && page.rows[row + 1..].iter().any(|later| APPROVED.is_match(&later.text))
}

static APPROVED: LazyLock<Regex> =
    LazyLock::new(|| regex(r"^(?:TRANSACTION |PAYMENT )?(?:APPROVED|ACCEPTED|SUCCESSFUL)\b"));

/// Money was handed over: an offer or an open invoice has no such row.
fn is_paid(page: &Page) -> bool {
    let paid = [Class::Cash, Class::Card, Class::Change];
    (0..page.rows.len()).any(|row| page.classes[row].any(&paid) && page.has_amount(row))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Orientation,
        reading::{
            read,
            tests::photograph::{Pose, photograph},
        },
    };

    #[track_caller]
    fn check(text: &str, expected: Kind) {
        let receipt = read(&photograph(text, Pose::default()), Orientation::Upright);
        assert_eq!(receipt.kind, expected, "{text}");
        assert_eq!(receipt.kind_sign.is_some(), expected != Kind::Sale, "{text}");
    }

    const SALE: &str = "MAPLE STORES LTD\n8 Lake Road, Leeds\n20/11/2026 15:40\nSOAP  4.00\nTEA  2.50\n";

    #[test]
    fn papers_that_say_that_they_are_no_sale_are_none() {
        check(&format!("{SALE}TOTAL  6.50\nCASH  10.00\nCHANGE  3.50"), Kind::Sale);
        check(&format!("RETURN RECEIPT\n{SALE}TOTAL  6.50\nCARD  6.50"), Kind::Refund);
        check(&format!("{SALE}TOTAL  6.50\nCASH REFUND  6.50"), Kind::Refund);
        check(&format!("{SALE}TOTAL  -6.50\nCARD  -6.50"), Kind::Refund);
        check(&format!("{SALE}TOTAL  6.50\nVISA  6.50\nDECLINED"), Kind::Void);
        check(&format!("{SALE}TOTAL  6.50\n*** VOID ***"), Kind::Void);
        check(&format!("** TRAINING MODE **\n{SALE}TOTAL  6.50\nCASH  6.50"), Kind::Training);
        check(&format!("QUOTATION\n{SALE}TOTAL  6.50"), Kind::Estimate);
        check("FIRST BANK\nSTATEMENT OF ACCOUNT\n20/11/2026\nRENT  4.00\nSHOP  2.50\nTOTAL  6.50", Kind::Statement);
    }

    #[test]
    fn what_a_shop_says_of_returns_and_lines_taken_back_leaves_a_sale_one() {
        check(&format!("{SALE}TOTAL  6.50\nCASH  6.50\nNO REFUND\nREFUND POLICY: ASK"), Kind::Sale);
        check(&format!("{SALE}TOTAL  6.50\nCASH  6.50\nRefunds within 14 days with receipt"), Kind::Sale);
        check(&format!("{SALE}VOID  -1.00\nTOTAL  6.50\nCASH  6.50"), Kind::Sale);
        check(&format!("{SALE}TOTAL  6.50\nVISA  6.50\nDECLINED\nVISA  6.50\nAPPROVED"), Kind::Sale);
        check(&format!("WORK ORDER\n{SALE}TOTAL  6.50\nCASH  6.50"), Kind::Sale);
    }
}
