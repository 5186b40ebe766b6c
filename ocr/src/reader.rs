//! From a file to a page: decode it, detect the lines, turn the picture upright, recognise the lines.

use std::{cmp::Reverse, time::Instant};

use image::metadata::Orientation;
use pages::{Picture, Point};

use crate::{
    Error, Line, Page, Word,
    detection::Detector,
    geometry::TextBox,
    limits::{MAX_COLUMNS, MAX_LINES, MAX_READING_TIME},
    line_image, orientation, reading_order,
    recognition::{Glyph, Recogniser},
    threads::Threads,
    words,
};

/// A line that is read with less confidence is no text.
const MIN_CONFIDENCE: f32 = 0.5;

/// The loaded models: made once, shared by all threads.
#[derive(Debug)]
pub struct Reader {
    detector: Detector,
    recogniser: Recogniser,
    threads: Threads,
}

/// A box and what was read in it.
struct Reading {
    place: TextBox,
    glyphs: Vec<Glyph>,
}

impl Reader {
    /// Unpacks the models that are part of this program. `threads` is how many cores it may use; pictures that are read
    /// at the same time share them.
    pub fn new(threads: usize) -> Result<Self, Error> {
        let threads = Threads::new(threads);
        Ok(Self { detector: Detector::built_in(&threads)?, recogniser: Recogniser::built_in(&threads)?, threads })
    }

    /// Reads the picture in a file. Takes seconds of CPU: call it where blocking is allowed. What has more text than a receipt,
    /// or takes longer than [`MAX_READING_TIME`], is an error, not a part of a page.
    pub fn read(&self, file: &[u8]) -> Result<Page, Error> {
        self.read_picture(Picture::decode(file)?)
    }

    /// Reads a picture that was decoded before.
    pub fn read_picture(&self, mut picture: Picture) -> Result<Page, Error> {
        let deadline = Instant::now() + MAX_READING_TIME;
        let mut boxes = self.detect(&picture)?;
        let mut probes = self.recognise(&picture, &boxes[..boxes.len().min(orientation::PROBE_LINES)], deadline)?;
        if let Some(turn) = self.missing_turn(&picture, &boxes, &probes, deadline)? {
            picture.turn(turn);
            boxes = self.detect(&picture)?;
            probes.clear();
        }
        let rest = self.recognise(&picture, &boxes[probes.len()..], deadline)?;
        let mut readings: Vec<Reading> = probes.into_iter().chain(rest).filter(Reading::is_text).collect();
        reading_order::sort(&mut readings, |reading| reading.place);
        Ok(Page { lines: readings.iter().map(|reading| reading.line(&picture)).collect() })
    }

    /// The longest first.
    fn detect(&self, picture: &Picture) -> Result<Vec<TextBox>, Error> {
        let mut boxes = self.detector.detect(picture.pixels())?;
        let columns: usize = boxes.iter().map(line_image::width).sum();
        if boxes.len() > MAX_LINES || columns > MAX_COLUMNS {
            return Err(Error::TooMuchText);
        }
        boxes.sort_by_key(|line| Reverse(line_image::width(line)));
        Ok(boxes)
    }

    fn recognise(&self, picture: &Picture, boxes: &[TextBox], deadline: Instant) -> Result<Vec<Reading>, Error> {
        let read = |place: &TextBox| {
            if Instant::now() > deadline {
                return Err(Error::TooSlow);
            }
            let mut glyphs = self.recogniser.read(picture.pixels(), place)?;
            words::join_split_amounts(&mut glyphs);
            Ok(Reading { place: *place, glyphs })
        };
        self.threads.map(boxes, read).into_iter().collect()
    }

    /// How a picture, whose longest lines were read as `probes`, has to be turned to stand upright, if at all.
    fn missing_turn(
        &self,
        picture: &Picture,
        boxes: &[TextBox],
        probes: &[Reading],
        deadline: Instant,
    ) -> Result<Option<Orientation>, Error> {
        let as_found = mean_confidence(probes);
        let on_its_side = orientation::lies_on_its_side(boxes);
        if !on_its_side && as_found >= orientation::SURE_UPRIGHT {
            return Ok(None);
        }
        let turned: Vec<TextBox> = probes.iter().map(|reading| reading.place.upside_down()).collect();
        let upside_down = mean_confidence(&self.recognise(picture, &turned, deadline)?);
        // Text that stands on end is taken to run downwards, so the picture was turned clockwise.
        Ok(match (on_its_side, upside_down > as_found) {
            (false, false) => None,
            (false, true) => Some(Orientation::Rotate180),
            (true, false) => Some(Orientation::Rotate270),
            (true, true) => Some(Orientation::Rotate90),
        })
    }
}

fn mean_confidence(readings: &[Reading]) -> f32 {
    let sum: f32 = readings.iter().map(|reading| words::confidence(&reading.glyphs)).sum();
    sum / readings.len().max(1) as f32
}

impl Reading {
    fn is_text(&self) -> bool {
        words::confidence(&self.glyphs) >= MIN_CONFIDENCE
    }

    fn line(&self, picture: &Picture) -> Line {
        let words = words::words(&self.glyphs, &self.place);
        Line {
            text: words::text(&self.glyphs),
            confidence: words::confidence(&self.glyphs),
            corners: corners(&self.place, picture),
            words: words
                .into_iter()
                .map(|word| Word {
                    text: word.text,
                    confidence: word.confidence,
                    corners: corners(&word.place, picture),
                })
                .collect(),
        }
    }
}

/// In fractions of the stored raster.
fn corners(place: &TextBox, picture: &Picture) -> [Point; 4] {
    place.corners().map(|corner| picture.in_stored_raster(corner))
}
