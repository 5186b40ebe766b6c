//! PDF, by `hayro`: its pages' text where that is all there is to read, else the page as it is drawn.

mod contents;
mod lines;

use hayro::{
    PixmapSettings, RenderCache, RenderSettings,
    hayro_interpret::InterpreterSettings,
    hayro_syntax::{DecryptionError, LoadPdfError, Pdf, page::Page},
    render,
    vello_cpu::color::palette::css::WHITE,
};
use image::{RgbImage, metadata::Orientation};

use self::{contents::Contents, lines::Line};
use crate::{Error, MAX_PIXELS, MAX_SIDE, Point, TextLine, TextWord, raster::Stored, shrinking::working_side};

/// What is drawn at the working size at most is drawn at so many dots to a point: 300 an inch. Only a picture that was
/// stored finer asks for more.
const DOTS_A_POINT: f32 = 300.0 / 72.0;
/// Of the page, that pictures may cover beside its text.
const MOST_IN_PICTURES: f32 = 0.5;
/// How much darker a word's letters are than what is around them, at least.
const LEAST_CONTRAST: u8 = 48;

pub(crate) struct Document(Pdf);

impl std::fmt::Debug for Document {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Document").field("pages", &self.len()).finish()
    }
}

impl Document {
    pub(crate) fn open(file: &[u8]) -> Result<Self, Error> {
        let pdf = Pdf::new(file.to_vec()).map_err(|error| match error {
            LoadPdfError::Decryption(
                DecryptionError::PasswordProtected
                | DecryptionError::MissingIDEntry
                | DecryptionError::InvalidEncryption
                | DecryptionError::UnsupportedAlgorithm,
            ) => Error::Encrypted,
            LoadPdfError::Invalid => Error::broken("it is no whole PDF"),
        })?;
        if pdf.pages().is_empty() { Err(Error::broken("it has no page")) } else { Ok(Self(pdf)) }
    }

    pub(crate) fn len(&self) -> usize {
        self.0.pages().len()
    }

    /// The text of a page, counted from 0, unless it has to be read from how it looks.
    pub(crate) fn text(&self, number: usize) -> Result<Option<Vec<TextLine>>, Error> {
        let page = self.page(number)?;
        let contents = Contents::of(page)?;
        if !contents.are_text() || contents.in_pictures > MOST_IN_PICTURES {
            return Ok(None);
        }
        let (width, height) = page.render_dimensions();
        let lines = lines::lines(contents.glyphs);
        let drawn = draw(page, scale_of(page, 0.0)?);
        let seen = lines.iter().flat_map(|line| &line.words).all(|word| is_seen(&drawn, word.edges, (width, height)));
        // What nobody sees is no part of the page that is looked at, and may be there to deceive.
        Ok((seen && !lines.is_empty())
            .then(|| lines.into_iter().map(|line| in_fractions(line, (width, height))).collect()))
    }

    pub(crate) fn picture(&self, number: usize) -> Result<Stored, Error> {
        let page = self.page(number)?;
        let finest = Contents::of(page)?.finest_picture;
        let pixels = draw(page, scale_of(page, finest)?);
        Ok(Stored { size: pixels.dimensions(), pixels, orientation: Orientation::NoTransforms })
    }

    fn page(&self, number: usize) -> Result<&Page<'_>, Error> {
        self.0.pages().get(number).ok_or(Error::NoSuchPage { number: number + 1 })
    }
}

/// Dots to a point, by which the page becomes as large as a photo of it is read.
fn scale_of(page: &Page<'_>, finest_picture: f32) -> Result<f32, Error> {
    let (width, height) = page.render_dimensions();
    if !(width.is_finite() && height.is_finite() && width >= 1.0 && height >= 1.0) {
        return Err(Error::broken("its page has no size"));
    }
    // Of a page that is much longer than wide, its shape decides.
    let shape = |side: f32| (side * 1000.0 / width.max(height)).max(1.0) as u32;
    let longest = width.max(height);
    let (shape_wide, shape_high) = (shape(width) * 10, shape(height) * 10);
    let most = working_side(shape_wide.min(MAX_SIDE), shape_high.min(MAX_SIDE)) as f32;
    Ok((most / longest).min(DOTS_A_POINT.max(finest_picture)))
}

fn draw(page: &Page<'_>, scale: f32) -> RgbImage {
    let settings = PixmapSettings { x_scale: scale, y_scale: scale, bg_color: WHITE };
    let cache = RenderCache::new();
    let drawn = render(page, &cache, &InterpreterSettings::default(), &RenderSettings::default(), &settings);
    let (width, height) = (drawn.width(), drawn.height());
    let pixels = drawn.data().iter().flat_map(|pixel| [pixel.r, pixel.g, pixel.b]).collect();
    RgbImage::from_raw(width.into(), height.into(), pixels).unwrap_or_default()
}

/// Whether something stands out where a word should be.
fn is_seen(drawn: &RgbImage, [left, top, right, bottom]: [f32; 4], (width, height): (f32, f32)) -> bool {
    let column = |x: f32| ((x / width * drawn.width() as f32).max(0.0) as u32).min(drawn.width());
    let row = |y: f32| ((y / height * drawn.height() as f32).max(0.0) as u32).min(drawn.height());
    let (mut darkest, mut lightest) = (u8::MAX, 0);
    for y in row(top)..row(bottom) {
        for x in column(left)..column(right) {
            let [red, green, blue] = drawn.get_pixel(x, y).0.map(u16::from);
            let light = ((red + 2 * green + blue) / 4) as u8;
            (darkest, lightest) = (darkest.min(light), lightest.max(light));
        }
    }
    lightest.saturating_sub(darkest) >= LEAST_CONTRAST
}

fn in_fractions(line: Line, (width, height): (f32, f32)) -> TextLine {
    let corners = |[left, top, right, bottom]: [f32; 4]| {
        [(left, top), (right, top), (right, bottom), (left, bottom)]
            .map(|(x, y)| Point { x: (x / width).clamp(0.0, 1.0), y: (y / height).clamp(0.0, 1.0) })
    };
    let words = line.words.into_iter().map(|word| TextWord { text: word.text, corners: corners(word.edges) });
    TextLine { text: line.text, corners: corners(line.edges), words: words.collect() }
}

fn check_picture(width: u32, height: u32) -> bool {
    u64::from(width) * u64::from(height) <= MAX_PIXELS
}
