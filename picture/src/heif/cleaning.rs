//! What of a HEIF file is kept.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use super::{
    boxes::{Place, boxes},
    brands, coded,
    items::{Heif, Item},
    lists, properties,
};

/// A box that every reader passes over.
const BLANK: &[u8; 4] = b"free";
/// Behind a length, `ftyp`, and the first brand.
const BRAND_END: usize = 12;
/// How often a picture is made of others, which are made of others.
const MAX_DEPTH: usize = 4;

/// How often a file is cleaned until nothing changes any more; whole ones need it once.
const MAX_PASSES: usize = 8;

/// Cleans a whole file. Where lists contradict one another, one that was cleaned may say something else of another.
pub(crate) fn clean(file: &mut [u8]) {
    let mut before = crc32fast::hash(file);
    for _ in 0..MAX_PASSES {
        clean_once(file);
        let after = crc32fast::hash(file);
        if after == before {
            return;
        }
        before = after;
    }
    file.iter_mut().skip(BRAND_END).for_each(|byte| *byte = 0);
    clean_once(file);
}

fn clean_once(file: &mut [u8]) {
    let all = boxes(file, 0..file.len());
    let brands = all.first().filter(|first| &first.kind == b"ftyp");
    let meta = all.iter().find(|place| &place.kind == b"meta");
    let read = meta.and_then(|meta| Some((meta, Heif::read_meta(file, meta)?)));
    let Some((meta, heif)) = read else {
        // Its first bytes tell the format.
        if let Some(brands) = brands {
            brands::clean(&mut file[brands.body.clone()]);
        }
        let end = brands.map_or(0, |brands| brands.body.end);
        return file[end..].fill(0);
    };
    let shown = shown_items(&heif);
    let pixels = where_pixels_may_lie(file, &all, meta);
    let (kept, with_own_bytes) = kept_items(&heif, &shown, &pixels);
    let mut data: Vec<Range<usize>> = with_own_bytes.iter().flat_map(|item| item.extents.iter().cloned()).collect();
    data.sort_unstable_by_key(|range| range.start);
    let known = heif.items.iter().map(|item| item.id).collect();
    // What lies in no box, or in one that is cut off.
    let end = all.last().map_or(0, |last| last.body.end);
    let mut cleaner = Cleaner { file, heif: &heif, data, known, shown, kept };
    for item in with_own_bytes {
        cleaner.clean_item(item);
    }
    for place in &all {
        match &place.kind {
            b"ftyp" if Some(place) == brands => brands::clean(&mut cleaner.file[place.body.clone()]),
            b"meta" if place == meta => cleaner.clean_meta(place),
            b"mdat" => cleaner.blank_beside_data(place.body.clone()),
            _ => cleaner.blank(place),
        }
    }
    cleaner.file[end..].fill(0);
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

/// Where bodies begin, and where they end.
fn where_pixels_may_lie(file: &[u8], all: &[Place], meta: &Place) -> BTreeMap<usize, usize> {
    let inside = boxes(file, meta.inside_full_box());
    let idat = inside.iter().find(|place| &place.kind == b"idat");
    let parts = all.iter().filter(|place| &place.kind == b"mdat").chain(idat);
    parts.map(|place| (place.body.start, place.body.end)).collect()
}

/// The items that are shown and whose bytes lie among pixels, and of those the ones whose bytes no other has. Two may have the same
/// bytes, as tiles without anything on them; not a part of them: cleaning one would change the other.
fn kept_items<'a>(
    heif: &'a Heif,
    shown: &BTreeSet<u32>,
    pixels: &BTreeMap<usize, usize>,
) -> (BTreeSet<u32>, Vec<&'a Item>) {
    let mut taken: BTreeMap<usize, usize> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    let (mut kept, mut with_own_bytes) = (BTreeSet::new(), Vec::new());
    for item in heif.items.iter().filter(|item| shown.contains(&item.id) && !item.is_elsewhere) {
        let as_stored: Vec<_> = item.extents.iter().map(|range| (range.start, range.end)).collect();
        let mut extents = as_stored.clone();
        if seen.contains(&(item.kind, as_stored.clone())) {
            kept.insert(item.id);
            continue;
        }
        extents.sort_unstable();
        let lies_apart = extents.windows(2).all(|pair| pair[0].1 <= pair[1].0);
        let is_free = extents.iter().all(|(start, end)| {
            let lies_among_pixels = pixels.range(..=*start).next_back().is_some_and(|(_, part_end)| end <= part_end);
            let overlaps = taken.range(..*end).next_back().is_some_and(|(_, other_end)| other_end > start);
            start < end && lies_among_pixels && !overlaps
        });
        if lies_apart && is_free {
            taken.extend(extents);
            seen.insert((item.kind, as_stored));
            kept.insert(item.id);
            with_own_bytes.push(item);
        }
    }
    (kept, with_own_bytes)
}

struct Cleaner<'a> {
    file: &'a mut [u8],
    heif: &'a Heif,
    known: BTreeSet<u32>,
    shown: BTreeSet<u32>,
    kept: BTreeSet<u32>,
    /// The bytes of the items that are kept, in order.
    data: Vec<Range<usize>>,
}

impl Cleaner<'_> {
    fn blank(&mut self, place: &Place) {
        self.file[place.kind_at..][..4].copy_from_slice(BLANK);
        self.file[place.body.clone()].fill(0);
    }

    /// What items hold beside pixels.
    fn clean_item(&mut self, item: &Item) {
        let mut data: Vec<u8> = item.extents.iter().flat_map(|extent| &self.file[extent.clone()]).copied().collect();
        match &item.kind {
            b"hvc1" => {
                let config =
                    self.heif.property(item, b"hvcC").map_or(&[][..], |config| &self.file[config.body.clone()]);
                coded::clean_hevc(&mut data, coded::length_bytes(config));
            }
            b"av01" => coded::clean_av1(&mut data),
            b"grid" => coded::clean_grid(&mut data),
            _ => data.fill(0),
        }
        let mut rest = &data[..];
        for extent in &item.extents {
            let (here, behind) = rest.split_at(extent.len());
            self.file[extent.clone()].copy_from_slice(here);
            rest = behind;
        }
    }

    /// Blanks a part of the file but for the bytes of items that are kept.
    fn blank_beside_data(&mut self, part: Range<usize>) {
        let first = self.data.partition_point(|range| range.end <= part.start);
        let mut at = part.start;
        for range in self.data[first..].iter().take_while(|range| range.start < part.end) {
            self.file[at..range.start.max(at)].fill(0);
            at = range.end;
        }
        self.file[at..part.end.max(at)].fill(0);
    }

    fn clean_meta(&mut self, meta: &Place) {
        self.file[meta.body.start..meta.inside_full_box().start].fill(0);
        let mut seen = BTreeSet::new();
        for place in boxes(self.file, meta.inside_full_box()) {
            let is_first = seen.insert(place.kind);
            match &place.kind {
                b"hdlr" if is_first => self.clean_handler(&place),
                b"pitm" if is_first => lists::clean_primary(self.file, &place),
                b"iloc" if is_first => lists::clean_places(self.file, &place, &self.known, &self.kept),
                b"iinf" if is_first => {
                    for unknown in lists::clean_kinds(self.file, &place, &self.shown) {
                        self.blank(&unknown);
                    }
                    self.blank_behind_boxes(lists::kinds_in(self.file, &place));
                }
                b"iref" if is_first => {
                    lists::clean_references(self.file, &place, &self.known);
                    self.blank_behind_boxes(place.inside_full_box());
                }
                b"iprp" if is_first => self.clean_properties(&place),
                b"idat" if is_first => self.blank_beside_data(place.body.clone()),
                _ => self.blank(&place),
            }
        }
        self.blank_behind_boxes(meta.inside_full_box());
    }

    /// What follows the last box of a part, too short or too long to be one.
    fn blank_behind_boxes(&mut self, part: Range<usize>) {
        let end = boxes(self.file, part.clone()).last().map_or(part.start, |last| last.body.end);
        if let Some(rest) = self.file.get_mut(end..part.end) {
            rest.fill(0);
        }
    }

    /// That it handles pictures stays; a name goes.
    fn clean_handler(&mut self, place: &Place) {
        let says = &mut self.file[place.body.clone()];
        says.fill(0);
        if let Some(handled) = says.get_mut(8..12) {
            handled.copy_from_slice(b"pict");
        }
    }

    fn clean_properties(&mut self, place: &Place) {
        let shown = self.heif.items.iter().filter(|item| self.shown.contains(&item.id));
        let used: BTreeSet<usize> = shown.flat_map(|item| &item.properties).copied().collect();
        let mut kept = Vec::new();
        for list in boxes(self.file, place.body.clone()).iter().filter(|list| &list.kind == b"ipco") {
            kept.clear();
            for (number, property) in boxes(self.file, list.body.clone()).iter().enumerate() {
                let stays =
                    used.contains(&number) && properties::clean(property.kind, &mut self.file[property.body.clone()]);
                if !stays {
                    self.blank(property);
                }
                kept.push(stays);
            }
            self.blank_behind_boxes(list.body.clone());
        }
        for inside in boxes(self.file, place.body.clone()) {
            match &inside.kind {
                b"ipco" => {}
                b"ipma" => lists::clean_associations(self.file, &inside, &self.known, &kept),
                _ => self.blank(&inside),
            }
        }
        self.blank_behind_boxes(place.body.clone());
    }
}
