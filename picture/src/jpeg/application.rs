//! What applications add to a JPEG: of four kinds a few bytes are kept, at most once each.

use receipt::Orientation;

use super::icc;
use crate::exif;

const APP0: u8 = 0xe0;
const APP1: u8 = 0xe1;
const APP2: u8 = 0xe2;
const APP14: u8 = 0xee;

/// The name, version, unit and density; the thumbnail goes.
const JFIF: (&[u8], usize) = (b"JFIF\0", 12);
/// A film's frame, whose tables are known.
const MOTION_JPEG: (&[u8], usize) = (b"AVI1\0", 5);
/// What EXIF's segment begins with; TIFF follows.
const EXIF: &[u8] = b"Exif\0\0";
/// A profile in one segment. Larger ones are tables of measured colours, as printers have, and go.
const PROFILE: &[u8] = b"ICC_PROFILE\0\x01\x01";
/// Adobe's name and version; two fields of flags; the colour transform.
const ADOBE: (&[u8], usize) = (b"Adobe", 12);

#[derive(Debug, Default)]
pub(super) struct Applications {
    orientation: Option<Orientation>,
    has_profile: bool,
}

impl Applications {
    pub(super) fn orientation(&self) -> Option<Orientation> {
        self.orientation
    }

    /// Takes the whole payload of any segment but tables and headers.
    pub(super) fn clean(&mut self, marker: u8, payload: &mut [u8]) {
        let kept = match marker {
            APP0 => [JFIF, MOTION_JPEG].into_iter().find_map(|(name, bytes)| begins(payload, name, bytes)),
            APP1 if payload.starts_with(EXIF) && self.orientation.is_none() => {
                self.orientation = exif::clean(&mut payload[EXIF.len()..]);
                self.orientation.map(|_| payload.len())
            }
            APP2 if payload.starts_with(PROFILE) && !self.has_profile => {
                self.has_profile = icc::clean(&mut payload[PROFILE.len()..]);
                self.has_profile.then_some(payload.len())
            }
            APP14 => begins(payload, ADOBE.0, ADOBE.1).inspect(|_| payload[7..11].fill(0)),
            _ => None,
        };
        payload[kept.unwrap_or(0)..].fill(0);
    }
}

/// How many bytes are kept of a payload, if it begins so.
fn begins(payload: &[u8], name: &[u8], bytes: usize) -> Option<usize> {
    (payload.starts_with(name) && payload.len() >= bytes).then_some(bytes)
}
