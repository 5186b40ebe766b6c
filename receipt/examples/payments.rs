//! How often views of one receipt are known for one, and two receipts for two: `payments FIRST SECOND`, two folders of
//! Textract's answers, whose receipts are paired by the files' stems: perfect text and pictures of the same receipts.
//!
//! Prints, with how many there were:
//!
//! - *one receipt*: pairs of readings with the same day and total, and pairs of one reading with parts of it covered, that
//!   would be paid for twice;
//! - *two purchases*: pairs of a reading and the same with another number and time, that would be called duplicates;
//! - *two shops*: pairs of receipts of the first file with other names, as if of one day and total and with neither number
//!   nor time, that would be called duplicates.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program that prints figures")]

use std::{collections::BTreeMap, env, ffi::OsString, fs, path::Path};

use jiff::ToSpan;
use receipt::{
    FingerprintKey, Fingerprints, Orientation, OwnerId, Receipt, Rules,
    fingerprint::{Likeness, Printed},
    judge, read,
    textract::DetectDocumentText,
    verdict::{Facts, Outcome},
};

/// A receipt, and all that stands on its paper.
#[derive(Clone)]
struct Seen {
    receipt: Receipt,
    paper: DetectDocumentText,
}

impl Seen {
    fn print(&mut self, shown: &str, instead: &str) {
        for line in self.paper.blocks.iter_mut().filter_map(|block| block.text.as_mut()) {
            *line = line.replace(shown, instead);
        }
    }
}

type Receipts = BTreeMap<OsString, Seen>;

/// Those that are accepted.
fn accepted(folder: &Path) -> Result<Receipts, Box<dyn std::error::Error>> {
    let mut receipts = Receipts::new();
    for file in fs::read_dir(folder)? {
        let file = file?.path();
        let answer: DetectDocumentText = serde_json::from_slice(&fs::read(&file)?)?;
        let receipt = read(&answer, Orientation::Upright);
        let verdict = judge(&receipt, &Facts::default(), &Rules::default().for_trying_out());
        if let (Some(id), Outcome::Accepted) = (file.file_stem(), verdict.outcome) {
            receipts.insert(id.to_owned(), Seen { receipt, paper: answer });
        }
    }
    Ok(receipts)
}

fn prints(seen: &Seen, key: &FingerprintKey) -> Fingerprints {
    Fingerprints::of(&seen.receipt, &Printed::of(&seen.paper), &OwnerId::random(), None, key)
}

/// Whether the second is taken for the first.
fn are_one(first: &Fingerprints, second: &Fingerprints) -> bool {
    second.likeness(first) != Likeness::Other
}

struct Counter {
    key: FingerprintKey,
}

impl Counter {
    fn count(&self, what: &str, counted: bool, pairs: impl Iterator<Item = (Seen, Seen)>) {
        let (mut all, mut found) = (0, 0);
        for (first, second) in pairs {
            all += 1;
            found += i32::from(are_one(&prints(&first, &self.key), &prints(&second, &self.key)) == counted);
        }
        println!("{what}: {found} of {all}");
    }
}

type Change = fn(&mut Seen);

fn without_number(seen: &mut Seen) {
    if let Some(number) = seen.receipt.receipt_number.take() {
        seen.print(&number.text, "");
    }
}

fn without_time(seen: &mut Seen) {
    if let Some(time) = seen.receipt.time.take() {
        seen.print(&time.text, "");
    }
}

fn half_named(seen: &mut Seen) {
    if let Some(name) = &mut seen.receipt.merchant {
        name.value = name.value.chars().take(name.value.chars().count() / 2).collect();
    }
    seen.receipt.trade_name = None;
}

/// The head is cut off: another line is taken for the name.
fn headless(seen: &mut Seen) {
    if let Some(name) = &mut seen.receipt.merchant {
        "CASH BILL".clone_into(&mut name.value);
    }
    let taken = [seen.receipt.tax_number.take(), seen.receipt.phone.take()];
    for field in taken.into_iter().flatten() {
        seen.print(&field.text, "");
    }
    (seen.receipt.trade_name, seen.receipt.address) = (None, None);
}

/// Bought later: the number is higher by one in its last figure, the time by 17 minutes.
fn later(seen: &mut Seen) {
    if let Some(mut number) = seen.receipt.receipt_number.clone() {
        let last = number.value.pop().and_then(|last| last.to_digit(10)).unwrap_or(0);
        number.value.push(char::from_digit((last + 1) % 10, 10).unwrap_or('0'));
        seen.print(&number.text, &number.value);
        number.text.clone_from(&number.value);
        seen.receipt.receipt_number = Some(number);
    }
    if let Some(mut time) = seen.receipt.time.clone() {
        time.value = time.value.wrapping_add(17.minutes());
        let text = time.value.strftime("%H:%M").to_string();
        seen.print(&time.text, &text);
        // A paper may say it again, without the seconds or with others.
        let mut parts = time.text.split(':');
        if let (Some(hour), Some(minute)) = (parts.next(), parts.next()) {
            let minute: String = minute.chars().take_while(char::is_ascii_digit).collect();
            seen.print(&format!("{hour}:{minute}"), &text);
        }
        time.text = text;
        seen.receipt.time = Some(time);
    }
}

fn changed(seen: &Seen, changes: &[Change]) -> Seen {
    let mut seen = seen.clone();
    for change in changes {
        change(&mut seen);
    }
    seen
}

fn is_weak(seen: &Seen) -> bool {
    seen.receipt.receipt_number.is_none() && seen.receipt.time.is_none()
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folders: Vec<OsString> = env::args_os().skip(1).collect();
    let [first, second] = folders.as_slice() else { return Err("usage: payments FIRST SECOND".into()) };
    let (first, second) = (accepted(Path::new(first))?, accepted(Path::new(second))?);
    let every = || first.values().chain(second.values());
    println!("accepted: {} and {}; weak: {}", first.len(), second.len(), every().filter(|it| is_weak(it)).count());
    let counter = Counter { key: "k".repeat(32).parse()? };

    let facts = |it: &Seen| (it.receipt.date.as_ref().map(|it| it.value), it.receipt.total.as_ref().map(|it| it.value));
    let pairs: Vec<(&Seen, &Seen)> = first
        .iter()
        .filter_map(|(id, one)| Some((one, second.get(id)?)))
        .filter(|(one, other)| facts(one) == facts(other))
        .collect();
    println!("one receipt, paid for twice:");
    // Where the weaker of the two came first, the stronger is paid for too.
    let stronger = |(one, other): &(Seen, Seen)| !is_weak(one) || is_weak(other);
    let views = |what: &str, one: &[Change], other: &[Change]| {
        let both = pairs.iter().flat_map(|(first, second)| {
            let (a, b) = (changed(first, one), changed(second, other));
            [(a.clone(), b.clone()), (b, a)]
        });
        counter.count(what, false, both.filter(stronger));
    };
    views("  two readings", &[], &[]);
    views("  number covered", &[], &[without_number]);
    views("  time covered", &[], &[without_time]);
    views("  number here, time there", &[without_number], &[without_time]);
    views("  half the name, number covered", &[], &[half_named, without_number]);
    views("  half the name, time covered", &[without_number], &[half_named, without_time]);
    views("  head cut off", &[], &[headless]);

    println!("two purchases, called one:");
    let purchases = |what: &str, one: &[Change], other: &[Change]| {
        let strong = every().filter(|it| !is_weak(it));
        counter.count(
            what,
            true,
            strong.map(|it| (changed(it, one), changed(it, &[&[later as Change], other].concat()))),
        );
    };
    purchases("  as read", &[], &[]);
    purchases("  number covered on one", &[], &[without_number]);
    purchases("  time covered on one", &[], &[without_time]);

    println!("two shops, called one:");
    let mut plain = first.values().map(|it| changed(it, &[without_number, without_time])).collect::<Vec<_>>();
    if let Some(like) = plain.first().map(|like| like.receipt.clone()) {
        for it in &mut plain {
            it.receipt.date.clone_from(&like.date);
            it.receipt.total.clone_from(&like.total);
        }
    }
    let letters = |it: &Seen| {
        let name = it.receipt.merchant.as_ref().map(|name| name.value.to_uppercase()).unwrap_or_default();
        name.chars().filter(char::is_ascii_alphanumeric).take(6).collect::<String>()
    };
    let plain: Vec<_> = plain.iter().map(|it| (it, letters(it), prints(it, &counter.key))).collect();
    let (mut all, mut found) = (0, 0);
    for (at, (one, letters, prints)) in plain.iter().enumerate() {
        for (other, _, others) in plain[..at].iter().filter(|(_, others, _)| others != letters) {
            let is_one = are_one(prints, others);
            all += 1;
            found += i32::from(is_one);
            if is_one && env::var_os("SHOW").is_some() {
                let shop = |it: &Seen| {
                    let receipt = it.receipt.clone();
                    (
                        receipt.merchant.map(|it| it.value),
                        receipt.tax_number.map(|it| it.value),
                        receipt.phone.map(|it| it.value),
                    )
                };
                eprintln!("{:?} {:?}", shop(one), shop(other));
            }
        }
    }
    println!("  first six letters differ: {found} of {all}");
    Ok(())
}
