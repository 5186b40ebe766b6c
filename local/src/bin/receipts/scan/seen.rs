//! What is seen on a file's picture, by our own text recognition or by Textract before.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use image::RgbImage;
use receipt::{Orientation, textract::DetectDocumentText};

/// A file's answer, and where it comes from.
pub(super) struct Seen {
    pub(super) answer: DetectDocumentText,
    /// From the stored raster, whose places the answer has, to the picture as shown.
    pub(super) orientation: Orientation,
    /// In pixels, as shown. A stored answer does not say it.
    pub(super) size: Option<(u32, u32)>,
    /// As shown, if it was asked for and the file has one.
    pub(super) picture: Option<RgbImage>,
    pub(super) reading_took: Duration,
}

/// Whether pixels are needed once they are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pixels {
    Keep,
    Drop,
}

pub(super) struct Eye {
    threads: usize,
    /// Loaded for the first picture.
    reader: Option<ocr::Reader>,
    pixels: Pixels,
}

impl Eye {
    pub(super) fn new(threads: usize, pixels: Pixels) -> Self {
        Self { threads, reader: None, pixels }
    }

    pub(super) fn look_at(&mut self, file: &Path) -> anyhow::Result<Seen> {
        let bytes = fs::read(file).context("cannot read the file")?;
        if is_stored_answer(file) {
            let answer: DetectDocumentText = serde_json::from_slice(&bytes).context("not an answer of Textract")?;
            let (orientation, size, picture) = (Orientation::default(), None, None);
            return Ok(Seen { answer, orientation, size, picture, reading_took: Duration::ZERO });
        }
        let reader = match &mut self.reader {
            Some(reader) => reader,
            none => none.insert(ocr::Reader::new(self.threads)?),
        };
        let began = Instant::now();
        let decoded = ocr::Picture::decode(&bytes)?;
        let orientation = Orientation::try_from(decoded.exif_orientation()).unwrap_or_default();
        let size = Some(decoded.size_as_shown());
        let picture = match self.pixels {
            Pixels::Keep => Some(decoded.pixels().clone()),
            Pixels::Drop => None,
        };
        let answer = ocr::answer(&reader.read_picture(decoded)?, ocr::MODEL_VERSION);
        Ok(Seen { answer, orientation, size, picture, reading_took: began.elapsed() })
    }
}

pub(super) fn is_stored_answer(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"))
}
