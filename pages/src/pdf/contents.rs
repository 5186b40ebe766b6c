//! What stands on a page: its letters with their places, and how much of it pictures cover.

use hayro::{
    hayro_interpret::{
        BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache,
        InterpreterSettings, SoftMask,
        font::{Glyph as DrawnGlyph, GlyphRun},
        hayro_cmap::BfString,
        interpret_page,
        util::TransformExt as _,
    },
    hayro_syntax::page::Page,
    kurbo::{Affine, BezPath, Point, Rect, Vec2},
};

use crate::Error;

/// More letters than on ten pages of small print.
const MAX_GLYPHS: usize = 100_000;
/// Fewer are a caption, or a mark of whoever made the page from a photo.
const LEAST_GLYPHS: usize = 12;
/// Glyphs are drawn in a square of so many units.
const UNITS: f64 = 1000.0;
/// How far a line may rise or fall for one that is level.
const LEVEL: f64 = 0.035;

/// A letter; in points, from the top left of the page as it is shown.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Glyph {
    pub(super) text: String,
    pub(super) left: f32,
    pub(super) right: f32,
    pub(super) baseline: f32,
    pub(super) size: f32,
}

#[derive(Debug, Default)]
pub(super) struct Contents {
    pub(super) glyphs: Vec<Glyph>,
    /// Letters that have no character, or do not stand level.
    others: usize,
    /// Which part of the page pictures cover.
    pub(super) in_pictures: f32,
    /// The dots to a point of the picture that was stored finest.
    pub(super) finest_picture: f32,
    page: (f32, f32),
    has_too_much: bool,
}

impl Contents {
    pub(super) fn of(page: &Page<'_>) -> Result<Self, Error> {
        let (width, height) = page.render_dimensions();
        let cache = InterpreterCache::new();
        let shown = Rect::new(0.0, 0.0, width.into(), height.into());
        let upright = page.initial_transform(true).to_kurbo();
        let mut context = Context::new(upright, shown, &cache, page.xref(), InterpreterSettings::default());
        let mut contents = Self { page: (width, height), ..Self::default() };
        interpret_page(page, &mut context, &mut contents);
        if contents.has_too_much { Err(Error::TooLarge) } else { Ok(contents) }
    }

    /// Whether the letters that are seen are known, and stand as they are read.
    pub(super) fn are_text(&self) -> bool {
        self.glyphs.len() >= LEAST_GLYPHS && self.others * 50 <= self.glyphs.len()
    }

    fn take(&mut self, glyph: &DrawnGlyph<'_>, to_page: Affine) {
        let text = match glyph.as_unicode() {
            Some(BfString::Char(letter)) => letter.to_string(),
            Some(BfString::String(letters)) => letters,
            None => String::new(),
        };
        let advance = match glyph {
            DrawnGlyph::Outline(glyph) => glyph.advance_width(),
            DrawnGlyph::Type3(glyph) => glyph.advance_width(),
        };
        let is_known = !text.is_empty() && !text.chars().any(is_no_letter);
        let (along, up) = (turned(to_page, Vec2::new(UNITS, 0.0)), turned(to_page, Vec2::new(0.0, UNITS)));
        let is_level = along.x > 0.0 && along.y.abs() <= LEVEL * along.x && up.y < 0.0;
        if !is_known || !is_level {
            self.others += 1;
            return;
        }
        let from = to_page * Point::ZERO;
        let to = to_page * Point::new(advance.map_or(UNITS / 2.0, f64::from), 0.0);
        let (size, baseline) = (-up.y as f32, from.y as f32);
        let (left, right) = (from.x as f32, to.x as f32);
        let is_on_page =
            left >= -size && right <= self.page.0 + size && baseline >= 0.0 && baseline <= self.page.1 + size;
        if is_on_page && size.is_finite() && size > 0.0 {
            self.glyphs.push(Glyph { text, left, right: right.max(left), baseline, size });
        }
    }
}

fn turned(transform: Affine, along: Vec2) -> Vec2 {
    (transform * along.to_point()) - (transform * Point::ZERO)
}

/// Marks of a font that does not say what its signs mean.
fn is_no_letter(letter: char) -> bool {
    matches!(letter, '\u{fffd}' | '\u{e000}'..='\u{f8ff}' | '\0'..='\u{8}' | '\u{e}'..='\u{1f}')
}

impl Device<'_> for Contents {
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, '_>, props: DrawProps<'_>, mode: &DrawMode) {
        if matches!(mode, DrawMode::Invisible) {
            // Somebody else's reading of a picture.
            return;
        }
        for glyph in run.glyphs() {
            if self.glyphs.len() + self.others >= MAX_GLYPHS {
                self.has_too_much = true;
                return;
            }
            self.take(glyph, props.transform * glyph.transform());
        }
    }

    fn draw_image(&mut self, image: Image<'_, '_>, props: ImageDrawProps<'_>) {
        let (width, height) = (image.width(), image.height());
        self.has_too_much |= !super::check_picture(width, height);
        // Its pixels are a unit wide and high.
        let area = props.transform.determinant().abs() as f32 * width as f32 * height as f32;
        let page = self.page.0 * self.page.1;
        self.in_pictures += (area / page.max(1.0)).min(1.0);
        let finest = (width as f32 * height as f32 / area.max(1.0)).sqrt();
        // A logo may be stored as fine as anyone likes.
        if area * 10.0 > page && finest.is_finite() {
            self.finest_picture = self.finest_picture.max(finest);
        }
    }

    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'_>, _: &DrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'_>>, _: BlendMode) {}
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}
