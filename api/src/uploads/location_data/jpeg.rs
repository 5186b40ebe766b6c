//! JPEG's segments (ITU-T T.81, annex B), read as decoders read them: whatever stands where no marker should is passed over.

use super::tiff;

/// What EXIF's segment begins with; TIFF follows.
const EXIF: &[u8] = b"Exif\0\0";
const APP1: u8 = 0xe1;
const APP13: u8 = 0xed;
const END_OF_IMAGE: u8 = 0xd9;

/// Where in the file the next part begins.
#[derive(Debug, Default)]
pub(in crate::uploads) enum Cleaner {
    /// Before a marker: in the pixels, or between segments.
    #[default]
    Seeking,
    /// After 0xff.
    Marker,
    Length {
        marker: u8,
    },
    LengthsEnd {
        marker: u8,
        high: u8,
    },
    /// In a segment's last bytes.
    Passing(usize),
    Blanking(usize),
    /// After the picture's end.
    Trailer,
}

impl Cleaner {
    /// Takes the file's next part.
    pub(super) fn clean(&mut self, part: &mut [u8]) {
        let mut rest = part;
        while let [first, ..] = rest {
            let first = *first;
            let read = match *self {
                Self::Seeking => match rest.iter().position(|byte| *byte == 0xff) {
                    Some(before) => {
                        *self = Self::Marker;
                        before + 1
                    }
                    None => rest.len(),
                },
                Self::Marker => {
                    *self = Self::after_marker(first);
                    1
                }
                Self::Length { marker } => {
                    *self = Self::LengthsEnd { marker, high: first };
                    1
                }
                Self::LengthsEnd { marker, high } => {
                    // The length counts its own two bytes.
                    let payload = usize::from(u16::from_be_bytes([high, first])).saturating_sub(2);
                    *self = Self::in_segment(marker, payload, &mut rest[1..]);
                    1
                }
                Self::Passing(left) => self.through(left, rest.len(), Self::Passing),
                Self::Blanking(left) => {
                    let inside = left.min(rest.len());
                    rest[..inside].fill(0);
                    self.through(left, rest.len(), Self::Blanking)
                }
                Self::Trailer => {
                    rest.fill(0);
                    rest.len()
                }
            };
            rest = &mut rest[read..];
        }
    }

    fn after_marker(code: u8) -> Self {
        match code {
            // Any number of 0xff may stand before a marker.
            0xff => Self::Marker,
            // A 0xff among the pixels, and markers without a segment.
            0x00 | 0x01 | 0xd0..=0xd8 => Self::Seeking,
            END_OF_IMAGE => Self::Trailer,
            marker => Self::Length { marker },
        }
    }

    /// `ahead` begins with the segment's payload. EXIF's is cleaned, XMP's and IPTC's go. One that does not end in this
    /// part begins far behind where readers expect EXIF, and is blanked, too.
    fn in_segment(marker: u8, payload: usize, ahead: &mut [u8]) -> Self {
        match (marker, ahead.get_mut(..payload)) {
            (APP1, Some(whole)) if whole.starts_with(EXIF) => {
                tiff::clean(&mut whole[EXIF.len()..]);
                Self::Passing(payload)
            }
            (APP1 | APP13, Some(_) | None) => Self::Blanking(payload),
            _ => Self::Passing(payload),
        }
    }

    fn through(&mut self, left: usize, available: usize, state: impl Fn(usize) -> Self) -> usize {
        let inside = left.min(available);
        *self = if inside == left { Self::Seeking } else { state(left - inside) };
        inside
    }
}
