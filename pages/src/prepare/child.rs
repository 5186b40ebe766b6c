//! The process that decodes.

use std::io::{self, Read, Write};

use receipt::MAX_PICTURE_BYTES;
use rustix::process::{Resource, Rlimit, Signal, getrlimit, set_parent_process_death_signal, setrlimit};

use super::{CPU_SECONDS, Head, MAX_JPEG_BYTES, MEMORY, PREVIEW_SIDE, Refusal, THUMBNAIL_SIDE, Wanted, frames};
use crate::{Document, Error, Limits, Page, Picture, jpeg, open};

/// Qualities to try, until a JPEG is small enough.
const QUALITIES: [u8; 4] = [92, 80, 65, 40];
const PREVIEW_QUALITY: u8 = 80;

/// Limits this process, then prepares the one file that comes by `input`. What is wrong with the file is an answer; an error is
/// a pipe that broke.
pub fn serve(mut input: impl Read, mut output: impl Write) -> io::Result<()> {
    limit_this_process()?;
    let wanted: Wanted = frames::read_json(&mut input)?;
    let file = frames::read(&mut input, MAX_PICTURE_BYTES)?;
    match prepare(&file, &wanted, &mut output)? {
        Ok(()) => frames::write_json(&mut output, &Head::Done)?,
        Err(error) => {
            let head = Head::Refused { why: Refusal::of(&error), cause: in_full(&error) };
            frames::write_json(&mut output, &head)?;
        }
    }
    output.flush()
}

/// Nobody hears of it if this fails, and so nothing is decoded then.
fn limit_this_process() -> io::Result<()> {
    // Its parent may be killed, and then nobody would end it.
    set_parent_process_death_signal(Some(Signal::KILL))?;
    limit(Resource::As, mapped_bytes()? + MEMORY)?;
    limit(Resource::Cpu, CPU_SECONDS)?;
    limit(Resource::Core, 0)?;
    limit(Resource::Fsize, 0)?;
    limit(Resource::Nofile, 8)
}

fn limit(what: Resource, most: u64) -> io::Result<()> {
    let allowed = getrlimit(what).maximum.map_or(most, |maximum| maximum.min(most));
    Ok(setrlimit(what, Rlimit { current: Some(allowed), maximum: Some(allowed) })?)
}

/// The program itself, with its models, and what started with it.
fn mapped_bytes() -> io::Result<u64> {
    let statm = std::fs::read_to_string("/proc/self/statm")?;
    let pages: Option<u64> = statm.split(' ').next().and_then(|pages| pages.parse().ok());
    let pages = pages.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "/proc/self/statm has no size"))?;
    Ok(pages * rustix::param::page_size() as u64)
}

fn prepare(file: &[u8], wanted: &Wanted, output: &mut impl Write) -> io::Result<Result<(), Error>> {
    let document = match open(file, Limits { pages: wanted.most_pages }) {
        Ok(document) => document,
        Err(error) => return Ok(Err(error)),
    };
    frames::write_json(output, &Head::Opened { pages: document.len() })?;
    output.flush()?;
    let all: Vec<usize> = (1..=document.len()).collect();
    for number in wanted.pages.as_ref().unwrap_or(&all) {
        match prepared(&document, *number, wanted) {
            Ok((head, blobs)) => {
                frames::write_json(output, &head)?;
                blobs.iter().try_for_each(|blob| output.write_all(blob))?;
                output.flush()?;
            }
            Err(error) => return Ok(Err(error)),
        }
    }
    Ok(Ok(()))
}

fn prepared(document: &Document<'_>, number: usize, wanted: &Wanted) -> Result<(Head, [Vec<u8>; 4]), Error> {
    let (text, picture) = match document.page(number)? {
        Page::Text(lines) => (Some(lines), document.picture(number)?),
        Page::Picture(picture) => (None, picture),
    };
    let has_to_be_read = text.is_none();
    let when = |is_wanted: bool, make: &dyn Fn() -> Result<Vec<u8>, Error>| {
        if is_wanted { make() } else { Ok(Vec::new()) }
    };
    let jpeg_for_reader = when(wanted.jpeg && has_to_be_read, &|| small_enough(&picture))?;
    let preview = when(wanted.preview, &|| jpeg(&picture, PREVIEW_SIDE, PREVIEW_QUALITY))?;
    let thumbnail = when(wanted.thumbnail && number == 1, &|| jpeg(&picture, THUMBNAIL_SIDE, PREVIEW_QUALITY))?;
    let (width, height) = (picture.width(), picture.height());
    let pixels = if wanted.pixels && has_to_be_read { picture.into_pixels().into_raw() } else { Vec::new() };
    let head = Head::Page {
        number,
        width,
        height,
        text,
        pixels: pixels.len(),
        jpeg: jpeg_for_reader.len(),
        preview: preview.len(),
        thumbnail: thumbnail.len(),
    };
    Ok((head, [pixels, jpeg_for_reader, preview, thumbnail]))
}

fn small_enough(picture: &Picture) -> Result<Vec<u8>, Error> {
    for quality in QUALITIES {
        let file = jpeg(picture, u32::MAX, quality)?;
        if file.len() <= MAX_JPEG_BYTES {
            return Ok(file);
        }
    }
    Err(Error::TooLarge)
}

impl Refusal {
    fn of(error: &Error) -> Self {
        match error {
            Error::Unsupported => Self::Unsupported,
            Error::TooLarge => Self::TooLarge,
            Error::TooManyPages { .. } => Self::TooManyPages,
            Error::Encrypted => Self::Encrypted,
            Error::NoSuchPage { .. } => Self::NoSuchPage,
            Error::Broken(_) => Self::Broken,
        }
    }
}

/// With what caused it.
fn in_full(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
