//! How well receipts were read: `receipts scan … | accuracy FOLDER`, where FOLDER holds what is printed on them as
//! ICDAR 2019 SROIE has it: `key/ID.json` with company, address, date and total, and `box/ID.csv` with every line.
//!
//! Reads a JSON object a line, as `receipts scan` prints them (`file`, whose stem is the ID, and `receipt`), and prints
//!
//! - for each field with a key, how many were found and how often it was right by the confidence that was said, in
//!   bins: count, mean confidence, share right. *Right* is as `key.rs` compares values. The *expected calibration
//!   error* is the mean distance between the said and the right of its bin, the *Brier score* the mean square of
//!   confidence less 1 where right and less 0 where wrong. What was not found, or has no key, does not count;
//! - of the receipts that print prices for each item ([`items::are_priced`]: an amount stands above the first sum), the
//!   share whose items, as read, add up ([`items::add_up`]). Whether prices are printed is taken from `box`, never
//!   from what was read: a reading that finds no items has not got them right.
//!
//! `MISSES=1` also lists the receipts whose items do not add up.

mod calibration;
mod items;
mod key;

use std::{
    collections::BTreeMap,
    env,
    io::{self, BufRead, Write},
    path::{Path, PathBuf},
};

use receipt::Receipt;
use serde::Deserialize;

use self::{calibration::Calibration, key::Key};

#[derive(Deserialize)]
struct Scanned {
    file: PathBuf,
    /// Absent where the file could not be read.
    #[serde(default)]
    receipt: Receipt,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    let [folder] = arguments.as_slice() else { return Err("usage: receipts scan … | accuracy FOLDER".into()) };
    let mut calibrations: BTreeMap<&str, Calibration> = BTreeMap::new();
    let mut priced = 0_u32;
    let mut missed = Vec::new();
    for line in io::stdin().lock().lines() {
        let scanned: Scanned = serde_json::from_str(&line?)?;
        let id = scanned.file.file_stem().map(Path::new).ok_or("a receipt without a name")?;
        let key = Key::open(&folder.join("key").join(id).with_extension("json"))?;
        for field in key::FIELDS {
            if let Some((confidence, right)) = key.judge(field, &scanned.receipt) {
                calibrations.entry(field).or_default().add(confidence, right);
            }
        }
        if items::are_priced(&folder.join("box").join(id).with_extension("csv"))? {
            priced += 1;
            if !items::add_up(&scanned.receipt, key.total()) {
                missed.push(id.display().to_string());
            }
        }
    }
    let mut out = io::stdout().lock();
    for (field, calibration) in &calibrations {
        calibration.print(field, &mut out)?;
    }
    let right = f64::from(priced) - f64::from(u32::try_from(missed.len())?);
    let share = 100.0 * right / f64::from(priced.max(1));
    writeln!(out, "items add up on {right} of the {priced} receipts that print prices for them: {share:.1} %")?;
    if env::var_os("MISSES").is_some() {
        writeln!(out, "items do not add up: {}", missed.join(" "))?;
    }
    Ok(())
}
