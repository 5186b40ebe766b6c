//! What of a HEIF file is kept.

use std::{collections::BTreeSet, ops::Range};

use super::{
    boxes::{Place, boxes, long},
    items::{Heif, Item},
};

/// A box that every reader passes over.
const BLANK: &[u8; 4] = b"free";
/// The kind of an item that nobody reads, and of a reference that leads nowhere.
const NOTHING: &[u8; 4] = b"blnk";
/// More than a dozen brands are in no picture.
const MAX_BRAND_BYTES: usize = 56;
/// How often a picture is made of others, which are made of others.
const MAX_DEPTH: usize = 4;

/// Cleans a whole file.
pub(crate) fn clean(file: &mut [u8]) {
    let all = boxes(file, 0..file.len());
    let meta = all.iter().find(|place| &place.kind == b"meta");
    let read = meta.and_then(|meta| Some((meta, Heif::read_meta(file, meta)?)));
    let Some((meta, heif)) = read else {
        // Its first bytes tell the format.
        let brands = all.first().filter(|first| &first.kind == b"ftyp");
        let end = brands.map_or(0, |brands| brands.body.end.min(brands.body.start + MAX_BRAND_BYTES));
        file.iter_mut().skip(end).for_each(|byte| *byte = 0);
        return;
    };
    let shown = shown_items(&heif);
    let data: Vec<Range<usize>> = heif
        .items
        .iter()
        .filter(|item| shown.contains(&item.id))
        .flat_map(|item| item.extents.iter().cloned())
        .collect();
    // Pixels lie in no box that says something, or the file was made to hurt.
    let end = all.last().map_or(0, |last| last.body.end);
    let mut kept = Kept { file, data };
    let mut has_brands = false;
    for place in &all {
        match &place.kind {
            b"ftyp" if !has_brands => {
                has_brands = true;
                kept.file[place.body.clone()].iter_mut().skip(MAX_BRAND_BYTES).for_each(|byte| *byte = 0);
            }
            b"meta" if place == meta => kept.clean_meta(place, &heif, &shown),
            b"mdat" => kept.blank_beside_data(place.body.clone()),
            _ => kept.blank(place),
        }
    }
    kept.file[end..].fill(0);
}

/// The primary picture and all of which it is made.
fn shown_items(heif: &Heif) -> BTreeSet<u32> {
    let mut shown = BTreeSet::from([heif.primary]);
    let mut last: Vec<u32> = vec![heif.primary];
    for _ in 0..MAX_DEPTH {
        last = last.iter().flat_map(|whole| heif.parts(*whole)).copied().filter(|part| shown.insert(*part)).collect();
    }
    shown
}

/// Whether a property says how pixels are decoded or shown, in numbers.
fn is_needed(file: &[u8], kind: [u8; 4], body: &Range<usize>) -> bool {
    match &kind {
        b"hvcC" | b"av1C" | b"a1op" | b"lsel" | b"ispe" | b"pixi" | b"pasp" | b"clap" | b"irot" | b"imir" => true,
        // Numbers of ITU-T H.273; the other colours are profiles.
        b"colr" => file.get(body.clone()).is_some_and(|colour| colour.starts_with(b"nclx") && colour.len() == 11),
        _ => false,
    }
}

struct Kept<'a> {
    file: &'a mut [u8],
    /// The bytes of the items that are shown.
    data: Vec<Range<usize>>,
}

impl Kept<'_> {
    fn blank(&mut self, place: &Place) {
        self.file[place.kind_at..][..4].copy_from_slice(BLANK);
        self.file[place.body.clone()].fill(0);
    }

    /// Blanks a part of the file but for the bytes of items that are shown.
    fn blank_beside_data(&mut self, part: Range<usize>) {
        let mut inside: Vec<Range<usize>> = self
            .data
            .iter()
            .map(|range| range.start.max(part.start)..range.end.min(part.end))
            .filter(|range| range.start < range.end)
            .collect();
        inside.sort_unstable_by_key(|range| range.start);
        let mut at = part.start;
        for range in inside {
            if range.start > at {
                self.file[at..range.start].fill(0);
            }
            at = at.max(range.end);
        }
        self.file[at..part.end.max(at)].fill(0);
    }

    fn clean_meta(&mut self, meta: &Place, heif: &Heif, shown: &BTreeSet<u32>) {
        let mut seen = BTreeSet::new();
        for place in boxes(self.file, meta.body.start + 4..meta.body.end) {
            let is_first = seen.insert(place.kind);
            match &place.kind {
                b"hdlr" if is_first => self.clean_handler(&place),
                b"pitm" | b"iloc" if is_first => {}
                b"iinf" if is_first => self.clean_kinds(&place, shown),
                b"iref" if is_first => self.clean_references(&place),
                b"iprp" if is_first => self.clean_properties(&place, heif),
                b"idat" if is_first => self.blank_beside_data(place.body.clone()),
                _ => self.blank(&place),
            }
        }
        self.blank_behind_boxes(meta.body.start + 4..meta.body.end);
    }

    /// What follows the last box of a part, too short or too long to be one.
    fn blank_behind_boxes(&mut self, part: Range<usize>) {
        let end = boxes(self.file, part.clone()).last().map_or(part.start, |last| last.body.end);
        if let Some(rest) = self.file.get_mut(end..part.end) {
            rest.fill(0);
        }
    }

    /// Version and flags, four bytes of nothing, and what it handles stay; a name goes.
    fn clean_handler(&mut self, place: &Place) {
        for (number, byte) in self.file[place.body.clone()].iter_mut().enumerate() {
            if !(8..12).contains(&number) {
                *byte = 0;
            }
        }
    }

    /// Of each item its number and kind stay; a name, a type and an address go.
    fn clean_kinds(&mut self, place: &Place, shown: &BTreeSet<u32>) {
        let id_bytes = |version: u8, narrow: u8| if version == narrow { 2 } else { 4 };
        let version = self.file.get(place.body.start).copied().unwrap_or_default();
        let entries = place.body.start + 4 + id_bytes(version, 0);
        if entries > place.body.end {
            return self.blank(place);
        }
        for entry in boxes(self.file, entries..place.body.end) {
            let Range { start, end } = entry.body;
            let version = self.file.get(start).copied().unwrap_or_default();
            let head = 4 + id_bytes(version, 2) + 2 + 4;
            if &entry.kind != b"infe" || version < 2 || end - start < head {
                self.blank(&entry);
                continue;
            }
            let kind_at = start + head - 4;
            let id = match version {
                2 => long(self.file, start + 4).map(|number| number >> 16),
                _ => long(self.file, start + 4),
            };
            if !id.and_then(|id| u32::try_from(id).ok()).is_some_and(|id| shown.contains(&id)) {
                self.file[kind_at..][..4].copy_from_slice(NOTHING);
            }
            self.file[kind_at + 4..end].fill(0);
        }
        self.blank_behind_boxes(entries..place.body.end);
    }

    /// Those from a whole to its parts stay; the others name items that are blank.
    fn clean_references(&mut self, place: &Place) {
        for reference in boxes(self.file, place.body.start + 4..place.body.end) {
            if &reference.kind != b"dimg" {
                self.file[reference.kind_at..][..4].copy_from_slice(NOTHING);
            }
        }
        self.blank_behind_boxes(place.body.start + 4..place.body.end);
    }

    fn clean_properties(&mut self, place: &Place, heif: &Heif) {
        let mut blanked = BTreeSet::new();
        for inside in boxes(self.file, place.body.clone()) {
            match &inside.kind {
                b"ipco" => {
                    for (number, property) in boxes(self.file, inside.body.clone()).iter().enumerate() {
                        if !is_needed(self.file, property.kind, &property.body) {
                            self.blank(property);
                            blanked.insert(number);
                        }
                    }
                    self.blank_behind_boxes(inside.body);
                }
                b"ipma" => self.make_optional(&inside, heif, &blanked),
                _ => self.blank(&inside),
            }
        }
        self.blank_behind_boxes(place.body.clone());
    }

    /// No reader may refuse the picture because it does not know a box that was blanked.
    fn make_optional(&mut self, place: &Place, heif: &Heif, blanked: &BTreeSet<usize>) {
        let ids = heif.items.iter().map(|Item { id, kind, .. }| Item {
            id: *id,
            kind: *kind,
            extents: Vec::new(),
            properties: Vec::new(),
        });
        let mut said = Vec::new();
        let mut items = Heif { items: ids.collect(), ..Heif::default() };
        // Where it breaks off, the file was not read.
        items.each_association(self.file, place, |_, property, at| said.push((property, at)));
        for (property, at) in said {
            if blanked.contains(&property) {
                self.file[at] &= 0x7f;
            }
        }
    }
}
