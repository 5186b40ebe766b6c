//! One row for each set of receipts.

use std::io::{self, Write};

use super::{
    judged::{Asked, Judged},
    wilson,
};

pub(crate) fn print_head(out: &mut impl Write) -> io::Result<()> {
    let head = |out: &mut dyn Write, cells: [&str; 8]| {
        let [set, total, date, currency, merchant, all, accepted, sure] = cells;
        write!(out, "{set:<24} {:>4}  {total:<14}{date:<14}{currency:<14}{merchant:<14}{all:<14}", "")?;
        writeln!(out, "{accepted:<14}{sure:<17}accepted, and")
    };
    head(out, ["", "", "", "", "merchant", "total, date,", "accepted of", "sure (≥ 0.9)"])?;
    write!(out, "{:<24} {:>4}  {:<14}{:<14}{:<14}{:<14}", "set", "n", "total", "date", "currency", "contained")?;
    writeln!(out, "{:<14}{:<14}{:<17}must not be", "merchant", "complete", "and wrong")
}

pub(crate) fn print_row(title: &str, judged: &[&Judged], out: &mut impl Write) -> io::Result<()> {
    let of_field = |asked| share(judged.iter().filter_map(|it| it.is_right(asked)));
    let all_three = [Asked::Total, Asked::Date, Asked::Merchant];
    let named = judged.iter().filter(|it| all_three.iter().any(|asked| it.is_right(*asked).is_some()));
    let all_right = named.map(|it| all_three.iter().all(|asked| it.is_right(*asked) != Some(false)));
    let complete = judged.iter().filter(|it| it.is_complete()).map(|it| it.is_accepted);
    let wrong = judged.iter().filter(|it| it.is_sure_and_wrong()).count();
    let sure_and_wrong = format!("{wrong} (≤ {:.1} %)", 100.0 * wilson::upper_bound(wrong, judged.len()));
    let refusable: Vec<_> = judged.iter().filter(|it| it.must_not_be_accepted()).collect();
    let taken = refusable.iter().filter(|it| it.is_accepted).count();
    write!(out, "{title:<24} {:>4}  ", judged.len())?;
    for asked in [Asked::Total, Asked::Date, Asked::Currency, Asked::Merchant] {
        write!(out, "{:<14}", of_field(asked))?;
    }
    write!(out, "{:<14}{:<14}{sure_and_wrong:<17}", share(all_right), share(complete))?;
    if refusable.is_empty() { writeln!(out, "-") } else { writeln!(out, "{taken} of {}", refusable.len()) }
}

fn share(of: impl Iterator<Item = bool>) -> String {
    let (mut all, mut hits) = (0, 0);
    for is_hit in of {
        all += 1;
        hits += usize::from(is_hit);
    }
    match all {
        0 => "-".to_owned(),
        _ => format!("{hits}/{all} {:.1}", 100.0 * wilson::share(hits, all)),
    }
}
