//! How many pages a file has: directories follow one another, and each that is no smaller copy and no mask is a page.

use super::{
    HEADER, Order,
    entries::{ENTRY, STRIP_OFFSETS, TILE_OFFSETS},
};

const NEW_SUBFILE_TYPE: u16 = 0x00fe;
const SUBFILE_TYPE: u16 = 0x00ff;
/// Bits of the new type: a smaller copy of another picture, a mask of one.
const NO_PAGE: usize = 1 | 4;
/// In the old type, a smaller copy.
const SMALLER_COPY: usize = 2;
/// How many directories and entries of one are looked at; more are in no scan that is sent.
const MOST: usize = 64;

/// Where the directories of a TIFF's pages begin, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TiffPages {
    pub directories: Vec<u32>,
    /// A directory leads back to one before it.
    pub is_circular: bool,
}

/// The first directory is a page whatever it says.
pub fn tiff_pages(file: &[u8]) -> TiffPages {
    let mut pages = TiffPages { directories: Vec::new(), is_circular: false };
    let Some(order) = Order::of(file) else { return pages };
    let mut seen = Vec::new();
    let mut next = order.long_at(file, 4);
    while let Some(at) = next.filter(|at| *at >= HEADER && seen.len() < MOST) {
        if seen.contains(&at) {
            pages.is_circular = true;
            break;
        }
        if seen.is_empty() || is_page(file, order, at) {
            pages.directories.extend(u32::try_from(at));
        }
        seen.push(at);
        next = order.short_at(file, at).and_then(|count| order.long_at(file, at + 2 + usize::from(count) * ENTRY));
    }
    pages
}

fn is_page(file: &[u8], order: Order, at: usize) -> bool {
    let count = usize::from(order.short_at(file, at).unwrap_or_default()).min(MOST);
    let mut has_pixels = false;
    for entry in (0..count).map(|number| at + 2 + number * ENTRY) {
        match order.short_at(file, entry) {
            Some(STRIP_OFFSETS | TILE_OFFSETS) => has_pixels = true,
            Some(NEW_SUBFILE_TYPE) if order.long_at(file, entry + 8).is_some_and(|kind| kind & NO_PAGE != 0) => {
                return false;
            }
            Some(SUBFILE_TYPE) if order.short_at(file, entry + 8).map(usize::from) == Some(SMALLER_COPY) => {
                return false;
            }
            Some(_) | None => {}
        }
    }
    has_pixels
}
