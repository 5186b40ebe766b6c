//! JPEG's segments (ITU-T T.81, annex B), read as decoders read them: whatever stands where no marker should is passed over.
//!
//! Kept are the frame's and the scans' headers, their tables and the coded pixels; of what applications add, JFIF's fields,
//! Adobe's colour transform, the orientation, and the numbers of a colour profile. A segment that is not kept stays as one
//! of the same kind and length, full of zeros, which decoders pass over. Whether coded pixels go on behind the last one
//! that is shown, only decoding could tell: it is not tried.

mod application;
mod icc;
mod tables;

use receipt::Orientation;

use self::{application::Applications, tables::Table};

const END_OF_IMAGE: u8 = 0xd9;
const START_OF_SCAN: u8 = 0xda;

/// Where in the file the next part begins, and what was seen before.
#[derive(Debug, Default)]
pub(crate) struct Cleaner {
    state: State,
    applications: Applications,
    has_frame: bool,
}

#[derive(Debug, Default, Clone, Copy)]
enum State {
    /// Between segments, where nothing should be.
    #[default]
    Between,
    /// Among coded pixels.
    Scan,
    /// After 0xff.
    Marker {
        in_scan: bool,
    },
    Length {
        marker: u8,
    },
    LengthsEnd {
        marker: u8,
        high: u8,
    },
    Table(Table),
    /// In the last bytes of a segment that is kept.
    Passing(usize),
    Blanking(usize),
    /// After the picture's end.
    Trailer,
}

impl Cleaner {
    /// Takes the file's next part.
    pub(crate) fn clean(&mut self, part: &mut [u8]) {
        let mut rest = part;
        while let [first, ..] = rest {
            let first = *first;
            let read = match &mut self.state {
                State::Between => {
                    let before = memchr::memchr(0xff, rest);
                    let read = self.seek(before, rest.len(), false);
                    rest[..before.unwrap_or(read)].fill(0);
                    read
                }
                State::Scan => self.seek(memchr::memchr(0xff, rest), rest.len(), true),
                State::Marker { in_scan } => {
                    self.state = after_marker(first, *in_scan);
                    1
                }
                State::Length { marker } => {
                    self.state = State::LengthsEnd { marker: *marker, high: first };
                    1
                }
                State::LengthsEnd { marker, high } => {
                    // The length counts its own two bytes.
                    let payload = usize::from(u16::from_be_bytes([*high, first])).saturating_sub(2);
                    let marker = *marker;
                    self.state = self.in_segment(marker, payload, &mut rest[1..]);
                    1
                }
                State::Table(table) => {
                    let inside = table.left().min(rest.len());
                    table.clean(&mut rest[..inside]);
                    if table.left() == 0 {
                        self.state = if table.begins_scan() { State::Scan } else { State::Between };
                    }
                    inside
                }
                State::Passing(left) => through(*left, rest.len(), &mut self.state, State::Passing),
                State::Blanking(left) => {
                    let inside = (*left).min(rest.len());
                    rest[..inside].fill(0);
                    through(*left, rest.len(), &mut self.state, State::Blanking)
                }
                State::Trailer => {
                    rest.fill(0);
                    rest.len()
                }
            };
            rest = &mut rest[read..];
        }
    }

    /// As the file's first EXIF declares it.
    pub(crate) fn orientation(&self) -> Option<Orientation> {
        self.applications.orientation()
    }

    fn seek(&mut self, marker: Option<usize>, available: usize, in_scan: bool) -> usize {
        match marker {
            Some(before) => {
                self.state = State::Marker { in_scan };
                before + 1
            }
            None => available,
        }
    }

    /// `ahead` begins with the segment's payload. What an application wrote must end in this part to be understood: cameras
    /// write it at the beginning.
    fn in_segment(&mut self, marker: u8, payload: usize, ahead: &mut [u8]) -> State {
        if payload == 0 {
            return if marker == START_OF_SCAN { State::Scan } else { State::Between };
        }
        // A file has one frame; decoders that meet a second one end there.
        let is_frame = tables::is_frame(marker);
        if let Some(table) = Table::of(marker, payload).filter(|_| !(is_frame && self.has_frame)) {
            self.has_frame |= is_frame;
            return State::Table(table);
        }
        match ahead.get_mut(..payload) {
            Some(whole) => {
                self.applications.clean(marker, whole);
                State::Passing(payload)
            }
            None => State::Blanking(payload),
        }
    }
}

fn after_marker(code: u8, in_scan: bool) -> State {
    match code {
        // Any number of 0xff may stand before a marker.
        0xff => State::Marker { in_scan },
        // A 0xff among the pixels, and markers without a segment.
        0x00 | 0x01 | 0xd0..=0xd8 if in_scan => State::Scan,
        0x00 | 0x01 | 0xd0..=0xd8 => State::Between,
        END_OF_IMAGE => State::Trailer,
        marker => State::Length { marker },
    }
}

fn through(left: usize, available: usize, state: &mut State, more: impl Fn(usize) -> State) -> usize {
    let inside = left.min(available);
    *state = if inside == left { State::Between } else { more(left - inside) };
    inside
}
