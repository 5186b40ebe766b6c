//! A TIFF of several pages: each directory of one is a page.

mod codings;

use std::borrow::Cow;

use image::ImageFormat;

use crate::{
    Error,
    raster::{self, Stored},
};

/// Where its pages' directories begin.
pub(crate) fn directories(file: &[u8]) -> Result<Vec<u32>, Error> {
    let pages = picture::tiff_pages(file);
    if pages.is_circular {
        return Err(Error::broken("its pages lead back to one before"));
    }
    Ok(pages.directories)
}

/// The same file beginning with that page: decoders read the directory to which the header leads.
pub(crate) fn beginning_with(file: &[u8], directory: u32) -> Cow<'_, [u8]> {
    let bytes = if file.starts_with(b"MM") { directory.to_be_bytes() } else { directory.to_le_bytes() };
    match file.get(4..8) {
        Some(first) if *first != bytes => {
            let mut file = file.to_vec();
            file[4..8].copy_from_slice(&bytes);
            file.into()
        }
        Some(_) | None => file.into(),
    }
}

/// The page with which a file begins.
pub(crate) fn decode(file: &[u8]) -> Result<Stored, Error> {
    codings::decode(file).unwrap_or_else(|| raster::decode(file, ImageFormat::Tiff))
}
