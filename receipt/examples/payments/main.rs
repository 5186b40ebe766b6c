//! How often views of one receipt are known for one, and two receipts for two: `payments FIRST SECOND`, two folders of
//! Textract's answers, whose receipts are paired by the files' stems: perfect text and pictures of the same receipts.
//!
//! Prints, with how many there were:
//!
//! - *one receipt*: pairs of readings with the same day and total, and pairs of one reading with parts of it covered, that
//!   would be paid for twice;
//! - *two purchases*: pairs of a reading and the same with another number and time, that would be called duplicates;
//! - *two purchases of one shop*: pairs of receipts of the first file with the same name, as if of one day and total;
//! - *two shops*: pairs of receipts of the first file with other names, as if of one day and total and with neither number
//!   nor time, that would be called duplicates.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program that prints figures")]

mod changes;

use std::{collections::BTreeMap, env, ffi::OsString, fs, path::Path};

use changes::{
    Change, Seen, all_changed, as_if_with, changed, day_cut, half_named, headless, later, total_cut, without_number,
    without_time,
};
use receipt::{
    FingerprintKey, Fingerprints, Orientation, OwnerId, Rules,
    fingerprint::{Likeness, Printed},
    judge, read,
    textract::DetectDocumentText,
    verdict::{Facts, Outcome},
};

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
            let is_found = are_one(&prints(&first, &self.key), &prints(&second, &self.key)) == counted;
            found += i32::from(is_found);
            if is_found && env::var_os("SHOW").is_some() {
                eprintln!("{what}: {} / {}", facts_of(&first), facts_of(&second));
            }
        }
        println!("{what}: {found} of {all}");
    }
}

fn facts_of(seen: &Seen) -> String {
    let it = &seen.receipt;
    format!(
        "{:?} {:?} {:?} {:?} {:?}",
        it.date.as_ref().map(|it| &it.text),
        it.total.as_ref().map(|it| &it.text),
        it.receipt_number.as_ref().map(|it| &it.value),
        it.time.as_ref().map(|it| &it.text),
        it.merchant.as_ref().map(|it| &it.value)
    )
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

    let views: Vec<_> = every().map(|it| prints(it, &counter.key).views).collect();
    let groups = views.iter().map(Vec::len);
    let sizes = views.iter().flatten().map(|(_, view)| serde_json::to_vec(view).map_or(0, |view| view.len()));
    println!(
        "groups: {} in all, {:?} at most; bytes of a view: {} in all, {:?} at most",
        groups.clone().sum::<usize>(),
        groups.max(),
        sizes.clone().sum::<usize>(),
        sizes.max()
    );

    let every: Vec<&Seen> = every().collect();
    partial_views(&counter, &first, &second);
    later_purchases(&counter, &every);
    purchases_of_one_shop(&counter, &first);
    shops(&counter, &first);
    Ok(())
}

fn partial_views(counter: &Counter, first: &Receipts, second: &Receipts) {
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
    figures_covered(counter, &pairs);
}

fn figures_covered(counter: &Counter, pairs: &[(&Seen, &Seen)]) {
    // Where the weaker of the two came first, the stronger is paid for too.
    let stronger = |(one, other): &(Seen, Seen)| !is_weak(one) || is_weak(other);
    println!("one receipt, paid for twice, where a figure of two is covered, and more:");
    let covered = |what: &str, one: &[Change], other: &[Change]| {
        let both = pairs.iter().filter_map(|(first, second)| {
            let (a, b) = (all_changed(first, one)?, all_changed(second, other)?);
            Some([(a.clone(), b.clone()), (b, a)])
        });
        counter.count(what, false, both.flatten().filter(stronger));
    };
    covered("  of the day", &[], &[day_cut]);
    covered("  of the total", &[], &[total_cut]);
    covered("  of both", &[], &[day_cut, total_cut]);
    covered("  of the day, number", &[], &[day_cut, without_number]);
    covered("  of the total, number", &[], &[total_cut, without_number]);
    covered("  of the day, time", &[], &[day_cut, without_time]);
    covered("  of the total, time", &[], &[total_cut, without_time]);
    covered("  of both, number", &[], &[day_cut, total_cut, without_number]);
    covered("  of the day, number and time", &[], &[day_cut, without_number, without_time]);
    covered("  of the total, number and time", &[], &[total_cut, without_number, without_time]);
    covered("  head and number", &[], &[headless, without_number]);
    covered("  head and time", &[], &[headless, without_time]);
    covered("  head, number and time", &[], &[headless, without_number, without_time]);
}

fn later_purchases(counter: &Counter, every: &[&Seen]) {
    println!("two purchases, called one:");
    let purchases = |what: &str, one: &[Change], other: &[Change]| {
        let strong = every.iter().filter(|it| !is_weak(it));
        counter.count(
            what,
            true,
            strong.map(|it| (changed(it, one), changed(it, &[&[later as Change], other].concat()))),
        );
    };
    purchases("  as read", &[], &[]);
    purchases("  number covered on one", &[], &[without_number]);
    purchases("  time covered on one", &[], &[without_time]);
}

fn purchases_of_one_shop(counter: &Counter, first: &Receipts) {
    println!("two purchases of one shop as if of one day and total, called one:");
    let name = |it: &Seen| it.receipt.merchant.as_ref().map(|name| name.value.to_uppercase());
    let of_one_shop: Vec<_> = first
        .values()
        .flat_map(|one| first.values().map(move |other| (one, other)))
        .filter(|(one, other)| !std::ptr::eq(*one, *other) && !is_weak(one) && name(one) == name(other))
        .filter_map(|(one, other)| Some((one.clone(), as_if_with(other, one)?)))
        .filter(|(_, other)| !is_weak(other))
        .collect();
    let others = |what: &str, is_at_once: bool, one: &[Change], other: &[Change]| {
        let both = of_one_shop.iter().filter_map(|(first, second)| {
            let (first, mut second) = (all_changed(first, one)?, all_changed(second, other)?);
            if is_at_once {
                second.receipt.time.clone_from(&first.receipt.time);
            }
            Some((first, second))
        });
        counter.count(what, true, both);
    };
    others("  as read", false, &[], &[]);
    others("  number covered on one", false, &[], &[without_number]);
    others("  time covered on one", false, &[], &[without_time]);
    others("  a day with a figure less", false, &[], &[day_cut]);
    others("  a day with a figure less, number covered on one", false, &[], &[day_cut, without_number]);
    others("  a day with a figure less, time covered on one", false, &[], &[day_cut, without_time]);
    others("  a day with a figure less, at one minute, number covered on one", true, &[], &[day_cut, without_number]);
    others(
        "  a day with a figure less, number and time covered on one",
        false,
        &[],
        &[day_cut, without_number, without_time],
    );
    others("  a total with a figure less", false, &[], &[total_cut]);
    others("  a total with a figure less, number covered on one", false, &[], &[total_cut, without_number]);
    others("  a total with a figure less, time covered on one", false, &[], &[total_cut, without_time]);
    others(
        "  a total with a figure less, at one minute, number covered on one",
        true,
        &[],
        &[total_cut, without_number],
    );
    others(
        "  a total with a figure less, number and time covered on one",
        false,
        &[],
        &[total_cut, without_number, without_time],
    );
    others(
        "  both with a figure less, at one minute, number covered on one",
        true,
        &[],
        &[day_cut, total_cut, without_number],
    );
}

fn shops(counter: &Counter, first: &Receipts) {
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
}
