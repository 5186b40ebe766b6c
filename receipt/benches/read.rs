//! `cargo bench -p receipt`: how long the reading of a receipt takes once its text is detected, on one thread.
//!
//! The receipts are made here and drawn as the tests draw them: a short one, the same photographed aslant and sideways,
//! ones of 170 and of 300 rows that are two lines each, and one that is made to be slow: as many lines as are read, each as long as is
//! read, full of what the parser looks for. Says first how much memory the process needed at most to read each of them once,
//! the receipts and criterion included, where the kernel tells it.
#![expect(clippy::print_stderr, reason = "a person who measures wants to read it")]

use std::{fmt::Write as _, fs, hint::black_box};

use criterion::{Criterion, criterion_group, criterion_main};
use receipt::{Orientation, textract};

#[path = "../src/reading/tests/photograph.rs"]
mod photograph;

use self::photograph::{Pose, photograph};

const SHORT: &str = include_str!("../testdata/my.txt");
/// Rows of a long receipt that are not its items: its head and its sums.
const OTHER_ROWS: u32 = 19;
/// Lines, and characters of a line, that the parser looks at.
const MOST_LINES: usize = 1000;
const MOST_CHARS: usize = 160;

fn read(criterion: &mut Criterion) {
    let aslant = Pose { tilt: 0.07, turns: 1, ..Pose::default() };
    let receipts = [
        ("short", photograph(SHORT, Pose::default())),
        ("tilted", photograph(SHORT, aslant)),
        ("long", photograph(&long(170), Pose::default())),
        ("of 300 rows", photograph(&long(300), Pose::default())),
        ("hostile", photograph(&hostile(), Pose::default())),
    ];
    for (name, answer) in &receipts {
        let receipt = receipt::read(answer, Orientation::Upright);
        assert!(receipt.total.is_some(), "{name}: a receipt that is not read tells nothing");
    }
    if let Some(peak) = peak_memory() {
        eprintln!("parse: peak memory {peak}");
    }
    let mut group = criterion.benchmark_group("parse");
    for (name, answer) in &receipts {
        group.bench_function(*name, |bencher| bencher.iter(|| receipt::read(black_box(answer), Orientation::Upright)));
    }
    group.finish();
}

/// The most that was resident of this process, in the kernel's own words.
fn peak_memory() -> Option<String> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    Some(status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.trim().to_owned())
}

/// A receipt of a wholesaler, of so many rows.
fn long(rows: u32) -> String {
    let mut text = String::from(
        "PASAR BORONG GEMILANG SDN BHD\n(112233-X)\nLOT 5, JALAN KENANGA 2/1,\nTAMAN KENANGA,\n81100 JOHOR BAHRU, JOHOR\n\
         TEL : 07-355 1234\nGST NO : 000123456789\nTAX INVOICE\nINV NO : B-0012345\nDATE : 04/03/2018 11:20:15\n\
         QTY DESCRIPTION                 AMOUNT\n",
    );
    let mut sum = 0;
    for item in 1..=rows - OTHER_ROWS {
        let (quantity, price) = (item % 4 + 1, 95 + item * 7 % 900);
        sum += quantity * price;
        let amount = money(quantity * price);
        // Writing to a text does not fail.
        let _ = writeln!(text, "{quantity} GOODS NO {item:03} 500G @{:<12}{amount}", money(price));
    }
    let tax = sum * 6 / 100;
    for (label, cents) in [("SUBTOTAL", sum), ("GST 6%", tax), ("TOTAL RM", sum + tax), ("VISA", sum + tax)] {
        let _ = writeln!(text, "{label:<36}{}", money(cents));
    }
    text + "CARD NO  **** **** **** 1234\nAPPROVAL 004411\nGOODS SOLD ARE NOT RETURNABLE\nTHANK YOU, COME AGAIN\n"
}

fn money(cents: u32) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

fn hostile() -> String {
    let phrase =
        "TOTAL 1,234.5O GST 6% 12/O3/2018 2 X RM3.50 TEL 03-1234 5678 INV NO A1-2 JALAN 81100 SDN BHD CASH 12.99 1.00 ";
    let line = |row: usize| phrase.chars().cycle().skip(row * 7).take(MOST_CHARS).collect::<String>() + "\n";
    (0..MOST_LINES).map(line).collect()
}

criterion_group!(benches, read);
criterion_main!(benches);
