//! The lists of items, of where they lie, of what refers to what: numbers, of which those stay that say what is read.

use std::{collections::BTreeSet, ops::Range};

use super::boxes::{Place, boxes};

/// More than a picture of 54 megapixels in tiles of 512 by 512 has, with those of its companions.
pub(super) const MAX_ITEMS: usize = 4096;
/// The kind of an item that nobody reads, and of a reference that leads nowhere.
const NOTHING: &[u8; 4] = b"blnk";

/// Reads numbers one after the other, each of which may be written anew.
pub(super) struct Writer<'a> {
    file: &'a mut [u8],
    at: usize,
    end: usize,
}

impl<'a> Writer<'a> {
    pub(super) fn of(file: &'a mut [u8], place: &Place) -> Self {
        let end = place.body.end.min(file.len());
        Self { file, at: place.body.start, end }
    }

    pub(super) fn next(&mut self, bytes: usize) -> Option<usize> {
        let bytes = Some(bytes).filter(|bytes| *bytes <= 8)?;
        let digits = self.file.get(self.at..self.end)?.get(..bytes)?;
        self.at += bytes;
        usize::try_from(digits.iter().fold(0_u64, |number, digit| number << 8 | u64::from(*digit))).ok()
    }

    /// Instead of the number that was just read, of so many bytes.
    pub(super) fn put(&mut self, bytes: usize, number: usize) {
        let digits = (number as u64).to_be_bytes();
        self.file[self.at - bytes..self.at].copy_from_slice(&digits[8 - bytes..]);
    }

    pub(super) fn set(&mut self, bytes: usize, number: usize) -> Option<()> {
        self.next(bytes)?;
        self.put(bytes, number);
        Some(())
    }

    /// A full box's version; its flags stay only where they are allowed.
    pub(super) fn version(&mut self, flags: usize) -> Option<(usize, usize)> {
        let version = self.next(1)?;
        let found = self.next(3)? & flags;
        self.put(3, found);
        Some((version, found))
    }

    /// Nothing is behind what was read.
    pub(super) fn end(self) {
        self.file[self.at..self.end].fill(0);
    }
}

/// Which item is the primary one.
pub(super) fn clean_primary(file: &mut [u8], place: &Place) {
    let mut numbers = Writer::of(file, place);
    let _ = numbers.version(0).and_then(|(version, _)| numbers.next(if version == 0 { 2 } else { 4 }));
    numbers.end();
}

/// Where items lie. Those that are not kept lie in another file: nowhere.
pub(super) fn clean_places(file: &mut [u8], place: &Place, known: &BTreeSet<u32>, kept: &BTreeSet<u32>) {
    let mut numbers = Writer::of(file, place);
    let _ = places(&mut numbers, known, kept);
    numbers.end();
}

fn places(numbers: &mut Writer<'_>, known: &BTreeSet<u32>, kept: &BTreeSet<u32>) -> Option<()> {
    let (version, _) = numbers.version(0)?;
    let sizes = numbers.next(2)?;
    let sizes = if version == 0 { sizes & !15 } else { sizes };
    numbers.put(2, sizes);
    let [offset_bytes, length_bytes, base_bytes, index_bytes] = [12, 8, 4, 0].map(|shift| sizes >> shift & 15);
    let id_bytes = if version < 2 { 2 } else { 4 };
    let count = numbers.next(id_bytes)?;
    for _ in 0..count.min(MAX_ITEMS) {
        let id = u32::try_from(numbers.next(id_bytes)?).ok()?;
        if !known.contains(&id) {
            numbers.put(id_bytes, 0);
        }
        if version > 0 {
            let method = numbers.next(2)? & 15;
            numbers.put(2, method.min(2));
        }
        let is_kept = kept.contains(&id);
        numbers.set(2, usize::from(!is_kept))?;
        let keep = |numbers: &mut Writer<'_>, bytes| {
            if is_kept { numbers.next(bytes).map(drop) } else { numbers.set(bytes, 0) }
        };
        keep(numbers, base_bytes)?;
        for _ in 0..numbers.next(2)? {
            numbers.set(index_bytes, 0)?;
            keep(numbers, offset_bytes)?;
            keep(numbers, length_bytes)?;
        }
    }
    Some(())
}

/// Of each item its number and kind stay; a name, a type and an address go.
pub(super) fn clean_kinds(file: &mut [u8], place: &Place, shown: &BTreeSet<u32>) -> Vec<Place> {
    let mut numbers = Writer::of(file, place);
    let read = numbers.version(0).and_then(|(version, _)| numbers.next(if version == 0 { 2 } else { 4 }));
    let entries = numbers.at..place.body.end;
    if read.is_none() {
        numbers.end();
        return Vec::new();
    }
    let mut unknown = Vec::new();
    for entry in boxes(file, entries) {
        if &entry.kind != b"infe" || clean_kind(file, &entry, shown).is_none() {
            unknown.push(entry);
        }
    }
    unknown
}

/// Where the entries of such a list begin and end.
pub(super) fn kinds_in(file: &[u8], place: &Place) -> Range<usize> {
    let count_bytes = if file.get(place.body.start) == Some(&0) { 2 } else { 4 };
    (place.body.start + 4 + count_bytes).min(place.body.end)..place.body.end
}

fn clean_kind(file: &mut [u8], entry: &Place, shown: &BTreeSet<u32>) -> Option<()> {
    let mut numbers = Writer::of(file, entry);
    // That it is not to be shown.
    let (version, _) = numbers.version(1).filter(|(version, _)| (2..=3).contains(version))?;
    let id = u32::try_from(numbers.next(if version == 2 { 2 } else { 4 })?).ok()?;
    numbers.set(2, 0)?;
    let kind = u32::try_from(numbers.next(4)?).ok()?;
    if !shown.contains(&id) || !matches!(&kind.to_be_bytes(), b"hvc1" | b"av01" | b"grid") {
        numbers.put(4, u32::from_be_bytes(*NOTHING) as usize);
    }
    numbers.end();
    Some(())
}

/// Those from a whole to its parts stay; the others are of a kind that says nothing.
pub(super) fn clean_references(file: &mut [u8], place: &Place, known: &BTreeSet<u32>) {
    let mut numbers = Writer::of(file, place);
    let Some((version, _)) = numbers.version(0) else { return numbers.end() };
    let entries = numbers.at..place.body.end;
    let id_bytes = if version == 0 { 2 } else { 4 };
    for reference in boxes(file, entries) {
        if &reference.kind != b"dimg" {
            file[reference.kind_at..][..4].copy_from_slice(NOTHING);
        }
        let mut numbers = Writer::of(file, &reference);
        let id = |numbers: &mut Writer<'_>| {
            let id = numbers.next(id_bytes)?;
            if !u32::try_from(id).is_ok_and(|id| known.contains(&id)) {
                numbers.put(id_bytes, 0);
            }
            Some(())
        };
        let _ = (|| {
            id(&mut numbers)?;
            for _ in 0..numbers.next(2)? {
                id(&mut numbers)?;
            }
            Some(())
        })();
        numbers.end();
    }
}

/// Which properties items have, by number; none that is not kept is needed.
pub(super) fn clean_associations(file: &mut [u8], place: &Place, known: &BTreeSet<u32>, properties: &[bool]) {
    let mut numbers = Writer::of(file, place);
    let _ = (|| {
        let (version, wide) = numbers.version(1)?;
        let (id_bytes, bytes, essential) =
            (if version == 0 { 2 } else { 4 }, 1 + wide, if wide == 1 { 0x8000 } else { 0x80 });
        for _ in 0..numbers.next(4)?.min(MAX_ITEMS) {
            let id = u32::try_from(numbers.next(id_bytes)?).ok()?;
            let is_known = known.contains(&id);
            if !is_known {
                numbers.put(id_bytes, 0);
            }
            for _ in 0..numbers.next(1)? {
                let said = numbers.next(bytes)?;
                let number = said & (essential - 1);
                let stays = number.checked_sub(1).and_then(|place| properties.get(place));
                numbers.put(
                    bytes,
                    match stays {
                        Some(true) if is_known => said,
                        Some(false) if is_known => number,
                        Some(_) | None => 0,
                    },
                );
            }
        }
        Some(())
    })();
    numbers.end();
}
