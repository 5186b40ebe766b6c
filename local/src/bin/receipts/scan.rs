//! `receipts scan`: from files to receipts and verdicts, without any service.

mod canvas;
mod drawing;
mod fields;
mod lines;
mod seen;
mod target;

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    thread,
    time::Instant,
};

use anyhow::Context as _;
use jiff::Zoned;
use receipt::{PageSource, Receipt, Rules, Verdict, textract::DetectDocumentText, verdict::Facts};
use serde::Serialize;

use self::{
    seen::{Eye, Pixels, Seen},
    target::Target,
};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Pictures (JPEG, PNG, TIFF), or stored answers of Textract (`.json`).
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,

    /// Print the lines of text that were read, instead of receipts: confidence, left, top, width and height of the box in
    /// pixels, and the text, a row for each line.
    #[arg(long)]
    lines: bool,

    /// Draw what was seen: the picture with its lines, rows, fields and confidences. A name that ends in .jpg or .png, or a
    /// folder for several pictures.
    #[arg(long, value_name = "FILE")]
    draw: Option<PathBuf>,

    /// How many cores to use; all, if not given.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,

    /// What is asked of the receipts, as TOML; without it, the default rules, for receipts of any age.
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,

    /// Say how clearly fields were found, not how sure they are: what `make calibrate` fits the latter on.
    #[arg(long)]
    uncalibrated: bool,
}

#[derive(Serialize)]
struct Scanned {
    file: String,
    millis: Millis,
    receipt: Receipt,
    verdict: Verdict,
}

#[derive(Serialize)]
struct Millis {
    ocr: u128,
    parse: u128,
}

#[derive(Serialize)]
struct Unreadable {
    file: String,
    error: String,
}

/// Fails, at the end, if a file could not be read.
pub(crate) fn scan(args: &Args) -> anyhow::Result<ExitCode> {
    let threads = match args.threads {
        Some(threads) => threads.into(),
        None => thread::available_parallelism().map_or(1, usize::from),
    };
    let targets: Vec<Option<Target>> = match &args.draw {
        Some(draw) => target::targets(draw, &args.files)?.into_iter().map(Some).collect(),
        None => args.files.iter().map(|_| None).collect(),
    };
    let pixels = if args.draw.is_some() { Pixels::Keep } else { Pixels::Drop };
    let read = if args.uncalibrated { receipt::reading::read_uncalibrated } else { receipt::read_pages };
    let mut scanner = Scanner { eye: Eye::new(threads, pixels), rules: rules(args.rules.as_deref())?, read };
    let mut out = io::stdout().lock();
    let mut ended = ExitCode::SUCCESS;
    for (file, target) in args.files.iter().zip(&targets) {
        let name = file.display().to_string();
        let written = match scanner.scan(file, target.as_ref()) {
            Ok((seen, _)) if args.lines => lines::write(&mut out, &name, &seen),
            Ok((_, result)) => write_line(&mut out, &result),
            Err(error) => {
                ended = ExitCode::FAILURE;
                let error = format!("{error:#}");
                if args.lines {
                    writeln!(io::stderr(), "receipts: {name}: {error}")
                } else {
                    write_line(&mut out, &Unreadable { file: name, error })
                }
            }
        };
        match written {
            Ok(()) => {}
            // The reader of the output has closed the pipe.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(ended),
            Err(error) => return Err(error).context("cannot write the result"),
        }
    }
    Ok(ended)
}

fn write_line(out: &mut impl Write, line: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    out.write_all(b"\n")?;
    out.flush()
}

struct Scanner {
    eye: Eye,
    rules: Rules,
    read: fn(&DetectDocumentText, &[PageSource]) -> Receipt,
}

impl Scanner {
    fn scan(&mut self, file: &Path, target: Option<&Target>) -> anyhow::Result<(Seen, Scanned)> {
        let seen = self.eye.look_at(file)?;
        let began = Instant::now();
        let receipt = (self.read)(&seen.answer, &[PageSource::only(seen.orientation)]);
        let today = Zoned::now().date();
        let facts = Facts { today: Some(today), legibility: Some(seen.answer.legibility()), ..Facts::default() };
        let verdict = receipt::judge(&receipt, &facts, &self.rules);
        let millis = Millis { ocr: seen.reading_took.as_millis(), parse: began.elapsed().as_millis() };
        let scanned = Scanned { file: file.display().to_string(), millis, receipt, verdict };
        if let Some(Target { path, format }) = target {
            let drawing = drawing::draw(&seen, &scanned, *format)?;
            fs::write(path, drawing).with_context(|| format!("cannot write {}", path.display()))?;
        }
        Ok((seen, scanned))
    }
}

fn rules(file: Option<&Path>) -> anyhow::Result<Rules> {
    let Some(file) = file else { return Ok(Rules::default().for_trying_out()) };
    let of_file = || file.display().to_string();
    let text = fs::read_to_string(file).with_context(of_file)?;
    text.parse::<Rules>().with_context(of_file)
}
