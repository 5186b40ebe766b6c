//! Printed words without what may point at a person.

use std::sync::LazyLock;

use regex::Regex;

use crate::{
    reading::language::Language,
    text::{fold, regex},
};

/// In place of what was taken out.
const GONE: &str = "#";
/// Of one field. A line repeats the receipt's fields for each item.
const MAX_CHARS: usize = 200;

/// E-mail addresses; what is masked, as cards are; numbers of nine figures or more, and of seven that are not parted by
/// spaces: of phones, cards, accounts and members, and articles, too. Fewer are a house and its postcode, or two prices.
static POINTERS: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"[^\s@]+@[^\s@]+|(?:[*#•Xx][ -]?){4,}\d{0,6}",
        r"|[+(]*\d(?:[-. ()/]{0,3}\d){8,}|\+?\d(?:[-.]?\d){6,}",
    ))
});

/// What names of customers and cashiers follow.
static PERSONS: LazyLock<Regex> = LazyLock::new(|| {
    let words: Vec<&str> = Language::all_persons().collect();
    let numbers = "(?:MEMBER|LOYALTY|POINTS|CARD) ?(?:NO|ID|NAME|NUMBER|[#:])";
    regex(&format!(r"\b(?:{}|{numbers})\b", words.join("|")))
});

/// `None` where nothing is left, or where the whole is about a person.
pub(super) fn without_persons(text: &str) -> Option<String> {
    if PERSONS.is_match(&fold(text)) {
        return None;
    }
    let text = POINTERS.replace_all(text, GONE);
    let words: Vec<&str> = text.split_whitespace().collect();
    let short: String = words.join(" ").chars().filter(|c| !c.is_control()).take(MAX_CHARS).collect();
    short.contains(char::is_alphanumeric).then_some(short)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_points_at_a_person_goes() {
        let check =
            |text: &str, expected: Option<&str>| assert_eq!(without_persons(text).as_deref(), expected, "{text}");
        check("TOP UP 012-345 6789", Some("TOP UP #"));
        check("Tel. +49 (0)30 1234567 Berlin", Some("Tel. # Berlin"));
        check("GIFT CARD 4111 1111 1111 1111", Some("GIFT CARD #"));
        check("GIFT CARD 4111.1111/1111-1111", Some("GIFT CARD #"));
        check("REFUND TO ****1234", Some("REFUND TO #"));
        check("REFUND XXXX-XXXX-XXXX-1234", Some("REFUND #"));
        check("９５５５１２３４５ MILK", Some("# MILK"));
        check("invoice jane.doe@example.com", Some("invoice #"));
        check("Cashier: Anna", None);
        check("Kassiererin Anna", None);
        check("MEMBER NO 77", None);
        check("Cliente João", None);
        check("9555123456789", None);
        check("  ", None);
    }

    #[test]
    fn what_was_sold_stays() {
        for text in [
            "PENCIL 2B",
            "COCA COLA 6X330ML",
            "MILK 1.5L",
            "A4 PAPER 80G 500",
            "7UP 1.25L",
            "MEMBER DISCOUNT",
            "JALAN MAWAR 3/2 50480 KUALA LUMPUR",
            "ul. Prosta 12/4 00-950 Warszawa",
            "2 X 12.50 25.00",
            "牛乳 1000ml",
            "LEGO 75192",
            "MAXX CAFE",
            "USB 3.0 64GB",
        ] {
            assert_eq!(without_persons(text).as_deref(), Some(text));
        }
    }

    #[test]
    fn spaces_are_single_and_no_text_is_endless() {
        assert_eq!(without_persons(" A\t B\n C ").as_deref(), Some("A B C"));
        assert_eq!(without_persons(&"ä".repeat(1000)).unwrap(), "ä".repeat(MAX_CHARS));
    }
}
