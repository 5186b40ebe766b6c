//! A receipt in each language, read and judged: what was to be paid, the day, and that it is taken.

use rust_decimal::Decimal;
use serde::Deserialize;

use super::photograph::{Pose, photograph};
use crate::{
    Orientation, PaymentMethod, Rules,
    reading::{
        language::{Class, Language},
        read,
    },
    verdict::{Facts, Outcome, judge},
};

#[derive(Deserialize)]
struct Drawn {
    language: String,
    total: Decimal,
    date: jiff::civil::Date,
    currency: String,
    text: String,
}

#[derive(Deserialize)]
struct Table {
    receipt: Vec<Drawn>,
}

fn drawn() -> Vec<Drawn> {
    toml::from_str::<Table>(include_str!("../../../testdata/languages.toml")).unwrap().receipt
}

#[test]
fn receipts_in_every_language_are_read_and_taken() {
    let rules = Rules::default().for_trying_out();
    let mut wrong = Vec::new();
    for Drawn { language, total, date, currency, text } in drawn() {
        let receipt = read(&photograph(text.trim(), Pose::default()), Orientation::Upright);
        let verdict = judge(&receipt, &Facts::default(), &rules);
        let found = (receipt.total.as_ref().map(|it| it.value), receipt.date.as_ref().map(|it| it.value));
        let paid_in = receipt.currency.as_ref().map(|it| it.value.to_string());
        let right = found == (Some(total), Some(date)) && verdict.outcome == Outcome::Accepted;
        if !right || paid_in.as_ref().is_some_and(|it| *it != currency) {
            wrong.push(format!(
                "{language}: {found:?} {paid_in:?} {:?}, not {total} {date} {currency}",
                verdict.summary
            ));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_language_but_the_oldest_has_a_drawn_receipt() {
    let drawn = drawn();
    let elsewhere = ["en", "de", "fr", "it", "nl", "id", "ms", "cy", "lb"];
    for language in Language::ALL.iter().map(|language| language.code()).filter(|code| !elsewhere.contains(code)) {
        assert!(drawn.iter().any(|it| it.language == language), "{language}");
    }
}

#[test]
fn words_that_a_reader_of_latin_letters_saw_in_others_are_known() {
    let text = "TABEPNA TO LIMANI\n20/11/2026 21:30\nPSARI  31,50\nZYNOAO  31,50\nMETPHTA  40,00\nPEZTA  8,50\nKAPTA MELOYS  0,00";
    let receipt = read(&photograph(text, Pose::default()), Orientation::Upright);
    assert_eq!(receipt.payment_method.map(|it| it.value), Some(PaymentMethod::Cash));
}

/// What a paper says of itself in the words of a language, above a receipt that is otherwise a sale's.
#[test]
fn papers_that_are_no_sale_are_refused_in_every_language() {
    let rules = Rules::default().for_trying_out();
    let mut wrong = Vec::new();
    for language in Language::ALL {
        let Some(Drawn { text, .. }) = drawn().into_iter().find(|it| it.language == language.code()) else { continue };
        for word in [Class::Refund, Class::Void, Class::Training].iter().flat_map(|class| language.words_of(*class)) {
            let paper = format!("** {word} **\n{}", text.trim());
            let receipt = read(&photograph(&paper, Pose::default()), Orientation::Upright);
            if judge(&receipt, &Facts::default(), &rules).outcome == Outcome::Accepted {
                wrong.push(format!("{language:?}: {word}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} taken: {}", wrong.len(), wrong.join(", "));
}
