//! Finds where text stands on a picture, with PP-OCRv6's detection network and the box finding of "Real-time Scene Text
//! Detection with Differentiable Binarization" (Liao et al., 2020).

use std::ops::Range;

use image::{RgbImage, imageops};
use rten_imageproc::{Point as MapPoint, RetrievalMode, find_contours};
use rten_tensor::{AsView, Layout, NdTensor, NdTensorView};

use crate::{Error, Point, geometry::TextBox, network::Network, rectangle::Rectangle, threads::Threads};

static MODEL: &[u8] = include_bytes!("../models/det_tiny.onnx");

/// The longest side of the network's input, in pixels, unless that would make a strip narrower than `MIN_STRIP_WIDTH`.
const MAX_LONG_SIDE: f32 = 1280.0;
/// Strips of more than three times their width have letters too small for the network otherwise: a tenth of their lines was
/// lost.
const MIN_STRIP_WIDTH: f32 = 400.0;
/// The longest side of a strip. Longer ones are looked at in pieces.
const MAX_STRIP: f32 = 2560.0;
/// Of the whole input: a photo of four by three. Each million takes 106 MB while the network runs.
const MAX_NETWORK_PIXELS: f32 = 1_230_000.0;
/// What two pieces of a strip share, of its width: more than its tallest lines.
const OVERLAP: f32 = 0.3;
/// On both sides of a seam, of the width: how differently two pieces may place a line.
const SEAM_TOLERANCE: f32 = 0.02;
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
        let pieces = pieces(picture.dimensions());
        if let [_] = pieces.as_slice() {
            return self.detect_in(picture);
        }
        let mut found: Vec<TextBox> = Vec::new();
        for piece in pieces {
            let Range { start, end } = piece.rows;
            let pixels = imageops::crop_imm(picture, 0, start, picture.width(), end - start).to_image();
            let boxes = self.detect_in(&pixels)?.into_iter().map(|line| line.lowered(start as f32));
            let own: Vec<TextBox> = boxes
                .filter(|line| piece.own.contains(&line.centre().y))
                .filter(|line| !found.iter().any(|other| other.contains(line.centre())))
                .collect();
            found.extend(own);
        }
        Ok(found)
    }

    fn detect_in(&self, picture: &RgbImage) -> Result<Vec<TextBox>, Error> {
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
    let (shortest, longest) = (width.min(height), width.max(height));
    let wanted = (MIN_SHORT_SIDE / shortest).clamp(1.0, MAX_ENLARGEMENT);
    let fits = (MAX_LONG_SIDE / longest).max(MIN_STRIP_WIDTH / shortest).min(MAX_STRIP / longest);
    let scale = wanted.min(fits).min((MAX_NETWORK_PIXELS / (width * height)).sqrt());
    let side = |pixels: f32| ((pixels * scale / STEP).round().max(1.0) * STEP) as u32;
    (side(width), side(height))
}

/// A piece of a picture that is too long to be looked at as a whole.
#[derive(Debug, PartialEq)]
struct Piece {
    /// Of the picture.
    rows: Range<u32>,
    /// A line belongs to the piece in which its middle lies here: both see it whole where they overlap, and it may be placed a
    /// little differently.
    own: Range<f32>,
}

/// From the top down. A strip that lies on its side stays whole, since its lines would be cut: it is turned first.
fn pieces((width, height): (u32, u32)) -> Vec<Piece> {
    let (wide, whole) = (width as f32, height as f32);
    let longest = MAX_STRIP / (MIN_STRIP_WIDTH / wide).min(MAX_ENLARGEMENT);
    let (overlap, tolerance) = (OVERLAP * wide, SEAM_TOLERANCE * wide);
    let count = if whole <= longest { 1 } else { ((whole - overlap) / (longest - overlap)).ceil() as u32 };
    let step = (whole - overlap) / count as f32;
    let seam = |index: u32| step * index as f32 + overlap / 2.0;
    (0..count)
        .map(|index| {
            let start = step * index as f32;
            let from = if index == 0 { 0.0 } else { seam(index) - tolerance };
            let to = if index + 1 == count { whole } else { seam(index + 1) + tolerance };
            Piece { rows: start as u32..((start + step + overlap).ceil() as u32).min(height), own: from..to }
        })
        .collect()
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
            ((300, 2000), (384, 2560), "nor beyond the longest side"),
            ((700, 2450), (416, 1408), "a strip"),
            ((1950, 2600), (960, 1280), "a photo"),
            ((2600, 2600), (1120, 1120), "a square one"),
            ((1, 10_000), (32, 2560), "a hair"),
        ] {
            assert_eq!(network_size(picture), input, "{why}");
        }
    }

    #[test]
    fn the_pieces_of_a_strip_share_what_lies_at_their_seams() {
        assert_eq!(pieces((1000, 5000)).len(), 1);
        assert_eq!(pieces((9000, 600)).len(), 1, "it lies on its side");
        let pieces = pieces((600, 8700));
        assert_eq!(pieces.len(), 3);
        assert_eq!((pieces[0].rows.start, pieces[2].rows.end), (0, 8700));
        assert_eq!((pieces[0].own.start, pieces[2].own.end), (0.0, 8700.0));
        for (upper, lower) in pieces.iter().zip(&pieces[1..]) {
            assert!(upper.rows.end >= lower.rows.start + 180, "{upper:?} {lower:?}");
            assert!((upper.own.end - lower.own.start - 24.0).abs() < 0.1, "{upper:?} {lower:?}");
        }
        assert!(pieces.iter().all(|piece| piece.rows.len() <= 3840), "{pieces:?}");
    }
}
