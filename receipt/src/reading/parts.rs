//! Several pages of one receipt: the pages of a file follow each other, and photos of its parts are joined where their
//! rows say the same, so that no item is there twice and none is lost.

mod overlap;
mod strip;

use self::{
    overlap::{Overlap, Way, overlaps},
    strip::{Strip, place_below, place_on},
};
use super::{
    PageSource,
    page::{Page, Row, Sheet},
    papers::{self, Paper},
    receipt::{Receipt, Seam},
};
use crate::{
    sum_check::{EXACT, Figures},
    textract::DetectDocumentText,
};

/// Of more photos their order is not doubted.
const MAX_TO_ORDER: usize = 6;

pub(super) fn read(answer: &DetectDocumentText, pages: &[PageSource]) -> Receipt {
    let sheets = (1..).zip(pages).map(|(page, source)| Sheet { page, orientation: source.orientation });
    let sheets: Vec<Sheet> = sheets.collect();
    if let [only] = sheets[..] {
        return papers::read(answer, only);
    }
    let mut rest = &sheets[..];
    let of_parts = pages.chunk_by(|a, b| a.part == b.part).map(|part| {
        let (its, others) = rest.split_at(part.len());
        rest = others;
        Strip::of_pages(answer, its)
    });
    read_strips(of_parts.collect())
}

fn read_strips(mut strips: Vec<Strip>) -> Receipt {
    let count = strips.len();
    drop_repetitions(&mut strips);
    let repeated = count - strips.len();
    let mut meetings = meetings_of(&strips);
    let is_reordered = !meetings.iter().all(|ways| is_certain(ways)) && put_in_order(&mut strips);
    if is_reordered {
        meetings = meetings_of(&strips);
    }
    let likeliest: Vec<Option<&Overlap>> =
        meetings.iter().map(|ways| ways.first().filter(|way| way.is_certain)).collect();
    let mut receipt = read_joined(&strips, &likeliest);
    if !closes(&receipt) {
        // Where one row stands many times, rows alone do not say how the strips meet: the sums may.
        let others = meetings.iter().zip(&likeliest).enumerate().flat_map(|(seam, (ways, likeliest))| {
            let is_clear = likeliest.is_some_and(|way| !way.is_of_one_row);
            let ways = ways.iter().map(Some).chain([None]).filter(move |way| !is_clear && way != likeliest);
            ways.map(move |way| (seam, way))
        });
        let mut readings = others.map(|(seam, way)| {
            let mut chosen = likeliest.clone();
            chosen[seam] = way;
            read_joined(&strips, &chosen)
        });
        receipt = readings.find(closes).unwrap_or(receipt);
    }
    if is_reordered {
        receipt.seams.iter_mut().filter(|seam| **seam == Seam::Overlapping).for_each(|seam| *seam = Seam::OutOfOrder);
    }
    receipt.seams.extend((0..repeated).map(|_| Seam::Overlapping));
    receipt
}

/// How one strip may go on from another. Two receipts of one shop have many rows in common, but no time and number.
fn following(first: &Strip, second: &Strip) -> Vec<Overlap> {
    let mut found = overlaps(first, second, Way::Following);
    if !found.is_empty() && first.is_another_sale_than(second) {
        found.clear();
    }
    found
}

/// How each strip may go on from the one before.
fn meetings_of(strips: &[Strip]) -> Vec<Vec<Overlap>> {
    strips.windows(2).map(|two| following(&two[0], &two[1])).collect()
}

fn is_certain(ways: &[Overlap]) -> bool {
    ways.first().is_some_and(|way| way.is_certain)
}

fn closes(receipt: &Receipt) -> bool {
    Figures::of(receipt).items_fit(EXACT) == Some(true)
}

/// Drops strips of which all stands on another.
fn drop_repetitions(strips: &mut Vec<Strip>) {
    let mut at = 0;
    while at < strips.len() {
        let lies_on = |other: usize| {
            is_certain(&overlaps(&strips[other], &strips[at], Way::Within))
                && !strips[at].is_another_sale_than(&strips[other])
        };
        if strips[at].rows.is_empty() && strips.len() > 1
            || (0..strips.len()).any(|other| other != at && lies_on(other))
        {
            strips.remove(at);
        } else {
            at += 1;
        }
    }
}

/// Puts the strips in the order in which each continues the one before, if there is one.
fn put_in_order(strips: &mut Vec<Strip>) -> bool {
    let count = strips.len();
    if !(2..=MAX_TO_ORDER).contains(&count) {
        return false;
    }
    let follows = |a: usize, b: usize| a != b && is_certain(&following(&strips[a], &strips[b]));
    let table: Vec<Vec<bool>> = (0..count).map(|a| (0..count).map(|b| follows(a, b)).collect()).collect();
    let Some(order) = (0..count).find_map(|first| chain(&table, vec![first])) else { return false };
    let mut taken: Vec<Option<Strip>> = strips.drain(..).map(Some).collect();
    strips.extend(order.into_iter().filter_map(|at| taken[at].take()));
    true
}

/// All strips, each following the one before, from a beginning on.
fn chain(follows: &[Vec<bool>], begun: Vec<usize>) -> Option<Vec<usize>> {
    if begun.len() == follows.len() {
        return Some(begun);
    }
    let last = *begun.last()?;
    let next = (0..follows.len()).filter(|at| follows[last][*at] && !begun.contains(at));
    next.into_iter().find_map(|at| chain(follows, [begun.as_slice(), &[at]].concat()))
}

/// Reads the strips, two of which meet as is said, or not at all.
fn read_joined(strips: &[Strip], meetings: &[Option<&Overlap>]) -> Receipt {
    let papers = joined(strips, meetings);
    let mut receipt = read_papers(papers);
    let seam = |meets: bool| if meets { Seam::Overlapping } else { Seam::Apart };
    receipt.seams = meetings.iter().map(|meeting| seam(meeting.is_some())).collect();
    receipt
}

/// The rows of strips that meet, as one. Of what is on two photos the upper half is taken from the upper one, the
/// lower half from the lower one: photos are worst at their edges.
fn joined(strips: &[Strip], meetings: &[Option<&Overlap>]) -> Vec<Vec<Row>> {
    let mut papers: Vec<Vec<Row>> = Vec::new();
    // Where the rows of the strip before begin on its paper, and the first of them that is still there.
    let (mut begin, mut first) = (0, 0);
    for (at, strip) in strips.iter().enumerate() {
        let mut rows = strip.rows.clone();
        let meeting = at.checked_sub(1).and_then(|seam| meetings[seam]);
        let (Some(meeting), Some(above)) = (meeting, papers.last_mut()) else {
            (begin, first) = (0, 0);
            papers.push(rows);
            continue;
        };
        let still_there = meeting.pairs.iter().filter(|(a, _)| *a >= first);
        let pairs: Vec<(usize, usize)> = still_there.map(|(a, b)| (begin + a - first, *b)).collect();
        place_on(above, &mut rows, &pairs);
        let (a, b) = pairs.get(pairs.len() / 2).copied().unwrap_or((above.len(), 0));
        above.truncate(a);
        above.extend(rows.split_off(b));
        (begin, first) = (a, b);
    }
    papers
}

/// Reads what does not meet as one receipt with a gap, unless it is two.
fn read_papers(papers: Vec<Vec<Row>>) -> Receipt {
    let paper = |rows: &Vec<Row>| Paper::new(Page::of_rows(rows.clone()));
    if let [first, others @ ..] = papers.as_slice()
        && !others.is_empty()
    {
        let main = paper(first);
        if let Some(other) = others.iter().map(paper).find(|other| other.is_another_sale_than(&main)) {
            return papers::read_beside(&main, other);
        }
    }
    let one = papers.into_iter().reduce(|mut above, mut rows| {
        place_below(&above, &mut rows);
        above.extend(rows);
        above
    });
    papers::read_page(&Page::of_rows(one.unwrap_or_default()))
}
