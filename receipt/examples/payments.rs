//! How often views of one receipt are known for one, and two receipts for two: `payments FIRST SECOND`, two files as
//! `receipts scan` prints them (a JSON object a line, with `file` and `receipt`), whose receipts are paired by the files'
//! stems: perfect text and pictures of the same receipts.
//!
//! Prints, with how many there were:
//!
//! - *one receipt*: pairs of readings with the same day and total, and pairs of one reading with parts of it covered, that
//!   would be paid for twice;
//! - *two purchases*: pairs of a reading and the same with another number and time, that would be called duplicates;
//! - *two shops*: pairs of receipts of the first file with other names, as if of one day and total and with neither number
//!   nor time, that would be called duplicates.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program that prints figures")]

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
};

use jiff::ToSpan;
use receipt::{
    FingerprintKey, Fingerprints, OwnerId, Receipt, Rules,
    fingerprint::Likeness,
    judge,
    verdict::{Facts, Outcome},
};
use serde::Deserialize;

#[derive(Deserialize)]
struct Scanned {
    file: PathBuf,
    #[serde(default)]
    receipt: Receipt,
}

type Receipts = BTreeMap<String, Receipt>;

/// Those that are accepted.
fn scanned(file: &Path) -> Result<Receipts, Box<dyn std::error::Error>> {
    let mut receipts = Receipts::new();
    for line in fs::read_to_string(file)?.lines() {
        let Scanned { file, receipt } = serde_json::from_str(line)?;
        let verdict = judge(&receipt, &Facts::default(), &Rules::default().for_trying_out());
        if let (Some(id), Outcome::Accepted) = (file.file_stem(), verdict.outcome) {
            receipts.insert(id.to_string_lossy().into_owned(), receipt);
        }
    }
    Ok(receipts)
}

fn prints(receipt: &Receipt) -> Fingerprints {
    let key: FingerprintKey = "k".repeat(32).parse().expect("long enough");
    Fingerprints::of(receipt, &OwnerId::random(), None, &key)
}

/// Whether the second is taken for the first: by the views, and by the marks of earlier programs.
fn are_one(first: &Receipt, second: &Receipt) -> [bool; 2] {
    let (first, second) = (prints(first), prints(second));
    let views = match (&first.view, &second.view) {
        (Some((group, paid)), Some((same, view))) => group == same && view.likeness(paid) != Likeness::Other,
        _ => false,
    };
    let left = |mark| first.exact.contains(mark) || first.vague.contains(mark);
    let marks = second.exact.iter().any(left) || second.vague.iter().any(|mark| first.exact.contains(mark));
    [views, marks]
}

fn count(what: &str, counted: bool, pairs: impl Iterator<Item = (Receipt, Receipt)>) {
    let (mut all, mut found) = (0, [0, 0]);
    for (first, second) in pairs {
        all += 1;
        for (found, one) in found.iter_mut().zip(are_one(&first, &second)) {
            *found += i32::from(one == counted);
        }
    }
    println!("{what}: {} of {all} by views, {} by marks", found[0], found[1]);
}

type Change = fn(Receipt) -> Receipt;

fn without_number(receipt: Receipt) -> Receipt {
    Receipt { receipt_number: None, ..receipt }
}

fn without_time(receipt: Receipt) -> Receipt {
    Receipt { time: None, ..receipt }
}

fn half_named(mut receipt: Receipt) -> Receipt {
    if let Some(name) = &mut receipt.merchant {
        name.value = name.value.chars().take(name.value.chars().count() / 2).collect();
    }
    Receipt { trade_name: None, ..receipt }
}

/// Bought later: the number is higher by one in its last figure, the time by 17 minutes.
fn later(mut receipt: Receipt) -> Receipt {
    if let Some(number) = &mut receipt.receipt_number {
        let last = number.value.pop().and_then(|last| last.to_digit(10)).unwrap_or(0);
        number.value.push(char::from_digit((last + 1) % 10, 10).unwrap_or('0'));
    }
    if let Some(time) = &mut receipt.time {
        time.value = time.value.wrapping_add(17.minutes());
    }
    receipt
}

fn is_weak(receipt: &Receipt) -> bool {
    receipt.receipt_number.is_none() && receipt.time.is_none()
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let files: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    let [first, second] = files.as_slice() else { return Err("usage: payments FIRST SECOND".into()) };
    let (first, second) = (scanned(first)?, scanned(second)?);
    let every = || first.values().chain(second.values());
    println!("accepted: {} and {}; weak: {}", first.len(), second.len(), every().filter(|it| is_weak(it)).count());

    let same = |one: &Receipt, other: &Receipt| {
        let facts = |it: &Receipt| (it.date.as_ref().map(|it| it.value), it.total.as_ref().map(|it| it.value));
        facts(one) == facts(other)
    };
    let pairs: Vec<(&Receipt, &Receipt)> = first
        .iter()
        .filter_map(|(id, one)| Some((one, second.get(id)?)))
        .filter(|(one, other)| same(one, other))
        .collect();
    println!("one receipt, paid for twice:");
    // Where the weaker of the two came first, the stronger is paid for too.
    let stronger = |(one, other): &(Receipt, Receipt)| !is_weak(one) || is_weak(other);
    let views = |what: &str, one: Change, other: Change| {
        let both = pairs.iter().flat_map(|(first, second)| {
            let (a, b) = (one((*first).clone()), other((*second).clone()));
            [(a.clone(), b.clone()), (b, a)]
        });
        count(what, false, both.filter(stronger));
    };
    let whole: Change = |receipt| receipt;
    views("  two readings", whole, whole);
    views("  number covered", whole, without_number);
    views("  time covered", whole, without_time);
    views("  number here, time there", without_number, without_time);
    views("  half the name, number covered", whole, |receipt| half_named(without_number(receipt)));
    views("  half the name, time covered", without_number, |receipt| half_named(without_time(receipt)));

    println!("two purchases, called one:");
    let purchases = |what: &str, one: Change, other: Change| {
        count(what, true, every().map(|it| (one(it.clone()), other(later(it.clone())))));
    };
    purchases("  as read", whole, whole);
    purchases("  number covered on one", whole, without_number);
    let strong = every().filter(|it| !is_weak(it));
    count("  as read, where number or time is", true, strong.map(|it| (it.clone(), later(it.clone()))));

    println!("two shops, called one:");
    let plain: Vec<Receipt> = first
        .values()
        .map(|it| {
            let like = first.values().next().unwrap_or(it);
            Receipt { date: like.date.clone(), total: like.total.clone(), ..without_time(without_number(it.clone())) }
        })
        .collect();
    let letters = |it: &Receipt| {
        let name = it.merchant.as_ref().map(|name| name.value.to_uppercase()).unwrap_or_default();
        name.chars().filter(char::is_ascii_alphanumeric).take(6).collect::<String>()
    };
    let pairs = plain.iter().enumerate().flat_map(|(at, one)| plain[..at].iter().map(move |other| (one, other)));
    let shops = pairs.filter(|(one, other)| letters(one) != letters(other));
    if env::var_os("SHOW").is_some() {
        for (one, other) in shops.clone().filter(|(one, other)| are_one(one, other)[0]) {
            let name = |it: &Receipt| it.merchant.as_ref().map(|name| name.value.clone());
            eprintln!(
                "{:?} {:?} {:?} {:?}",
                name(one),
                name(other),
                one.tax_number.as_ref().map(|it| &it.value),
                one.phone.as_ref().map(|it| &it.value)
            );
        }
    }
    count("  first six letters differ", true, shops.map(|(one, other)| (one.clone(), other.clone())));
    Ok(())
}
