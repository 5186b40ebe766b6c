//! A picture to draw on: strokes, frames, shades and letters, at any angle.
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "a drawing is some thousand pixels wide, and what is drawn is clamped to it"
)]

use ab_glyph::{Font as _, FontRef, GlyphId, PxScale, ScaleFont as _, point};
use anyhow::Context as _;
use image::{GrayImage, Luma, Rgb, RgbImage, imageops};

static FONT: &[u8] = include_bytes!("../../../../fonts/Inconsolata-Regular.ttf");

/// In pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct At {
    pub(super) x: f32,
    pub(super) y: f32,
}

/// Four corners, from the top left of what stands in it, clockwise as it reads.
pub(super) type Quad = [At; 4];

pub(super) struct Canvas {
    pixels: RgbImage,
    font: FontRef<'static>,
}

impl Canvas {
    pub(super) fn white(width: u32, height: u32) -> anyhow::Result<Self> {
        let font = FontRef::try_from_slice(FONT).context("the font cannot be read")?;
        Ok(Self { pixels: RgbImage::from_pixel(width, height, Rgb([255; 3])), font })
    }

    pub(super) fn into_pixels(self) -> RgbImage {
        self.pixels
    }

    pub(super) fn put(&mut self, picture: &RgbImage, left: u32, top: u32) {
        imageops::replace(&mut self.pixels, picture, left.into(), top.into());
    }

    pub(super) fn stroke(&mut self, from: At, to: At, thickness: f32, colour: Rgb<u8>) {
        let (dx, dy) = (to.x - from.x, to.y - from.y);
        let length = dx.hypot(dy).max(1.0);
        let reach = thickness.max(1.0) / 2.0;
        let (right, down) = ((dx / length * reach, dy / length * reach), (-dy / length * reach, dx / length * reach));
        let corner = |end: At, along: f32, side: f32| At {
            x: end.x + right.0 * along + down.0 * side,
            y: end.y + right.1 * along + down.1 * side,
        };
        self.fill(
            [corner(from, -1.0, -1.0), corner(to, 1.0, -1.0), corner(to, 1.0, 1.0), corner(from, -1.0, 1.0)],
            |_, _| 1.0,
            colour,
        );
    }

    pub(super) fn frame(&mut self, [a, b, c, d]: Quad, thickness: f32, colour: Rgb<u8>) {
        for (from, to) in [(a, b), (b, c), (c, d), (d, a)] {
            self.stroke(from, to, thickness, colour);
        }
    }

    /// Mixes the colour in, by so much.
    pub(super) fn shade(&mut self, quad: Quad, share: f32, colour: Rgb<u8>) {
        self.fill(quad, |_, _| share, colour);
    }

    /// How wide a text is at a height.
    pub(super) fn text_width(&self, text: &str, height: f32) -> f32 {
        let font = self.font.as_scaled(PxScale::from(height));
        text.chars().map(|character| font.h_advance(font.glyph_id(character))).sum()
    }

    /// Letters that fill a quad.
    pub(super) fn text(&mut self, text: &str, quad: Quad, colour: Rgb<u8>) {
        let [a, b, _, d] = quad;
        let (width, height) = ((b.x - a.x).hypot(b.y - a.y), (d.x - a.x).hypot(d.y - a.y));
        let natural = self.text_width(text, height);
        if natural < 1.0 || width < 1.0 || height < 1.0 {
            return;
        }
        let ink = self.ink(text, PxScale { x: height * width / natural, y: height }, (width, height));
        self.fill(quad, |along, down| f32::from(ink_at(&ink, along, down)) / 255.0, colour);
    }

    /// A text's letters, black on white turned about: 255 is ink.
    fn ink(&self, text: &str, scale: PxScale, (width, height): (f32, f32)) -> GrayImage {
        let font = self.font.as_scaled(scale);
        let mut ink = GrayImage::new(width.ceil() as u32 + 1, height.ceil() as u32 + 1);
        let mut x = 0.0;
        for character in text.chars() {
            let id: GlyphId = font.glyph_id(character);
            let glyph = id.with_scale_and_position(scale, point(x, font.ascent()));
            x += font.h_advance(id);
            let Some(outline) = self.font.outline_glyph(glyph) else { continue };
            let bounds = outline.px_bounds();
            outline.draw(|column, row, cover| {
                let (column, row) = (column as f32 + bounds.min.x, row as f32 + bounds.min.y);
                if column >= 0.0
                    && row >= 0.0
                    && let Some(pixel) = ink.get_pixel_mut_checked(column as u32, row as u32)
                {
                    *pixel = Luma([pixel.0[0].max((cover.min(1.0) * 255.0) as u8)]);
                }
            });
        }
        ink
    }

    /// Mixes a colour into each pixel of a parallelogram, by a share that depends on how far along and down it lies (0 to 1).
    fn fill(&mut self, [a, b, _, d]: Quad, share: impl Fn(f32, f32) -> f32, colour: Rgb<u8>) {
        let (along, down) = ((b.x - a.x, b.y - a.y), (d.x - a.x, d.y - a.y));
        let area = along.0 * down.1 - along.1 * down.0;
        if area == 0.0 || !area.is_finite() {
            return;
        }
        let far = At { x: b.x + down.0, y: b.y + down.1 };
        let span = |values: [f32; 4], size: u32| {
            let from = values.into_iter().fold(f32::MAX, f32::min).floor().clamp(0.0, size as f32);
            let to = values.into_iter().fold(f32::MIN, f32::max).ceil().clamp(0.0, size as f32);
            from as u32..to as u32
        };
        let columns = span([a.x, b.x, far.x, d.x], self.pixels.width());
        for y in span([a.y, b.y, far.y, d.y], self.pixels.height()) {
            for x in columns.clone() {
                let (dx, dy) = (x as f32 + 0.5 - a.x, y as f32 + 0.5 - a.y);
                let across = (dx * down.1 - dy * down.0) / area;
                let deep = (dy * along.0 - dx * along.1) / area;
                if (0.0..1.0).contains(&across) && (0.0..1.0).contains(&deep) {
                    let share = share(across, deep).clamp(0.0, 1.0);
                    let pixel = self.pixels.get_pixel_mut(x, y);
                    for (channel, wanted) in pixel.0.iter_mut().zip(colour.0) {
                        *channel = (f32::from(*channel) + (f32::from(wanted) - f32::from(*channel)) * share) as u8;
                    }
                }
            }
        }
    }
}

fn ink_at(ink: &GrayImage, along: f32, down: f32) -> u8 {
    let (width, height) = (ink.width() - 1, ink.height() - 1);
    ink.get_pixel((along * width as f32) as u32, (down * height as f32) as u32).0[0]
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLACK: Rgb<u8> = Rgb([0; 3]);

    fn quad(corners: [(f32, f32); 4]) -> Quad {
        corners.map(|(x, y)| At { x, y })
    }

    /// How much ink there is in the left and in the right half.
    fn ink(canvas: &Canvas) -> (u32, u32) {
        let middle = canvas.pixels.width() / 2;
        let dark = |from: u32, to: u32| -> u32 {
            let pixels = canvas.pixels.enumerate_pixels().filter(|(x, _, _)| (from..to).contains(x));
            pixels.map(|(_, _, pixel)| u32::from(255 - pixel.0[0])).sum()
        };
        (dark(0, middle), dark(middle, 2 * middle))
    }

    #[test]
    fn letters_fill_their_place_whichever_way_it_lies() {
        for corners in [
            [(10.0, 10.0), (90.0, 10.0), (90.0, 40.0), (10.0, 40.0)],
            [(90.0, 40.0), (10.0, 40.0), (10.0, 10.0), (90.0, 10.0)],
        ] {
            let mut canvas = Canvas::white(100, 50).unwrap();
            canvas.text("M.", quad(corners), BLACK);

            let (left, right) = ink(&canvas);
            let (much, little) = if corners[0].0 < 50.0 { (left, right) } else { (right, left) };
            assert!(much > 4 * little && little > 0, "{much} {little}");
        }
    }

    #[test]
    fn what_lies_outside_is_cut_off() {
        let mut canvas = Canvas::white(100, 50).unwrap();
        canvas.frame(quad([(-50.0, -50.0), (500.0, -50.0), (500.0, 25.0), (-50.0, 25.0)]), 2.0, BLACK);
        canvas.text("TOTAL", quad([(60.0, 5.0), (300.0, 5.0), (300.0, 90.0), (60.0, 90.0)]), BLACK);
        canvas.stroke(At { x: f32::NAN, y: 0.0 }, At { x: 5.0, y: 5.0 }, 2.0, BLACK);

        assert_eq!(canvas.pixels.get_pixel(5, 25), &BLACK);
        assert_eq!(canvas.pixels.get_pixel(5, 5), &Rgb([255; 3]));
    }
}
