//! Each row of the table of currencies, held against all the ways in which a receipt can show a currency.

use super::{
    super::{
        language::{Class, Country, KnownCurrency, hits, known_currencies},
        read,
    },
    photograph::{Pose, photograph},
};
use crate::Orientation;

fn currency_of(text: &str) -> String {
    let receipt = read(&photograph(text, Pose::default()), Orientation::Upright);
    receipt.currency.map(|currency| currency.value.to_string()).unwrap_or_default()
}

#[track_caller]
fn check(it: &KnownCurrency, text: &str) {
    assert_eq!(currency_of(text), it.code, "{text}");
}

#[test]
fn every_currency_is_known_by_each_of_its_signs_on_either_side_of_figures() {
    for it in known_currencies() {
        for sign in it.own_signs() {
            check(it, &format!("SHOP\nTOTAL  {sign} 5.00"));
            check(it, &format!("SHOP\nTOTAL  {sign}5.00"));
            check(it, &format!("SHOP\nTOTAL  5.00 {sign}"));
        }
    }
}

#[test]
fn every_currency_is_known_by_its_shared_signs_where_it_is_used() {
    for it in known_currencies() {
        let place = Country::using(&it.code).and_then(Country::sample_name);
        for sign in it.shared_signs().iter().chain(it.local_signs()) {
            if let Some(place) = place {
                check(it, &format!("SHOP\n{place}\nTOTAL  {sign}5.00"));
                check(it, &format!("SHOP\n{place}\nTOTAL  {sign} 5.00"));
            }
        }
        for sign in it.shared_signs().iter().filter(|_| !it.code_is_a_word) {
            check(it, &format!("SHOP\nALL PRICES IN {}\nTOTAL  {sign}5.00", it.code));
        }
    }
}

#[test]
fn every_currency_is_known_where_it_stands_alone() {
    for it in known_currencies() {
        for sign in it.signs_alone() {
            check(it, &format!("SHOP\nAMOUNT ({sign})\nTOTAL  5.00"));
        }
    }
}

#[test]
fn every_currency_may_be_glued_to_the_word_before_it() {
    for it in known_currencies().iter().filter(|it| !it.code_is_a_word) {
        let text = format!("TOTAL{}5.00", it.code);
        assert!(hits(&text).iter().any(|hit| hit.class == Class::Total), "{text}");
    }
}

#[test]
fn every_currency_may_stand_between_a_quantity_and_its_price() {
    for it in known_currencies() {
        for sign in it.own_signs() {
            let text = format!("SHOP\nITEM  AMOUNT\nBREAD\n2 X {sign} 3.50  7.00\nTOTAL  7.00");
            let receipt = read(&photograph(&text, Pose::default()), Orientation::Upright);
            let price = receipt.items.first().and_then(|item| item.unit_price.as_ref()).map(|price| price.value);
            assert_eq!(price, Some("3.50".parse().unwrap()), "{text}");
        }
    }
}

#[test]
fn every_currency_may_head_a_column_and_stand_behind_a_total() {
    let total = |text: &str| {
        let receipt = read(&photograph(text, Pose::default()), Orientation::Upright);
        receipt.total.map(|total| (total.value, total.confidence))
    };
    for it in known_currencies().iter().filter(|it| !it.code_is_a_word) {
        let without = total("SHOP\nDESCRIPTION  PRICE\nBREAD  3.50\nTOTAL  3.50");
        let with = total(&format!("SHOP\nDESCRIPTION  PRICE {0}\nBREAD  3.50\nTOTAL ({0})  3.50", it.code));
        assert_eq!(with, without, "{}", it.code);
    }
}
