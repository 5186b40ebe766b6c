//! Turns the answer's lines upright, as if the text ran left to right, and maps places back to the picture.

use std::{cell::OnceCell, collections::HashMap, ops::Range};

use crate::{
    BoundingBox, Orientation, Point,
    text::fold,
    textract::{Block, BlockType, DetectDocumentText, Geometry},
};

/// Of more lines those in the middle are ignored, since a hostile answer must not cost more: of the longest till rolls the
/// head and the sums are read, with some hundred items.
const MAX_LINES: usize = 1000;
/// Further characters of a line are ignored.
const MAX_CHARS: usize = 160;
/// Fewer lines of this many letters that run another way are no paper, but misread.
const LINES_OF_A_PAPER: usize = 6;
const TELLING_LENGTH: usize = 4;
/// The width of a character in line heights, by which width and height of the picture become comparable.
pub(crate) const CHARACTER_WIDTH: f32 = 0.5;

/// One detected line, turned upright. Units are the same across and down; y grows downwards.
#[derive(Debug, Clone)]
pub(crate) struct Fragment {
    pub(crate) printed: String,
    /// As [`fold`] makes it.
    pub(crate) text: String,
    pub(crate) left: f32,
    pub(crate) right: f32,
    /// The middle of its height.
    pub(crate) middle: f32,
    pub(crate) height: f32,
    /// dy/dx of its upper edge.
    pub(crate) slope: f32,
    /// The OCR's, 0 to 1.
    pub(crate) ocr_confidence: f32,
    outline: Outline,
    words: Vec<(Range<usize>, Outline)>,
    /// The middles of its words, without those that are flat or low: a dash, a point.
    word_centres: Vec<(f32, f32)>,
    sheet: Sheet,
}

/// The page of an answer that something was detected on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sheet {
    /// From 1.
    pub(crate) page: u32,
    /// How it is to be shown.
    pub(crate) orientation: Orientation,
}

impl Sheet {
    #[cfg(test)]
    pub(crate) const FIRST: Self = Self { page: 1, orientation: Orientation::Upright };

    fn has(self, block: &Block) -> bool {
        block.page.unwrap_or(1).max(1) == self.page
    }
}

/// Four corners on the stored raster, from the text's own top left, clockwise as it reads.
type Outline = [Point; 4];

/// How the text lies on the stored raster: after mirroring left and right, if need be, it runs this way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Lie {
    sense: Sense,
    direction: Direction,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sense {
    AsPrinted,
    /// As cameras for selfies store what they see, with an orientation that mirrors it back.
    Mirrored,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Right,
    Down,
    Left,
    Up,
}

impl Fragment {
    pub(crate) fn width(&self) -> f32 {
        self.right - self.left
    }

    pub(crate) fn centre(&self) -> f32 {
        f32::midpoint(self.left, self.right)
    }

    pub(crate) fn word_centres(&self) -> &[(f32, f32)] {
        &self.word_centres
    }

    /// Where these characters stand on the picture as shown.
    pub(crate) fn shown(&self, chars: Range<usize>) -> BoundingBox {
        let words = self.words.iter().filter(|(at, _)| at.start < chars.end && chars.start < at.end);
        let part = |outline: &Outline, at: &Range<usize>| {
            #[expect(clippy::cast_precision_loss, reason = "a line has at most some hundred characters")]
            let share = |n: usize| (n.clamp(at.start, at.end) - at.start) as f32 / at.len().max(1) as f32;
            let (from, to) = (share(chars.start), share(chars.end));
            let [a, b, c, d] = *outline;
            around([between(a, b, from), between(a, b, to), between(d, c, to), between(d, c, from)], self.sheet)
        };
        words
            .map(|(at, outline)| part(outline, at))
            .reduce(BoundingBox::union)
            .unwrap_or_else(|| part(&self.outline, &(0..self.printed.chars().count())))
    }

    pub(crate) fn sheet(&self) -> Sheet {
        self.sheet
    }

    /// As if it were printed so many times as large, and then moved right and down.
    pub(crate) fn place(&mut self, scale: f32, (right, down): (f32, f32)) {
        let at = |(x, y): (f32, f32)| (x * scale + right, y * scale + down);
        (self.left, self.middle) = at((self.left, self.middle));
        self.right = self.right * scale + right;
        self.height *= scale;
        self.word_centres.iter_mut().for_each(|centre| *centre = at(*centre));
    }
}

/// The fragments of a page that carry text.
pub(crate) fn fragments(answer: &DetectDocumentText, sheet: Sheet) -> Vec<Fragment> {
    let lines = lines(answer, sheet);
    let lie = Lie::of_most(lines.iter().map(|line| &line.outline));
    stood_up(answer, lines, lie, sheet)
}

/// The same as two papers, where so much text runs another way that it may be a paper of its own.
pub(crate) fn fragments_each_way(answer: &DetectDocumentText, sheet: Sheet) -> Option<[Vec<Fragment>; 2]> {
    let lines = lines(answer, sheet);
    let most = Lie::of_most(lines.iter().map(|line| &line.outline));
    let is_of_most = |line: &Line| Direction::of(line.outline.map(|point| most.sense.mend(point))) == most.direction;
    let others = lines.iter().filter(|line| !is_of_most(line));
    if others.filter(|line| line.text.len() >= TELLING_LENGTH).count() < LINES_OF_A_PAPER {
        return None;
    }
    let (main, others): (Vec<_>, Vec<_>) = lines.into_iter().partition(is_of_most);
    let other = Lie::of_most(others.iter().map(|line| &line.outline));
    Some([stood_up(answer, main, most, sheet), stood_up(answer, others, other, sheet)])
}

/// A detected line of a page.
struct Line<'a> {
    block: &'a Block,
    text: &'a str,
    outline: Outline,
}

fn lines(answer: &DetectDocumentText, sheet: Sheet) -> Vec<Line<'_>> {
    let mut lines: Vec<Line> = answer
        .blocks
        .iter()
        .filter(|block| sheet.has(block))
        .filter(|block| block.block_type == BlockType::Line)
        .filter_map(|block| {
            let (text, outline) = (block.text.as_deref()?.trim(), outline(block.geometry.as_ref()?)?);
            Some(Line { block, text, outline })
        })
        .filter(|line| !line.text.is_empty())
        .collect();
    if lines.len() > MAX_LINES {
        lines.drain(MAX_LINES / 2..lines.len() - MAX_LINES / 2);
    }
    lines
}

fn stood_up(answer: &DetectDocumentText, lines: Vec<Line>, lie: Lie, sheet: Sheet) -> Vec<Fragment> {
    let mut words = Words::of(answer, sheet);
    let mut fragments: Vec<_> = lines
        .into_iter()
        .map(|Line { block, text, outline }| {
            let end = text.char_indices().nth(MAX_CHARS).map_or(text.len(), |(end, _)| end);
            let printed = text[..end].to_owned();
            let words = words_of(block, &printed, &mut words);
            upright(printed, outline, words, block.confidence, (lie, sheet))
        })
        .collect();
    square(&mut fragments);
    fragments
}

fn upright(
    printed: String,
    outline: Outline,
    words: Vec<(Range<usize>, Outline)>,
    confidence: Option<f32>,
    (lie, sheet): (Lie, Sheet),
) -> Fragment {
    let [a, b, c, d] = outline.map(|point| lie.stand_up(point));
    let left = a.x.min(b.x).min(c.x).min(d.x);
    let right = a.x.max(b.x).max(c.x).max(d.x);
    let top = a.y.min(b.y).min(c.y).min(d.y);
    let bottom = a.y.max(b.y).max(c.y).max(d.y);
    let slope = if b.x > a.x { (b.y - a.y) / (b.x - a.x) } else { 0.0 };
    // The height of a slanting outline is measured along its own sides: the box around it is higher.
    let edges = f32::midpoint(d.y - a.y, c.y - b.y);
    let height = if slope != 0.0 && edges > 0.0 { edges } else { bottom - top };
    Fragment {
        text: fold(&printed),
        printed,
        left,
        right,
        middle: f32::midpoint(top, bottom),
        height: height.max(1e-5),
        slope,
        ocr_confidence: confidence.filter(|c| c.is_finite()).unwrap_or(100.0).clamp(0.0, 100.0) / 100.0,
        outline,
        word_centres: word_centres(&words, lie),
        words,
        sheet,
    }
}

/// Words of less than this share of the highest one's height say little of where their line is.
const HIGH_WORD: f32 = 0.6;

fn word_centres(words: &[(Range<usize>, Outline)], lie: Lie) -> Vec<(f32, f32)> {
    let stood = || words.iter().map(|(_, outline)| outline.map(|corner| lie.stand_up(corner)));
    let height = |[a, b, c, d]: Outline| f32::midpoint(d.y - a.y, c.y - b.y);
    let highest = stood().map(height).fold(0.0, f32::max);
    let centre = |[a, b, c, d]: Outline| ((a.x + b.x + c.x + d.x) / 4.0, (a.y + b.y + c.y + d.y) / 4.0);
    stood().filter(|word| height(*word) >= HIGH_WORD * highest).map(centre).collect()
}

/// Makes units across and down the same. The answer has them in fractions of a width and a height that it does not name.
fn square(fragments: &mut [Fragment]) {
    let mut ratios: Vec<f32> = fragments
        .iter()
        .filter(|fragment| fragment.text.len() >= 3)
        .map(|fragment| {
            #[expect(clippy::cast_precision_loss, reason = "a line has at most some hundred characters")]
            let width = fragment.width() / fragment.text.chars().count() as f32;
            width / fragment.height
        })
        .collect();
    let scale = median(&mut ratios).filter(|ratio| *ratio > 0.0).map_or(1.0, |ratio| CHARACTER_WIDTH / ratio);
    let scale = scale.clamp(0.05, 20.0);
    for fragment in fragments {
        fragment.left *= scale;
        fragment.right *= scale;
        fragment.slope /= scale;
        for (x, _) in &mut fragment.word_centres {
            *x *= scale;
        }
    }
}

/// `None` of nothing.
pub(crate) fn median(values: &mut [f32]) -> Option<f32> {
    values.sort_by(f32::total_cmp);
    values.get(values.len() / 2).copied()
}

/// The words of an answer, found by their ids.
struct Words<'a> {
    /// In the answer's order, in which each line's words mostly stand one behind the other.
    all: Vec<&'a Block>,
    /// Behind the one that was found last.
    next: usize,
    by_id: OnceCell<HashMap<&'a str, usize>>,
}

impl<'a> Words<'a> {
    fn of(answer: &'a DetectDocumentText, sheet: Sheet) -> Self {
        let is_here = |block: &&Block| block.block_type == BlockType::Word && sheet.has(block);
        let all = answer.blocks.iter().filter(is_here).collect();
        Self { all, next: 0, by_id: OnceCell::new() }
    }

    fn find(&mut self, id: &str) -> Option<&'a Block> {
        let is_next = self.all.get(self.next).is_some_and(|word| word.id == id);
        let by_id = || self.all.iter().enumerate().map(|(at, word)| (word.id.as_str(), at)).collect();
        let at = if is_next { self.next } else { *self.by_id.get_or_init(by_id).get(id)? };
        self.next = at + 1;
        self.all.get(at).copied()
    }
}

/// Where each word of a line stands in it, if the words are the line's.
fn words_of(line: &Block, printed: &str, blocks: &mut Words) -> Vec<(Range<usize>, Outline)> {
    // In bytes and in characters.
    let (mut from, mut chars) = (0, 0);
    let children = || line.relationships.iter().filter(|relationship| relationship.kind == "CHILD");
    let count: usize = children().map(|relationship| relationship.ids.len()).sum();
    let mut words = Vec::with_capacity(count.min(MAX_CHARS));
    for word in children().flat_map(|relationship| &relationship.ids).take(MAX_CHARS).filter_map(|id| blocks.find(id)) {
        let (Some(text), Some(outline)) = (word.text.as_deref(), word.geometry.as_ref().and_then(outline)) else {
            return Vec::new();
        };
        let rest = printed.get(from..).unwrap_or_default();
        let Some(at) = place_of(text, rest) else { return Vec::new() };
        let start = chars + rest[..at].chars().count();
        let end = start + text.chars().count();
        words.push((start..end, outline));
        (from, chars) = (from + at + text.len(), end);
    }
    words
}

/// Where a word stands first in a text: mostly at its start, or behind one space.
fn place_of(word: &str, text: &str) -> Option<usize> {
    let behind_space = || text.strip_prefix(' ').is_some_and(|rest| rest.starts_with(word));
    if text.starts_with(word) {
        Some(0)
    } else if behind_space() {
        Some(1)
    } else {
        text.find(word)
    }
}

fn outline(geometry: &Geometry) -> Option<Outline> {
    let corners: Option<Outline> = match geometry.polygon.as_slice() {
        [a, b, c, d] => Some([a, b, c, d].map(|corner| Point { x: corner.x, y: corner.y })),
        _ => None,
    };
    let is_finite = |corners: &Outline| corners.iter().all(|corner| corner.x.is_finite() && corner.y.is_finite());
    let bounds = geometry.bounding_box;
    let (right, bottom) = (bounds.left + bounds.width, bounds.top + bounds.height);
    let boxed = [(bounds.left, bounds.top), (right, bounds.top), (right, bottom), (bounds.left, bottom)]
        .map(|(x, y)| Point { x, y });
    let sane = |outline: &Outline| outline.iter().all(|corner| corner.x.abs() < 10.0 && corner.y.abs() < 10.0);
    corners.filter(is_finite).filter(sane).or(Some(boxed).filter(sane))
}

impl Lie {
    /// Of most of the text, by the length of its lines.
    fn of_most<'a>(outlines: impl Iterator<Item = &'a Outline> + Clone) -> Self {
        let sense = Sense::of_most(outlines.clone());
        Self { sense, direction: Direction::of_most(outlines.map(|outline| outline.map(|point| sense.mend(point)))) }
    }

    /// A point of the raster after the text was mirrored and turned to run to the right.
    fn stand_up(self, point: Point) -> Point {
        self.direction.stand_up(self.sense.mend(point))
    }
}

impl Sense {
    fn of_most<'a>(outlines: impl Iterator<Item = &'a Outline>) -> Self {
        // The area of an outline is negative if it is not clockwise any more.
        let area: f32 = outlines.map(|[a, b, _, d]| (b.x - a.x) * (d.y - a.y) - (b.y - a.y) * (d.x - a.x)).sum();
        if area < 0.0 { Self::Mirrored } else { Self::AsPrinted }
    }

    fn mend(self, Point { x, y }: Point) -> Point {
        match self {
            Self::AsPrinted => Point { x, y },
            Self::Mirrored => Point { x: 1.0 - x, y },
        }
    }
}

impl Direction {
    /// That of one line.
    fn of([a, b, ..]: Outline) -> Self {
        let (dx, dy) = (b.x - a.x, b.y - a.y);
        match (dx.abs() >= dy.abs(), dx >= 0.0, dy > 0.0) {
            (true, true, _) => Self::Right,
            (true, false, _) => Self::Left,
            (false, _, true) => Self::Down,
            (false, _, false) => Self::Up,
        }
    }

    fn of_most(outlines: impl Iterator<Item = Outline>) -> Self {
        let mut votes = [(Self::Right, 0.0), (Self::Down, 0.0), (Self::Left, 0.0), (Self::Up, 0.0)];
        for outline in outlines {
            let [a, b, ..] = outline;
            let own = Self::of(outline);
            for (_, votes) in votes.iter_mut().filter(|(direction, _)| *direction == own) {
                *votes += (b.x - a.x).abs().max((b.y - a.y).abs());
            }
        }
        votes.into_iter().reduce(|best, vote| if vote.1 > best.1 { vote } else { best }).map_or(Self::Right, |v| v.0)
    }

    /// A point of the raster after the text was turned to run to the right.
    fn stand_up(self, Point { x, y }: Point) -> Point {
        match self {
            Self::Right => Point { x, y },
            Self::Down => Point { x: y, y: 1.0 - x },
            Self::Left => Point { x: 1.0 - x, y: 1.0 - y },
            Self::Up => Point { x: 1.0 - y, y: x },
        }
    }
}

fn between(a: Point, b: Point, share: f32) -> Point {
    Point { x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share }
}

fn around(outline: Outline, sheet: Sheet) -> BoundingBox {
    let shown = outline.map(|corner| sheet.orientation.show(corner));
    let left = shown.iter().map(|p| p.x).fold(f32::INFINITY, f32::min).clamp(0.0, 1.0);
    let top = shown.iter().map(|p| p.y).fold(f32::INFINITY, f32::min).clamp(0.0, 1.0);
    let right = shown.iter().map(|p| p.x).fold(f32::NEG_INFINITY, f32::max).clamp(0.0, 1.0);
    let bottom = shown.iter().map(|p| p.y).fold(f32::NEG_INFINITY, f32::max).clamp(0.0, 1.0);
    BoundingBox { left, top, width: right - left, height: bottom - top, page: sheet.page }
}
