//! Fits `receipt/src/reading/calibration.toml`: `calibrate [TITLE SCANNED KEYS]…`, as `accuracy` takes them, but of
//! `receipts scan --uncalibrated`. Prints the file. `make calibrate` calls it with what lies beside the project.
//!
//! For each field, receipts are ordered by how clearly the reading found it, and the share that was right bounds what such
//! a field's confidence is (`fit.rs`). How far that can be believed is told on receipts of countries that were left out of
//! the fit, each in turn.

#[path = "../accuracy/calibration.rs"]
#[expect(dead_code, reason = "accuracy prints more")]
mod calibration;
mod fit;
#[path = "../accuracy/judged.rs"]
#[expect(dead_code, reason = "accuracy asks for more")]
mod judged;
#[path = "../accuracy/key.rs"]
mod key;
#[path = "../accuracy/printed.rs"]
mod printed;
#[path = "../accuracy/scanned.rs"]
#[expect(dead_code, reason = "accuracy looks at verdicts, too")]
mod scanned;
#[path = "../../src/text.rs"]
#[expect(dead_code, reason = "the reading needs more of it")]
mod text;

use std::{
    collections::BTreeSet,
    env,
    error::Error,
    io::{self, Write},
    path::Path,
};

use self::{
    calibration::Sums,
    fit::{Observation, confidence, fit},
    judged::{Asked, Judged},
    key::Key,
    scanned::Scanned,
};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let (sets, []) = arguments.as_chunks::<3>() else { return Err("usage: calibrate [TITLE SCANNED KEYS]…".into()) };
    let mut judged = Vec::new();
    for [_, scanned, keys] in sets {
        for scanned in Scanned::all(Path::new(scanned))? {
            let id = scanned.id()?;
            judged.push(Judged::new(id, Key::open(Path::new(keys), id)?, &scanned.receipt, None));
        }
    }
    let mut out = io::stdout().lock();
    print_head(&judged, &mut out)?;
    Asked::ALL.into_iter().try_for_each(|asked| print_field(asked, &judged, &mut out))?;
    Ok(())
}

fn print_head(judged: &[Judged], out: &mut impl Write) -> io::Result<()> {
    let of = |form| judged.iter().filter(|it| it.key.form == form).count();
    let countries: BTreeSet<&str> = judged.iter().map(|it| it.key.country.as_str()).collect();
    writeln!(
        out,
        "# How often a field is right, by how clearly the reading found it. Made by `make calibrate`; not edited by"
    )?;
    writeln!(
        out,
        "# hand. Fitted on {} scans from their pictures, {} photos and {} drawn cases, of {} countries, none of which",
        of(key::Form::Scan),
        of(key::Form::Photo),
        of(key::Form::Drawn),
        countries.len()
    )?;
    writeln!(
        out,
        "# counts for more than {} receipts. A step reaches up to its clarity; `right` is its share of right fields, drawn",
        fit::MOST_OF_A_COUNTRY
    )?;
    writeln!(
        out,
        "# towards a half by two receipts more, one right and one wrong; `of` is on how many receipts it stands."
    )
}

fn print_field(asked: Asked, judged: &[Judged], out: &mut impl Write) -> io::Result<()> {
    let seen: Vec<Observation> = judged.iter().filter_map(|it| observation(asked, it)).collect();
    let countries: BTreeSet<&str> = seen.iter().map(|it| it.country.as_str()).collect();
    writeln!(out)?;
    print_told("before", &told(&seen, |it| it.clarity), out)?;
    if countries.len() > 1 {
        print_told("by the other countries' steps", &left_out(&seen), out)?;
    }
    writeln!(out, "[{}]\nsteps = [", asked.name())?;
    for step in fit(&seen) {
        writeln!(out, "    {{ up_to = {:.3}, right = {:.3}, of = {:.0} }},", step.up_to, step.share(), step.count)?;
    }
    writeln!(out, "]")
}

fn print_told(when: &str, sums: &Sums, out: &mut impl Write) -> io::Result<()> {
    let [said, right, squares] = sums.means();
    writeln!(out, "# {when}: said {said:.3}, right {right:.3}, Brier score {squares:.3}")
}

fn observation(asked: Asked, judged: &Judged) -> Option<Observation> {
    let answer = judged.answer(asked)?;
    Some(Observation { country: judged.key.country.clone(), clarity: answer.confidence()?, is_right: answer.is_right })
}

fn told(seen: &[Observation], confidence: impl Fn(&Observation) -> f64) -> Sums {
    let told: Vec<(f64, bool)> = seen.iter().map(|it| (confidence(it), it.is_right)).collect();
    Sums::of(told.iter())
}

/// Each country's receipts, by what was fitted on all others.
fn left_out(seen: &[Observation]) -> Sums {
    let of_country = |it: &Observation| {
        let others: Vec<Observation> = seen.iter().filter(|other| other.country != it.country).cloned().collect();
        confidence(&fit(&others), it.clarity)
    };
    told(seen, of_country)
}
