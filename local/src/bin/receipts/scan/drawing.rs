//! `--draw`: a picture of what was seen. On the left the photo with lines, rows and fields on it, beside it what was read at
//! each place, and at the right the fields.
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "a drawing is some thousand pixels wide, and has some hundred fields"
)]

use std::io::Cursor;

use anyhow::Context as _;
use image::{ImageFormat, Rgb, RgbImage, codecs::jpeg::JpegEncoder, imageops};
use receipt::BoundingBox;

use super::{
    Scanned,
    canvas::{At, Canvas, Quad},
    fields::{Said, said},
    seen::Seen,
};

/// Small pictures are drawn larger than they are, large ones smaller: in both, letters can be read.
const WIDTHS: std::ops::RangeInclusive<u32> = 480..=1400;
const MAX_HEIGHT: u32 = 4000;
const JPEG_QUALITY: u8 = 88;
/// Longer fields are cut.
const MAX_FIELD_CHARACTERS: usize = 60;

const INK: Rgb<u8> = Rgb([30, 30, 30]);
const SURE: Rgb<u8> = Rgb([0, 130, 60]);
const UNSURE: Rgb<u8> = Rgb([200, 120, 0]);
const DOUBTFUL: Rgb<u8> = Rgb([205, 30, 30]);
const ROW: Rgb<u8> = Rgb([120, 120, 200]);
const FIELD: Rgb<u8> = Rgb([40, 110, 255]);

/// The file of the drawing, of this format.
pub(super) fn draw(seen: &Seen, scanned: &Scanned, format: ImageFormat) -> anyhow::Result<Vec<u8>> {
    let picture = seen.picture.as_ref().context("a stored answer has no picture to draw on")?;
    encoded(&drawing(picture, seen, scanned)?, format).context("the drawing cannot be made")
}

fn encoded(drawing: &RgbImage, format: ImageFormat) -> image::ImageResult<Vec<u8>> {
    let mut file = Vec::new();
    if format == ImageFormat::Jpeg {
        JpegEncoder::new_with_quality(&mut file, JPEG_QUALITY).encode_image(drawing)?;
    } else {
        drawing.write_to(&mut Cursor::new(&mut file), format)?;
    }
    Ok(file)
}

/// By what is printed of it, so that 0.90 is always green.
fn colour_of(confidence: f32) -> Rgb<u8> {
    match (confidence * 100.0).round() {
        90.0.. => SURE,
        70.0.. => UNSURE,
        _ => DOUBTFUL,
    }
}

/// Where things go on the drawing, in pixels.
struct Layout {
    width: f32,
    height: f32,
    /// Of the letters in the list of fields.
    letter: f32,
    top: f32,
}

fn drawing(picture: &RgbImage, seen: &Seen, scanned: &Scanned) -> anyhow::Result<RgbImage> {
    let picture = fitted(picture);
    let (width, height) = picture.dimensions();
    let letter = (width as f32 / 32.0).clamp(16.0, 28.0);
    let layout = Layout { width: width as f32, height: height as f32, letter, top: letter * 1.8 };
    let fields = said(&scanned.receipt)?;
    let list_height = layout.letter * 1.25 * (fields.len() + 1) as f32;
    let total_height = layout.top + layout.height.max(list_height);
    let entries: Vec<String> = fields.iter().map(entry).collect();
    let longest = entries.iter().map(|entry| entry.chars().count()).max().unwrap_or(0);
    // The font's letters are half as wide as they are high.
    let total_width = layout.width * 2.0 + layout.letter * (longest as f32 * 0.5 + 1.0);
    let mut canvas = Canvas::white(total_width as u32, total_height as u32)?;
    canvas.put(&picture, 0, layout.top as u32);
    heading(&mut canvas, &layout, scanned);
    shade_fields(&mut canvas, &layout, &fields);
    join_rows(&mut canvas, &layout, seen);
    for line in seen.lines() {
        let colour = colour_of(line.confidence);
        canvas.frame(layout.quad(line.corners), 1.0, colour);
        canvas.text(line.text, layout.beside(layout.quad(line.corners)), colour);
    }
    list_fields(&mut canvas, &layout, &fields, &entries);
    Ok(canvas.into_pixels())
}

fn fitted(picture: &RgbImage) -> RgbImage {
    let (width, height) = picture.dimensions();
    let scale =
        (width.clamp(*WIDTHS.start(), *WIDTHS.end()) as f32 / width as f32).min(MAX_HEIGHT as f32 / height as f32);
    let side = |pixels: u32| ((pixels as f32 * scale) as u32).max(1);
    imageops::resize(picture, side(width), side(height), imageops::FilterType::Triangle)
}

impl Layout {
    /// On the photo.
    fn quad(&self, corners: [receipt::Point; 4]) -> Quad {
        corners.map(|corner| At { x: corner.x * self.width, y: self.top + corner.y * self.height })
    }

    fn bounds(&self, bounds: BoundingBox) -> Quad {
        let (right, bottom) = (bounds.left + bounds.width, bounds.top + bounds.height);
        let corners = [(bounds.left, bounds.top), (right, bounds.top), (right, bottom), (bounds.left, bottom)];
        self.quad(corners.map(|(x, y)| receipt::Point { x, y }))
    }

    /// The same place beside the photo.
    fn beside(&self, quad: Quad) -> Quad {
        quad.map(|corner| At { x: corner.x + self.width, ..corner })
    }
}

/// Letters of their natural width.
fn write(canvas: &mut Canvas, text: &str, at: At, letter: f32, colour: Rgb<u8>) {
    let (right, bottom) = (at.x + canvas.text_width(text, letter), at.y + letter);
    let corners = [at, At { x: right, y: at.y }, At { x: right, y: bottom }, At { x: at.x, y: bottom }];
    canvas.text(text, corners, colour);
}

fn heading(canvas: &mut Canvas, layout: &Layout, scanned: &Scanned) {
    let version = env!("CARGO_PKG_VERSION");
    let text = format!("{} · {} · receipts {version}", scanned.file, scanned.verdict.summary);
    write(canvas, &text, At { x: layout.letter / 2.0, y: layout.letter * 0.4 }, layout.letter, INK);
}

fn shade_fields(canvas: &mut Canvas, layout: &Layout, fields: &[Said]) {
    for bounds in fields.iter().flat_map(|field| &field.places) {
        let quad = layout.bounds(*bounds);
        canvas.shade(quad, 0.25, FIELD);
        canvas.shade(layout.beside(quad), 0.15, FIELD);
    }
}

/// A stroke from each piece of a row to the next one.
fn join_rows(canvas: &mut Canvas, layout: &Layout, seen: &Seen) {
    for row in receipt::rows(&seen.answer, seen.orientation) {
        let quads: Vec<Quad> = row.into_iter().map(|piece| layout.bounds(piece)).collect();
        for pair in quads.windows(2) {
            let middle = |a: At, b: At| At { x: f32::midpoint(a.x, b.x), y: f32::midpoint(a.y, b.y) };
            let ([_, b, c, _], [a, _, _, d]) = (pair[0], pair[1]);
            canvas.stroke(middle(b, c), middle(a, d), 2.0, ROW);
        }
    }
}

/// Each field as near to its row as the ones above it leave room.
fn list_fields(canvas: &mut Canvas, layout: &Layout, fields: &[Said], entries: &[String]) {
    let left = layout.width * 2.0;
    let step = layout.letter * 1.25;
    let mut free = layout.top;
    for (index, (field, entry)) in fields.iter().zip(entries).enumerate() {
        let wanted = field.places.first().map_or(0.0, |place| layout.top + place.top * layout.height);
        let last = layout.top + layout.height - step * (fields.len() - index) as f32;
        let top = wanted.min(last).max(free);
        free = top + step;
        write(canvas, entry, At { x: left, y: top }, layout.letter, colour_of(field.confidence));
    }
}

fn entry(field: &Said) -> String {
    let text = format!("{:.2} {}: {}", field.confidence, field.name, field.value);
    match text.char_indices().nth(MAX_FIELD_CHARACTERS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
