//! HEIF's boxes and items (ISO/IEC 14496-12 and 23008-12), which HEIC and AVIF share.
//!
//! Kept are the primary picture, the tiles of which it is made, and the properties that decoding and showing them needs.
//! Everything else stays as boxes that no program knows, or as bytes of no item, all zero: EXIF and XMP, thumbnails, depth,
//! gain maps, films, names, colour profiles, provenance, and whatever no item leads to.

mod boxes;
mod brands;
mod cleaning;
mod coded;
mod items;
mod lists;
mod properties;

pub(crate) use self::cleaning::clean;
pub use self::items::{Heif, Item, Property};
