//! Finds where text stands on a picture, with PP-OCRv6's detection network and the box finding of "Real-time Scene Text
//! Detection with Differentiable Binarization" (Liao et al., 2020).

use image::{RgbImage, imageops};
use rten_imageproc::{Point as MapPoint, RetrievalMode, find_contours};
use rten_tensor::{AsView, Layout, NdTensor, NdTensorView};

use crate::{Error, Point, geometry::TextBox, network::Network, rectangle::Rectangle, threads::Threads};

static MODEL: &[u8] = include_bytes!("../models/det_tiny.onnx");

/// The longest side of the network's input, in pixels.
const MAX_LONG_SIDE: f32 = 1280.0;
/// Of the whole input: a photo of four by three. Each million takes 106 MB while the network runs.
const MAX_NETWORK_PIXELS: f32 = 1_230_000.0;
/// A shorter short side than this is enlarged: the network needs letters of some ten pixels. Of the words that were lost on
/// receipts 250 pixels wide, this finds one in three.
const MIN_SHORT_SIDE: f32 = 480.0;
/// Smaller pictures hold no legible text.
const MAX_ENLARGEMENT: f32 = 2.5;
/// The network halves its input five times.
const STEP: f32 = 32.0;
/// A pixel belongs to text from this probability on.
const TEXT_THRESHOLD: f32 = 0.2;
/// A box is kept from this mean probability on.
const BOX_THRESHOLD: f32 = 0.4;
/// The network's map shows text thinner than it is; boxes grow by this ratio of area to outline.
const UNCLIP_RATIO: f32 = 1.4;
/// Of a box on the network's map, before and after it grows.
const MIN_BOX_SIDE: f32 = 2.0;
const MIN_UNCLIPPED_SIDE: f32 = 5.0;
/// Mean and standard deviation of `ImageNet`'s pictures, which the network was trained with, in the order that it takes
/// its channels: blue, green, red.
const MEAN: [f32; 3] = [0.485, 0.456, 0.406];
const DEVIATION: [f32; 3] = [0.229, 0.224, 0.225];

#[derive(Debug)]
pub(crate) struct Detector {
    network: Network,
}

impl Detector {
    pub(crate) fn built_in(threads: &Threads) -> Result<Self, Error> {
        Ok(Self { network: Network::load(MODEL, threads)? })
    }

    /// The text lines of a picture, in no order.
    pub(crate) fn detect(&self, picture: &RgbImage) -> Result<Vec<TextBox>, Error> {
        let (width, height) = network_size(picture.dimensions());
        let input = if (width, height) == picture.dimensions() {
            network_input(picture)
        } else {
            network_input(&imageops::resize(picture, width, height, imageops::FilterType::Triangle))
        };
        let output: NdTensor<f32, 4> = self.network.run(input.view())?;
        let map = output.slice((0, 0));
        let scale =
            Point { x: picture.width() as f32 / map.size(1) as f32, y: picture.height() as f32 / map.size(0) as f32 };
        Ok(boxes_on(map)
            .into_iter()
            .map(|rectangle| TextBox::around(rectangle.corners().map(|corner| to_picture(corner, scale))))
            .collect())
    }
}

/// The map counts from the middle of its first pixel, a picture from that pixel's outer corner.
fn to_picture(corner: Point, scale: Point) -> Point {
    Point { x: (corner.x + 0.5) * scale.x, y: (corner.y + 0.5) * scale.y }
}

fn network_size((width, height): (u32, u32)) -> (u32, u32) {
    let (width, height) = (width as f32, height as f32);
    let wanted = (MIN_SHORT_SIDE / width.min(height)).clamp(1.0, MAX_ENLARGEMENT);
    let scale = wanted.min(MAX_LONG_SIDE / width.max(height)).min((MAX_NETWORK_PIXELS / (width * height)).sqrt());
    let side = |pixels: f32| ((pixels * scale / STEP).round().max(1.0) * STEP) as u32;
    (side(width), side(height))
}

fn network_input(picture: &RgbImage) -> NdTensor<f32, 4> {
    let pixels = picture.pixels().len();
    let mut planes = vec![0.0; 3 * pixels];
    for (index, pixel) in picture.pixels().enumerate() {
        for channel in 0..3 {
            let value = f32::from(pixel.0[2 - channel]) / 255.0;
            planes[channel * pixels + index] = (value - MEAN[channel]) / DEVIATION[channel];
        }
    }
    NdTensor::from_data([1, 3, picture.height() as usize, picture.width() as usize], planes)
}

fn boxes_on(map: NdTensorView<f32, 2>) -> Vec<Rectangle> {
    let mask = map.map(|probability| *probability > TEXT_THRESHOLD);
    find_contours(mask.view(), RetrievalMode::External).iter().filter_map(|outline| box_around(outline, map)).collect()
}

fn box_around(outline: &[MapPoint], map: NdTensorView<f32, 2>) -> Option<Rectangle> {
    let rectangle = Rectangle::around(outline)?;
    if rectangle.width().min(rectangle.height()) < MIN_BOX_SIDE || mean_within(&rectangle, map)? < BOX_THRESHOLD {
        return None;
    }
    // The outline runs through the middles of its pixels, so text is a pixel wider and taller.
    let (width, height) = (rectangle.width() + 1.0, rectangle.height() + 1.0);
    let margin = width * height * UNCLIP_RATIO / (2.0 * (width + height));
    let grown = rectangle.resized(width + 2.0 * margin, height + 2.0 * margin);
    (grown.width().min(grown.height()) >= MIN_UNCLIPPED_SIDE).then_some(grown)
}

fn mean_within(rectangle: &Rectangle, map: NdTensorView<f32, 2>) -> Option<f32> {
    let corners = rectangle.corners();
    let range = |of: fn(&Point) -> f32, size: usize| {
        let from = corners.iter().map(of).fold(f32::MAX, f32::min).floor().max(0.0) as usize;
        let to = corners.iter().map(of).fold(0.0, f32::max).ceil() as usize;
        from..(to + 1).min(size)
    };
    let columns = range(|corner| corner.x, map.size(1));
    let (mut sum, mut count) = (0.0, 0.0);
    for y in range(|corner| corner.y, map.size(0)) {
        for x in columns.clone() {
            if rectangle.contains(Point { x: x as f32, y: y as f32 }) {
                sum += map[[y, x]];
                count += 1.0;
            }
        }
    }
    (count > 0.0).then(|| sum / count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_networks_input_is_neither_too_large_nor_too_small() {
        for (picture, input, why) in [
            ((600, 1200), (608, 1216), "as it is, but for the steps"),
            ((240, 600), (480, 1216), "small letters are enlarged"),
            ((100, 100), (256, 256), "but not without end"),
            ((300, 2000), (192, 1280), "nor beyond the longest side"),
            ((1950, 2600), (960, 1280), "a photo"),
            ((2600, 2600), (1120, 1120), "a square one"),
            ((1, 10_000), (32, 1280), "a hair"),
        ] {
            assert_eq!(network_size(picture), input, "{why}");
        }
    }
}
