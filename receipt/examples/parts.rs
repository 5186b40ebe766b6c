//! How well receipts are read from several photos: `parts FOLDER…`, folders of Textract's answers for whole receipts.
//!
//! Each answer is cut into two and into three parts that overlap, each part tilted by itself and lines torn by an edge left
//! out, and read from them. Prints how much of that is as on the whole: items (their amounts) that are found again, items that
//! are there twice or made up, totals and days, and seams that are found.

#![expect(clippy::print_stdout, reason = "a program that prints figures")]

use std::{collections::BTreeMap, env, fs, path::PathBuf};

use receipt::{
    Orientation, PageSource, Receipt, Seam, read, read_pages,
    textract::{BlockType, DetectDocumentText, Geometry, Point},
};

/// What the overlap takes of the paper's height, by turns.
const OVERLAPS: [f32; 4] = [0.08, 0.12, 0.16, 0.2];
/// Radians, by turns.
const TILTS: [f32; 5] = [0.0, 0.02, -0.015, 0.03, -0.025];

#[derive(Default)]
struct Figures {
    receipts: usize,
    items: usize,
    found: usize,
    too_many: usize,
    totals: usize,
    days: usize,
    seams: usize,
    seams_found: usize,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut files: Vec<PathBuf> = Vec::new();
    for folder in env::args_os().skip(1) {
        files.extend(fs::read_dir(folder)?.filter_map(|entry| Some(entry.ok()?.path())));
    }
    files.sort();
    for count in [2, 3] {
        let mut figures = Figures::default();
        for (turn, file) in files.iter().enumerate() {
            let answer: DetectDocumentText = serde_json::from_slice(&fs::read(file)?)?;
            figures.add(file, &answer, count, turn);
        }
        println!(
            "{count} parts of {} receipts: items found {:.1} %, twice or made up {:.1} %, total as on the whole {:.1} %, \
             day {:.1} %, seams {:.1} %",
            figures.receipts,
            share(figures.found, figures.items),
            share(figures.too_many, figures.items),
            share(figures.totals, figures.receipts),
            share(figures.days, figures.receipts),
            share(figures.seams_found, figures.seams),
        );
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "there are a few thousand")]
fn share(part: usize, all: usize) -> f32 {
    part as f32 * 100.0 / all.max(1) as f32
}

impl Figures {
    fn add(&mut self, file: &std::path::Path, answer: &DetectDocumentText, count: usize, turn: usize) {
        let whole = read(answer, Orientation::Upright);
        let parts = cut(answer, count, turn);
        let pages: Vec<_> =
            (1..).zip(&parts).map(|(part, _)| PageSource { part, orientation: Orientation::Upright }).collect();
        let joined = read_pages(&DetectDocumentText::of_pages(parts), &pages);
        let (mut of_whole, of_parts) = (amounts(&whole), amounts(&joined));
        self.receipts += 1;
        let items: usize = of_whole.values().sum();
        self.items += items;
        let mut found = 0;
        for (amount, count) in &of_parts {
            let its = of_whole.entry(amount.clone()).or_default();
            found += count.min(its);
            self.too_many += count.saturating_sub(*its);
        }
        self.found += found;
        let value = |receipt: &Receipt| receipt.total.as_ref().map(|it| it.value);
        self.totals += usize::from(value(&whole) == value(&joined));
        let day = |receipt: &Receipt| receipt.date.as_ref().map(|it| it.value);
        self.days += usize::from(day(&whole) == day(&joined));
        self.seams += count - 1;
        let seams = joined.seams.iter().filter(|seam| **seam == Seam::Overlapping).count();
        self.seams_found += seams;
        if env::var_os("MISSES").is_some() && (found < items || seams < count - 1 || value(&whole) != value(&joined)) {
            println!(
                "{}: {found} of {items} items, {:?} for {:?}, {:?}",
                file.display(),
                value(&joined),
                value(&whole),
                joined.seams
            );
        }
    }
}

fn amounts(receipt: &Receipt) -> BTreeMap<String, usize> {
    let mut amounts = BTreeMap::new();
    for amount in receipt.items.iter().filter_map(|item| item.amount.as_ref()) {
        *amounts.entry(amount.value.to_string()).or_default() += 1;
    }
    amounts
}

/// Parts of the paper from the top down, with a fraction of its height on two.
#[expect(clippy::cast_precision_loss, reason = "there are three")]
fn cut(answer: &DetectDocumentText, count: usize, turn: usize) -> Vec<DetectDocumentText> {
    let lines = answer.blocks.iter().filter(|block| block.block_type == BlockType::Line);
    let spans = lines.filter_map(|line| line.geometry.as_ref().map(|it| (it.bounding_box.top, it.bounding_box.height)));
    let (top, bottom) =
        spans.fold((f32::MAX, f32::MIN), |(top, bottom), (its, height)| (top.min(its), bottom.max(its + height)));
    let overlap = OVERLAPS[turn % OVERLAPS.len()] * (bottom - top);
    let step = (bottom - top - overlap) / count as f32;
    (0..count)
        .map(|at| {
            let from = top + step * at as f32;
            let to = if at + 1 == count { bottom } else { from + step + overlap };
            part(answer, from, to, TILTS[(turn + at) % TILTS.len()])
        })
        .collect()
}

fn part(answer: &DetectDocumentText, from: f32, to: f32, tilt: f32) -> DetectDocumentText {
    let is_whole = |geometry: &Geometry| {
        let its = geometry.bounding_box;
        its.top >= from - 1e-4 && its.top + its.height <= to + 1e-4
    };
    let mut blocks = answer.blocks.clone();
    blocks.retain(|block| block.geometry.as_ref().is_none_or(is_whole));
    for geometry in blocks.iter_mut().filter_map(|block| block.geometry.as_mut()) {
        let its = geometry.bounding_box;
        let corners = [
            (its.left, its.top),
            (its.left + its.width, its.top),
            (its.left + its.width, its.top + its.height),
            (its.left, its.top + its.height),
        ];
        let height = to - from;
        let tilted = corners.map(|(x, y)| {
            let (dx, dy) = (x - 0.5, (y - from) / height - 0.5);
            let (sin, cos) = tilt.sin_cos();
            Point { x: dx * cos - dy * sin * height + 0.5, y: dx * sin / height + dy * cos + 0.5 }
        });
        geometry.polygon = tilted.to_vec();
        let (xs, ys) = (tilted.map(|point| point.x), tilted.map(|point| point.y));
        let least = |values: [f32; 4]| values.into_iter().fold(f32::MAX, f32::min);
        let most = |values: [f32; 4]| values.into_iter().fold(f32::MIN, f32::max);
        geometry.bounding_box.left = least(xs);
        geometry.bounding_box.top = least(ys);
        geometry.bounding_box.width = most(xs) - least(xs);
        geometry.bounding_box.height = most(ys) - least(ys);
    }
    DetectDocumentText { blocks, ..answer.clone() }
}
