//! The items of a file: what each is, where its bytes lie, its properties, and which others it is made of.

use std::ops::Range;

use super::{
    boxes::{Numbers, Place, boxes},
    lists::MAX_ITEMS,
};

/// Of one item.
const MAX_EXTENTS: usize = 64;
const MAX_PROPERTIES: usize = 4096;
const MAX_REFERENCES: usize = 16_384;

/// What a file's `meta` box says.
#[derive(Debug, Default)]
pub struct Heif {
    /// The id of the picture to show.
    pub primary: u32,
    pub items: Vec<Item>,
    pub properties: Vec<Property>,
    /// Who is made of whom, in order.
    pub(super) made_of: Vec<(u32, Vec<u32>)>,
}

/// A picture, a tile of one, or something beside pictures.
#[derive(Debug)]
pub struct Item {
    pub id: u32,
    /// `hvc1`, `av01`, `grid`, …
    pub kind: [u8; 4],
    /// Where its bytes lie in the file, in order.
    pub extents: Vec<Range<usize>>,
    /// It lies in another file, or where this one has no bytes: nowhere.
    pub(super) is_elsewhere: bool,
    /// Places among [`Heif::properties`], in order.
    pub properties: Vec<usize>,
}

/// What holds of an item: its size, how it is coded, how it is turned.
#[derive(Debug)]
pub struct Property {
    pub kind: [u8; 4],
    pub body: Range<usize>,
}

impl Heif {
    /// `None` where the boxes cannot be followed.
    pub fn read(file: &[u8]) -> Option<Self> {
        let meta = boxes(file, 0..file.len()).into_iter().find(|place| &place.kind == b"meta")?;
        Self::read_meta(file, &meta)
    }

    pub(super) fn read_meta(file: &[u8], meta: &Place) -> Option<Self> {
        let inside = boxes(file, meta.inside_full_box());
        let find = |kind: &[u8; 4]| inside.iter().find(|place| place.kind == *kind);
        let mut heif = Self::default();
        heif.read_primary(file, find(b"pitm")?)?;
        heif.read_kinds(file, find(b"iinf")?)?;
        heif.read_extents(file, find(b"iloc")?, find(b"idat"))?;
        if let Some(references) = find(b"iref") {
            heif.read_references(file, references)?;
        }
        for place in boxes(file, find(b"iprp")?.body.clone()) {
            match &place.kind {
                b"ipco" => {
                    let properties = boxes(file, place.body.clone()).into_iter().take(MAX_PROPERTIES);
                    heif.properties = properties.map(|Place { kind, body, .. }| Property { kind, body }).collect();
                }
                b"ipma" => heif.read_associations(file, &place)?,
                _ => {}
            }
        }
        Some(heif)
    }

    pub fn item(&self, id: u32) -> Option<&Item> {
        self.items.iter().find(|item| item.id == id)
    }

    /// Of whom an item is made, in order: a grid of its tiles.
    pub fn parts(&self, id: u32) -> &[u32] {
        self.made_of.iter().find(|(whole, _)| *whole == id).map_or(&[], |(_, parts)| parts)
    }

    /// An item's property of that kind.
    pub fn property<'a>(&'a self, item: &'a Item, kind: &[u8; 4]) -> Option<&'a Property> {
        self.properties_of(item).find(|property| property.kind == *kind)
    }

    pub fn properties_of<'a>(&'a self, item: &'a Item) -> impl Iterator<Item = &'a Property> {
        item.properties.iter().filter_map(|place| self.properties.get(*place))
    }

    fn read_primary(&mut self, file: &[u8], place: &Place) -> Option<()> {
        let mut numbers = Numbers::of(file, &place.body);
        let (version, _) = numbers.version()?;
        self.primary = u32::try_from(numbers.next(if version == 0 { 2 } else { 4 })?).ok()?;
        Some(())
    }

    fn read_kinds(&mut self, file: &[u8], place: &Place) -> Option<()> {
        let mut numbers = Numbers::of(file, &place.body);
        let (version, _) = numbers.version()?;
        numbers.next(if version == 0 { 2 } else { 4 })?;
        for entry in boxes(file, numbers.at..place.body.end).into_iter().take(MAX_ITEMS) {
            let mut numbers = Numbers::of(file, &entry.body);
            let (version, _) = numbers.version()?;
            if &entry.kind != b"infe" || version < 2 {
                continue;
            }
            let id = u32::try_from(numbers.next(if version == 2 { 2 } else { 4 })?).ok()?;
            numbers.next(2)?;
            let kind = u32::try_from(numbers.next(4)?).ok()?.to_be_bytes();
            self.items.push(Item { id, kind, extents: Vec::new(), is_elsewhere: false, properties: Vec::new() });
        }
        Some(())
    }

    fn read_extents(&mut self, file: &[u8], place: &Place, idat: Option<&Place>) -> Option<()> {
        let mut numbers = Numbers::of(file, &place.body);
        let (version, _) = numbers.version()?;
        let sizes = numbers.next(2)?;
        let [offset_bytes, length_bytes, base_bytes, index_bytes] = [12, 8, 4, 0].map(|shift| sizes >> shift & 15);
        let index_bytes = if version == 0 { 0 } else { index_bytes };
        let id_bytes = if version < 2 { 2 } else { 4 };
        let count = numbers.next(id_bytes)?;
        for _ in 0..count.min(MAX_ITEMS) {
            let id = u32::try_from(numbers.next(id_bytes)?).ok()?;
            let method = if version == 0 { 0 } else { numbers.next(2)? & 15 };
            // Nothing lies in another file.
            let is_here = numbers.next(2)? == 0;
            let base = numbers.next(base_bytes)?;
            let extents = numbers.next(2)?;
            let origin = match (method, idat) {
                (0, _) if is_here => Some(0..file.len()),
                (1, Some(idat)) if is_here => Some(idat.body.clone()),
                _ => None,
            };
            let mut item = self.items.iter_mut().find(|item| item.id == id);
            for number in 0..extents {
                numbers.next(index_bytes)?;
                let (offset, length) = (numbers.next(offset_bytes)?, numbers.next(length_bytes)?);
                let (Some(origin), Some(item)) = (&origin, item.as_mut()) else { continue };
                let start = origin.start.checked_add(base).and_then(|start| start.checked_add(offset));
                let end =
                    if length == 0 { Some(origin.end) } else { start.and_then(|start| start.checked_add(length)) };
                match (start, end) {
                    (Some(start), Some(end)) if number < MAX_EXTENTS && start <= end && end <= origin.end => {
                        item.extents.push(start..end);
                    }
                    _ => item.is_elsewhere = true,
                }
            }
            if let Some(item) = item.filter(|item| origin.is_none() || item.is_elsewhere) {
                item.is_elsewhere = true;
                item.extents.clear();
            }
        }
        Some(())
    }

    fn read_references(&mut self, file: &[u8], place: &Place) -> Option<()> {
        let mut numbers = Numbers::of(file, &place.body);
        let (version, _) = numbers.version()?;
        let id_bytes = if version == 0 { 2 } else { 4 };
        let mut left = MAX_REFERENCES;
        for reference in boxes(file, numbers.at..place.body.end) {
            if &reference.kind != b"dimg" {
                continue;
            }
            let mut numbers = Numbers::of(file, &reference.body);
            let whole = u32::try_from(numbers.next(id_bytes)?).ok()?;
            let count = numbers.next(2)?;
            left = left.checked_sub(count)?;
            let parts = (0..count).map(|_| u32::try_from(numbers.next(id_bytes)?).ok()).collect::<Option<_>>()?;
            self.made_of.push((whole, parts));
        }
        Some(())
    }

    fn read_associations(&mut self, file: &[u8], place: &Place) -> Option<()> {
        let mut numbers = Numbers::of(file, &place.body);
        let (version, flags) = numbers.version()?;
        let wide = flags & 1 == 1;
        let count = numbers.next(4)?;
        for _ in 0..count.min(MAX_ITEMS) {
            let id = u32::try_from(numbers.next(if version == 0 { 2 } else { 4 })?).ok()?;
            let associations = numbers.next(1)?;
            for _ in 0..associations {
                let number = numbers.next(if wide { 2 } else { 1 })? & if wide { 0x7fff } else { 0x7f };
                let item = self.items.iter_mut().find(|item| item.id == id);
                if let (Some(item), Some(property)) = (item, number.checked_sub(1)) {
                    item.properties.push(property);
                }
            }
        }
        Some(())
    }
}
