//! Writes into files of boxes as cameras might: what lies behind keeps its place in the lists.

pub(crate) const PLANTED: &[u8] = b"52.520008N,13.404954E";

pub(crate) fn has(file: &[u8], what: &[u8]) -> bool {
    file.windows(what.len()).any(|window| window == what)
}

pub(crate) fn boxed(kind: [u8; 4], body: &[u8]) -> Vec<u8> {
    [&u32::try_from(body.len() + 8).unwrap().to_be_bytes()[..], &kind, body].concat()
}

/// A file, and its boxes with those in which they are.
pub(crate) struct Boxes {
    file: Vec<u8>,
    all: Vec<Box>,
}

#[derive(Debug, Clone)]
struct Box {
    kind: [u8; 4],
    start: usize,
    end: usize,
}

fn number(file: &[u8], at: usize, bytes: usize) -> usize {
    file[at..at + bytes].iter().fold(0, |number, byte| number << 8 | usize::from(*byte))
}

impl Boxes {
    pub(crate) fn of(file: Vec<u8>) -> Self {
        let mut boxes = Self { all: Vec::new(), file };
        boxes.walk(0, boxes.file.len());
        boxes
    }

    fn walk(&mut self, mut at: usize, end: usize) {
        while at < end {
            let kind: [u8; 4] = self.file[at + 4..at + 8].try_into().unwrap();
            let next = at + number(&self.file, at, 4);
            self.all.push(Box { kind, start: at, end: next });
            let head = match &kind {
                b"iprp" | b"ipco" => Some(8),
                b"meta" | b"iref" => Some(12),
                b"iinf" => Some(14),
                _ => None,
            };
            if let Some(head) = head {
                self.walk(at + head, next);
            }
            at = next;
        }
    }

    /// Where a box may begin that is none of a list.
    pub(crate) fn places_between(&self) -> Vec<usize> {
        let mut places = Vec::new();
        for one in &self.all {
            let is_in_a_list = self.all.iter().any(|list| {
                matches!(&list.kind, b"ipco" | b"iref" | b"iinf") && list.start < one.start && one.end <= list.end
            });
            if one.start > 0 && !is_in_a_list {
                places.push(one.start);
            }
        }
        places.push(self.file.len());
        places
    }

    /// Where boxes end that hold numbers.
    pub(crate) fn ends(&self) -> Vec<usize> {
        let holding = self.all.iter().filter(|one| {
            matches!(
                &one.kind,
                b"hdlr"
                    | b"pitm"
                    | b"iloc"
                    | b"infe"
                    | b"ipma"
                    | b"ispe"
                    | b"pixi"
                    | b"irot"
                    | b"imir"
                    | b"cdsc"
                    | b"dimg"
                    | b"hvcC"
                    | b"idat"
            )
        });
        holding.map(|one| one.end).collect()
    }

    /// With something inserted at the end of the box that ends there, or between boxes.
    pub(crate) fn with(&self, place: usize, what: &[u8]) -> Vec<u8> {
        let is_box = what.len() > 8 && number(what, 0, 4) == what.len();
        let mut file = self.file.clone();
        let innermost = self.all.iter().filter(|one| one.end == place).map(|one| one.start).max();
        for one in &self.all {
            // Behind the last box of another, a box is outside of both.
            let ends_here = !is_box && one.end == place && innermost.is_some_and(|start| one.start <= start);
            if one.start < place && (place < one.end || ends_here) {
                Self::grow(&mut file, one, what.len());
            }
        }
        self.shift(&mut file, |start| start >= place, what.len());
        file.splice(place..place, what.iter().copied());
        file
    }

    fn grow(file: &mut [u8], one: &Box, by: usize) {
        let bytes = u32::try_from(one.end - one.start + by).unwrap();
        file[one.start..one.start + 4].copy_from_slice(&bytes.to_be_bytes());
    }

    /// Adds to the places of items that are in the file and of which that holds.
    fn shift(&self, file: &mut [u8], holds: impl Fn(usize) -> bool, by: usize) {
        self.each_extent(|_, at, start, _| {
            if holds(start) {
                let moved = u32::try_from(number(&self.file, at, 4) + by).unwrap();
                file[at..at + 4].copy_from_slice(&moved.to_be_bytes());
            }
        });
    }

    /// Calls with an item, where its place is written, the place, and where its length is written.
    fn each_extent(&self, mut visit: impl FnMut(usize, usize, usize, usize)) {
        let list = self.all.iter().find(|one| &one.kind == b"iloc").unwrap();
        let version = self.file[list.start + 8];
        let sizes = number(&self.file, list.start + 12, 2);
        assert_eq!(sizes & 0xff00, 0x4400, "the samples have places and lengths of four bytes");
        let base_bytes = sizes >> 4 & 15;
        let mut at = list.start + 16;
        for _ in 0..number(&self.file, list.start + 14, 2) {
            let item = number(&self.file, at, 2);
            at += 2;
            let method = if version == 0 { 0 } else { number(&self.file, at, 2) };
            at += if version == 0 { 2 } else { 4 };
            let (base_at, base) = (at, number(&self.file, at, base_bytes));
            at += base_bytes;
            let extents = number(&self.file, at, 2);
            at += 2;
            for _ in 0..extents {
                if method == 0 {
                    let place = if base > 0 { base_at } else { at };
                    visit(item, place, base + number(&self.file, at, 4), at + 4);
                }
                at += 8;
            }
        }
    }

    /// With something before the pixels of the item that lies first among them.
    pub(crate) fn with_in_first_item(&self, what: &[u8]) -> Vec<u8> {
        let mut first = (usize::MAX, 0);
        self.each_extent(|item, _, start, length_at| {
            if item == 1 {
                first = (start, length_at);
            }
        });
        let (place, length_at) = first;
        let mut file = self.file.clone();
        let length = u32::try_from(number(&file, length_at, 4) + what.len()).unwrap();
        file[length_at..length_at + 4].copy_from_slice(&length.to_be_bytes());
        for one in self.all.iter().filter(|one| one.start < place && place < one.end) {
            Self::grow(&mut file, one, what.len());
        }
        self.shift(&mut file, |start| start > place, what.len());
        file.splice(place..place, what.iter().copied());
        file
    }
}
