//! How well receipts were read: `accuracy [TITLE SCANNED KEYS]…`, for each set of receipts its name, what `receipts scan`
//! printed of them (a file with a JSON object a line), and the folder of their keys (`key.rs`). `make accuracy` calls it
//! with what lies beside the project.
//!
//! Prints
//!
//! - a table with a row for each set: how many receipts, the share of fields that the picture shows and that were said
//!   right (`judged.rs` says what right is), how many complete ones were accepted, how many said a wrong total, date or
//!   currency with a confidence of 0.9 or more, how many were accepted that must not be;
//! - risk by coverage (`risk.rs`), for each set of scans, and for photos and drawn cases together;
//! - how far confidences can be believed (`calibration.rs`). The *expected calibration error* is the mean distance between
//!   the said and the right of its bin, the *Brier score* the mean square of confidence less 1 where right and less 0
//!   where wrong. What was not found, or has no key, does not count;
//! - of the scans that print prices for each item ([`items::are_priced`]: an amount stands above the first sum), the share
//!   whose items, as read, add up ([`items::add_up`]). Whether prices are printed is taken from SROIE's `box` beside the
//!   keys, never from what was read: a reading that finds no items has not got them right.
//!
//! Beside few errors stands how many there may be: the upper end of Wilson's 95 % interval.
//!
//! `MISSES=1` also lists what was said wrong or not at all, and the scans whose items do not add up.

mod calibration;
mod items;
mod judged;
mod key;
mod printed;
mod risk;
mod scanned;
mod table;
#[path = "../../src/text.rs"]
#[expect(dead_code, reason = "the reading needs more of it")]
mod text;
mod wilson;

use std::{
    env,
    error::Error,
    io::{self, Write},
    path::Path,
};

use self::{
    judged::{Asked, Judged},
    key::{Form, Key},
    scanned::Scanned,
};

/// Receipts that were scanned together.
struct Set {
    title: String,
    judged: Vec<Judged>,
    /// Of the scans that print prices for items, the ID and whether they add up.
    items: Vec<(String, bool)>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let (sets, []) = arguments.as_chunks::<3>() else { return Err("usage: accuracy [TITLE SCANNED KEYS]…".into()) };
    let sets = sets.iter().map(|[title, scanned, keys]| Set::read(title, Path::new(scanned), Path::new(keys)));
    let sets: Vec<Set> = sets.collect::<Result<_, _>>()?;
    let mut out = io::stdout().lock();
    table::print_head(&mut out)?;
    for set in &sets {
        table::print_row(&set.title, &set.judged.iter().collect::<Vec<_>>(), &mut out)?;
    }
    for (title, judged) in groups(&sets) {
        writeln!(out)?;
        risk::print(&title, &judged, &mut out)?;
        calibration::print(&judged, &mut out)?;
    }
    writeln!(out)?;
    for set in &sets {
        set.print_items(&mut out)?;
    }
    if env::var_os("MISSES").is_some() {
        sets.iter().try_for_each(|set| set.print_misses(&mut out))?;
    }
    Ok(())
}

/// Each set of scans by itself; photos and drawn cases, of which there are few, together.
fn groups(sets: &[Set]) -> Vec<(String, Vec<&Judged>)> {
    let is_of_scans = |set: &&Set| set.judged.iter().any(|it| it.key.form == Form::Scan);
    let (scans, others): (Vec<&Set>, Vec<&Set>) = sets.iter().partition(is_of_scans);
    let mut groups: Vec<_> = scans.iter().map(|set| (set.title.clone(), set.judged.iter().collect())).collect();
    if !others.is_empty() {
        let titles: Vec<&str> = others.iter().map(|set| set.title.as_str()).collect();
        groups.push((titles.join(" and "), others.iter().flat_map(|set| &set.judged).collect()));
    }
    groups
}

impl Set {
    fn read(title: &str, scanned: &Path, keys: &Path) -> Result<Self, Box<dyn Error>> {
        let (mut judged, mut items) = (Vec::new(), Vec::new());
        for scanned in Scanned::all(scanned)? {
            let id = scanned.id()?;
            let outcome = scanned.verdict.as_ref().map(|verdict| verdict.outcome);
            let it = Judged::new(id, Key::open(keys, id)?, &scanned.receipt, outcome);
            if it.key.form == Form::Scan
                && items::are_priced(&keys.with_file_name("box").join(id).with_extension("csv"))?
            {
                let total = it.key.total.values().next().copied();
                items.push((it.id.clone(), items::add_up(&scanned.receipt, total)));
            }
            judged.push(it);
        }
        Ok(Self { title: title.to_owned(), judged, items })
    }

    fn print_items(&self, out: &mut impl Write) -> io::Result<()> {
        if self.items.is_empty() {
            return Ok(());
        }
        let (fitting, all) = (self.items.iter().filter(|(_, add_up)| *add_up).count(), self.items.len());
        let share = 100.0 * wilson::share(fitting, all);
        let title = &self.title;
        writeln!(
            out,
            "{title}: items add up on {fitting} of the {all} receipts that print prices for them, {share:.1} %"
        )
    }

    fn print_misses(&self, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "\n{}:", self.title)?;
        for it in &self.judged {
            let (id, country) = (&it.id, &it.key.country);
            for asked in Asked::ALL {
                match it.answer(asked).map(|answer| (answer.is_right, &answer.said)) {
                    None | Some((true, _)) => {}
                    Some((false, None)) => writeln!(out, "  {id} ({country}) {}: nothing found", asked.name())?,
                    Some((false, Some((text, confidence)))) => {
                        writeln!(out, "  {id} ({country}) {}: {text:?}, {confidence:.2}", asked.name())?;
                    }
                }
            }
            match (it.is_accepted, it.is_complete(), it.must_not_be_accepted()) {
                (true, _, true) => writeln!(out, "  {id} ({country}) accepted, and must not be")?,
                (false, true, _) => writeln!(out, "  {id} ({country}) rejected, and complete")?,
                (true | false, _, _) => {}
            }
        }
        for (id, _) in self.items.iter().filter(|(_, add_up)| !add_up) {
            writeln!(out, "  {id} items do not add up")?;
        }
        Ok(())
    }
}
