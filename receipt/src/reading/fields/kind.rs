//! What kind of paper it is: a sale, or one of those that look like it and are none.

use rust_decimal::Decimal;

use super::{
    exchange, likeness,
    paper_words::{Paper, sign},
};
use crate::reading::{
    language::Class,
    page::Page,
    receipt::{Field, Item, Kind},
};

/// The kind, and the words or the figures that say so; nothing says that a sale is one, and nothing in particular that a
/// page looks like something else.
pub(crate) fn kind(
    page: &Page,
    total: Option<&Field<Decimal>>,
    total_row: Option<usize>,
    items: &[Item],
) -> (Kind, Option<Field<String>>) {
    let paper = Paper::new(page, total, total_row);
    let said = KINDS.iter().find_map(|(class, kind)| Some((*kind, sign(&paper, *class)?)));
    let given_back = || {
        let negative = total.filter(|total| total.value.is_sign_negative() && !total.value.is_zero());
        let Field { text, confidence, bounds, .. } =
            negative.cloned().or_else(|| exchange::taken_back(items, total))?;
        Some((Kind::Refund, Field { value: text.clone(), text, confidence, alternatives: Vec::new(), bounds }))
    };
    match said.or_else(given_back) {
        Some((kind, sign)) => (kind, Some(sign)),
        None if likeness::is_other_paper(page, paper.is_paid) => (Kind::Other, None),
        None => (Kind::Sale, None),
    }
}

/// The first that is met decides.
const KINDS: [(Class, Kind); 6] = [
    (Class::Training, Kind::Training),
    (Class::Void, Kind::Void),
    (Class::Refund, Kind::Refund),
    (Class::Statement, Kind::Statement),
    (Class::OtherPaper, Kind::Other),
    (Class::Estimate, Kind::Estimate),
];

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
        check(
            &format!("{SALE}TOTAL  6.50\nCASH  6.50\nGoods are not returnable for refund or\nEXCHANGE!!"),
            Kind::Sale,
        );
        check(&format!("{SALE}VOID  -1.00\nTOTAL  6.50\nCASH  6.50"), Kind::Sale);
        check(&format!("{SALE}TOTAL  6.50\nVISA  6.50\nDECLINED\nVISA  6.50\nAPPROVED"), Kind::Sale);
        check(&format!("{SALE}TOTAL  6.50\nVISA\nDECLINED\nCASH  6.50"), Kind::Sale);
        check(&format!("{SALE}VOID\nTEA  -2.50\nTOTAL  4.00\nCASH  4.00"), Kind::Sale);
        check(&format!("{SALE}OFFER\nQUOTE\nTOTAL  6.50"), Kind::Sale);
        check(&format!("WORK ORDER\n{SALE}TOTAL  6.50\nCASH  6.50"), Kind::Sale);
    }

    #[test]
    fn most_taken_back_is_an_exchange_and_some_is_none() {
        let head = "MAPLE STORES LTD\n8 Lake Road, Leeds\n20/11/2026 15:40\n";
        check(&format!("{head}JUMPER M  -35.00\nJUMPER L  37.00\nTOTAL  2.00\nCASH  2.00"), Kind::Refund);
        check(&format!("{head}JUMPER  37.00\nJUMPER  -37.00\nSOCKS  4.00\nTOTAL  4.00\nCASH  4.00"), Kind::Sale);
        check(&format!("{head}JUMPER  37.00\nDISCOUNT  -30.00\nTOTAL  7.00\nCASH  7.00"), Kind::Sale);
        check(&format!("{head}BOTTLE DEPOSIT  -9.00\nMILK  9.50\nTOTAL  0.50\nCASH  0.50"), Kind::Sale);
    }
}
