//! Fits the tables of `reading/fields/confidence.rs`: `calibrate ANSWERS KEYS`, a folder of Textract answers (`ID.json`) and
//! one of what stands on the receipts (`ID.json` with company, address, date and total as SROIE has them).
//!
//! Prints for each field the share that was right by margin and by the OCR's confidence, and a line for each receipt that
//! another program may fit further.

use std::{
    collections::BTreeMap,
    env, fs,
    io::Write,
    path::{Path, PathBuf},
};

use receipt::{Orientation, reading::read_with_evidence, textract::DetectDocumentText};

use self::{
    judged::{Asked, Judged},
    key::Key,
};

#[path = "accuracy/judged.rs"]
#[expect(dead_code, reason = "accuracy asks for more")]
mod judged;
#[path = "accuracy/key.rs"]
#[expect(dead_code, reason = "accuracy needs more of the keys")]
mod key;
#[path = "accuracy/printed.rs"]
mod printed;
#[path = "../src/text.rs"]
#[expect(dead_code, reason = "the reading needs more of it")]
mod text;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [answers, keys] = arguments.as_slice() else { return Err("calibrate ANSWERS KEYS".into()) };
    let (answers, keys) = (Path::new(answers), Path::new(keys));
    let mut out = std::io::stdout().lock();
    if !answers.is_dir() || !keys.is_dir() {
        writeln!(out, "nothing to calibrate with: {} or {} is not there", answers.display(), keys.display())?;
        return Ok(());
    }
    for (field, seen) in observations(answers, keys)? {
        for it in &seen {
            writeln!(out, "{field}\t{}\t{}\t{}", it.margin, it.ocr_confidence, u8::from(it.right))?;
        }
        let (said, right, brier) = cross_validated(&seen);
        writeln!(out, "# {field}: cross-validated, {said:.3} said, {right:.3} right, Brier score {brier:.3}")?;
        writeln!(out, "# {field}: upper end of the margin, share right")?;
        for (end, share, count) in monotone(seen) {
            writeln!(out, "# ({end:.1}, {share:.3}) of {count}")?;
        }
    }
    Ok(())
}

/// One field of one receipt.
#[derive(Clone, Copy)]
struct Observation {
    margin: f32,
    ocr_confidence: f32,
    right: bool,
}

fn observations(answers: &Path, keys: &Path) -> Outcome<BTreeMap<&'static str, Vec<Observation>>> {
    let mut seen: BTreeMap<&'static str, Vec<Observation>> = BTreeMap::new();
    for entry in fs::read_dir(keys)? {
        let id = PathBuf::from(entry?.file_name()).with_extension("");
        let answer = answers.join(&id).with_extension("json");
        if !answer.exists() {
            continue;
        }
        let answer: DetectDocumentText = serde_json::from_slice(&fs::read(&answer)?)?;
        let (receipt, evidence) = read_with_evidence(&answer, Orientation::default());
        let judged = Judged::new(&id, Key::open(keys, &id)?, &receipt, None);
        let fields = [Asked::Merchant, Asked::Address, Asked::Date, Asked::Total];
        for (field, of_field) in
            fields.into_iter().zip([evidence.merchant, evidence.address, evidence.date, evidence.total])
        {
            if let (Some(it), Some(answer)) = (of_field, judged.answer(field)) {
                let it = Observation { margin: it.margin, ocr_confidence: it.ocr_confidence, right: answer.is_right };
                seen.entry(field.name()).or_default().push(it);
            }
        }
    }
    Ok(seen)
}

/// Fitted on four fifths and held against the fifth, in turn: the mean said, the share right, the mean squared error.
#[expect(clippy::cast_precision_loss, reason = "some thousand observations at most")]
fn cross_validated(seen: &[Observation]) -> (f64, f64, f64) {
    let mut sums = (0.0, 0.0, 0.0);
    for fold in 0..FOLDS {
        let others = seen.iter().enumerate().filter(|(i, _)| i % FOLDS != fold).map(|(_, it)| *it).collect();
        let steps = monotone(others);
        for it in seen.iter().skip(fold).step_by(FOLDS) {
            let said = steps.iter().find(|(end, _, _)| it.margin <= *end).or(steps.last()).map_or(0.5, |step| step.1);
            let right = f64::from(u8::from(it.right));
            sums = (sums.0 + said, sums.1 + right, sums.2 + (said - right).powi(2));
        }
    }
    let count = seen.len().max(1) as f64;
    (sums.0 / count, sums.1 / count, sums.2 / count)
}

const FOLDS: usize = 5;

/// Steps that never fall, by pooling neighbours (isotonic regression): upper end, share right, observations.
fn monotone(mut seen: Vec<Observation>) -> Vec<(f32, f64, usize)> {
    seen.sort_by(|a, b| a.margin.total_cmp(&b.margin));
    let mut steps: Vec<(f32, f64, usize)> = Vec::new();
    for it in seen {
        steps.push((it.margin, f64::from(u8::from(it.right)), 1));
        while let [.., (_, lower, n), (end, upper, m)] = steps.as_slice()
            && (lower >= upper || *n < SMALLEST_STEP)
        {
            #[expect(clippy::cast_precision_loss, reason = "some thousand observations at most")]
            let pooled = (lower * *n as f64 + upper * *m as f64) / (n + m) as f64;
            let step = (*end, pooled, n + m);
            steps.truncate(steps.len() - 2);
            steps.push(step);
        }
    }
    steps
}

/// A step stands on this many observations.
const SMALLEST_STEP: usize = 8;
