//! What it costs to let a machine decide: at which share of receipts how many are wrong.
//!
//! Of a field the machine decides what it says with at least some confidence. The verdict it decides where it accepts and
//! is at least so sure of total, date and currency; that is wrong where one of them is, or where the paper must not be
//! accepted. All else is left to a person.

use std::io::{self, Write};

use super::{
    judged::{Asked, Judged},
    wilson,
};

const LEVELS: [f64; 7] = [0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.97];

/// The curve as a table, a row for each confidence.
pub(crate) fn print(title: &str, judged: &[&Judged], out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "Risk by coverage, {title}, n = {}: share decided by machine, wrong of these", judged.len())?;
    write!(out, "  {:<12}", "sure from")?;
    for column in Asked::PAYING.map(Asked::name).into_iter().chain(["verdict"]) {
        write!(out, "{column:<26}")?;
    }
    writeln!(out)?;
    for level in LEVELS {
        write!(out, "  {level:<12.2}")?;
        for asked in Asked::PAYING {
            let answers = judged.iter().filter_map(|it| it.answer(asked));
            write!(out, "{:<26}", cell(answers.map(|it| (it.confidence() >= Some(level), !it.is_right))))?;
        }
        let decided = |it: &&Judged| it.is_accepted && it.confidence_of_the_verdict() >= level;
        writeln!(out, "{}", cell(judged.iter().map(|it| (decided(it), it.is_wrongly_accepted()))))?;
    }
    Ok(())
}

/// From whether each was decided, and whether that would be wrong.
fn cell(of: impl Iterator<Item = (bool, bool)>) -> String {
    let (mut all, mut decided, mut wrong) = (0, 0, 0);
    for (is_decided, is_wrong) in of {
        all += 1;
        decided += usize::from(is_decided);
        wrong += usize::from(is_decided && is_wrong);
    }
    let (covered, at_most) = (100.0 * wilson::share(decided, all), 100.0 * wilson::upper_bound(wrong, decided));
    if decided == 0 { format!("{covered:5.1} %") } else { format!("{covered:5.1} %: {wrong} (≤ {at_most:.1} %)") }
}
