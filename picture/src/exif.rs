//! EXIF, of which only the orientation is kept: a TIFF of one directory with one entry.

use receipt::Orientation;

use crate::tiff::{ORIENTATION, Order};

/// The header, and a directory with an orientation and no next one.
const KEPT_BYTES: usize = 26;

/// Blanks all but the orientation. `None` if there is none, or no room for it: then nothing is kept.
pub(crate) fn clean(tiff: &mut [u8]) -> Option<Orientation> {
    let found = orientation_of(tiff);
    tiff.fill(0);
    let (code, orientation) = found?;
    let kept = tiff.first_chunk_mut::<KEPT_BYTES>()?;
    *kept = *b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0";
    kept[19] = code;
    Some(orientation)
}

/// The first directory's orientation, with its number.
fn orientation_of(tiff: &[u8]) -> Option<(u8, Orientation)> {
    let order = Order::of(tiff)?;
    let directory = order.long_at(tiff, 4)?;
    let count = order.short_at(tiff, directory)?;
    let entries = (0..usize::from(count)).map(|entry| directory + 2 + entry * 12);
    let entry =
        entries.take_while(|at| at + 12 <= tiff.len()).find(|at| order.short_at(tiff, *at) == Some(ORIENTATION))?;
    let number = match (order.short_at(tiff, entry + 2)?, order.long_at(tiff, entry + 4)?) {
        (1, 1) => usize::from(*tiff.get(entry + 8)?),
        (3, 1) => usize::from(order.short_at(tiff, entry + 8)?),
        (4, 1) => order.long_at(tiff, entry + 8)?,
        _ => return None,
    };
    let code = u8::try_from(number).ok()?;
    Some((code, code.try_into().ok()?))
}
