//! Cuts one line of text out of a picture, straightened to the size that the recognition network takes.

use image::RgbImage;
use rten_tensor::NdTensor;

use crate::{Point, geometry::TextBox};

/// The height that the network was trained with.
const HEIGHT: usize = 48;
/// Lines are squeezed to this share of their natural width: a fifth less work, and the network reads them as well. At
/// 0.75 it begins to lose words.
const SQUEEZE: f32 = 0.82;
/// Widths are a multiple of the network's step between two outputs.
const STEP: usize = 8;
const MAX_WIDTH: f32 = 3200.0;
/// At most so many samples a side are taken where several pixels of the picture fall on one of the image.
const MAX_SAMPLES: f32 = 4.0;

#[derive(Debug)]
pub(crate) struct LineImage {
    /// One image, channels blue, green, red from −1 to 1, `HEIGHT` rows.
    pub(crate) input: NdTensor<f32, 4>,
    /// The share of the image's width that the line takes; zeroes fill the rest.
    pub(crate) filled: f32,
}

/// The width of a line's image, which is also the measure of the work to read it.
pub(crate) fn width(line: &TextBox) -> usize {
    let natural = line.width() / line.height().max(1.0) * HEIGHT as f32;
    let squeezed = (natural * SQUEEZE).ceil();
    if squeezed.is_finite() { squeezed.clamp(STEP as f32, MAX_WIDTH) as usize } else { STEP }
}

impl LineImage {
    pub(crate) fn cut(picture: &RgbImage, line: &TextBox) -> Self {
        let filled = width(line);
        let columns = filled.next_multiple_of(STEP).max(2 * STEP);
        let plane = HEIGHT * columns;
        let mut planes = vec![0.0; 3 * plane];
        let across = samples(line.width() / filled as f32);
        let downwards = samples(line.height() / HEIGHT as f32);
        let share = 2.0 / (255.0 * (across * downwards) as f32);
        for row in 0..HEIGHT {
            for column in 0..filled {
                let mut sum = [0.0; 3];
                for y in 0..downwards {
                    let down = (row as f32 + (y as f32 + 0.5) / downwards as f32) / HEIGHT as f32;
                    for x in 0..across {
                        let along = (column as f32 + (x as f32 + 0.5) / across as f32) / filled as f32;
                        let colour = colour_at(picture, line.at(along, down));
                        for channel in 0..3 {
                            sum[channel] += colour[channel];
                        }
                    }
                }
                for channel in 0..3 {
                    planes[channel * plane + row * columns + column] = sum[2 - channel] * share - 1.0;
                }
            }
        }
        Self { input: NdTensor::from_data([1, 3, HEIGHT, columns], planes), filled: filled as f32 / columns as f32 }
    }
}

fn samples(pixels_each: f32) -> usize {
    pixels_each.round().clamp(1.0, MAX_SAMPLES) as usize
}

/// Mixed from the four pixels whose middles lie around the point; beyond the border, the border goes on.
fn colour_at(picture: &RgbImage, point: Point) -> [f32; 3] {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let x = (point.x - 0.5).clamp(0.0, (width - 1) as f32);
    let y = (point.y - 0.5).clamp(0.0, (height - 1) as f32);
    let (left, top) = (x as usize, y as usize);
    let (right, bottom) = ((left + 1).min(width - 1), (top + 1).min(height - 1));
    let (across, downwards) = (x - left as f32, y - top as f32);
    let bytes = picture.as_raw();
    let pixel = |column: usize, row: usize| &bytes[(row * width + column) * 3..][..3];
    let upper = [pixel(left, top), pixel(right, top)];
    let lower = [pixel(left, bottom), pixel(right, bottom)];
    let mix = |from: f32, to: f32, share: f32| from + (to - from) * share;
    std::array::from_fn(|channel| {
        let level = |[from, to]: [&[u8]; 2]| mix(f32::from(from[channel]), f32::from(to[channel]), across);
        mix(level(upper), level(lower), downwards)
    })
}
