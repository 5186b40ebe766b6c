//! What of a picture's file is kept: what decoding needs, and how it is to be turned. All else is blanked in place, so
//! that nothing is encoded anew, no byte moves, the pixels stay the same to the bit, and the same file always becomes the
//! same file.
//!
//! It goes by what is allowed: segments, chunks and tags that a decoder reads, of the lengths and values that they have in
//! pictures. Whatever else a camera, a program or a stranger wrote is not kept: where and when a photo was taken and
//! by whom, notes, thumbnails, films, provenance, text between the parts and behind the end. What cannot be followed is
//! not kept either: such a file may become one that nobody can decode.
//!
//! Colours: a JPEG keeps the numbers of its ICC profile, since phones' photos have one and browsers go by it
//! (`jpeg/icc.rs`). PNG's is compressed, so that it could not be cut at the same length, and it goes, as does TIFF's, which no
//! browser shows. No reader of ours goes by any.
//!
//! Left as it is: PDF, whose text may be the receipt.

mod exif;
mod gif;
mod heif;
mod jpeg;
mod png;
mod tiff;
mod webp;

use receipt::{Orientation, PictureFormat};

pub use heif::{Heif, Item, Property};
pub use tiff::{TiffPages, tiff_pages};

/// Whether a file holds pages that would be lost: only its first picture is read, and kept. Looked at before it is cleaned.
pub fn has_several_pages(format: PictureFormat, file: &[u8]) -> bool {
    match format {
        PictureFormat::Tiff => tiff_pages(file).directories.len() > 1,
        PictureFormat::Jpeg
        | PictureFormat::Png
        | PictureFormat::Pdf
        | PictureFormat::Heif
        | PictureFormat::Avif
        | PictureFormat::WebP
        | PictureFormat::Gif => false,
    }
}

/// Blanks what is not kept of one picture's file, which comes part after part.
#[derive(Debug)]
pub struct Cleaner {
    format: Format,
    orientation: Option<Orientation>,
}

#[derive(Debug)]
enum Format {
    Jpeg(jpeg::Cleaner),
    Png,
    Tiff,
    /// Stays as it is.
    Pdf,
    Heif,
    WebP,
    Gif,
}

impl Cleaner {
    pub fn new(format: PictureFormat) -> Self {
        let format = match format {
            PictureFormat::Jpeg => Format::Jpeg(jpeg::Cleaner::default()),
            PictureFormat::Png => Format::Png,
            PictureFormat::Tiff => Format::Tiff,
            PictureFormat::Pdf => Format::Pdf,
            PictureFormat::Heif | PictureFormat::Avif => Format::Heif,
            PictureFormat::WebP => Format::WebP,
            PictureFormat::Gif => Format::Gif,
        };
        Self { format, orientation: None }
    }

    /// Whether the whole file must be one part: a TIFF's directory lies anywhere in it, a PNG's chunks before and after
    /// the pixels.
    pub fn needs_whole_file(format: PictureFormat) -> bool {
        match format {
            PictureFormat::Png
            | PictureFormat::Tiff
            | PictureFormat::Heif
            | PictureFormat::Avif
            | PictureFormat::WebP
            | PictureFormat::Gif => true,
            PictureFormat::Jpeg | PictureFormat::Pdf => false,
        }
    }

    /// Whether cleaning takes more than a look at the file: a PNG's pixels are inflated to know where they end, which may
    /// take a tenth of a second.
    pub fn is_slow(format: PictureFormat) -> bool {
        match format {
            PictureFormat::Png => true,
            PictureFormat::Jpeg
            | PictureFormat::Tiff
            | PictureFormat::Pdf
            | PictureFormat::Heif
            | PictureFormat::Avif
            | PictureFormat::WebP
            | PictureFormat::Gif => false,
        }
    }

    /// Takes the file's next part. A JPEG's EXIF and ICC profile count only if they end in the part in which they begin.
    pub fn clean(&mut self, part: &mut [u8]) {
        match &mut self.format {
            Format::Jpeg(cleaner) => {
                cleaner.clean(part);
                self.orientation = cleaner.orientation();
            }
            Format::Png => self.orientation = png::clean(part),
            Format::Tiff => self.orientation = tiff::clean(part),
            Format::Pdf => {}
            // How it is turned is said by what is kept, and decoded with it.
            Format::Heif => heif::clean(part),
            Format::WebP => self.orientation = webp::clean(part),
            Format::Gif => gif::clean(part),
        }
    }

    /// How the picture is to be shown, as what has come so far declares; upright where it declares nothing.
    pub fn orientation(&self) -> Orientation {
        self.orientation.unwrap_or_default()
    }
}
