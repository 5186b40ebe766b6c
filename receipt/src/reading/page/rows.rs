//! Rows rebuilt from fragments: what was printed side by side, left to right, at any tilt of the paper.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;

use super::{
    deskew::{Fragment, Sheet, median},
    doubts::Doubts,
    links::{Level, chains, move_figures, order},
    warp::Warp,
};
use crate::{
    BoundingBox,
    reading::language::unmistakable_currency_words,
    text::{digits, figures, letters, regex},
};

/// In bytes. A longer row is divided.
const MAX_LENGTH: usize = 500;

/// What stands side by side.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) fragments: Vec<Fragment>,
    /// Byte ranges of the fragments in `text`, which joins them with spaces.
    pub(crate) places: Vec<Range<usize>>,
    /// Folded.
    pub(crate) text: String,
    /// As `text`, with letters made figures where an amount or a date has them: "1O.5O".
    pub(crate) figures: String,
    pub(crate) printed: String,
    pub(crate) right: f32,
    pub(crate) height: f32,
    /// Its figures may belong to the row above or below as well.
    pub(crate) in_doubt: bool,
}

impl Row {
    fn new(fragments: Vec<Fragment>) -> Self {
        let length = |of: fn(&Fragment) -> &str| fragments.iter().map(|fragment| of(fragment).len() + 1).sum();
        let mut printed = String::with_capacity(length(|fragment| &fragment.printed));
        let mut text = String::with_capacity(length(|fragment| &fragment.text));
        let mut places = Vec::with_capacity(fragments.len());
        for fragment in &fragments {
            if !text.is_empty() {
                text.push(' ');
                printed.push(' ');
            }
            let from = text.len();
            text.push_str(&fragment.text);
            printed.push_str(&fragment.printed);
            places.push(from..text.len());
        }
        Self {
            right: fragments.iter().map(|f| f.right).fold(f32::NEG_INFINITY, f32::max),
            height: median(&mut fragments.iter().map(|f| f.height).collect::<Vec<_>>()).unwrap_or(1e-5),
            fragments,
            places,
            in_doubt: false,
            figures: mend(&text),
            text,
            printed,
        }
    }

    /// The printed text of a byte range of `text`.
    pub(crate) fn printed(&self, range: &Range<usize>) -> &str {
        let start = byte_of(&self.printed, chars_before(&self.text, range.start));
        let end = byte_of(&self.printed, chars_before(&self.text, range.end));
        self.printed.get(start..end).unwrap_or_default()
    }

    /// Where a byte range of `text` stands on the picture as shown.
    pub(crate) fn shown(&self, range: &Range<usize>) -> BoundingBox {
        self.places
            .iter()
            .zip(&self.fragments)
            .filter(|(place, _)| place.start < range.end && range.start < place.end)
            .map(|(place, fragment)| {
                let from = range.start.max(place.start) - place.start;
                let to = range.end.min(place.end) - place.start;
                let chars = chars_before(&fragment.text, from)..chars_before(&fragment.text, to);
                fragment.shown(chars)
            })
            .reduce(BoundingBox::union)
            .unwrap_or(BoundingBox::new([0.0; 4]))
    }

    /// Where each of its fragments stands on the picture as shown.
    pub(crate) fn pieces_shown(&self) -> impl Iterator<Item = BoundingBox> {
        self.fragments.iter().map(|fragment| fragment.shown(0..fragment.printed.chars().count()))
    }

    /// The page that it is on.
    pub(crate) fn sheet(&self) -> Option<Sheet> {
        self.fragments.first().map(Fragment::sheet)
    }

    /// As if it were printed so many times as large, and then moved right and down.
    pub(crate) fn place(&mut self, scale: f32, by: (f32, f32)) {
        self.fragments.iter_mut().for_each(|fragment| fragment.place(scale, by));
        self.right = self.right * scale + by.0;
        self.height *= scale;
    }

    /// The height of its middle on the page.
    #[expect(clippy::cast_precision_loss, reason = "a row has few fragments")]
    pub(crate) fn middle(&self) -> f32 {
        self.fragments.iter().map(|fragment| fragment.middle).sum::<f32>() / self.fragments.len().max(1) as f32
    }

    /// The OCR's, of the part that was read least surely, 0 to 1.
    pub(crate) fn ocr_confidence(&self) -> f32 {
        self.fragments.iter().map(|fragment| fragment.ocr_confidence).fold(1.0, f32::min)
    }

    /// The fragment at a byte of `text`.
    pub(crate) fn fragment_at(&self, byte: usize) -> usize {
        self.places.iter().position(|place| byte < place.end).unwrap_or(self.places.len().saturating_sub(1))
    }
}

/// A point read as a dash: "TOTAL 52-00".
static MISREAD_POINT: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?:TOTAL|CASH|AMOUNT|CHANGE|DUE)[^0-9-]{0,12}\d{1,5}(-)\d\d$"));
static MISREAD: LazyLock<[Regex; 2]> = LazyLock::new(|| {
    let currency = unmistakable_currency_words().collect::<Vec<_>>().join("|");
    // No sign of a currency looks like O or I; other letters before a complete amount are signs ("S19.21" is $19.21).
    let amount = format!(
        r"(?:(?:^|[^A-Z0-9.,])(?:{currency})?|{currency})((?:[0-9OI][0-9OQDILSBZ]*)?(?:[0-9O]|[0-9][ISB])[.,] ?[0-9OISB]{{2,3}})(?:$|[^A-Z0-9.,])"
    );
    let date =
        r"(?:^|[^A-Z0-9])([0-9OQDILSBZ]{1,4} ?[-/.] ?[0-9OQDILSBZ]{1,2} ?[-/.] ?[0-9OQDILSBZ]{2,4})(?:$|[^A-Z0-9])";
    [regex(&amount), regex(date)]
});

/// Replaces letters by figures in what has the shape of an amount or a date and some figures already.
fn mend(text: &str) -> String {
    let mut mended = text.to_owned();
    let patterns: &[Regex] = if has_letter_among_figures(text) { &*MISREAD } else { &[] };
    for (pattern, figures_needed) in patterns.iter().zip([1, 3]) {
        for found in pattern.captures_iter(text).filter_map(|captures| captures.get(1)) {
            // "S/ 5.00" are soles, "K.D. 5.00" dinars: no part of a date is only letters.
            let first = found.as_str().split(['/', '-', '.']).next().unwrap_or_default();
            let is_sign = figures_needed > 1 && digits(first) == 0;
            if !is_sign && letters(found.as_str()) > 0 && digits(found.as_str()) >= figures_needed {
                mended.replace_range(found.range(), &figures(found.as_str()));
            }
        }
    }
    let ends_in_dash = text.len() > 2 && text.as_bytes()[text.len() - 3] == b'-';
    if ends_in_dash && let Some(point) = MISREAD_POINT.captures(text).and_then(|found| found.get(1)) {
        mended.replace_range(point.range(), ".");
    }
    mended
}

/// Whether a letter that is taken for a figure stands beside a figure or what divides figures: nothing else is mended.
fn has_letter_among_figures(text: &str) -> bool {
    let bytes = text.as_bytes();
    let divides = |byte: Option<&u8>| byte.is_some_and(|byte| matches!(byte, b'.' | b',' | b'-' | b'/'));
    let is_beside = |near: Option<&u8>, far: Option<&u8>| match near {
        Some(b' ') => divides(far),
        Some(byte) => byte.is_ascii_digit() || divides(Some(byte)),
        None => false,
    };
    let from_end = |at: usize, back: usize| at.checked_sub(back).and_then(|at| bytes.get(at));
    bytes.iter().enumerate().any(|(at, byte)| {
        matches!(byte, b'O' | b'Q' | b'D' | b'I' | b'L' | b'S' | b'B' | b'Z')
            && (is_beside(bytes.get(at + 1), bytes.get(at + 2)) || is_beside(from_end(at, 1), from_end(at, 2)))
    })
}

fn chars_before(text: &str, byte: usize) -> usize {
    text.get(..byte).map_or(0, |before| if before.is_ascii() { byte } else { before.chars().count() })
}

fn byte_of(text: &str, chars: usize) -> usize {
    if text.as_bytes().get(..chars).is_some_and(<[u8]>::is_ascii) {
        return chars;
    }
    text.char_indices().nth(chars).map_or(text.len(), |(byte, _)| byte)
}

/// Rows from the top down.
pub(crate) fn rows(fragments: Vec<Fragment>) -> Vec<Row> {
    rows_by(fragments, 0.0)
}

/// The same with the figures in the column at the right edge so many rows higher or lower than they seem to stand.
pub(crate) fn rows_by(fragments: Vec<Fragment>, shift: f32) -> Vec<Row> {
    let warp = Warp::of(&fragments);
    let mut levels: Vec<Level> = fragments.iter().map(|fragment| Level::new(fragment, &warp)).collect();
    if shift != 0.0 {
        move_figures(&fragments, &mut levels, shift);
    }
    let order = order(&levels);
    let chains = chains(&fragments, &levels, &order);
    let doubts = Doubts::new(&fragments, &levels, &order, &warp);
    let mut rows: Vec<(f32, bool, Vec<usize>)> = chains
        .into_iter()
        .map(|chain| (doubts.are_about(&chain), chain))
        .flat_map(|(doubt, chain)| broken(&fragments, chain).into_iter().map(move |chain| (doubt, chain)))
        .map(|(doubt, chain)| {
            #[expect(clippy::cast_precision_loss, reason = "a row has few fragments")]
            let middle = chain.iter().map(|&i| levels[i].middle).sum::<f32>() / chain.len() as f32;
            (middle, doubt, chain)
        })
        .collect();
    rows.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut fragments: Vec<Option<Fragment>> = fragments.into_iter().map(Some).collect();
    rows.into_iter()
        .map(|(_, in_doubt, chain)| {
            let its = chain.into_iter().filter_map(|i| fragments[i].take()).collect();
            Row { in_doubt: in_doubt || shift != 0.0, ..Row::new(its) }
        })
        .collect()
}

/// Divides a chain so that the text of each part has a bounded length: what reads a row may compare each pair of its
/// characters.
fn broken(fragments: &[Fragment], chain: Vec<usize>) -> Vec<Vec<usize>> {
    let mut parts = vec![Vec::new()];
    let mut length = 0;
    for i in chain {
        length += fragments[i].text.len() + 1;
        match parts.last_mut() {
            Some(part) if length <= MAX_LENGTH => part.push(i),
            Some(_) | None => {
                length = fragments[i].text.len() + 1;
                parts.push(vec![i]);
            }
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// A row of one fragment, for tests of what a row says.
#[cfg(test)]
pub(crate) fn row_of(text: &str) -> Row {
    use super::deskew::fragments;
    use crate::reading::tests::photograph::{Pose, photograph};
    let mut rows = rows(fragments(&photograph(text, Pose::default()), Sheet::FIRST));
    assert_eq!(rows.len(), 1, "{text} is one row");
    rows.remove(0)
}
