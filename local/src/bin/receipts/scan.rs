//! `receipts scan`: from files to receipts and verdicts, without any service.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    thread,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use jiff::Zoned;
use receipt::{Orientation, Receipt, Rules, Verdict, textract::DetectDocumentText, verdict::Facts};
use serde::Serialize;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Pictures (JPEG, PNG, TIFF), or stored answers of Textract (`.json`).
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,

    /// How many cores to use; all, if not given.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,

    /// What is asked of the receipts, as TOML; without it, the default rules, for receipts of any age.
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,
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
    let mut scanner = Scanner { threads, reader: None, rules: rules(args.rules.as_deref())? };
    let mut out = io::stdout().lock();
    let mut ended = ExitCode::SUCCESS;
    for file in &args.files {
        let name = file.display().to_string();
        let written = match scanner.scan(file) {
            Ok(found) => write_line(&mut out, &found),
            Err(error) => {
                ended = ExitCode::FAILURE;
                write_line(&mut out, &Unreadable { file: name, error: format!("{error:#}") })
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
    threads: usize,
    /// Loaded for the first picture.
    reader: Option<ocr::Reader>,
    rules: Rules,
}

impl Scanner {
    fn scan(&mut self, file: &Path) -> anyhow::Result<Scanned> {
        let bytes = fs::read(file).context("cannot read the file")?;
        let is_json = file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
        let (answer, orientation, ocr) = if is_json {
            let answer: DetectDocumentText = serde_json::from_slice(&bytes).context("not an answer of Textract")?;
            (answer, Orientation::default(), Duration::ZERO)
        } else {
            let reader = match &mut self.reader {
                Some(reader) => reader,
                none => none.insert(ocr::Reader::new(self.threads)?),
            };
            let began = Instant::now();
            let picture = ocr::Picture::decode(&bytes)?;
            let orientation = Orientation::try_from(picture.exif_orientation()).unwrap_or_default();
            let page = reader.read_picture(picture)?;
            (local::answer(&page), orientation, began.elapsed())
        };
        let began = Instant::now();
        let receipt = receipt::read(&answer, orientation);
        let today = Zoned::now().date();
        let facts = Facts { today: Some(today), legibility: Some(answer.legibility()), ..Facts::default() };
        let verdict = receipt::judge(&receipt, &facts, &self.rules);
        let millis = Millis { ocr: ocr.as_millis(), parse: began.elapsed().as_millis() };
        Ok(Scanned { file: file.display().to_string(), millis, receipt, verdict })
    }
}

fn rules(file: Option<&Path>) -> anyhow::Result<Rules> {
    let Some(file) = file else { return Ok(Rules::default().for_trying_out()) };
    let of_file = || file.display().to_string();
    let text = fs::read_to_string(file).with_context(of_file)?;
    text.parse::<Rules>().with_context(of_file)
}
